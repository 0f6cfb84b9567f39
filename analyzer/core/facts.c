/* Facts of one line: logins, refusals, broken protocol. */
#include <stdio.h>
#include <string.h>

#include "relaysleuth/hash.h"
#include "tracker_parts.h"

#define NAME_MAX_LEN ((size_t)255) /* RFC 1035 section 2.3.4 */

bool facts_is_one(enum rs_event_kind kind)
{
    switch (kind) {
    case RS_EV_CONNECT:
    case RS_EV_DISCONNECT:
    case RS_EV_LOGIN:
    case RS_EV_AUTH:
    case RS_EV_LOGIN_FAILED:
    case RS_EV_REFUSAL:
    case RS_EV_MISUSE: return true;
    case RS_EV_ARRIVAL:
    case RS_EV_MESSAGE_ID:
    case RS_EV_ENVELOPE:
    case RS_EV_DELIVERY:
    case RS_EV_NOTIFICATION:
    case RS_EV_REMOVED:
    case RS_EV_SIGNED:
    case RS_EV_CONTEXT: return false;
    }
    return false;
}

bool facts_is_kept(enum rs_event_kind kind)
{
    return facts_is_one(kind) && kind != RS_EV_CONNECT
           && kind != RS_EV_DISCONNECT;
}

rs_sym facts_intern_domain(struct rs_tracker *t, struct rs_span address)
{
    struct rs_span local, domain;

    rs_mail_split(address, &local, &domain);
    if (domain.len > 1 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    return rs_intern_nocase(t->ledger->symbols, domain);
}

/* RFC 3463: class "." subject "." detail. */
uint16_t facts_dsn(struct rs_span text)
{
    uint64_t class, subject, detail;

    if (!rs_take_number(&text, 5, &class) || !rs_take(&text, ".")
        || !rs_take_number(&text, 9, &subject) || !rs_take(&text, ".")
        || !rs_take_number(&text, 999, &detail))
        return 0;
    return (uint16_t)(class * 10000 + subject * 100
                      + (detail > 99 ? 99 : detail));
}

static void fill_addresses(struct rs_tracker *t, const struct rs_event *ev,
                           struct rs_entry *entry)
{
    struct rs_symbols *symbols = t->ledger->symbols;

    if (ev->sender.ptr != NULL) {
        if (ev->sender.len == 0)
            entry->flags |= RS_ENTRY_NULL_SENDER;
        else
            entry->sender = rs_intern_nocase(symbols, ev->sender);
        entry->sender_domain = facts_intern_domain(t, ev->sender);
    }
    if (ev->recipient.ptr != NULL) {
        entry->recipient_hash = rs_hash_content_nocase(ev->recipient);
        entry->recipient_domain = facts_intern_domain(t, ev->recipient);
        entry->trick = (uint8_t)rs_mail_trick(ev->recipient);
    }
}

static void fill(struct rs_tracker *t, const struct rs_event *ev,
                 enum rs_entry_kind kind, struct rs_entry *entry)
{
    struct rs_symbols *symbols = t->ledger->symbols;

    memset(entry, 0, sizeof(*entry));
    entry->kind = (uint8_t)kind;
    entry->time = ev->record->time;
    entry->arrived = ev->record->time;
    entry->place = ev->record->place;
    entry->client = ev->client;
    entry->host = rs_intern(symbols, ev->record->host);
    entry->client_name = rs_intern_nocase(symbols, ev->client_name);
    entry->account = rs_intern_nocase(symbols, ev->account);
    entry->service = rs_intern(symbols, ev->service);
    entry->count = ev->count > 0 ? ev->count : 1;
    entry->dsn = facts_dsn(ev->dsn);
    entry->reply_code = ev->reply_code;
    entry->refusal = (uint8_t)ev->refusal;
    entry->server = (uint8_t)ev->server;
    if (ev->kind == RS_EV_ARRIVAL || ev->kind == RS_EV_AUTH)
        entry->root = RS_ROOT_SASL;
    if (ev->witness == RS_WITNESS_PASSWORD_SERVICE)
        entry->flags |= RS_ENTRY_PASSWORD_SERVICE;
    fill_addresses(t, ev, entry);
    if (kind == RS_ENTRY_MISUSE) {
        entry->trick = (uint8_t)ev->proxy;
        entry->flags |= ev->ahead ? RS_ENTRY_AHEAD : 0;
    }
}

/* What an event becomes: an entry, a count, or both. */
struct becoming {
    bool entry;
    enum rs_entry_kind kind;
    bool count;
    enum rs_counter counter;
};

static struct becoming becomes(const struct rs_event *ev)
{
    bool password = ev->witness == RS_WITNESS_PASSWORD_SERVICE;

    switch (ev->kind) {
    case RS_EV_CONNECT:
        return (struct becoming){.count = true, .counter = RS_COUNT_CONNECTS};
    case RS_EV_LOGIN:
    case RS_EV_AUTH:
        return (struct becoming){true, RS_ENTRY_LOGIN, true, RS_COUNT_LOGINS};
    case RS_EV_ARRIVAL: /* with a SASL login */
        return (struct becoming){ev->account.ptr != NULL, RS_ENTRY_LOGIN,
                                 ev->account.ptr != NULL, RS_COUNT_LOGINS};
    case RS_EV_LOGIN_FAILED:
        return (struct becoming){true, RS_ENTRY_LOGIN_FAILED, true,
                                 password ? RS_COUNT_PASSWORD_FAILURES
                                          : RS_COUNT_LOGIN_FAILURES};
    case RS_EV_REFUSAL:
        return (struct becoming){true, RS_ENTRY_REFUSAL, true,
                                 RS_COUNT_REFUSALS};
    case RS_EV_MISUSE:
        return (struct becoming){.entry = true, .kind = RS_ENTRY_MISUSE};
    case RS_EV_DISCONNECT:
    case RS_EV_MESSAGE_ID:
    case RS_EV_ENVELOPE:
    case RS_EV_DELIVERY:
    case RS_EV_NOTIFICATION:
    case RS_EV_REMOVED:
    case RS_EV_SIGNED:
    case RS_EV_CONTEXT: break;
    }
    return (struct becoming){.entry = false};
}

enum rs_status facts_count(struct rs_ledger *ledger, uint32_t section,
                           const struct rs_entry *entry)
{
    enum rs_counter counter = RS_COUNT_REFUSALS;

    if (entry->kind == RS_ENTRY_LOGIN_FAILED)
        counter = (entry->flags & RS_ENTRY_PASSWORD_SERVICE) != 0
                      ? RS_COUNT_PASSWORD_FAILURES
                      : RS_COUNT_LOGIN_FAILURES;
    else if (entry->kind != RS_ENTRY_REFUSAL)
        return RS_OK;
    return ledger_count(ledger, section, counter, RS_SYM_NONE, entry->time,
                        entry->count);
}

enum rs_status facts_add_marked(struct rs_tracker *t,
                                const struct rs_event *ev, unsigned flags)
{
    struct becoming b = becomes(ev);
    enum rs_status st = RS_OK;
    struct rs_entry entry;

    if (b.count && (flags & RS_ENTRY_TWIN) == 0)
        st = ledger_count(t->ledger, t->section, b.counter, RS_SYM_NONE,
                          ev->record->time, ev->count > 0 ? ev->count : 1);
    if (st != RS_OK || !b.entry)
        return st;
    fill(t, ev, b.kind, &entry);
    entry.flags |= (uint16_t)flags;
    t->ledger->twins = t->ledger->twins || flags != 0;
    return ledger_add(t->ledger, t->section, &entry, t->err);
}

enum rs_status facts_add(struct rs_tracker *t, const struct rs_event *ev)
{
    return facts_add_marked(t, ev, 0);
}

enum rs_status facts_count_signed(struct rs_tracker *t, rs_sym host,
                                  rs_sym domain, uint32_t n)
{
    struct rs_symbols *symbols = t->ledger->symbols;
    struct rs_span where = rs_symbol_text(symbols, host);
    struct rs_span what = rs_symbol_text(symbols, domain);
    char key[2 * NAME_MAX_LEN + 2];
    size_t len;

    if (what.len == 0 || what.len > NAME_MAX_LEN || where.len > NAME_MAX_LEN)
        return RS_OK;
    len = (size_t)snprintf(key, sizeof(key), "%.*s %.*s", RS_SPAN_ARG(where),
                           RS_SPAN_ARG(what));
    return ledger_count(t->ledger, t->section, RS_COUNT_SIGNED_LATER,
                        rs_intern(symbols, (struct rs_span){key, len}), 0, n);
}

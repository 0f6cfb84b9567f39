/* A closed ledger as text: equal ledgers are equal bytes, whatever files,
 * cuts or merges they came from.  Places are left out. */
#ifndef RELAYSLEUTH_TESTS_DUMP_H
#define RELAYSLEUTH_TESTS_DUMP_H

#include <inttypes.h>
#include <stdio.h>

#include "relaysleuth/ledger.h"

struct dump {
    FILE *out;
    struct rs_symbols *symbols;
};

static inline void dump_text(const struct dump *d, rs_sym sym)
{
    struct rs_span text = rs_symbol_text(d->symbols, sym);

    fprintf(d->out, " %.*s", text.ptr == NULL ? 1 : (int)text.len,
            text.ptr == NULL ? "-" : text.ptr);
}

static inline bool dump_entry(void *ctx, const struct rs_entry *e)
{
    const struct dump *d = ctx;
    char client[RS_ADDR_TEXT], hop[RS_ADDR_TEXT];

    fprintf(d->out,
            "%" PRId64 " %u arrived %" PRId64 " %016" PRIx64 " to %016" PRIx64
            " from [%s] via [%s]",
            e->time, e->kind, e->arrived, e->journey, e->recipient_hash,
            rs_addr_format(&e->client, client),
            rs_addr_format(&e->next_hop, hop));
    dump_text(d, e->host);
    dump_text(d, e->client_name);
    dump_text(d, e->account);
    dump_text(d, e->service);
    dump_text(d, e->sender);
    dump_text(d, e->sender_domain);
    dump_text(d, e->recipient_domain);
    dump_text(d, e->given_domain);
    dump_text(d, e->directory);
    dump_text(d, e->blocklist);
    dump_text(d, e->listed);
    fprintf(d->out,
            " size %u x%u dsn %u reply %u root %u outcome %u"
            " transport %u refusal %u trick %u aimed %u flags %u\n",
            e->size, e->count, e->dsn, e->reply_code, e->root, e->outcome,
            e->transport, e->refusal, e->trick, e->aimed, e->flags);
    return true;
}

static inline void dump_counter(void *ctx, enum rs_counter counter, rs_sym key,
                                rs_time start, uint64_t value)
{
    const struct dump *d = ctx;

    fprintf(d->out, "counter %d", (int)counter);
    dump_text(d, key);
    fprintf(d->out, " %" PRId64 " %" PRIu64 "\n", start, value);
}

/* Close LEDGER and write it to OUT. */
static inline enum rs_status dump_ledger(struct rs_ledger *ledger, FILE *out)
{
    struct dump d = {out, rs_ledger_symbols(ledger)};
    struct rs_error err = {0};
    enum rs_status st = rs_ledger_close(ledger, &err);

    if (st == RS_OK)
        st = rs_ledger_scan(ledger, dump_entry, &d, &err);
    if (st == RS_OK)
        st = rs_ledger_counters(ledger, dump_counter, &d);
    if (st != RS_OK)
        fprintf(stderr, "ledger: %s\n", err.text);
    return st;
}

#endif

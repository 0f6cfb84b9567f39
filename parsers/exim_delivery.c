/* What became of the recipients of a message, and its end. */
#include "exim.h"

/* Texts that have the form of `delivered <given>`; more nobody writes. */
#define TARGETS_MAX 8
/* RFC 5321 section 4.5.3.1: a local part, `@`, a domain. */
#define ADDRESS_MAX ((size_t)384)

struct delivery {
    struct rs_span delivered; /* address, local part, file, command */
    struct rs_span given;     /* what the client gave, where it differs */
    struct rs_exim_fields fields;
    struct rs_span rest; /* behind the fields */
};

/* `(parent, parent)`, where +all_parents asked for them. */
static void skip_parents(struct rs_span *s)
{
    struct rs_span rest = *s, parents;

    if (rs_take(&rest, " (") && rs_take_until(&rest, ')', &parents))
        *s = rest;
}

/* The usual form: one word, and perhaps what it was made of. */
static bool take_plain(struct rs_span *s, struct delivery *d)
{
    struct rs_span rest = *s, path;

    d->given = RS_ABSENT;
    if (!rs_exim_take_address(&rest, &d->delivered))
        return false;
    skip_parents(&rest);
    path = rest;
    if (rs_take(&path, " ") && rs_exim_take_path(&path, &d->given))
        rest = path;
    *s = rest;
    return true;
}

/* Commands, files and local parts may hold blanks and brackets: the NTH text
 * that can be what the client gave. */
static bool take_long(struct rs_span *s, unsigned nth, struct delivery *d)
{
    struct rs_span rest = *s, before;

    while (rs_take_until_literal(&rest, RS_SPAN(" <"), &before)) {
        struct rs_span path = {rest.ptr - 1, rest.len + 1};

        if (!rs_exim_take_path(&path, &d->given) || nth-- > 0)
            continue;
        d->delivered = rs_span_to(*s, before.ptr + before.len);
        skip_parents(&path);
        *s = path;
        return true;
    }
    return false;
}

static bool take_target(struct rs_span *s, unsigned nth, struct delivery *d)
{
    return nth == 0 ? take_plain(s, d) : take_long(s, nth - 1, d);
}

typedef bool delivery_ends(const struct delivery *d);

/* The first reading after which the line goes on as Exim writes it. */
static bool read_line(struct rs_span s, delivery_ends *ends,
                      struct delivery *d)
{
    for (unsigned nth = 0; nth < TARGETS_MAX; nth++) {
        struct rs_span rest = s;

        if (!take_target(&rest, nth, d)) {
            if (nth > 0)
                return false;
            continue;
        }
        (void)rs_exim_take_fields(&rest, (struct rs_exim_choice){true, 0},
                                  &d->fields);
        d->rest = rest;
        if (ends(d))
            return true;
    }
    return false;
}

static bool is_at_end(const struct delivery *d)
{
    return d->rest.len == 0 && !d->fields.loose;
}

static bool is_loosely_at_end(const struct delivery *d)
{
    return d->rest.len == 0;
}

static bool is_local_part(struct rs_span s)
{
    return memchr(s.ptr, '@', s.len) == NULL;
}

/* A local part alone is completed with the domain of what was given. */
static struct rs_span complete(struct rs_span local, struct rs_span given,
                               char buf[ADDRESS_MAX])
{
    struct rs_span user, domain;

    rs_mail_split(given, &user, &domain);
    if (rs_span_equal_nocase(user, local))
        return given;
    if (domain.len == 0 || local.len + 1 + domain.len > ADDRESS_MAX)
        return local;
    memcpy(buf, local.ptr, local.len);
    buf[local.len] = '@';
    memcpy(buf + local.len + 1, domain.ptr, domain.len);
    return (struct rs_span){buf, local.len + 1 + domain.len};
}

static bool is_discarded(const struct delivery *d)
{
    return rs_span_equal(d->delivered, RS_SPAN(":blackhole:"))
           || (rs_span_equal(d->delivered, RS_SPAN("discarded"))
               && d->given.ptr != NULL);
}

/* Recipient and what it was before aliasing, only where that differs. */
static void fill_recipient(const struct delivery *d, char buf[ADDRESS_MAX],
                           struct rs_event *ev)
{
    struct rs_span delivered = d->delivered, given = d->given;

    ev->recipient = delivered;
    if (given.ptr == NULL)
        return;
    if (delivered.len == 0 || memchr("|/>", *delivered.ptr, 3) != NULL
        || is_discarded(d)
        || memchr(delivered.ptr, ' ', delivered.len) != NULL) {
        ev->recipient = given;
        return;
    }
    if (is_local_part(delivered))
        ev->recipient = complete(delivered, given, buf);
    if (!rs_span_equal_nocase(ev->recipient, given))
        ev->orig_recipient = given;
}

static bool says(struct rs_span name, struct rs_span word)
{
    for (size_t i = 0; i + word.len <= name.len; i++)
        if ((name.ptr[i] | 0x20) == *word.ptr
            && rs_span_equal_nocase((struct rs_span){name.ptr + i, word.len},
                                    word))
            return true;
    return false;
}

static bool says_lmtp(struct rs_span transport)
{
    return says(transport, RS_SPAN("lmtp"));
}

/* A command that gives mail back once it has looked at it (`T=spamcheck`, and
 * then `P=spam-scanned`): only names tell it from one that fills mailboxes. */
static bool says_filter(struct rs_span transport)
{
    static const struct rs_span words[] = {
        {"spam", 4}, {"scan", 4}, {"virus", 5}, {"clam", 4}, {"amavis", 6}};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (says(transport, words[i]))
            return true;
    return false;
}

/* Dovecot's reply: `250 2.0.0 <anna@example.org> +6t0Jk... Saved`. */
static bool is_mailbox_reply(const struct rs_exim_fields *f)
{
    return rs_span_ends(f->reply, RS_SPAN(" Saved"))
           && (rs_addr_is_loopback(&f->peer.addr)
               || rs_addr_is_private(&f->peer.addr));
}

static enum rs_transport transport_of(const struct delivery *d)
{
    const struct rs_exim_fields *f = &d->fields;

    if ((d->delivered.len > 0 && *d->delivered.ptr == '|')
        || (rs_addr_is_absent(&f->peer.addr) && says_filter(f->transport)))
        return RS_TRANSPORT_PIPE;
    if (rs_addr_is_absent(&f->peer.addr) || says_lmtp(f->transport)
        || f->peer.port == 24 || is_mailbox_reply(f))
        return RS_TRANSPORT_LOCAL;
    /* Debian's configuration has a router for what may be relayed. */
    return rs_span_equal(f->reference, RS_SPAN("dnslookup_relay_to_domains"))
               ? RS_TRANSPORT_RELAY
               : RS_TRANSPORT_SMTP;
}

/* `OK id=1xVWor-000060-16`, as Exim replies, ends the reply. */
static struct rs_span find_exim_id(struct rs_span reply)
{
    const char *blank =
        reply.len > 0 ? memrchr(reply.ptr, ' ', reply.len) : NULL;
    struct rs_span rest, id;

    if (blank == NULL)
        return RS_ABSENT;
    rest = rs_span_skip(reply, (size_t)(blank - reply.ptr));
    return rs_take(&rest, " id=") && rs_exim_take_id(&rest, &id)
                   && rest.len == 0
               ? id
               : RS_ABSENT;
}

static void fill_hop(const struct delivery *d, struct rs_event *ev)
{
    const struct rs_exim_fields *f = &d->fields;
    struct rs_span reply = f->reply;
    uint64_t code;

    if (!f->hosted)
        return;
    ev->next_hop_name = f->peer.name;
    ev->next_hop = f->peer.addr;
    ev->next_hop_port = f->peer.port;
    ev->reason = f->reply;
    if (rs_take_number(&reply, 599, &code) && rs_take(&reply, " "))
        (void)rs_reply_take_dsn(&reply, &ev->dsn);
    if (ev->outcome != RS_SENT || f->reply.ptr == NULL)
        return;
    ev->child_id = find_exim_id(f->reply);
    if (ev->child_id.ptr == NULL)
        ev->child_id = rs_reply_queued_as(f->reply);
}

static enum rs_parsed emit(const struct rs_exim_line *line,
                           const struct delivery *d, enum rs_outcome outcome,
                           enum rs_transport transport)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_DELIVERY);
    char buf[ADDRESS_MAX];

    ev.outcome = outcome;
    ev.transport = transport;
    fill_recipient(d, buf, &ev);
    fill_hop(d, &ev);
    if (outcome != RS_SENT) {
        ev.reason = d->rest;
        rs_exim_read_reason(&ev);
    }
    return rs_exim_emit(line, &ev);
}

/* Nothing says whose mail was thrown away. */
static bool is_black_hole(struct rs_span rest)
{
    return rs_exim_match("blackhole %s", rest)
           || rs_exim_match("discarded (system filter)", rest);
}

/* delivery_log() in Exim's deliver.c; R= and T= always stand there, but for
 * what a router discards. */
static enum rs_parsed read_delivered(const struct rs_exim_line *line,
                                     struct rs_span rest,
                                     enum rs_transport forced)
{
    struct delivery d;

    if (line->id.ptr == NULL)
        return RS_UNKNOWN;
    if (is_black_hole(rest))
        return RS_QUIET;
    if (!read_line(rest, is_at_end, &d)
        && !read_line(rest, is_loosely_at_end, &d))
        return RS_UNKNOWN;
    if (is_discarded(&d))
        return emit(line, &d, RS_SENT, RS_TRANSPORT_DISCARD);
    if (d.fields.transport.ptr == NULL)
        return RS_UNKNOWN;
    return emit(line, &d, RS_SENT,
                forced != RS_TRANSPORT_NONE ? forced : transport_of(&d));
}

enum rs_parsed rs_exim_delivered(const struct rs_exim_line *line,
                                 struct rs_span rest)
{
    return read_delivered(line, rest, RS_TRANSPORT_NONE);
}

/* With -N: as if it were delivered, but the message is thrown away. */
enum rs_parsed rs_exim_undelivered(const struct rs_exim_line *line,
                                   struct rs_span rest)
{
    return read_delivered(line, rest, RS_TRANSPORT_DISCARD);
}

/* `: ` and the reason; 4.98 and later leave a blank before it. */
static bool take_reason(struct rs_span *s)
{
    struct rs_span rest = *s;

    (void)rs_take(&rest, " ");
    if (!rs_take(&rest, ": "))
        return false;
    *s = rest;
    return true;
}

static bool ends_failure(const struct delivery *d)
{
    struct rs_span rest = d->rest;

    return rest.len == 0 || take_reason(&rest)
           || rs_exim_match(" routing yielded a {local|remote} delivery", rest)
           || rs_exim_match(
               " mua_wrapper forced failure for deferred delivery", rest);
}

/* failure_log() in Exim's deliver.c */
enum rs_parsed rs_exim_failed(const struct rs_exim_line *line,
                              struct rs_span rest)
{
    struct delivery d;
    enum rs_transport transport = RS_TRANSPORT_ERROR;

    if (line->id.ptr == NULL)
        return RS_UNKNOWN;
    if (rs_exim_match("mua_wrapper is set but recipients cannot all be "
                      "delivered in one transaction",
                      rest))
        return RS_QUIET;
    if (!read_line(rest, ends_failure, &d))
        return RS_UNKNOWN;
    (void)take_reason(&d.rest);
    if (!rs_addr_is_absent(&d.fields.peer.addr)
        || says_lmtp(d.fields.transport))
        transport = transport_of(&d);
    return emit(line, &d, RS_BOUNCED, transport);
}

/* ` routing defer (-52) DT=0.001s: retry time not reached` */
static bool take_deferral(struct rs_span *s, struct rs_exim_fields *f)
{
    struct rs_span rest = *s, number;

    (void)rs_take(&rest, " routing");
    if (!rs_take(&rest, " defer (") || !rs_take_until(&rest, ')', &number)
        || number.len == 0 || number.len > 8)
        return false;
    (void)rs_exim_take_fields(&rest, (struct rs_exim_choice){true, 0}, f);
    if (rest.len > 0 && !take_reason(&rest))
        return false;
    *s = rest;
    return true;
}

static bool ends_deferral(const struct delivery *d)
{
    struct rs_exim_fields f;
    struct rs_span rest = d->rest;

    return take_deferral(&rest, &f);
}

/* deferral_log() in Exim's deliver.c.  Without H= the log does not say
 * whether the transport was local. */
enum rs_parsed rs_exim_deferred(const struct rs_exim_line *line,
                                struct rs_span rest)
{
    struct delivery d;
    struct rs_span transport;

    if (line->id.ptr == NULL || !read_line(rest, ends_deferral, &d))
        return RS_UNKNOWN;
    transport = d.fields.transport;
    (void)take_deferral(&d.rest, &d.fields);
    d.fields.transport = transport;
    if (!rs_addr_is_absent(&d.fields.peer.addr) || says_lmtp(transport))
        return emit(line, &d, RS_DEFERRED, transport_of(&d));
    return emit(line, &d, RS_DEFERRED, RS_TRANSPORT_ERROR);
}

static enum rs_parsed emit_removed(const struct rs_exim_line *line)
{
    struct rs_event ev = rs_exim_event(line, RS_EV_REMOVED);

    return rs_exim_emit(line, &ev);
}

/* `Completed`, with QT= where that is asked for. */
enum rs_parsed rs_exim_completed(const struct rs_exim_line *line,
                                 struct rs_span rest)
{
    if (line->id.ptr == NULL)
        return RS_UNKNOWN;
    rs_exim_skip_fields(&rest);
    return rest.len == 0 ? emit_removed(line) : RS_UNKNOWN;
}

/* A queue entry that could not be read: no `Completed` follows. */
enum rs_parsed rs_exim_vanished(const struct rs_exim_line *line,
                                struct rs_span rest)
{
    struct rs_span age;

    if (line->id.ptr == NULL || !rs_shape_take_word(&rest, &age))
        return RS_UNKNOWN;
    return rest.len == 0 ? emit_removed(line) : RS_UNKNOWN;
}

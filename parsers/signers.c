/* Programs beside the mail server that sign its mail (DKIM, RFC 6376).  Only
 * their word that they did is read; their other lines are nobody's.
 *
 * OpenDKIM (as a milter) signs while the server takes a message, for clients
 * that are internal to it, and names the queue id.  DKIMproxy and amavis stand
 * behind the queue, and no word of theirs names one.  What strangers write, a
 * Message-ID or an address, stands in these lines too: a line that is not
 * wholly of its form is nobody's. */
#include "relaysleuth/parser.h"

/* What names of hosts and DKIM's selectors are made of. */
static bool is_name(struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
            && !(c >= 'A' && c <= 'Z') && c != '-' && c != '.' && c != '_'
            && c < 0x80)
            return false;
    }
    return s.len > 0;
}

static bool is_queue_id(struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '-' || s.ptr[i] == '.' || s.ptr[i] == '_'
            || (unsigned char)s.ptr[i] >= 0x80)
            return false;
    return is_name(s);
}

/* Without a final dot. */
static bool take_domain(struct rs_span s, struct rs_span *out)
{
    if (s.len > 1 && s.ptr[s.len - 1] == '.')
        s.len--;
    *out = s;
    return is_name(s);
}

/* mlfi_eom() of OpenDKIM; "header" until 2.0:
 * `4F6T0p1k5z: DKIM-Signature field added (s=mail, d=example.net)` */
static bool read_opendkim(struct rs_span s, struct rs_event *ev)
{
    struct rs_span selector;

    return rs_take_until(&s, ':', &ev->queue_id) && is_queue_id(ev->queue_id)
           && rs_take(&s, " DKIM-Signature ")
           && (rs_take(&s, "field") || rs_take(&s, "header"))
           && rs_take(&s, " added (s=") && rs_take_until(&s, ',', &selector)
           && is_name(selector) && rs_take(&s, " d=") && s.len > 0
           && s.ptr[s.len - 1] == ')'
           && take_domain((struct rs_span){s.ptr, s.len - 1}, &ev->domain);
}

/* `<...>` without a bracket or, as an address of one's choice could have, a
 * list within. */
static bool take_bracketed(struct rs_span *s, struct rs_span *out)
{
    struct rs_span text;

    if (!rs_take(s, "<") || !rs_take_until(s, '>', &text)
        || (text.len > 0
            && (memchr(text.ptr, '<', text.len) != NULL
                || memchr(text.ptr, ' ', text.len) != NULL)))
        return false;
    *out = text;
    return true;
}

/* dkimproxy.out, with message_attributes() of Mail::DKIM: `DKIM signing -
 * signed; message-id=<a@b>, signer=<@example.net>, from=<c@example.net>` */
static bool read_dkimproxy(struct rs_span s, struct rs_event *ev)
{
    struct rs_span signer, author, local, domain;

    if (!rs_take(&s, "DKIM signing - signed; "))
        return false;
    if (rs_take(&s, "message-id=")
        && (!take_bracketed(&s, &ev->message_id) || !rs_take(&s, ", ")))
        return false;
    if (!rs_take(&s, "signer=") || !take_bracketed(&s, &signer)
        || ((rs_take(&s, ", from=") || rs_take(&s, ", sender="))
            && !take_bracketed(&s, &author))
        || rs_span_trim(s).len > 0)
        return false;
    rs_mail_split(signer, &local, &domain);
    return take_domain(domain, &ev->domain);
}

/* The default $log_templ of amavis, whose end is its own:
 * `(28236-10) Passed CLEAN {RelayedOutbound}, ... dkim_new=mail:example.net,
 * 123 ms` */
static bool read_amavis(struct rs_span s, struct rs_event *ev)
{
    const struct rs_span label = RS_SPAN(", dkim_new=");
    struct rs_span job, selector, list;
    const char *at = rs_span_find_last(s, label);
    uint64_t ms;

    if (at == NULL || !rs_take(&s, "(") || !rs_take_until(&s, ')', &job)
        || !rs_take(&s, " Passed ") || s.ptr > at)
        return false;
    s = rs_span_skip(s, (size_t)(at - s.ptr) + label.len);
    return rs_take_until(&s, ',', &list) && rs_take(&s, " ")
           && rs_take_number(&s, UINT32_MAX, &ms)
           && rs_span_equal(s, RS_SPAN(" ms"))
           && rs_take_until(&list, ':', &selector) && is_name(selector)
           && take_domain(list, &ev->domain);
}

typedef bool read_signature(struct rs_span text, struct rs_event *ev);

static const struct signer {
    const char *program;
    read_signature *read;
} signers[] = {
    {"opendkim", read_opendkim},
    {"dkimproxy.out", read_dkimproxy},
    {"amavis", read_amavis},
    {"amavisd", read_amavis},
};

/* A second DKIMproxy on a host gets another name, and its words are like no
 * other program's. */
static bool read_any(const struct rs_record *rec, struct rs_event *ev)
{
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++)
        if (rs_span_equal(rec->program, rs_span_of(signers[i].program)))
            return signers[i].read(rec->text, ev);
    return read_dkimproxy(rec->text, ev);
}

/* Whoever bids more speaks for all lines of the program. */
static enum rs_bid bid(const struct rs_parser *self,
                       const struct rs_record *rec)
{
    struct rs_event ev = {.kind = RS_EV_SIGNED};

    (void)self;
    return read_any(rec, &ev) ? RS_BID_SHAPE : RS_BID_NONE;
}

static enum rs_parsed parse(const struct rs_parser *self,
                            const struct rs_record *rec, struct rs_sink sink)
{
    struct rs_event ev = {
        .kind = RS_EV_SIGNED, .record = rec, .count = rec->count};

    (void)self;
    if (!read_any(rec, &ev))
        return RS_UNKNOWN;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

static const char *const samples[] = {
    "Nov 23 16:22:58 mx1 opendkim[815]: 4F6T0p1k5z: DKIM-Signature field added"
    " (s=mail, d=example.net)",
    "Nov 23 16:22:58 mx1 opendkim[815]: 3ANGMwPk012345: DKIM-Signature header"
    " added (s=mail, d=example.net)",
    "Nov 23 16:22:58 mx1 dkimproxy.out[816]: DKIM signing - signed;"
    " message-id=<a1@example.net>, signer=<@example.net>,"
    " from=<judy@example.net>",
    "Nov 23 16:22:58 mx1 amavis[817]: (00817-10) Passed CLEAN"
    " {RelayedOutbound}, LOCAL [192.0.2.7]:2800 <judy@example.net> ->"
    " <bob@example.org>, Queue-ID: 4F6T0p1k5z, Message-ID: <a1@example.net>,"
    " mail_id: x9, Hits: -, size: 316, queued_as: 4F6T0q2m6z,"
    " dkim_new=mail:example.net, 123 ms",
    NULL,
};

const struct rs_parser rs_parser_signers = {
    .name = "signers",
    .summary = "signatures by OpenDKIM, DKIMproxy, amavis",
    .bid = bid,
    .parse = parse,
    .samples = samples,
};

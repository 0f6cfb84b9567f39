/* Courier's SMTP server: refusals, failed logins. */
#include "courier.h"
#include "proxy.h"
#include "reply.h"

/* What the SMTP server says of itself, in `msg="..."`. */
struct answer {
    const char *text;
    enum rs_event_kind kind;
    enum rs_refusal refusal;
};

static const struct answer answers[] = {
    {"535 Authentication failed.", RS_EV_LOGIN_FAILED, RS_REFUSAL_NONE},
    {"535 Authentication rejected", RS_EV_REFUSAL, RS_REFUSAL_PROTOCOL},
    {"535 Authentication required.", RS_EV_REFUSAL, RS_REFUSAL_PROTOCOL},
    {"400 STARTTLS is required first.", RS_EV_REFUSAL, RS_REFUSAL_PROTOCOL},
    {"534 SIZE=Message too big.", RS_EV_REFUSAL, RS_REFUSAL_LIMIT},
    {"252 EXPN disabled", RS_EV_REFUSAL, RS_REFUSAL_OTHER},
    {"252 VRFY disabled", RS_EV_REFUSAL, RS_REFUSAL_OTHER},
    {"502 ESMTP command error", RS_EV_MISUSE, RS_REFUSAL_NONE},
    {"502 EXPN syntax error.", RS_EV_MISUSE, RS_REFUSAL_NONE},
    {"502 Polite people say HELO first", RS_EV_MISUSE, RS_REFUSAL_NONE},
    {"554 Syntax error - your mail software violates RFC 821.", RS_EV_MISUSE,
     RS_REFUSAL_NONE},
};

/* The same, where it is our own trouble or the network's. */
const struct rs_form rs_courier_smtpd_troubles[] = {
    {"writev: %s", RS_FORM_QUIET},
    {"read: %s", RS_FORM_QUIET},
    {"432 Service temporarily unavailable.", RS_FORM_QUIET},
    {"432 libmail_streampipe() failed.", RS_FORM_QUIET},
    {"440 TLS not available.", RS_FORM_QUIET},
    {"440 TLS not available,  but it's required for this connection.",
     RS_FORM_QUIET},
    {"540 TLS not available.", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

const struct rs_form rs_courier_smtpd_forms[] = {
    {"STARTTLS failed: %s", RS_FORM_QUIET},
    {"courieresmtpd: STARTTLS failed: %s", RS_FORM_QUIET},
    {"couriertls: accept: %s", RS_FORM_QUIET},
    {"couriertls: connect: %s", RS_FORM_QUIET},
    {"couriertls: read: %s", RS_FORM_QUIET},
    {"couriertls: write: %s", RS_FORM_QUIET},
    {"Maximum connection limit reached for %w", RS_FORM_QUIET},
    {"%d maximum active connections.", RS_FORM_QUIET},
    {"Unexpected SSL connection shutdown.", RS_FORM_QUIET},
    {"submit terminated with a non-zero exit code.", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

/* `,port=43632`, `,ident="x"`, `,ident=x`: no comma or colon is left within
 * an ident, but in the quoted ones. */
static void skip_remarks(struct rs_span *s)
{
    struct rs_span at = *s, ident;
    uint64_t port;

    if (rs_take(&at, ",port=") && rs_take_number(&at, 65535, &port))
        *s = at;
    at = *s;
    if (!rs_take(&at, ",ident="))
        return;
    if (rs_take(&at, "\"") && rs_take_until(&at, '"', &ident)) {
        *s = at;
        return;
    }
    for (size_t i = 0; i < at.len; i++) {
        if (at.ptr[i] != ',' && at.ptr[i] != ':')
            continue;
        *s = rs_span_skip(at, i);
        return;
    }
}

/* `AUTH LOGIN user`, `AUTH PLAIN aW5pdGlhbA== user`: what the client sent,
 * and the name that could be read out of it. */
static void parse_attempt(struct rs_span s, struct rs_event *ev)
{
    struct rs_span initial;

    if (!rs_take(&s, "AUTH ") || !rs_take_until(&s, ' ', &ev->mechanism))
        return;
    if (rs_take_until(&s, ' ', &initial))
        ev->account = s;
    else if (memchr(s.ptr, '@', s.len) != NULL) /* not in base64 */
        ev->account = s;
}

/* `msg="535 Authentication failed.",cmd: AUTH LOGIN x` */
static enum rs_parsed parse_answer(struct rs_span s, struct rs_event *ev,
                                   struct rs_sink sink)
{
    struct rs_event ignored = {.record = NULL};
    struct rs_span text;

    if (!rs_take_until_literal(&s, RS_SPAN("\",cmd: "), &text))
        return RS_UNKNOWN;
    if (rs_form_find(rs_courier_smtpd_troubles, text, &ignored) != NULL)
        return RS_QUIET;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (!rs_span_equal(text, rs_span_of(answers[i].text)))
            continue;
        ev->kind = answers[i].kind;
        ev->refusal = answers[i].refusal;
        rs_reply_take_codes(&text, ev);
        ev->reason = text;
        if (ev->kind == RS_EV_LOGIN_FAILED)
            parse_attempt(s, ev);
        if (ev->kind == RS_EV_MISUSE)
            ev->proxy = rs_proxy_read(s);
        sink.emit(sink.ctx, ev);
        return RS_PARSED;
    }
    return RS_UNKNOWN;
}

static enum rs_refusal refusal_of(const struct rs_event *ev)
{
    enum rs_refusal hint = rs_reply_hint(ev->reason);

    if (hint != RS_REFUSAL_NONE)
        return hint;
    if (ev->recipient.ptr != NULL && ev->reply_code / 100 == 5)
        return rs_reply_about_recipient(ev->reason);
    if (ev->recipient.ptr == NULL && ev->reply_code == 517)
        return RS_REFUSAL_SENDER; /* courier's code for a bad sender */
    return rs_reply_of_filter(ev->reason, RS_REFUSAL_OTHER);
}

/* `,from=<a@b>,to=<c@d>: 550 User unknown.`: within the brackets neither
 * `<`, `>` nor `:` is left. */
static enum rs_parsed parse_reply(struct rs_span s, struct rs_event *ev,
                                  struct rs_sink sink)
{
    if (rs_take(&s, ",from=<") && !rs_take_until(&s, '>', &ev->sender))
        return RS_UNKNOWN;
    if (rs_take(&s, ",to=<") && !rs_take_until(&s, '>', &ev->recipient))
        return RS_UNKNOWN;
    if (!rs_take(&s, ": "))
        return RS_UNKNOWN;
    rs_reply_take_codes(&s, ev);
    if (ev->reply_code < 400)
        return RS_UNKNOWN;
    ev->kind = RS_EV_REFUSAL;
    ev->reason = s;
    ev->refusal = refusal_of(ev);
    sink.emit(sink.ctx, ev);
    return RS_PARSED;
}

/* `error,relay=address,...` */
static enum rs_parsed
parse_error(struct rs_span s, const struct rs_record *rec, struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .count = rec->count};
    size_t n = 0;

    ev.service = RS_COURIER_SERVICE;
    while (n < s.len && s.ptr[n] != ',' && s.ptr[n] != ' ')
        n++;
    /* `relay=192.0.2.7: 550 ...` when there is no sender yet. */
    if (n > 0 && n < s.len && s.ptr[n] == ' ')
        n--;
    if (!rs_addr_parse(rs_span_to(s, s.ptr + n), &ev.client))
        return RS_UNKNOWN;
    s = rs_span_skip(s, n);
    skip_remarks(&s);
    if (rs_take(&s, ",msg=\""))
        return parse_answer(s, &ev, sink);
    return parse_reply(s, &ev, sink);
}

static enum rs_parsed parse_connect(struct rs_span s,
                                    const struct rs_record *rec,
                                    struct rs_sink sink)
{
    static const struct rs_form forms[] = {
        {"%a", RS_FORM_QUIET}, {"%a,port=[%w]", RS_FORM_QUIET}, {NULL, 0}};
    struct rs_event ev = {.record = rec, .count = rec->count};

    if (rs_form_find(forms, s, &ev) == NULL)
        return RS_UNKNOWN;
    ev.kind = RS_EV_CONNECT;
    ev.service = RS_COURIER_SERVICE;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

enum rs_parsed rs_courier_smtpd(struct rs_span text,
                                const struct rs_record *rec,
                                struct rs_sink sink)
{
    struct rs_event nothing = {.record = NULL};

    if (rs_take(&text, "error,relay="))
        return parse_error(text, rec, sink);
    if (rs_take(&text, "started,ip="))
        return parse_connect(text, rec, sink);
    return rs_form_find(rs_courier_smtpd_forms, text, &nothing) != NULL
               ? RS_QUIET
               : RS_UNKNOWN;
}

/* pam_unix(8) and its like, asked by a mailbox server or by saslauthd. */
#include "pam.h"

static const struct rs_form quiet[] = {
    {"%d more authentication failures; logname=%s", RS_FORM_QUIET},
    {"%d more authentication failure; logname=%s", RS_FORM_QUIET},
    {"check pass; user unknown", RS_FORM_QUIET},
    {"bad username [%s]", RS_FORM_QUIET},
    {"error retrieving information about user %s", RS_FORM_QUIET},
    {"requirement \"%s\" not met by user \"%s\"", RS_FORM_QUIET},
    {"account %s has expired (account expired)", RS_FORM_QUIET},
    {"session opened for user %s", RS_FORM_QUIET},
    {"session closed for user %s", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

/* Services of PAM that are about mail. */
static const char *const services[] = {"imap",  "imaps",      "pop",  "pop3",
                                       "pop3s", "sieve",      "smtp", "esmtp",
                                       "smtps", "submission", "mail"};

static bool is_mail(struct rs_span service)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (rs_span_equal(service, rs_span_of(services[i])))
            return true;
    return false;
}

/* `logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7  user=judy`: what stands
 * before the name is the program's, the name is a stranger's. */
static enum rs_parsed parse_failure(struct rs_span s, struct rs_event *ev,
                                    struct rs_sink sink)
{
    static const char *const names[] = {
        "logname=", "uid=", "euid=", "tty=", "ruser=", "rhost="};
    struct rs_span value = RS_ABSENT;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *blank;

        if ((i > 0 && !rs_take(&s, " "))
            || !rs_take_literal(&s, rs_span_of(names[i])))
            return RS_UNKNOWN;
        blank = s.len > 0 ? memchr(s.ptr, ' ', s.len) : NULL;
        value = rs_span_to(s, blank != NULL ? blank : s.ptr + s.len);
        s = rs_span_skip(s, value.len);
    }
    rs_addr_parse(value, &ev->client);
    if (rs_take(&s, "  user="))
        ev->account = s;
    else if (rs_span_trim(s).len > 0)
        return RS_UNKNOWN;
    ev->kind = RS_EV_LOGIN_FAILED;
    sink.emit(sink.ctx, ev);
    return RS_PARSED;
}

enum rs_parsed rs_pam_parse(struct rs_span text, const struct rs_record *rec,
                            struct rs_sink sink)
{
    struct rs_event ev = {.record = rec,
                          .count = rec->count,
                          .witness = RS_WITNESS_PASSWORD_SERVICE,
                          .reason = RS_SPAN("authentication failure")};
    struct rs_span module, step;

    if (!rs_take(&text, "pam_") || !rs_take_until(&text, '(', &module)
        || !rs_take_until(&text, ':', &ev.service) || !is_mail(ev.service)
        || !rs_take_until_literal(&text, RS_SPAN("): "), &step)
        || (!rs_span_equal(step, RS_SPAN("auth"))
            && !rs_span_equal(step, RS_SPAN("account"))
            && !rs_span_equal(step, RS_SPAN("session"))))
        return RS_UNKNOWN;
    if (rs_take(&text, "authentication failure; "))
        return parse_failure(text, &ev, sink);
    return rs_form_find(quiet, text, &ev) != NULL ? RS_QUIET : RS_UNKNOWN;
}

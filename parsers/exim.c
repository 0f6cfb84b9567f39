/* Exim 4.8 and later. */
#include "exim.h"

/* What stands in front of all rules: words, and who reads on. */
static const struct rs_exim_opening openings[] = {
    {"=> ", rs_exim_delivered},
    {"-> ", rs_exim_delivered},
    {"<= ", rs_exim_arrival},
    {"Completed", rs_exim_completed},
    {"H=", rs_exim_host},
    {"DS H=", rs_exim_host},
    {"== ", rs_exim_deferred},
    {"** ", rs_exim_failed},
    {">> ", rs_exim_delivered},
    {"*> ", rs_exim_undelivered},
    {"(= ", rs_exim_arrival},
    {"U=", rs_exim_ident},
    {"F=", rs_exim_sender},
    {"SA: Action: ", rs_exim_spam},
    {"Message removed because older than ", rs_exim_vanished},
    {NULL, NULL},
};

/* Through syslog the name is `exim` unless syslog_processname says
 * otherwise. */
static bool is_exim(struct rs_span program)
{
    return rs_span_starts(program, RS_SPAN("exim"));
}

/* Some log writers leave the name out. */
static bool may_be_exim(struct rs_span program)
{
    return program.len == 0 || is_exim(program);
}

static void read_front(const struct rs_record *rec, struct rs_exim_line *line)
{
    struct rs_span rest;

    line->text = rs_span_trim(rec->text);
    rest = line->text;
    if (!rs_exim_take_id(&rest, &line->id))
        return;
    if (!rs_take(&rest, " ") && rest.len != 0) {
        line->id = RS_ABSENT;
        return;
    }
    line->text = rest;
}

static enum rs_parsed read_line(const struct rs_exim_line *line)
{
    enum rs_parsed result = rs_exim_apply(openings, line, line->text);

    if (result == RS_UNKNOWN)
        result = rs_exim_login(line);
    if (result == RS_UNKNOWN)
        result = rs_exim_started(line);
    if (result == RS_UNKNOWN)
        result = rs_exim_session_line(line);
    if (result == RS_UNKNOWN)
        result = rs_exim_quotation(line);
    if (result == RS_UNKNOWN && rs_exim_is_quiet(line))
        result = RS_QUIET;
    return result;
}

static enum rs_parsed exim_parse(const struct rs_parser *self,
                                 const struct rs_record *rec,
                                 struct rs_sink sink)
{
    struct rs_exim_line line = {.record = rec, .sink = sink};

    (void)self;
    if (!may_be_exim(rec->program))
        return RS_UNKNOWN;
    if (rec->continued)
        return RS_QUIET;
    read_front(rec, &line);
    return read_line(&line);
}

static void swallow(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

static bool starts_with(struct rs_span text, const char *words)
{
    return text.len > 0 && *text.ptr == *words
           && rs_span_starts(text, rs_span_of(words));
}

/* Words that nobody but Exim writes, behind a message id or without. */
static bool has_opening(const struct rs_exim_line *line)
{
    static const char *const plain[] = {
        "H=",
        "SMTP ",
        "no host name found for IP address ",
        NULL,
    };

    for (size_t i = 0; line->id.ptr == NULL && plain[i] != NULL; i++)
        if (starts_with(line->text, plain[i]))
            return true;
    for (size_t i = 0; line->id.ptr != NULL && openings[i].words != NULL; i++)
        if (starts_with(line->text, openings[i].words))
            return true;
    return false;
}

static bool is_proven(const struct rs_exim_line *line)
{
    return line->record->continued || has_opening(line)
           || read_line(line) != RS_UNKNOWN;
}

/* Exim's own files do not name it: there only what it writes proves that a
 * line is its, and not an ACL's, a filter's or another program's.  Through
 * syslog the name is enough for a claim. */
static enum rs_bid exim_bid(const struct rs_parser *self,
                            const struct rs_record *rec)
{
    struct rs_exim_line line = {.record = rec, .sink = {.emit = swallow}};

    (void)self;
    if (!may_be_exim(rec->program))
        return RS_BID_NONE;
    read_front(rec, &line);
    if (!is_exim(rec->program))
        return read_line(&line) == RS_PARSED ? RS_BID_SHAPE : RS_BID_NONE;
    if (is_proven(&line))
        return RS_BID_PROVEN;
    return rec->host.len > 0 ? RS_BID_PROGRAM : RS_BID_NONE;
}

static const char *const samples[] = {
    "Nov 23 16:30:01 mx exim[501]: 1xVWor-000060-16 <= bob@example.net "
    "H=mail.example.net (helo.example.net) [192.0.2.10] P=esmtps "
    "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no S=461 "
    "id=1.2@mail.example.net",
    "2026-11-23 16:30:01 1smkL5-00000000e65-24eQ <= anna@example.org "
    "H=([10.0.0.7]) [198.51.100.7]:50123 I=[192.0.2.25]:587 P=esmtpsa "
    "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=plain_server:anna S=523 "
    "id=3.4@example.org T=\"Order \\\"12\\\"\" from <anna@example.org> for "
    "eve@example.com",
    "2026-11-23 16:30:02.123 [502] 1xVWos-00006A-2c <= www-data@example.org "
    "U=www-data P=local S=403",
    "2026-11-23 16:30:02 1xVWot-00006C-0x <= <> R=1xVWor-000060-16 "
    "U=Debian-exim P=local S=1532",
    "2026-11-23 16:30:03 +0100 [503] 1xVWor-000060-16 => eve@example.com "
    "<info@example.org> R=dnslookup T=remote_smtp H=mx.example.com "
    "[203.0.113.5] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes C=\"250 2.0.0 "
    "Ok: queued as 7F4D5E6071\"",
    "2026-11-23 16:30:03 1xVWor-000060-16 -> carol <carol@example.org> "
    "R=localuser T=local_delivery",
    "2026-11-23 16:30:03 1xVWor-000060-16 ** no@example.com R=dnslookup "
    "T=remote_smtp H=mx.example.com [203.0.113.5]: SMTP error from remote "
    "mail server after RCPT TO:<no@example.com>: 550 5.1.1 "
    "<no@example.com>: User unknown",
    "2026-11-23 16:30:03 1xVWor-000060-16 == full@example.com R=dnslookup "
    "T=remote_smtp defer (-44) H=mx.example.com [203.0.113.5]: SMTP error "
    "from remote mail server after RCPT TO:<full@example.com>: 452 4.2.2 "
    "full",
    "2026-11-23 16:30:04 1xVWor-000060-16 Completed",
    "2026-11-23 16:30:05 H=(dialup.example) [198.51.100.66] "
    "F=<spam@example.net> rejected RCPT <eve@example.com>: relay not "
    "permitted",
    "2026-11-23 16:30:05 login authenticator failed for (User) "
    "[198.51.100.66]: 535 Incorrect authentication data (set_id=anna)",
    "2026-11-23 16:30:06 SMTP protocol error in \"AUTH LOGIN\" H=(User) "
    "[198.51.100.66] AUTH command used when not advertised",
    "2026-11-23 16:30:06 SMTP call from (User) [198.51.100.66] dropped: too "
    "many syntax or protocol errors (last command was \"x\")",
    "2026-11-23 16:30:07 SMTP connection from [198.51.100.66] (TCP/IP "
    "connection count = 1)",
    NULL,
};

static const char *exim_quiet(const struct rs_parser *self, size_t i)
{
    (void)self;
    return rs_exim_quiet_at(i);
}

const struct rs_parser rs_parser_exim = {
    .name = "exim",
    .summary = "Exim 4.8 and later",
    .bid = exim_bid,
    .parse = exim_parse,
    .quiet = exim_quiet,
    .samples = samples,
};

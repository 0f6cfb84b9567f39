/* Postfix 2.3 and later (and what older ones share with it). */
#include "postfix.h"

struct daemon {
    struct rs_span name;
    enum rs_transport transport;
};

static const struct daemon daemons[] = {
    {RS_POSTFIX_NAME("smtpd"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("smtp"), RS_TRANSPORT_SMTP},
    {RS_POSTFIX_NAME("qmgr"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("cleanup"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("local"), RS_TRANSPORT_LOCAL},
    {RS_POSTFIX_NAME("lmtp"), RS_TRANSPORT_LOCAL},
    {RS_POSTFIX_NAME("virtual"), RS_TRANSPORT_LOCAL},
    {RS_POSTFIX_NAME("pipe"), RS_TRANSPORT_PIPE},
    {RS_POSTFIX_NAME("error"), RS_TRANSPORT_ERROR},
    {RS_POSTFIX_NAME("retry"), RS_TRANSPORT_ERROR},
    {RS_POSTFIX_NAME("discard"), RS_TRANSPORT_DISCARD},
    {RS_POSTFIX_NAME("relay"), RS_TRANSPORT_RELAY},
    {RS_POSTFIX_NAME("bounce"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("pickup"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postscreen"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("dnsblog"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("tlsproxy"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("anvil"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("scache"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("tlsmgr"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("trivial-rewrite"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("verify"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("proxymap"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("proxywrite"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("master"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postfix-script"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postfix-tls-script"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("post-install"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postmulti-script"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postfix"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postmulti"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postqueue"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postsuper"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postalias"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postmap"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postconf"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postcat"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postdrop"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postkick"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postlock"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postlog"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("postlogd"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("posttls-finger"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("newaliases"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("mailq"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("sendmail"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("flush"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("showq"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("spawn"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("qmqpd"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("oqmgr"), RS_TRANSPORT_NONE},
    {RS_POSTFIX_NAME("nqmgr"), RS_TRANSPORT_NONE},
};

/* Words behind a queue id, or NOQUEUE. */
static const struct rule {
    const char *opening;
    rs_postfix_rule *read;
} queued_rules[] = {
    {"to=", rs_postfix_delivery},
    {"client=", rs_postfix_arrival},
    {"message-id=", rs_postfix_message_id},
    {"from=", rs_postfix_envelope},
    {"removed", rs_postfix_removed},
    {"uid=", rs_postfix_pickup},
    {"reject: ", rs_postfix_reject},
    {"milter-reject: ", rs_postfix_filtered},
    {"proxy-reject: ", rs_postfix_filtered},
    {"discard: ", rs_postfix_discard},
    {"milter-discard: ", rs_postfix_filtered},
    {"warning: ", rs_postfix_content_warning},
    {"reject_warning: ", rs_postfix_tolerated},
    {"hold: ", rs_postfix_tolerated},
    {"milter-hold: ", rs_postfix_tolerated},
    {"milter-", rs_postfix_milter_check},
    {"proxy-accept: ", rs_postfix_proxy_accept},
    {"filter: ", rs_postfix_tolerated},
    {"redirect: ", rs_postfix_tolerated},
    {"bcc: ", rs_postfix_tolerated},
    {"delay: ", rs_postfix_tolerated},
    {"info: ", rs_postfix_tolerated},
    {"warn: ", rs_postfix_tolerated},
    {"permit: ", rs_postfix_tolerated},
    {"dunno: ", rs_postfix_tolerated},
    {"pass: ", rs_postfix_tolerated},
    {"strip: ", rs_postfix_tolerated},
    {"replace: ", rs_postfix_tolerated},
    {"prepend: ", rs_postfix_tolerated},
    {"trigger: ", rs_postfix_tolerated},
    {"sender non-delivery notification: ", rs_postfix_notification},
    {"sender delivery status notification: ", rs_postfix_notification},
    {"sender delay notification: ", rs_postfix_notification},
    {"postmaster non-delivery notification: ", rs_postfix_notification},
    {"postmaster delay notification: ", rs_postfix_notification},
    {"lost connection after ", rs_postfix_lost},
    {"timeout after ", rs_postfix_timeout},
    {"too many errors after ", rs_postfix_too_many_errors},
};

/* Words that open a line without queue id. */
static const struct rule plain_rules[] = {
    {"connect from ", rs_postfix_connect},
    {"disconnect from ", rs_postfix_disconnect},
    {"Anonymous TLS connection ", rs_postfix_tls},
    {"Trusted TLS connection ", rs_postfix_tls},
    {"Untrusted TLS connection ", rs_postfix_tls},
    {"Verified TLS connection ", rs_postfix_tls},
    {"lost connection after ", rs_postfix_lost},
    {"timeout after ", rs_postfix_timeout},
    {"too many errors after ", rs_postfix_too_many_errors},
    {"improper command pipelining after ", rs_postfix_pipelining},
    {"warning: ", rs_postfix_warning},
    {"PREGREET ", rs_postfix_screen_pregreet},
    {"COMMAND PIPELINING from ", rs_postfix_screen_pipelining},
    {"BARE NEWLINE from ", rs_postfix_screen_newline},
    {"NON-SMTP COMMAND from ", rs_postfix_screen_command},
    {"COMMAND COUNT LIMIT from ", rs_postfix_screen_limit},
    {"COMMAND LENGTH LIMIT from ", rs_postfix_screen_limit},
    {"bare <LF> received after ", rs_postfix_bare_line},
    {"reject: ", rs_postfix_reject},
    {"proxy-reject: ", rs_postfix_filtered},
    {"proxy-accept: ", rs_postfix_proxy_accept},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct daemon *find_daemon(struct rs_span name)
{
    for (size_t i = 0; i < COUNT(daemons); i++)
        if (name.len > 0 && *name.ptr == *daemons[i].name.ptr
            && rs_span_equal(name, daemons[i].name))
            return &daemons[i];
    return NULL;
}

/* Cut the part behind the last slash off PROGRAM. */
static struct rs_span cut_part(struct rs_span *program)
{
    struct rs_span part = *program;

    for (size_t i = program->len; i > 0; i--)
        if (program->ptr[i - 1] == '/') {
            part = rs_span_skip(*program, i);
            program->len = i - 1;
            return part;
        }
    *program = rs_span_skip(*program, program->len);
    return part;
}

/* Programs of other mail systems that share a daemon's name. */
static bool is_foreign(struct rs_span instance)
{
    static const struct rs_span others[] = {
        RS_POSTFIX_NAME("cyrus"),     RS_POSTFIX_NAME("dovecot"),
        RS_POSTFIX_NAME("courier"),   RS_POSTFIX_NAME("exim"),
        RS_POSTFIX_NAME("sendmail"),  RS_POSTFIX_NAME("smtpd"),
        RS_POSTFIX_NAME("opensmtpd"), RS_POSTFIX_NAME("cyrus-imap"),
        RS_POSTFIX_NAME("systemd"),
    };

    if (rs_span_starts(instance, RS_SPAN("postfix")))
        return false; /* as nearly always */
    for (size_t i = 0; i < COUNT(others); i++)
        if (instance.len > 0 && *instance.ptr == *others[i].ptr
            && rs_span_equal(instance, others[i]))
            return true;
    return false;
}

/* The daemon is the last part of the program name; what stands before it is
 * free text, but there must be something, or it could be anybody's `smtpd`. */
static const struct daemon *claim(struct rs_span program,
                                  struct rs_postfix_line *line)
{
    struct rs_span part = cut_part(&program);
    const struct daemon *daemon = find_daemon(part);

    if (daemon == NULL)
        return NULL;
    if (program.len == 0 && !rs_span_starts(part, RS_SPAN("post")))
        return NULL;
    line->daemon = part;
    line->service = part;
    line->transport = daemon->transport;
    part = cut_part(&program);
    if (program.len > 0)
        line->service = part;
    if (is_foreign(program.len > 0 ? program : part))
        return NULL;
    if (rs_span_equal(line->daemon, RS_SPAN("smtp"))
        && rs_span_equal(line->service, RS_SPAN("relay")))
        line->transport = RS_TRANSPORT_RELAY;
    return daemon;
}

/* Spreadsheets leave a tail of empty columns. */
static struct rs_span trim_tail(struct rs_span text)
{
    size_t len;

    text = rs_span_trim(text);
    for (len = text.len; len > 0 && text.ptr[len - 1] == ',';)
        len--;
    if (text.len - len >= 3)
        text.len = len;
    return rs_span_trim(text);
}

static enum rs_parsed apply(const struct rule *rules, size_t count,
                            const struct rs_postfix_line *line)
{
    for (size_t i = 0; i < count; i++) {
        struct rs_span rest = line->text;

        if (rs_postfix_take(&rest, rules[i].opening))
            return rules[i].read(line, rest);
    }
    return RS_UNKNOWN;
}

/* A panic names the function that gave up, then says what it met. */
static bool is_failure(struct rs_span text)
{
    if (rs_take(&text, "panic: "))
        return rs_postfix_match("%w: %s", text);
    return (rs_take(&text, "fatal: ") || rs_take(&text, "error: "))
           && rs_postfix_is_quiet(rs_postfix_quiet_failures, text);
}

static bool is_quiet(struct rs_span text)
{
    return rs_postfix_is_quiet(rs_postfix_quiet_plain, text)
           || is_failure(text)
           || rs_postfix_is_quiet(rs_postfix_quiet_verbose, text);
}

/* `QUEUEID: ` or `NOQUEUE: ` at the front of TEXT. */
static bool take_queue_id(struct rs_span *text, struct rs_span *id)
{
    struct rs_span rest = *text, found = RS_ABSENT;

    if (!rs_take(&rest, "NOQUEUE") && !rs_postfix_take_queue_id(&rest, &found))
        return false;
    if (!rs_take(&rest, ": "))
        return false;
    *id = found;
    *text = rest;
    return true;
}

static enum rs_parsed postfix_parse(const struct rs_parser *self,
                                    const struct rs_record *rec,
                                    struct rs_sink sink)
{
    struct rs_postfix_line line = {.record = rec, .sink = sink};
    enum rs_parsed result;

    (void)self;
    if (claim(rec->program, &line) == NULL)
        return RS_UNKNOWN;
    line.text = trim_tail(rec->text);
    if (!take_queue_id(&line.text, &line.queue_id)) {
        result = apply(plain_rules, COUNT(plain_rules), &line);
        if (result == RS_UNKNOWN && is_quiet(line.text))
            return RS_QUIET;
        return result;
    }
    result = apply(queued_rules, COUNT(queued_rules), &line);
    if (result == RS_UNKNOWN
        && rs_postfix_is_quiet(rs_postfix_quiet_queued, line.text))
        return RS_QUIET;
    return result;
}

/* Whether TEXT begins as the lines of Postfix do. */
static bool has_shape(struct rs_span text)
{
    static const char *const openings[] = {
        "warning: ", "fatal: ", "panic: ", "error: ", "statistics: ", NULL,
    };
    struct rs_span id;

    text = trim_tail(text);
    if (take_queue_id(&text, &id))
        return true;
    for (size_t i = 0; i < COUNT(plain_rules); i++)
        if (rs_span_starts(text, rs_span_of(plain_rules[i].opening)))
            return true;
    for (const char *const *opening = openings; *opening != NULL; opening++)
        if (rs_span_starts(text, rs_span_of(*opening)))
            return true;
    return rs_postfix_is_quiet(rs_postfix_quiet_plain, text);
}

static enum rs_bid postfix_bid(const struct rs_parser *self,
                               const struct rs_record *rec)
{
    struct rs_postfix_line line = {.record = rec};

    (void)self;
    if (claim(rec->program, &line) == NULL)
        return RS_BID_NONE;
    return has_shape(rec->text) ? RS_BID_PROVEN : RS_BID_PROGRAM;
}

static const char *const samples[] = {
    "Nov 23 16:30:01 mx postfix/smtpd[501]: connect from "
    "mail.example.net[192.0.2.10]",
    "Nov 23 16:30:01 mx postfix/smtpd[501]: 4C1A2B3D4E: "
    "client=mail.example.net[192.0.2.10]",
    "Nov 23 16:30:01 mx postfix/submission/smtpd[502]: 4jYBRB0SNtz1db5L: "
    "client=unknown[198.51.100.7], sasl_method=PLAIN, "
    "sasl_username=anna@example.org",
    "Nov 23 16:30:01 mx postfix/smtpd[503]: 5D2B3C4E5F: "
    "client=localhost[127.0.0.1], orig_queue_id=4C1A2B3D4E, "
    "orig_client=mail.example.net[192.0.2.10]",
    "Nov 23 16:30:02 mx postfix/pickup[504]: 6E3C4D5F60: uid=33 "
    "from=<www-data>",
    "Nov 23 16:30:02 mx postfix/cleanup[505]: 4C1A2B3D4E: "
    "message-id=<20261123.1@mail.example.net>",
    "Nov 23 16:30:02 mx postfix/qmgr[506]: 4C1A2B3D4E: "
    "from=<bob@example.net>, size=2310, nrcpt=1 (queue active)",
    "Nov 23 16:30:03 mx postfix/smtp[507]: 4C1A2B3D4E: "
    "to=<eve@example.com>, orig_to=<info@example.org>, "
    "relay=mx.example.com[203.0.113.5]:25, delay=1.2, "
    "delays=0.1/0.01/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued "
    "as 7F4D5E6071)",
    "Nov 23 16:30:03 mx postfix/local[508]: 4C1A2B3D4E: "
    "to=<anna@example.org>, relay=local, delay=0.3, delays=0.2/0/0/0.1, "
    "dsn=2.0.0, status=sent (delivered to maildir)",
    "Nov 23 16:30:04 mx postfix/qmgr[506]: 4C1A2B3D4E: "
    "from=<bob@example.net>, status=expired, returned to sender",
    "Nov 23 16:30:04 mx postfix/bounce[509]: 4C1A2B3D4E: sender "
    "non-delivery notification: 80516F7182",
    "Nov 23 16:30:04 mx postfix/qmgr[506]: 4C1A2B3D4E: removed",
    "Nov 23 16:30:05 mx postfix/smtpd[501]: NOQUEUE: reject: RCPT from "
    "unknown[198.51.100.66]: 554 5.7.1 <eve@example.com>: Relay access "
    "denied; from=<spam@example.net> to=<eve@example.com> proto=ESMTP "
    "helo=<dialup.example>",
    "Nov 23 16:30:05 mx postfix/cleanup[505]: 9162708293: reject: header "
    "Subject: pills from unknown[198.51.100.66]; from=<spam@example.net> "
    "to=<anna@example.org> proto=ESMTP helo=<dialup.example>: 5.7.1 no",
    "Nov 23 16:30:05 mx postfix/cleanup[505]: 9162708293: milter-reject: "
    "END-OF-MESSAGE from unknown[198.51.100.66]: 5.7.1 Spam message "
    "rejected; from=<spam@example.net> to=<anna@example.org> proto=ESMTP "
    "helo=<dialup.example>",
    "Nov 23 16:30:06 mx postfix/smtpd[501]: warning: "
    "unknown[198.51.100.66]: SASL LOGIN authentication failed: "
    "authentication failure, sasl_username=anna",
    "Nov 23 16:30:06 mx postfix/smtpd[501]: improper command pipelining "
    "after EHLO from unknown[198.51.100.66]: MAIL FROM:<a@example.net>",
    "Nov 23 16:30:06 mx postfix/smtpd[501]: warning: non-SMTP command from "
    "unknown[198.51.100.66]: GET / HTTP/1.1",
    "Nov 23 16:30:07 mx postfix/postscreen[510]: PREGREET 14 after 0.08 "
    "from [198.51.100.66]:59415: EHLO dialup\\r\\n",
    "Nov 23 16:30:07 mx postfix/postscreen[510]: NOQUEUE: reject: RCPT from "
    "[198.51.100.66]:59415: 550 5.7.1 Service unavailable; client "
    "[198.51.100.66] blocked using bl.example; from=<spam@example.net>, "
    "to=<anna@example.org>, proto=ESMTP, helo=<dialup.example>",
    "Nov 23 16:30:07 mx postfix/smtpd[501]: too many errors after RCPT from "
    "unknown[198.51.100.66]",
    "Nov 23 16:30:08 mx postfix/smtpd[501]: lost connection after AUTH from "
    "unknown[198.51.100.66]",
    "Nov 23 16:30:08 mx postfix/smtpd[501]: disconnect from "
    "mail.example.net[192.0.2.10] ehlo=1 mail=1 rcpt=0/1 quit=1 "
    "commands=3/4",
    NULL,
};

static const char *postfix_quiet(const struct rs_parser *self, size_t i)
{
    static const char *const *const tables[] = {
        rs_postfix_quiet_plain,
        rs_postfix_quiet_queued,
        rs_postfix_quiet_warnings,
        rs_postfix_quiet_troubles,
        rs_postfix_quiet_failures,
        rs_postfix_quiet_verbose,
        NULL,
    };

    (void)self;
    return rs_shape_at(tables, i);
}

const struct rs_parser rs_parser_postfix = {
    .name = "postfix",
    .summary = "Postfix 2.3 and later",
    .bid = postfix_bid,
    .parse = postfix_parse,
    .quiet = postfix_quiet,
    .samples = samples,
};

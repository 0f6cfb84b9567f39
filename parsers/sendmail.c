/* Sendmail 8.12 and later (and what older ones share with it). */
#include "sendmail.h"

/* Words that open a line, behind its queue id if it has one. */
static const struct rule {
    struct rs_span opening;
    rs_sendmail_rule *read;
} rules[] = {
    {RS_SENDMAIL_NAME("to="), rs_sendmail_to},
    {RS_SENDMAIL_NAME("from="), rs_sendmail_from},
    {RS_SENDMAIL_NAME("ruleset="), rs_sendmail_ruleset},
    {RS_SENDMAIL_NAME("STARTTLS="), rs_sendmail_tls},
    {RS_SENDMAIL_NAME("AUTH=server"), rs_sendmail_auth},
    {RS_SENDMAIL_NAME("AUTH failure ("), rs_sendmail_auth_failure},
    {RS_SENDMAIL_NAME("done; delay="), rs_sendmail_done},
    {RS_SENDMAIL_NAME("discarded"), rs_sendmail_discarded},
    {RS_SENDMAIL_NAME("split: "), rs_sendmail_split},
    {RS_SENDMAIL_NAME("Milter: connect: host="), rs_sendmail_milter_connect},
    {RS_SENDMAIL_NAME("Milter: "), rs_sendmail_milter},
    {RS_SENDMAIL_NAME("Milter"), rs_sendmail_filter},
    {RS_SENDMAIL_NAME("connect from "), rs_sendmail_connect},
    {RS_SENDMAIL_NAME("lost input channel from "), rs_sendmail_lost},
    {RS_SENDMAIL_NAME("rejecting commands from "), rs_sendmail_early_talk},
    {RS_SENDMAIL_NAME("rejecting server "), rs_sendmail_early_command},
    {RS_SENDMAIL_NAME("unauthorized PIPELINING"), rs_sendmail_pipelining},
    {RS_SENDMAIL_NAME("invalid domain name ("), rs_sendmail_bad_helo},
    {RS_SENDMAIL_NAME("message size ("), rs_sendmail_too_big},
};

/* Rules for lines that open with an id, a client or an address. */
static rs_sendmail_rule *const others[] = {
    rs_sendmail_child,
    rs_sendmail_client,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Daemons, queue runners and commands; an administrator may call them
 * otherwise (-L). */
static bool is_program(struct rs_span program)
{
    if (rs_take(&program, "/")) { /* a path is no other system's instance */
        const char *slash = rs_span_find_last(program, RS_SPAN("/"));

        if (slash != NULL)
            program = rs_span_skip(program, (size_t)(slash - program.ptr) + 1);
    }
    if (program.len == 0 || memchr(program.ptr, '/', program.len) != NULL)
        return false;
    return rs_span_equal(program, RS_SPAN("sendmail"))
           || rs_span_starts(program, RS_SPAN("sendmail-"))
           || rs_span_starts(program, RS_SPAN("sm-"));
}

/* `ID: `, `ID[2]: ` or `NOQUEUE: ` at the front of the text. */
static bool take_queue_id(struct rs_sendmail_line *line)
{
    struct rs_span rest = line->text, id = RS_ABSENT;
    uint64_t part = 0;

    if (!rs_take(&rest, "NOQUEUE") && !rs_sendmail_take_queue_id(&rest, &id))
        return false;
    if (rs_take(&rest, "[")
        && (!rs_take_number(&rest, 999, &part) || !rs_take(&rest, "]")))
        return false;
    if (!rs_take(&rest, ":") || (rest.len > 0 && !rs_take(&rest, " ")))
        return false;
    line->queue_id = id;
    line->part = (unsigned)part;
    line->text = rs_span_trim(rest);
    return true;
}

static enum rs_parsed apply(const struct rs_sendmail_line *line)
{
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct rs_span rest = line->text;
        enum rs_parsed result;

        if (rest.len == 0 || *rest.ptr != *rules[i].opening.ptr
            || !rs_take_literal(&rest, rules[i].opening))
            continue;
        result = rules[i].read(line, rest);
        if (result != RS_UNKNOWN)
            return result;
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        enum rs_parsed result = others[i](line, line->text);

        if (result != RS_UNKNOWN)
            return result;
    }
    if (rs_sendmail_is_quiet(line->text))
        return RS_QUIET;
    return rs_sendmail_user_error(line, line->text);
}

static struct rs_sendmail_line open_line(const struct rs_record *rec,
                                         struct rs_sink sink)
{
    struct rs_sendmail_line line = {
        .record = rec, .sink = sink, .text = rs_span_trim(rec->text)};

    (void)take_queue_id(&line);
    return line;
}

/* What could not be sent to syslog at once comes in parts, cut anywhere: only
 * the first tells whose words it is made of. */
static enum rs_parsed sendmail_parse(const struct rs_parser *self,
                                     const struct rs_record *rec,
                                     struct rs_sink sink)
{
    struct rs_sendmail_line line = open_line(rec, sink);
    enum rs_parsed result;

    (void)self;
    if (line.part > 1)
        return RS_QUIET;
    if (line.part == 1 && rs_span_ends(line.text, RS_SPAN(" ...")))
        line.text = rs_span_trim(
            rs_span_to(line.text, line.text.ptr + line.text.len - 4));
    result = apply(&line);
    return result == RS_UNKNOWN && line.part == 1 ? RS_QUIET : result;
}

/* Lines that no other program writes, behind a queue id. */
static bool is_unmistakable(const struct rs_sendmail_line *line)
{
    struct rs_span text = line->text;

    if (line->queue_id.ptr == NULL)
        return false;
    if (rs_take(&text, "from="))
        return rs_span_find(text, RS_SPAN(", class=")) != NULL
               && rs_span_find(text, RS_SPAN(", nrcpts=")) != NULL;
    if (rs_take(&text, "to="))
        return rs_span_find(text, RS_SPAN(", mailer=")) != NULL
               && rs_span_find(text, RS_SPAN(", pri=")) != NULL;
    return rs_take(&text, "ruleset=check_")
           && rs_span_find(text, RS_SPAN(", arg1=")) != NULL;
}

/* Does TEXT begin as many lines without queue id do? */
static bool has_shape(struct rs_span text)
{
    static const char *const openings[] = {
        "STARTTLS",          "AUTH=",     "ruleset=",
        "starting daemon (", "NOQUEUE: ", NULL,
    };

    for (const char *const *opening = openings; *opening != NULL; opening++)
        if (rs_span_starts(text, rs_span_of(*opening)))
            return true;
    return false;
}

static enum rs_bid sendmail_bid(const struct rs_parser *self,
                                const struct rs_record *rec)
{
    struct rs_sendmail_line line;
    bool ours = is_program(rec->program);

    (void)self;
    if (!ours && rec->text.len < 20)
        return RS_BID_NONE;
    line = open_line(rec, (struct rs_sink){0});
    if (!ours)
        return is_unmistakable(&line) ? RS_BID_SHAPE : RS_BID_NONE;
    if (line.queue_id.ptr != NULL || has_shape(rec->text)
        || rs_sendmail_is_quiet(line.text))
        return RS_BID_PROVEN;
    return RS_BID_PROGRAM;
}

static const char *const samples[] = {
    "Nov 23 16:30:01 mx sm-mta[501]: 6ANGU1qA000501: "
    "from=<bob@example.net>, size=2310, class=0, nrcpts=1, "
    "msgid=<20261123.1@mail.example.net>, proto=ESMTP, daemon=MTA-v4, "
    "relay=mail.example.net [192.0.2.10]",
    "Nov 23 16:30:01 mx sm-mta[502]: 6ANGU1qA000501: "
    "to=<anna@example.org>, delay=00:00:00, xdelay=00:00:00, mailer=local, "
    "pri=32310, dsn=2.0.0, stat=Sent",
    "Nov 23 16:30:02 mx sendmail[503]: 6ANGU2qB000503: from=www-data, "
    "size=310, class=0, nrcpts=1, msgid=<20261123.2@mx.example.org>, "
    "relay=www-data@localhost",
    "Nov 23 16:30:02 mx sendmail[503]: 6ANGU2qB000503: "
    "to=eve@example.com, ctladdr=www-data (33/33), delay=00:00:00, "
    "xdelay=00:00:00, mailer=relay, pri=30310, relay=[127.0.0.1] "
    "[127.0.0.1], dsn=2.0.0, stat=Sent (6ANGU2qC000504 Message accepted for "
    "delivery)",
    "Nov 23 16:30:03 mx sm-mta[505]: STARTTLS=server, "
    "relay=[IPv6:2001:db8:0:0:0:0:0:7], version=TLSv1.3, verify=NO, "
    "cipher=TLS_AES_256_GCM_SHA384, bits=256/256",
    "Nov 23 16:30:03 mx sm-mta[505]: AUTH=server, "
    "relay=[IPv6:2001:db8:0:0:0:0:0:7], authid=anna, mech=PLAIN, bits=0",
    "Nov 23 16:30:04 mx sm-mta[506]: 6ANGU4qD000506: AUTH failure (LOGIN): "
    "authentication failure (-13) SASL(-13): authentication failure: "
    "checkpass failed, user=anna, relay=[198.51.100.66]",
    "Nov 23 16:30:05 mx sm-mta[507]: 6ANGU5qE000507: ruleset=check_rcpt, "
    "arg1=<eve@example.com>, relay=dialup.example [198.51.100.66] (may be "
    "forged), reject=550 5.7.1 <eve@example.com>... Relaying denied. IP name "
    "possibly forged [198.51.100.66]",
    "Nov 23 16:30:05 mx sm-mta[508]: ruleset=check_relay, "
    "arg1=[198.51.100.66], arg2=198.51.100.66, relay=[198.51.100.66], "
    "reject=550 5.7.1 Rejected: 198.51.100.66 listed at bl.example",
    "Nov 23 16:30:06 mx sm-mta[509]: 6ANGU6qF000509: "
    "<webmaster@example.org>... User unknown",
    "Nov 23 16:30:06 mx sm-mta[509]: 6ANGU6qF000509: Milter: data, "
    "reject=554 5.7.1 Command rejected",
    "Nov 23 16:30:07 mx sm-mta[502]: 6ANGU1qA000501: 6ANGU7qG000502: DSN: "
    "User unknown",
    "Nov 23 16:30:07 mx sm-mta[510]: 6ANGU7qH000510: dialup.example "
    "[198.51.100.66] did not issue MAIL/EXPN/VRFY/ETRN during connection to "
    "MTA-v4",
    "Nov 23 16:30:07 mx sm-mta[511]: 6ANGU7qI000511: lost input channel from "
    "[198.51.100.66] to MTA-v4 after rcpt",
    "Nov 23 16:30:08 mx sm-mta[512]: 6ANGU8qJ000512: [198.51.100.66]: "
    "probable open proxy: command=GET / HTTP/1.1\\r\\n",
    "Nov 23 16:30:08 mx sm-mta[513]: 6ANGU8qK000513: rejecting commands from "
    "dialup.example [198.51.100.66] due to pre-greeting traffic after 0 "
    "seconds",
    "Nov 23 16:30:08 mx sm-mta[514]: 6ANGU8qL000514: [198.51.100.66]: VRFY "
    "root [rejected]",
    "Nov 23 16:30:09 mx sm-mta[502]: 6ANGU1qA000501: done; delay=00:00:08, "
    "ntries=1",
    NULL,
};

static const char *sendmail_quiet(const struct rs_parser *self, size_t i)
{
    (void)self;
    return rs_sendmail_quiet_at(i);
}

const struct rs_parser rs_parser_sendmail = {
    .name = "sendmail",
    .summary = "Sendmail 8.12 and later",
    .bid = sendmail_bid,
    .parse = sendmail_parse,
    .quiet = sendmail_quiet,
    .samples = samples,
};

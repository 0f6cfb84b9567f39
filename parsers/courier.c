/* Courier: its POP and IMAP servers, and the mail server of the same name. */
#include "courier.h"

#include "mailbox.h"

enum group { MAILBOX, PASSWORD_SERVICE, SMTP_SERVER, QUEUE, LOCAL, REMOTE };

struct program {
    const char *name;
    enum group group;
    const char *service;
    bool plain; /* no other program logs by this name */
};

/* As courierlogger(1) and the start scripts name them, over the years. */
static const struct program programs[] = {
    {"imapd", MAILBOX, "imap", false},
    {"imapd-ssl", MAILBOX, "imap", true},
    {"imaplogin", MAILBOX, "imap", true},
    {"courierimapd", MAILBOX, "imap", true},
    {"courierimaplogin", MAILBOX, "imap", true},
    {"courier-imapd", MAILBOX, "imap", true},
    {"courier-imapd-ssl", MAILBOX, "imap", true},
    {"pop3d", MAILBOX, "pop3", false},
    {"pop3d-ssl", MAILBOX, "pop3", true},
    {"pop3login", MAILBOX, "pop3", true},
    {"courierpop3d", MAILBOX, "pop3", true},
    {"courierpop3login", MAILBOX, "pop3", true},
    {"courier-pop3d", MAILBOX, "pop3", true},
    {"courier-pop3d-ssl", MAILBOX, "pop3", true},
    {"authdaemond", PASSWORD_SERVICE, NULL, true},
    {"authdaemond.ldap", PASSWORD_SERVICE, NULL, true},
    {"authdaemond.mysql", PASSWORD_SERVICE, NULL, true},
    {"authdaemond.pgsql", PASSWORD_SERVICE, NULL, true},
    {"authdaemond.plain", PASSWORD_SERVICE, NULL, true},
    {"courieresmtpd", SMTP_SERVER, NULL, true},
    {"courieresmtpd-msa", SMTP_SERVER, NULL, true},
    {"courieresmtpd-ssl", SMTP_SERVER, NULL, true},
    {"courierd", QUEUE, NULL, true},
    {"courierlocal", LOCAL, NULL, true},
    {"courieresmtp", REMOTE, NULL, true},
};

static const struct program *find_program(struct rs_span name)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (rs_span_equal(name, rs_span_of(programs[i].name)))
            return &programs[i];
    return NULL;
}

/* courierlogger(1) makes these the severity of the record; where standard
 * error goes elsewhere they stay. */
static void drop_severity(struct rs_span *s)
{
    if (!rs_take(s, "INFO: ") && !rs_take(s, "DEBUG: ")
        && !rs_take(s, "NOTICE: ") && !rs_take(s, "WARN: ")
        && !rs_take(s, "ERR: ") && !rs_take(s, "ALERT: "))
        rs_take(s, "CRIT: ");
}

static enum rs_parsed parse_as(const struct program *program,
                               const struct rs_record *rec,
                               struct rs_sink sink)
{
    struct rs_span text = rs_span_trim(rec->text);

    drop_severity(&text);
    switch (program->group) {
    case MAILBOX:
        return rs_courier_mailbox(text, rs_span_of(program->service), rec,
                                  sink);
    case PASSWORD_SERVICE: return rs_courier_password(text, rec, sink);
    case SMTP_SERVER: return rs_courier_smtpd(text, rec, sink);
    case QUEUE: return rs_courier_queue(text, rec, sink);
    case LOCAL:
        return rs_courier_delivery(text, RS_TRANSPORT_LOCAL, rec, sink);
    case REMOTE:
        return rs_courier_delivery(text, RS_TRANSPORT_SMTP, rec, sink);
    }
    return RS_UNKNOWN;
}

static enum rs_parsed parse(const struct rs_parser *self,
                            const struct rs_record *rec, struct rs_sink sink)
{
    const struct program *program = find_program(rec->program);

    (void)self;
    return program != NULL ? parse_as(program, rec, sink) : RS_UNKNOWN;
}

static void ignore(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

static bool is_known(const struct program *program,
                     const struct rs_record *rec)
{
    struct rs_sink nowhere = {.emit = ignore};

    return parse_as(program, rec, nowhere) != RS_UNKNOWN;
}

bool rs_courier_shares(const struct rs_record *rec)
{
    const struct program *program = find_program(rec->program);

    return program != NULL && !program->plain;
}

bool rs_courier_owns(const struct rs_record *rec)
{
    const struct program *program = find_program(rec->program);

    return program != NULL && is_known(program, rec);
}

/* `imapd` and `pop3d` are others' names as well: those log their process id,
 * which Courier's mostly do not. */
static enum rs_bid bid(const struct rs_parser *self,
                       const struct rs_record *rec)
{
    const struct program *program = find_program(rec->program);

    (void)self;
    if (program == NULL)
        return RS_BID_NONE;
    if (is_known(program, rec))
        return RS_BID_PROVEN;
    return program->plain || (rec->pid == 0 && !rs_mailbox_owns(rec))
               ? RS_BID_PROGRAM
               : RS_BID_NONE;
}

static const char *const samples[] = {
    "Nov 23 16:22:58 mx1 pop3d: LOGIN, user=judy, ip=[::ffff:192.0.2.7], "
    "port=[2800]",
    "Nov 23 16:22:58 mx1 imapd: LOGIN, user=judy@example.net, "
    "ip=[2001:db8::7], port=[50338], protocol=IMAP",
    "Nov 23 16:22:58 mx1 imapd-ssl[815]: LOGIN FAILED, method=PLAIN, "
    "ip=[::ffff:198.51.100.9]",
    "Nov 23 16:22:58 mx1 courierpop3login: LOGIN FAILED, user=root, "
    "ip=[::ffff:198.51.100.9]",
    "Nov 23 16:22:58 mx1 imapd: LOGOUT, user=judy, ip=[::ffff:192.0.2.7], "
    "headers=0, body=0, rcvd=30, sent=238, time=0",
    "Nov 23 16:22:58 mx1 imapd: Connection, ip=[::ffff:192.0.2.7]",
    "Nov 23 16:22:58 mx1 authdaemond: received auth request, service=imap, "
    "authtype=login",
    "Nov 23 16:22:58 mx1 courieresmtpd: started,ip=[::ffff:198.51.100.9]",
    "Nov 23 16:22:58 mx1 courieresmtpd: error,relay=::ffff:198.51.100.9,"
    "from=<a@example.org>,to=<b@example.com>: 513 Relaying denied.",
    "Nov 23 16:22:58 mx1 courieresmtpd[41]: error,relay=::ffff:198.51.100.9,"
    "port=43632,msg=\"535 Authentication failed.\",cmd: AUTH LOGIN root",
    "Nov 23 16:22:58 mx1 courierd: newmsg,id=0038C081.4D026173.000051A4, "
    "auth=judy@example.net: dns; laptop (unknown [::ffff:198.51.100.7])",
    "Nov 23 16:22:58 mx1 courierd: started,id=0038C081.4D026173.000051A4,"
    "from=<judy@example.net>,module=esmtp,host=example.org,"
    "addr=<bob@example.org>",
    "Nov 23 16:22:58 mx1 courieresmtp: id=0038C081.4D026173.000051A4,"
    "from=<judy@example.net>,addr=<bob@example.org>,size=329,success: "
    "delivered: mx.example.org [203.0.113.5]",
    "Nov 23 16:22:58 mx1 courierlocal: id=0038C081.4D026173.000051A4,"
    "from=<judy@example.net>,addr=<uma@example.net>,size=329,success: "
    "Message delivered.",
    NULL,
};

static const char *quiet_at(const struct rs_parser *self, size_t i)
{
    static const struct rs_form *const tables[] = {
        rs_courier_mailbox_forms, rs_courier_password_forms,
        rs_courier_smtpd_forms,   rs_courier_smtpd_troubles,
        rs_courier_queue_forms,   NULL,
    };

    (void)self;
    return rs_form_quiet_at(tables, i);
}

const struct rs_parser rs_parser_courier = {
    .name = "courier",
    .summary = "Courier: POP and IMAP logins, mail",
    .bid = bid,
    .parse = parse,
    .quiet = quiet_at,
    .samples = samples,
};

/* The POP and IMAP servers whose logins open a mail server to their client:
 * UW imapd and ipop3d, Cyrus, qpopper, vpopmail, and smaller ones; and
 * saslauthd, which some of them ask. */
#include "mailbox.h"

#include "courier.h"
#include "pam.h"

/* One after the other is asked, for some names have several servers. */
#define MOST_SERVERS 3

struct program {
    const char *name;
    const char *service;
    bool plain; /* no other program logs by this name */
    const struct rs_form *servers[MOST_SERVERS];
};

static const struct program programs[] = {
    {"imapd", "imap", false, {rs_mailbox_uw, rs_mailbox_cyrus}},
    {"imapsd", "imap", true, {rs_mailbox_uw}},
    {"ipop3d", "pop3", true, {rs_mailbox_uw}},
    {"ipop3sd", "pop3", true, {rs_mailbox_uw}},
    {"ipop2d", "pop2", true, {rs_mailbox_uw}},
    {"imap", "imap", false, {rs_mailbox_cyrus}},
    {"imaps", "imap", false, {rs_mailbox_cyrus}},
    {"pop3", "pop3", false, {rs_mailbox_cyrus}},
    {"pop3s", "pop3", false, {rs_mailbox_cyrus}},
    {"pop3d", "pop3", false, {rs_mailbox_cyrus, rs_mailbox_gnu}},
    {"pop3sd", "pop3", false, {rs_mailbox_cyrus}},
    {"sieve", "sieve", false, {rs_mailbox_cyrus}},
    {"timsieved", "sieve", true, {rs_mailbox_cyrus}},
    {"lmtpunix", "lmtp", true, {rs_mailbox_cyrus}},
    {"popper", "pop3", true, {rs_mailbox_qpopper}},
    {"qpopper", "pop3", true, {rs_mailbox_qpopper}},
    {"in.qpopper", "pop3", true, {rs_mailbox_qpopper}},
    {"vpopmail", "pop3", true, {rs_mailbox_vpopmail}},
    {"solid-pop3d", "pop3", true, {rs_mailbox_solid}},
    {"spop3d", "pop3", true, {rs_mailbox_solid}},
    {"perdition", "pop3", true, {rs_mailbox_perdition}},
    {"perdition.imap4", "imap", true, {rs_mailbox_perdition}},
    {"perdition.imap4s", "imap", true, {rs_mailbox_perdition}},
    {"perdition.imaps", "imap", true, {rs_mailbox_perdition}},
    {"perdition.managesieve", "sieve", true, {rs_mailbox_perdition}},
    {"perdition.pop3", "pop3", true, {rs_mailbox_perdition}},
    {"perdition.pop3s", "pop3", true, {rs_mailbox_perdition}},
    {"popa3d", "pop3", true, {rs_mailbox_popa3d}},
    {"teapop", "pop3", true, {rs_mailbox_teapop}},
    {"gnu-pop3d", "pop3", true, {rs_mailbox_gnu}},
    {"vm-pop3d", "pop3", true, {rs_mailbox_vm}},
    {"cucipop", "pop3", true, {rs_mailbox_cucipop}},
    {"saslauthd", NULL, true, {rs_mailbox_saslauthd}},
};

/* The services of Cyrus, logged as `cyrus/imap`, or with another prefix in
 * place of `cyrus`, but for those above. */
static const struct program cyrus = {"cyrus", NULL, true, {rs_mailbox_cyrus}};

static const struct program *find_name(struct rs_span name)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (rs_span_equal(name, rs_span_of(programs[i].name)))
            return &programs[i];
    return NULL;
}

/* PREFIXED: the name alone proves that it is Cyrus. */
static const struct program *find_program(struct rs_span name, bool *prefixed)
{
    struct rs_span prefix, service = name;
    const struct program *found;

    *prefixed = false;
    if (!rs_take_until(&service, '/', &prefix))
        return find_name(name);
    *prefixed = rs_span_equal(prefix, RS_SPAN("cyrus"));
    found = find_name(service);
    if (found != NULL && found->servers[0] == rs_mailbox_cyrus)
        return found;
    return *prefixed ? &cyrus : NULL;
}

/* `[file.c:12]` at the end of qpopper's lines, since version 4. */
static void drop_source(struct rs_span *s)
{
    const char *at = rs_span_find_last(*s, RS_SPAN(" ["));
    struct rs_span rest, name;
    uint64_t line;

    if (at == NULL)
        return;
    rest = rs_span_skip(*s, (size_t)(at - s->ptr) + 2);
    if (rs_take_until(&rest, ':', &name) && rs_span_ends(name, RS_SPAN(".c"))
        && rs_take_number(&rest, 1000000, &line)
        && rs_span_equal(rest, RS_SPAN("]")))
        *s = rs_span_to(*s, at);
}

/* `vchkpw: `, `vchkpw-smtp: `: who asked vpopmail. */
static bool take_asker(struct rs_span *s, struct rs_span *service)
{
    struct rs_span name;

    if (!rs_take(s, "vchkpw")
        || !rs_take_until_literal(s, RS_SPAN(": "), &name))
        return false;
    if (rs_take(&name, "-"))
        *service = name;
    return name.len == 0 || service->ptr == name.ptr;
}

/* The user's name stands before the address and within the quotes: a
 * stranger's may imitate the one or the other.  Two addresses name nobody. */
static enum rs_parsed parse_qpopper_error(struct rs_span text,
                                          const struct rs_event *like,
                                          const struct rs_record *rec,
                                          struct rs_sink sink)
{
    const struct rs_span mark = RS_SPAN("): -ERR [AUTH] Password supplied for "
                                        "\"");
    const char *at = rs_span_find(text, mark);
    struct rs_span before, address;
    struct rs_event ev = *like;

    if (at == NULL || !rs_span_ends(text, RS_SPAN("\" is incorrect.")))
        return RS_UNKNOWN;
    before = rs_span_to(text, at);
    at = rs_span_find_last(before, RS_SPAN(" ("));
    if (at == NULL)
        return RS_UNKNOWN;
    address = rs_span_skip(before, (size_t)(at - before.ptr) + 2);
    if (!rs_addr_parse(address, &ev.client))
        return RS_UNKNOWN;
    text = rs_span_skip(text, before.len + mark.len);
    if (rs_span_find(text, RS_SPAN("): -ERR ")) != NULL
        || rs_span_find(before, RS_SPAN("): -ERR ")) != NULL)
        ev.client = (struct rs_addr){{0}};
    ev.account = rs_span_to(text, text.ptr + text.len
                                      - (sizeof "\" is incorrect." - 1));
    ev.kind = RS_EV_LOGIN_FAILED;
    ev.record = rec;
    ev.count = rec->count;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

static void ignore(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

/* saslauthd says itself what came of an attempt. */
static enum rs_parsed parse_pam(struct rs_span text,
                                const struct program *program,
                                const struct rs_record *rec,
                                struct rs_sink sink)
{
    struct rs_sink nowhere = {.emit = ignore};

    if (program->servers[0] != rs_mailbox_saslauthd)
        return rs_pam_parse(text, rec, sink);
    return rs_pam_parse(text, rec, nowhere) != RS_UNKNOWN ? RS_QUIET
                                                          : RS_UNKNOWN;
}

static enum rs_parsed parse_as(const struct program *program,
                               const struct rs_record *rec,
                               struct rs_sink sink)
{
    struct rs_event like = {.service = rs_span_of(program->service)};
    struct rs_span text = rs_span_trim(rec->text);
    enum rs_parsed parsed = RS_UNKNOWN;

    if (rs_span_starts(text, RS_SPAN("pam_")))
        return parse_pam(text, program, rec, sink);
    if (program->servers[0] == rs_mailbox_saslauthd)
        like.witness = RS_WITNESS_PASSWORD_SERVICE;
    if (program->servers[0] == rs_mailbox_vpopmail
        && !take_asker(&text, &like.service))
        return RS_UNKNOWN;
    if (program->servers[0] == rs_mailbox_qpopper) {
        drop_source(&text);
        parsed = parse_qpopper_error(text, &like, rec, sink);
    }
    for (int i = 0; i < MOST_SERVERS && parsed == RS_UNKNOWN
                    && program->servers[i] != NULL;
         i++)
        parsed = rs_form_parse(program->servers[i], text, &like, rec, sink);
    return parsed;
}

static enum rs_parsed parse(const struct rs_parser *self,
                            const struct rs_record *rec, struct rs_sink sink)
{
    bool prefixed;
    const struct program *program = find_program(rec->program, &prefixed);

    (void)self;
    return program != NULL ? parse_as(program, rec, sink) : RS_UNKNOWN;
}

bool rs_mailbox_owns(const struct rs_record *rec)
{
    struct rs_sink nowhere = {.emit = ignore};

    return parse(&rs_parser_mailbox, rec, nowhere) != RS_UNKNOWN;
}

/* `imapd` and `pop3d` are Courier's as well, which mostly logs no process id;
 * `imap` and `pop3` are processes of Dovecot. */
static enum rs_bid bid(const struct rs_parser *self,
                       const struct rs_record *rec)
{
    bool prefixed;
    const struct program *program = find_program(rec->program, &prefixed);

    (void)self;
    if (program == NULL)
        return RS_BID_NONE;
    if (rs_mailbox_owns(rec))
        return RS_BID_PROVEN;
    if (program->plain || prefixed)
        return RS_BID_PROGRAM;
    return rs_courier_shares(rec) && rec->pid != 0 && !rs_courier_owns(rec)
               ? RS_BID_PROGRAM
               : RS_BID_NONE;
}

static const char *const samples[] = {
    "Nov 23 16:22:58 mx1 imapd[666]: Authenticated user=judy "
    "host=pc7.example.net [192.0.2.7]",
    "Nov 23 16:22:58 mx1 ipop3d[667]: Login user=judy host=[192.0.2.7] "
    "nmsgs=0/0",
    "Nov 23 16:22:58 mx1 imapd[668]: Login failed user=root auth=root "
    "host=dialup.example.org [198.51.100.9]",
    "Nov 23 16:22:58 mx1 cyrus/imap[669]: login: pc7.example.net "
    "[192.0.2.7] judy plaintext User logged in",
    "Nov 23 16:22:58 mx1 pop3[670]: badlogin: [198.51.100.9] plaintext root "
    "SASL(-13): authentication failure: checkpass failed",
    "Nov 23 16:22:58 mx1 timsieved[671]: badlogin: "
    "dialup.example.org[198.51.100.9] PLAIN authentication failure",
    "Nov 23 16:22:58 mx1 qpopper[672]: (v4.0.9) POP login by user \"judy\" "
    "at (pc7.example.net) 192.0.2.7 [pop_log.c:244]",
    "Nov 23 16:22:58 mx1 vpopmail[673]: vchkpw-pop3: (PLAIN) login success "
    "judy@example.net:192.0.2.7",
    "Nov 23 16:22:58 mx1 vpopmail[674]: vchkpw-smtp: password fail "
    "root@example.net:198.51.100.9",
    "Nov 23 16:22:58 mx1 solid-pop3d[675]: user judy authenticated - "
    "192.0.2.7",
    "Nov 23 16:22:58 mx1 perdition.imap4s[676]: Auth: "
    "192.0.2.7:2274->192.0.2.25:993 client-secure=ssl authorisation_id=NONE "
    "authentication_id=\"judy\" server=\"mx2.example.net:993\" "
    "protocol=IMAP4S server-secure=ssl status=\"ok\"",
    "Nov 23 16:22:58 mx1 popa3d[677]: Authentication passed for judy -- "
    "[192.0.2.7]",
    "Nov 23 16:22:58 mx1 teapop[678]: Successful login for judy@example.net "
    "[192.0.2.25] from pc7.example.net [192.0.2.7]",
    "Nov 23 16:22:58 mx1 gnu-pop3d[679]: User judy logged in with mailbox "
    "/var/mail/judy from 192.0.2.7",
    "Nov 23 16:22:58 mx1 saslauthd[680]: do_auth         : auth failure: "
    "[user=judy] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]",
    NULL,
};

static const char *quiet_at(const struct rs_parser *self, size_t i)
{
    static const struct rs_form *const tables[] = {
        rs_mailbox_uw,
        rs_mailbox_cyrus,
        rs_mailbox_qpopper,
        rs_mailbox_vpopmail,
        rs_mailbox_solid,
        rs_mailbox_perdition,
        rs_mailbox_popa3d,
        rs_mailbox_teapop,
        rs_mailbox_gnu,
        rs_mailbox_vm,
        rs_mailbox_cucipop,
        rs_mailbox_saslauthd,
        NULL,
    };

    (void)self;
    return rs_form_quiet_at(tables, i);
}

const struct rs_parser rs_parser_mailbox = {
    .name = "mailbox",
    .summary = "UW, Cyrus, qpopper, vpopmail and other mailbox servers: "
               "logins",
    .bid = bid,
    .parse = parse,
    .quiet = quiet_at,
    .samples = samples,
};

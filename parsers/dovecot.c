/* Dovecot 1.0 and later: which process speaks, and who parses its words. */
#include "dovecot.h"

enum group {
    LOGIN_PROCESS,
    PASSWORD_SERVICE,
    SESSION,
    SYSTEM /* the master process and its helpers */
};

struct process {
    const char *name;
    enum group group;
    const char *service; /* of a login process */
    bool plain;          /* no other program would log by this name */
};

static const struct process processes[] = {
    {"imap-login", LOGIN_PROCESS, "imap", true},
    {"pop3-login", LOGIN_PROCESS, "pop3", true},
    {"managesieve-login", LOGIN_PROCESS, "sieve", true},
    {"submission-login", LOGIN_PROCESS, "submission", true},
    {"imap-urlauth-login", LOGIN_PROCESS, "imap", true},
    {"imap", SESSION, NULL, false},
    {"pop3", SESSION, NULL, false},
    {"lmtp", SESSION, NULL, false},
    {"auth", PASSWORD_SERVICE, NULL, false},
    {"auth-worker", PASSWORD_SERVICE, NULL, false},
    {"dovecot-auth", PASSWORD_SERVICE, NULL, true},
    {"IMAP", SESSION, NULL, false},
    {"POP3", SESSION, NULL, false},
    {"MANAGESIEVE", SESSION, NULL, false},
    {"deliver", SESSION, NULL, false},
    {"doveadm", SESSION, NULL, true},
    {"doveadm-server", SESSION, NULL, true},
    {"dovecot-lda", SESSION, NULL, true},
    {"dsync-local", SESSION, NULL, true},
    {"dsync-remote", SESSION, NULL, true},
    {"dsync-server", SESSION, NULL, true},
    {"imap-hibernate", SESSION, NULL, true},
    {"imap-urlauth", SESSION, NULL, true},
    {"imap-urlauth-worker", SESSION, NULL, true},
    {"indexer", SESSION, NULL, false},
    {"indexer-worker", SESSION, NULL, false},
    {"lda", SESSION, NULL, false},
    {"managesieve", SESSION, NULL, true},
    {"quota-status", SESSION, NULL, true},
    {"submission", SESSION, NULL, false},
    {"aggregator", SYSTEM, NULL, false},
    {"anvil", SYSTEM, NULL, false},
    {"config", SYSTEM, NULL, false},
    {"dict", SYSTEM, NULL, false},
    {"dict-async", SYSTEM, NULL, false},
    {"director", SYSTEM, NULL, false},
    {"dns-client", SYSTEM, NULL, false},
    {"dns_client", SYSTEM, NULL, false},
    {"ipc", SYSTEM, NULL, false},
    {"log", SYSTEM, NULL, false},
    {"master", SYSTEM, NULL, false},
    {"old-stats", SYSTEM, NULL, false},
    {"replicator", SYSTEM, NULL, false},
    {"script", SYSTEM, NULL, false},
    {"ssl-build-param", SYSTEM, NULL, false},
    {"ssl-params", SYSTEM, NULL, false},
    {"stats", SYSTEM, NULL, false},
};

#define NAME_MAX_LEN ((size_t)32)

/* A text that no process introduces is the master's own. */
static const struct process master = {"master", SYSTEM, NULL, false};

static const struct process *find_process(struct rs_span name)
{
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        if (name.len > 0 && *name.ptr == *processes[i].name
            && rs_span_equal(name, rs_span_of(processes[i].name)))
            return &processes[i];
    return NULL;
}

/* Up to the first byte that cannot be part of a process name; none is as long
 * as NAME_MAX_LEN. */
static struct rs_span take_name(struct rs_span *s)
{
    struct rs_span name = *s;
    size_t n = 0;

    while (n < s->len && n < NAME_MAX_LEN
           && memchr("(<: [", s->ptr[n], 5) == NULL)
        n++;
    name.len = n;
    *s = rs_span_skip(*s, n);
    return name;
}

/* `(user)`, `(12, user)`; a user may hold brackets of his own. */
static bool take_arguments(struct rs_span *s)
{
    for (size_t i = 1; i + 1 < s->len; i++) {
        if (s->ptr[i] != ')' || (s->ptr[i + 1] != ':' && s->ptr[i + 1] != '<'))
            continue;
        *s = rs_span_skip(*s, i + 1);
        return true;
    }
    return false;
}

/* `process: `, `process(user): `, `process(user)<pid><session>: `. */
static const struct process *take_label(struct rs_span *s)
{
    struct rs_span at = *s, ignored;
    const struct process *process = find_process(take_name(&at));

    if (process == NULL)
        return NULL;
    if (at.len > 0 && *at.ptr == '(' && !take_arguments(&at))
        return NULL;
    while (at.len > 0 && *at.ptr == '<')
        if (!rs_take_until(&at, '>', &ignored))
            return NULL;
    if (!rs_take(&at, ": "))
        return NULL;
    *s = at;
    return process;
}

void rs_dovecot_drop_severity(struct rs_span *s)
{
    if (!rs_take(s, "Info: ") && !rs_take(s, "Warning: ")
        && !rs_take(s, "Error: ") && !rs_take(s, "Fatal: ")
        && !rs_take(s, "Panic: "))
        rs_take(s, "Warn: ");
}

static bool is_dovecot(const struct rs_record *rec)
{
    return rs_span_equal(rec->program, RS_SPAN("dovecot"));
}

/* The process that wrote REC; *TEXT becomes its words, *LABEL begins with
 * what introduces them.  NULL when neither the program nor the text names one
 * of ours. */
static const struct process *identify(const struct rs_record *rec,
                                      struct rs_span *label,
                                      struct rs_span *text)
{
    struct rs_span program = rec->program;
    const struct process *named, *labelled;

    *text = rs_span_trim(rec->text);
    named = is_dovecot(rec) ? &master : find_process(take_name(&program));
    rs_take(text, "dovecot: ");
    rs_dovecot_drop_severity(text);
    *label = *text;
    labelled = take_label(text);
    rs_dovecot_drop_severity(text);
    return labelled != NULL ? labelled : named;
}

static enum rs_parsed quiet(const struct rs_dovecot_shape *table,
                            struct rs_span text)
{
    return rs_dovecot_match(table, text) != NULL ? RS_QUIET : RS_UNKNOWN;
}

static enum rs_parsed parse(const struct rs_parser *self,
                            const struct rs_record *rec, struct rs_sink sink)
{
    struct rs_span label, text;
    const struct process *process = identify(rec, &label, &text);

    (void)self;
    if (process == NULL)
        return RS_UNKNOWN;
    if (process->group != PASSWORD_SERVICE && rs_take(&text, "Debug: "))
        return RS_QUIET;
    switch (process->group) {
    case LOGIN_PROCESS:
        return rs_dovecot_login(text, process->service, rec, sink);
    case PASSWORD_SERVICE: return rs_dovecot_auth(label, text, rec, sink);
    case SESSION: return rs_dovecot_session(text);
    case SYSTEM: return quiet(rs_dovecot_system_quiet, text);
    }
    return RS_UNKNOWN;
}

static void ignore(void *ctx, const struct rs_event *ev)
{
    (void)ctx;
    (void)ev;
}

/* A process name proves a line of "dovecot".  Names that other programs have
 * too, `auth` or `log`, are ours only with a text that we know. */
static enum rs_bid bid(const struct rs_parser *self,
                       const struct rs_record *rec)
{
    struct rs_span label, text;
    const struct process *process = identify(rec, &label, &text);
    struct rs_sink nowhere = {.emit = ignore};

    if (process == NULL)
        return RS_BID_NONE;
    if (is_dovecot(rec))
        return process == &master ? RS_BID_PROGRAM : RS_BID_PROVEN;
    if (parse(self, rec, nowhere) == RS_UNKNOWN)
        return process->plain ? RS_BID_PROGRAM : RS_BID_NONE;
    text = rec->program;
    return find_process(take_name(&text)) != NULL ? RS_BID_PROVEN
                                                  : RS_BID_SHAPE;
}

static const char *const samples[] = {
    "Nov 23 16:22:58 mx1 dovecot: pop3-login: Login: user=<judy>, "
    "method=PLAIN, rip=192.0.2.227, lip=192.0.2.25, mpid=284, TLS, "
    "session=<TorCAfRgvcTAAALj>",
    "2026-11-23T16:22:58.104211+01:00 mx1 dovecot[812]: submission-login: "
    "Login: user=<judy@example.net>, method=LOGIN, rip=2001:db8::7, "
    "lip=2001:db8::25, mpid=285, session=<a1>",
    "2019-10-15 08:08:52 imap-login: Info: Disconnected (auth failed, 1 "
    "attempts in 2 secs): user=<test>, method=PLAIN, rip=198.51.100.7, "
    "lip=192.0.2.25, TLS, session=<1MyTfu0USIqsFQAB>",
    "Jun 12 19:07:29 mx1 dovecot[241]: imap-login: Login aborted: Connection "
    "closed (auth failed, 3 attempts in 16 secs) (auth_failed): "
    "user=<test@example.org>, method=PLAIN, rip=198.51.100.8, "
    "lip=203.0.113.104, TLS, session=<9ZHq02g3J8S60fan>",
    "Dec 12 11:19:11 mx1 dovecot: pop3-login: Aborted login (tried to use "
    "disabled plaintext auth): rip=198.51.100.21, lip=203.0.113.99",
    "Jul 17 09:21:22 mx1 dovecot: imap-login: Disconnected (proxy dest auth "
    "failed): user=<judy@example.org>, method=PLAIN, rip=192.0.2.4, "
    "lip=203.0.113.2, session=<NTI4FiZxcQCSud4G>",
    "Jul 17 09:21:22 mx1 dovecot: imap-login: proxy(judy): started proxying "
    "to 192.0.2.77:143: user=<judy>, method=PLAIN, rip=192.0.2.4, "
    "lip=203.0.113.2",
    "Nov 23 16:23:11 mx1 dovecot: auth: passwd-file(uma,198.51.100.9,<s/1>): "
    "Password mismatch",
    "Jan 29 05:13:40 mx1 dovecot: auth-worker(31326): "
    "sql(info@example.org,198.51.100.9): unknown user",
    "Jun 15 13:57:41 mx1 dovecot: auth-worker(3270): conn unix:auth-worker "
    "(pid=27359,uid=97): auth-worker<128>: pam(web,198.51.100.9): "
    "pam_authenticate() failed: Authentication failure (Password mismatch?)",
    "Jun 23 00:10:57 mx1 dovecot: auth(info@example.org,198.51.100.9,"
    "sasl:login)<CvN+E95Uf4e7eEnj>: sql: Password mismatch",
    "Mar 23 06:10:52 auth: Info: ldap(dog,198.51.100.121,): invalid "
    "credentials",
    "Apr 19 05:22:20 mx1 auth: pam_unix(dovecot:auth): authentication "
    "failure; logname= uid=0 euid=0 tty=dovecot ruser=web "
    "rhost=198.51.100.3  user=web",
    NULL,
};

static const char *quiet_at(const struct rs_parser *self, size_t i)
{
    (void)self;
    return rs_dovecot_quiet_at(i);
}

const struct rs_parser rs_parser_dovecot = {
    .name = "dovecot",
    .summary = "Dovecot 1.0 and later: logins and failed logins",
    .bid = bid,
    .parse = parse,
    .quiet = quiet_at,
    .samples = samples,
};

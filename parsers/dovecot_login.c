/* Dovecot's login processes: who logged in, who failed, from where. */
#include "dovecot.h"

/* A hostile name may hold `>, ` any number of times; what the server writes
 * behind the name holds it but a few times. */
#define MOST_ENDS 8

struct fields {
    struct rs_span user, method;
    struct rs_addr client;
    bool addressed; /* rip= was there, be it empty */
};

/* What stands before the fields, without the causes in parentheses. */
static const struct rs_dovecot_shape heads[] = {
    {"Login", RS_DOVECOT_LOGIN},
    {"Logged in", RS_DOVECOT_LOGIN}, /* 2.4 */
    {"proxy(%*): Started proxying to remote host (%n secs)", RS_DOVECOT_LOGIN},
    {"proxy(%*): Started proxying to remote host from %i (%n secs)",
     RS_DOVECOT_LOGIN},
    {"proxy(%*): started proxying to %w", RS_DOVECOT_LOGIN},
    {"proxy(%*): started proxying to %w (%n secs)", RS_DOVECOT_LOGIN},
    {"proxy(%*): Started proxying to <%*> (%n secs)", RS_DOVECOT_LOGIN},
    {"Started proxying to <%*> (%n secs)", RS_DOVECOT_LOGIN},
    {"Aborted login", RS_DOVECOT_NOTHING},
    {"Aborted login by logging out", RS_DOVECOT_NOTHING},
    {"Client has quit the connection", RS_DOVECOT_NOTHING},
    {"Connection closed", RS_DOVECOT_NOTHING},
    {"Connection closed: %e", RS_DOVECOT_NOTHING},
    {"Disconnected", RS_DOVECOT_NOTHING},
    {"Disconnected: %e", RS_DOVECOT_NOTHING},
    {"Disconnected: Connection closed: %e", RS_DOVECOT_NOTHING},
    {"Disconnected: Aborted login by logging out", RS_DOVECOT_NOTHING},
    {"Disconnected: Auth process broken", RS_DOVECOT_NOTHING},
    {"Disconnected: Authentication failed", RS_DOVECOT_NOTHING},
    {"Disconnected: Auth failed", RS_DOVECOT_NOTHING},
    {"Disconnected: Client has quit the connection", RS_DOVECOT_NOTHING},
    {"Disconnected: Connection queue full", RS_DOVECOT_NOTHING},
    {"Disconnected: Disconnected: Too many bad commands", RS_DOVECOT_NOTHING},
    {"Disconnected: Inactivity", RS_DOVECOT_NOTHING},
    {"Disconnected: Inactivity during authentication", RS_DOVECOT_NOTHING},
    {"Disconnected: Internal login failure. Refer to server log for more "
     "information.",
     RS_DOVECOT_NOTHING},
    {"Disconnected: Internal login failure", RS_DOVECOT_NOTHING},
    {"Disconnected: Logged out", RS_DOVECOT_NOTHING},
    {"Disconnected: Login process is full", RS_DOVECOT_NOTHING},
    {"Disconnected: Remote closed connection", RS_DOVECOT_NOTHING},
    {"Disconnected: Server is shutting down", RS_DOVECOT_NOTHING},
    {"Disconnected: Server shutting down", RS_DOVECOT_NOTHING},
    {"Disconnected: Shutting down", RS_DOVECOT_NOTHING},
    {"Disconnected: TLS initialization failed.", RS_DOVECOT_NOTHING},
    {"Disconnected: Temporary authentication failure", RS_DOVECOT_NOTHING},
    {"Disconnected: Too many bad commands", RS_DOVECOT_NOTHING},
    {"Disconnected: Too many bad commands.", RS_DOVECOT_NOTHING},
    {"Disconnected: Too many invalid IMAP commands", RS_DOVECOT_NOTHING},
    {"Disconnected: Too many invalid commands", RS_DOVECOT_NOTHING},
    {"Disconnected: Too many invalid commands.", RS_DOVECOT_NOTHING},
    {"Disconnected: %*(reason: %*)", RS_DOVECOT_NOTHING},
    {"Inactivity", RS_DOVECOT_NOTHING},
    {"Inactivity during authentication", RS_DOVECOT_NOTHING},
    {"Internal login failure (pid=%d id=%d)", RS_DOVECOT_NOTHING},
    {"Internal login failure (pid=%d id=%d): reason=%*", RS_DOVECOT_NOTHING},
    {"Login aborted: %e", RS_DOVECOT_NOTHING},
    {"Login aborted: Connection closed: %e", RS_DOVECOT_NOTHING},
    {"Login aborted: Aborted login by logging out", RS_DOVECOT_NOTHING},
    {"Login aborted: Auth process broken", RS_DOVECOT_NOTHING},
    {"Login aborted: Connection queue full", RS_DOVECOT_NOTHING},
    {"Login aborted: Inactivity", RS_DOVECOT_NOTHING},
    {"Login aborted: Inactivity during authentication", RS_DOVECOT_NOTHING},
    {"Login aborted: Input buffer full", RS_DOVECOT_NOTHING},
    {"Login aborted: Logged out", RS_DOVECOT_NOTHING},
    {"Login aborted: Logging in timed out (state=%w, duration=%ds)",
     RS_DOVECOT_NOTHING},
    {"Login aborted: Server shutting down", RS_DOVECOT_NOTHING},
    {"Login aborted: Shutting down", RS_DOVECOT_NOTHING},
    {"Login aborted: TLS initialization failed.", RS_DOVECOT_NOTHING},
    {"Login aborted: Timeout while finishing login (waited %d secs)",
     RS_DOVECOT_NOTHING},
    {"Login aborted: Too many bad commands", RS_DOVECOT_NOTHING},
    {"Login aborted: Too many invalid commands", RS_DOVECOT_NOTHING},
    {"Login aborted: Too many invalid commands.", RS_DOVECOT_NOTHING},
    {"Logged out", RS_DOVECOT_NOTHING},
    {"Maximum number of connections from user+IP exceeded "
     "(mail_max_userip_connections=%d)",
     RS_DOVECOT_NOTHING},
    {"Login failed: Maximum number of connections from user+IP exceeded "
     "(mail_max_userip_connections=%d)",
     RS_DOVECOT_NOTHING},
    {"Remote closed connection", RS_DOVECOT_NOTHING},
    {"Remote closed connection: %e", RS_DOVECOT_NOTHING},
    {"Too many bad commands", RS_DOVECOT_NOTHING},
    {"Too many invalid commands", RS_DOVECOT_NOTHING},
    {"Too many invalid commands.", RS_DOVECOT_NOTHING},
    {"proxy(%*): disconnecting %i", RS_DOVECOT_NOTHING},
    {"proxy(%*): disconnecting %i (%*)", RS_DOVECOT_NOTHING},
    {"proxy(%*): Disconnected by client (%n secs idle, in=%d, out=%d)",
     RS_DOVECOT_NOTHING},
    {"proxy(%*): Disconnected by server (%n secs idle, in=%d, out=%d)",
     RS_DOVECOT_NOTHING},
    {"proxy(%*): Disconnected by client (%ns idle, in=%d, out=%d)",
     RS_DOVECOT_NOTHING},
    {"proxy(%*): Disconnected by server (%ns idle, in=%d, out=%d)",
     RS_DOVECOT_NOTHING},
    {.pattern = NULL},
};

/* 2.4 counts behind every cause.  Whose password was right once is no
 * guesser. */
#define COUNTED(cause, meaning)                                               \
    {cause ", %d attempts in %d secs", meaning},                              \
    {                                                                         \
        cause ", %n successful auths in %d secs", RS_DOVECOT_NOTHING          \
    }

/* Origin: client_get_extra_disconnect_reason() in Dovecot. */
static const struct rs_dovecot_shape causes[] = {
    COUNTED("auth failed", RS_DOVECOT_FAILURE),
    COUNTED("authorization failed", RS_DOVECOT_FAILURE),
    COUNTED("password expired", RS_DOVECOT_FAILURE),
    COUNTED("proxy dest auth failed", RS_DOVECOT_FAILURE),
    COUNTED("proxy dest authentication failure", RS_DOVECOT_FAILURE),
    COUNTED("tried to use disallowed %w auth", RS_DOVECOT_FAILURE),
    COUNTED("tried to use unsupported auth mechanism", RS_DOVECOT_FAILURE),
    COUNTED("user disabled", RS_DOVECOT_FAILURE),
    {"auth failed, %d attempts", RS_DOVECOT_FAILURE},
    {"%d authentication attempts", RS_DOVECOT_FAILURE},
    {"proxy dest auth failed", RS_DOVECOT_FAILURE},
    {"password expired", RS_DOVECOT_FAILURE},
    {"user disabled", RS_DOVECOT_FAILURE},
    {"user not permitted to log in", RS_DOVECOT_FAILURE},
    {"authorization failed", RS_DOVECOT_FAILURE},
    {"tried to use disabled %w auth", RS_DOVECOT_FAILURE},
    {"tried to use disallowed %w auth", RS_DOVECOT_FAILURE},
    {"cleartext authentication disabled", RS_DOVECOT_FAILURE},
    {"tried to use unsupported auth mechanism", RS_DOVECOT_FAILURE},
    COUNTED("anonymous logins disabled", RS_DOVECOT_NOTHING),
    COUNTED("auth aborted by client", RS_DOVECOT_NOTHING),
    COUNTED("auth process communication failure", RS_DOVECOT_NOTHING),
    COUNTED("auth referral", RS_DOVECOT_NOTHING),
    COUNTED("auth service reported temporary failure", RS_DOVECOT_NOTHING),
    COUNTED("client didn't finish SASL auth", RS_DOVECOT_NOTHING),
    COUNTED("connection limit reached", RS_DOVECOT_NOTHING),
    COUNTED("internal failure", RS_DOVECOT_NOTHING),
    COUNTED("login disabled", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest connection failed", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest connection limit reached", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest internal failure", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest protocol failure", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest redirected", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest remote failure", RS_DOVECOT_NOTHING),
    COUNTED("proxy dest temporary authentication failure", RS_DOVECOT_NOTHING),
    COUNTED("sent invalid base64 in response", RS_DOVECOT_NOTHING),
    {"The process is shutting down so the login is aborted.",
     RS_DOVECOT_NOTHING},
    {"client_limit and process_limit was hit and this login session was "
     "killed.",
     RS_DOVECOT_NOTHING},
    {"auth service reported temporary failure", RS_DOVECOT_NOTHING},
    {"no auth attempts in %d secs", RS_DOVECOT_NOTHING},
    {"no auth attempts", RS_DOVECOT_NOTHING},
    {"aborted authentication", RS_DOVECOT_NOTHING},
    {"auth process communication failure", RS_DOVECOT_NOTHING},
    {"auth process not ready", RS_DOVECOT_NOTHING},
    {"auth referral", RS_DOVECOT_NOTHING},
    {"cert required, client didn't start TLS", RS_DOVECOT_NOTHING},
    {"client didn't finish SASL auth, waited %d secs", RS_DOVECOT_NOTHING},
    {"client didn't send a cert", RS_DOVECOT_NOTHING},
    {"client sent an invalid cert", RS_DOVECOT_NOTHING},
    {"client sent an untrusted cert", RS_DOVECOT_NOTHING},
    {"disconnected before auth was ready, waited %d secs", RS_DOVECOT_NOTHING},
    {"disconnected before greeting, waited %d secs", RS_DOVECOT_NOTHING},
    {"disconnected during TLS handshake", RS_DOVECOT_NOTHING},
    {"disconnected while authenticating, waited %d secs", RS_DOVECOT_NOTHING},
    {"disconnected while finishing login, waited %d secs", RS_DOVECOT_NOTHING},
    {"internal failure, %d successful auths", RS_DOVECOT_NOTHING},
    {"internal failure, %d succesful auths", RS_DOVECOT_NOTHING},
    {"process full", RS_DOVECOT_NOTHING},
    /* 2.4 adds a name for machines. */
    {"anonymous_auth_disabled", RS_DOVECOT_NOTHING},
    {"auth_aborted_by_client", RS_DOVECOT_NOTHING},
    {"auth_failed", RS_DOVECOT_NOTHING},
    {"auth_nologin_referral", RS_DOVECOT_NOTHING},
    {"auth_process_comm_fail", RS_DOVECOT_NOTHING},
    {"auth_process_not_ready", RS_DOVECOT_NOTHING},
    {"auth_waiting_client", RS_DOVECOT_NOTHING},
    {"authorization_failed", RS_DOVECOT_NOTHING},
    {"cleartext_auth_disabled", RS_DOVECOT_NOTHING},
    {"client_ssl_cert_invalid", RS_DOVECOT_NOTHING},
    {"client_ssl_cert_missing", RS_DOVECOT_NOTHING},
    {"client_ssl_cert_untrusted", RS_DOVECOT_NOTHING},
    {"client_ssl_not_started", RS_DOVECOT_NOTHING},
    {"connection_limit", RS_DOVECOT_NOTHING},
    {"internal_failure", RS_DOVECOT_NOTHING},
    {"invalid_base64", RS_DOVECOT_NOTHING},
    {"invalid_mech", RS_DOVECOT_NOTHING},
    {"login_disabled", RS_DOVECOT_NOTHING},
    {"no_auth_attempts", RS_DOVECOT_NOTHING},
    {"password_expired", RS_DOVECOT_NOTHING},
    {"process_full", RS_DOVECOT_NOTHING},
    {"proxy_dest_auth_failed", RS_DOVECOT_NOTHING},
    {"proxy_dest_auth_temp_failed", RS_DOVECOT_NOTHING},
    {"proxy_dest_connect_failed", RS_DOVECOT_NOTHING},
    {"proxy_dest_connection_limit", RS_DOVECOT_NOTHING},
    {"proxy_dest_internal_failure", RS_DOVECOT_NOTHING},
    {"proxy_dest_protocol_failure", RS_DOVECOT_NOTHING},
    {"proxy_dest_redirected", RS_DOVECOT_NOTHING},
    {"proxy_dest_remote_failure", RS_DOVECOT_NOTHING},
    {"shutting_down", RS_DOVECOT_NOTHING},
    {"temp_fail", RS_DOVECOT_NOTHING},
    {"tls_handshake_not_finished", RS_DOVECOT_NOTHING},
    {"user_disabled", RS_DOVECOT_NOTHING},
    {.pattern = NULL},
};

/* The elements of login_log_format_elements that name no stranger's words. */
static const struct rs_dovecot_shape elements[] = {
    {.pattern = "session=<%w>"},
    {.pattern = "lip=%i"},
    {.pattern = "mpid=%d"},
    {.pattern = "TLS"},
    {.pattern = "secured"},
    {.pattern = "TLS: %e"},
    {.pattern = "TLS handshaking"},
    {.pattern = "TLS handshaking: %e"},
    {.pattern = "TLS handshake"},
    {.pattern = "TLS: Connection closed: %e"},
    {.pattern = "TLSv%n with cipher %w (%d/%d bits)"},
    {.pattern = "SSLv%n with cipher %w (%d/%d bits)"},
    {.pattern = "TLSv%n"},
    {.pattern = "method="},
    {.pattern = "rport=%d"},
    {.pattern = "lport=%d"},
    {.pattern = "real_rip=%i"},
    {.pattern = "real_lip=%i"},
    {.pattern = "session="},
    {.pattern = "session=<>"},
    {.pattern = "trusted"},
    {.pattern = NULL},
};

/* An element up to `, ` (some sites write `,`) or the end. */
static struct rs_span take_item(struct rs_span *s)
{
    const char *comma = memchr(s->ptr, ',', s->len);
    struct rs_span item =
        rs_span_to(*s, comma != NULL ? comma : s->ptr + s->len);

    *s = rs_span_skip(*s, item.len + (comma != NULL));
    rs_take(s, " ");
    return item;
}

/* The elements behind the user: all of TAIL, none of them twice over. */
static bool parse_elements(struct rs_span tail, struct fields *f)
{
    f->method = RS_ABSENT;
    f->client = (struct rs_addr){0};
    f->addressed = false;
    while (tail.len > 0) {
        struct rs_span item = take_item(&tail);

        if (!f->addressed && rs_take(&item, "rip=")) {
            if (item.len > 0 && !rs_addr_parse(item, &f->client))
                return false;
            f->addressed = true;
        } else if (rs_take(&item, "method=")) {
            f->method = item;
        } else if (rs_dovecot_match(elements, item) == NULL) {
            return false;
        }
    }
    return true;
}

/* The user is a stranger's text and may imitate all that follows it: it ends
 * at the last `>` behind which the server's own elements are complete. */
static bool parse_user(struct rs_span s, struct fields *f)
{
    int tries = 0;

    for (size_t i = s.len; i-- > 0 && tries < MOST_ENDS;) {
        struct rs_span tail = rs_span_skip(s, i);

        if (!rs_take(&tail, ">") || (tail.len > 0 && !rs_take(&tail, ",")))
            continue;
        tries++;
        rs_take(&tail, " ");
        if (!parse_elements(tail, f) || !f->addressed)
            continue;
        f->user = rs_span_to(s, s.ptr + i);
        return true;
    }
    return false;
}

static bool parse_fields(struct rs_span s, struct fields *f)
{
    while (s.len > 0 && (s.ptr[s.len - 1] == ',' || s.ptr[s.len - 1] == ' '))
        s.len--;
    f->user = RS_ABSENT;
    if (rs_take(&s, "user=<"))
        return parse_user(s, f);
    return parse_elements(s, f) && f->addressed;
}

/* Where the first field begins: behind the ": " before it. */
static bool split(struct rs_span text, struct rs_span *head,
                  struct rs_span *fields)
{
    static const struct rs_span firsts[] = {
        {": user=<", 8}, {": method=", 9}, {": rip=", 6}};
    const char *at = NULL;

    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        const char *found = rs_span_find(text, firsts[i]);

        if (found != NULL && (at == NULL || found < at))
            at = found;
    }
    if (at == NULL)
        return false;
    *head = rs_span_to(text, at);
    *fields = rs_span_skip(text, head->len + 2);
    return true;
}

/* ` (cause)` at the end of *HEAD, when it is one we know. */
static bool take_cause(struct rs_span *head, struct rs_span *cause,
                       enum rs_dovecot_meaning *meaning)
{
    const struct rs_dovecot_shape *shape;
    size_t i = head->len;

    if (i == 0 || head->ptr[i - 1] != ')')
        return false;
    while (i > 0 && head->ptr[i - 1] != '(')
        i--;
    if (i < 2 || head->ptr[i - 2] != ' ')
        return false;
    *cause = rs_span_skip(*head, i);
    cause->len--;
    shape = rs_dovecot_match(causes, *cause);
    if (shape == NULL)
        return false;
    *meaning = shape->meaning;
    head->len = i - 2;
    return true;
}

/* What HEAD and its causes mean; REASON is the cause that decides. */
static bool judge(struct rs_span head, enum rs_dovecot_meaning *meaning,
                  struct rs_span *reason)
{
    const struct rs_dovecot_shape *shape;
    struct rs_span cause;
    enum rs_dovecot_meaning found = RS_DOVECOT_NOTHING;

    *meaning = RS_DOVECOT_NOTHING;
    for (int i = 0; i < 2 && take_cause(&head, &cause, &found); i++) {
        if (found != RS_DOVECOT_FAILURE)
            continue;
        *meaning = found;
        *reason = cause;
    }
    shape = rs_dovecot_match(heads, head);
    if (shape == NULL)
        return false;
    if (shape->meaning == RS_DOVECOT_LOGIN)
        *meaning = RS_DOVECOT_LOGIN;
    return true;
}

enum rs_parsed rs_dovecot_login(struct rs_span text, const char *service,
                                const struct rs_record *rec,
                                struct rs_sink sink)
{
    struct rs_event ev = {.record = rec, .witness = RS_WITNESS_SERVER};
    struct rs_span head, tail;
    struct fields f;
    enum rs_dovecot_meaning meaning = RS_DOVECOT_NOTHING;

    if (!split(text, &head, &tail) || !judge(head, &meaning, &ev.reason)
        || !parse_fields(tail, &f))
        return rs_dovecot_match(rs_dovecot_login_quiet, text) != NULL
                   ? RS_QUIET
                   : RS_UNKNOWN;
    if (meaning == RS_DOVECOT_NOTHING)
        return RS_QUIET;
    ev.kind = meaning == RS_DOVECOT_LOGIN ? RS_EV_LOGIN : RS_EV_LOGIN_FAILED;
    ev.count = meaning == RS_DOVECOT_LOGIN ? rec->count
                                           : rs_dovecot_count(rec, ev.reason);
    ev.service = rs_span_of(service);
    ev.account = f.user;
    ev.mechanism = f.method;
    ev.client = f.client;
    sink.emit(sink.ctx, &ev);
    return RS_PARSED;
}

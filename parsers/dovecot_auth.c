/* Dovecot's password service: auth, auth-worker, and PAM beneath them. */
#include "dovecot.h"

/* More closing brackets than this are the name's own. */
#define MOST_READINGS 32

/* Password databases and SASL mechanisms. */
static const char *const drivers[] = {
    "anonymous", "apop",    "bsdauth",     "cache",         "checkpassword",
    "cram-md5",  "dict",    "digest-md5",  "external",      "gss-spnego",
    "gssapi",    "imap",    "ldap",        "login",         "lua",
    "ntlm",      "oauth2",  "oauthbearer", "otp",           "pam",
    "passdb",    "passwd",  "passwd-file", "plain",         "policy",
    "prefetch",  "rpa",     "scram-sha-1", "scram-sha-256", "shadow",
    "sia",       "skey",    "sql",         "static",        "userdb",
    "vpopmail",  "winbind", "xoauth2",
};

#define PAM_ERRORS(prefix)                                                    \
    {prefix "Authentication failure", RS_DOVECOT_FAILURE},                    \
        {prefix "Authentication failure (Password mismatch?)",                \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "Authentication failure (password mismatch?)",                \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix                                                               \
         "Authentication failure (Password mismatch?) (given password: "      \
         "%*)",                                                               \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "authentication error", RS_DOVECOT_FAILURE},                  \
        {prefix "authentication error (%w mismatch?)", RS_DOVECOT_FAILURE},   \
        {prefix "User not known to the underlying authentication module",     \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "User account has expired", RS_DOVECOT_FAILURE},              \
        {prefix "Permission denied", RS_DOVECOT_FAILURE},                     \
        {prefix "Have exhausted maximum number of retries for service",       \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "Authentication token is no longer valid; new one required",  \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "Authentication token expired", RS_DOVECOT_FAILURE},          \
        {prefix "Insufficient credentials to access authentication data",     \
         RS_DOVECOT_FAILURE},                                                 \
        {prefix "Error in service module", RS_DOVECOT_NOTHING},               \
        {prefix "System error", RS_DOVECOT_NOTHING},                          \
        {prefix "Module is unknown", RS_DOVECOT_NOTHING},                     \
        {prefix "Conversation error", RS_DOVECOT_NOTHING},                    \
        {prefix "Critical error - immediate abort", RS_DOVECOT_NOTHING},      \
    {                                                                         \
        prefix "Authentication service cannot retrieve authentication info",  \
            RS_DOVECOT_NOTHING                                                \
    }

/* What stands behind `driver(user,address): `. */
static const struct rs_dovecot_shape verdicts[] = {
    {"Password mismatch", RS_DOVECOT_FAILURE},
    {"unknown user", RS_DOVECOT_FAILURE},
    {"Password mismatch (given password: %*)", RS_DOVECOT_FAILURE},
    {"Password mismatch (SHA1 of given password: %w)", RS_DOVECOT_FAILURE},
    {"password mismatch", RS_DOVECOT_FAILURE},
    {"unknown user (given password: %*)", RS_DOVECOT_FAILURE},
    {"unknown user (SHA1 of given password: %w)", RS_DOVECOT_FAILURE},
    {"user unknown", RS_DOVECOT_FAILURE},
    {"invalid credentials", RS_DOVECOT_FAILURE},
    {"invalid credentials (given password: %*)", RS_DOVECOT_FAILURE},
    {"invalid credentials (SHA1 of given password: %w)", RS_DOVECOT_FAILURE},
    {"Invalid credentials", RS_DOVECOT_FAILURE},
    {"Authentication failed: %*", RS_DOVECOT_FAILURE},
    {"Login failed", RS_DOVECOT_FAILURE},
    {"password has expired", RS_DOVECOT_FAILURE},
    {"User is disabled", RS_DOVECOT_FAILURE},
    {"Account is disabled", RS_DOVECOT_FAILURE},
    {"allow_nets check failed: %i not in allowed networks",
     RS_DOVECOT_FAILURE},
    {"allow_nets check failed: IP not in allowed networks",
     RS_DOVECOT_FAILURE},
    {"allow_nets check failed: IP %i not in allowed networks",
     RS_DOVECOT_FAILURE},
    {"User found from deny passdb", RS_DOVECOT_FAILURE},
    {"Authentication failure due to weakforced policy server",
     RS_DOVECOT_FAILURE},
    {"Authentication failure due to policy server refusal",
     RS_DOVECOT_FAILURE},
    {"Authentication failure due to policy server refusal: %*",
     RS_DOVECOT_FAILURE},
    PAM_ERRORS("pam_authenticate() failed: "),
    PAM_ERRORS("pam_acct_mgmt() failed: "),
    {"pam_setcred() failed: %*", RS_DOVECOT_NOTHING},
    {"Password mismatch - trying the next passdb", RS_DOVECOT_NOTHING},
    {"unknown user - trying the next passdb", RS_DOVECOT_NOTHING},
    {"unknown user - trying the next userdb", RS_DOVECOT_NOTHING},
    {"Password mismatch (given password: %*) - trying the next passdb",
     RS_DOVECOT_NOTHING},
    {"unknown user (given password: %*) - trying the next passdb",
     RS_DOVECOT_NOTHING},
    {"user not found from userdb", RS_DOVECOT_NOTHING},
    {"user not found from any userdbs", RS_DOVECOT_NOTHING},
    {"Empty username", RS_DOVECOT_NOTHING},
    {"Empty password", RS_DOVECOT_NOTHING},
    {"Empty client response", RS_DOVECOT_NOTHING},
    {"No password", RS_DOVECOT_NOTHING},
    {"No password returned (and no nopassword)", RS_DOVECOT_NOTHING},
    {"Empty password returned without nopassword", RS_DOVECOT_NOTHING},
    {"invalid input", RS_DOVECOT_NOTHING},
    {"Invalid input", RS_DOVECOT_NOTHING},
    {"invalid base64 data in continued response", RS_DOVECOT_NOTHING},
    {"Invalid base64 data in continued response", RS_DOVECOT_NOTHING},
    {"Invalid base64 data in initial response", RS_DOVECOT_NOTHING},
    {"Username character disallowed by auth_username_chars: 0x%w "
     "(username: %*)",
     RS_DOVECOT_NOTHING},
    {"Attempted login with empty password", RS_DOVECOT_NOTHING},
    {"Invalid username: %*", RS_DOVECOT_NOTHING},
    {"username not given", RS_DOVECOT_NOTHING},
    {"Request timed out waiting for client to continue authentication (%d "
     "secs)",
     RS_DOVECOT_NOTHING},
    {"Request timed out waiting for client to continue authentication",
     RS_DOVECOT_NOTHING},
    {"Request canceled by client", RS_DOVECOT_NOTHING},
    {"Request %n timed out after %d secs, state=%d", RS_DOVECOT_NOTHING},
    {"Unknown password scheme %w", RS_DOVECOT_NOTHING},
    {"Unknown scheme %w", RS_DOVECOT_NOTHING},
    {"Requested %w scheme, but we have only %w", RS_DOVECOT_NOTHING},
    {"Requested %w scheme, but we have a NULL password", RS_DOVECOT_NOTHING},
    {"Requested DIGEST-MD5 scheme, but we have only %w", RS_DOVECOT_NOTHING},
    {"passdb doesn't support credential lookups", RS_DOVECOT_NOTHING},
    {"Password query failed: %*", RS_DOVECOT_NOTHING},
    {"User query failed: %*", RS_DOVECOT_NOTHING},
    {"Password query returned multiple matches", RS_DOVECOT_NOTHING},
    {"ldap_bind() failed: %*", RS_DOVECOT_NOTHING},
    {"ldap_search() failed: %*", RS_DOVECOT_NOTHING},
    {"user-mismatch: %*", RS_DOVECOT_NOTHING},
    {"stat(%*) failed: %e", RS_DOVECOT_NOTHING},
    {"open(%*) failed: %e", RS_DOVECOT_NOTHING},
    {"master user login failed: %*", RS_DOVECOT_NOTHING},
    {"Master user lookup for login: %*", RS_DOVECOT_NOTHING},
    {"Master user logging in as %*", RS_DOVECOT_NOTHING},
    {"No passdbs support skipping password verification - pass=yes can't be "
     "used in master passdb",
     RS_DOVECOT_NOTHING},
    {.pattern = NULL},
};

uint32_t rs_dovecot_count(const struct rs_record *rec, struct rs_span text)
{
    uint64_t times = 0, count;

    while (text.len > 0 && (*text.ptr < '0' || *text.ptr > '9'))
        text = rs_span_skip(text, 1);
    if (!rs_take_number(&text, 1000000, &times) || times == 0)
        times = 1;
    count = times * rec->count;
    return count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

static void fail(const struct rs_event *template, const struct rs_record *rec,
                 struct rs_sink sink)
{
    struct rs_event ev = *template;

    ev.kind = RS_EV_LOGIN_FAILED;
    ev.record = rec;
    ev.witness = RS_WITNESS_PASSWORD_SERVICE;
    sink.emit(sink.ctx, &ev);
}

/* Cut `,<session>` off the end of *S. */
static void drop_session(struct rs_span *s)
{
    if (!rs_span_ends(*s, RS_SPAN(">")))
        return;
    for (size_t i = s->len; i-- > 1;) {
        if (s->ptr[i] != '<' || s->ptr[i - 1] != ',')
            continue;
        s->len = i - 1;
        return;
    }
}

/* `user,address`, with `,master`, `,<session>` or a lone comma behind.  The
 * name stands first and may hold commas. */
static void parse_identity(struct rs_span s, struct rs_event *ev)
{
    drop_session(&s);
    if (rs_span_ends(s, RS_SPAN(",")))
        s.len--;
    if (rs_span_ends(s, RS_SPAN(",master")))
        s.len -= sizeof ",master" - 1;
    ev->account = s;
    for (size_t i = s.len; i-- > 0;) {
        if (s.ptr[i] != ',')
            continue;
        ev->account = rs_span_to(s, s.ptr + i);
        rs_addr_parse(rs_span_skip(s, i + 1), &ev->client);
        return;
    }
}

/* `: 2 Time(s)`, which logwatch hangs behind a line. */
static void drop_times(struct rs_span *s, struct rs_span *times)
{
    static const struct rs_dovecot_shape tail[] = {{.pattern = ": %d Time(s)"},
                                                   {.pattern = NULL}};

    *times = RS_ABSENT;
    for (size_t i = s->len; i-- > 0 && s->len - i <= 24;) {
        if (s->ptr[i] != ':')
            continue;
        *times = rs_span_skip(*s, i);
        if (rs_dovecot_match(tail, *times) != NULL)
            s->len = i;
        else
            *times = RS_ABSENT;
        return;
    }
}

/* Behind `driver(`.  The name is a stranger's and may imitate the end of the
 * identity, a given password may imitate a whole line: where two readings
 * name different clients, nobody is blamed. */
static enum rs_parsed parse_verdict(struct rs_span s,
                                    const struct rs_record *rec,
                                    struct rs_sink sink)
{
    struct rs_event found = {.record = NULL};
    struct rs_span times, rest = s, before;
    int readings = 0;

    drop_times(&rest, &times);
    s = rest;
    for (int i = 0; i < MOST_READINGS
                    && rs_take_until_literal(&rest, RS_SPAN("): "), &before);
         i++) {
        const struct rs_dovecot_shape *shape;
        struct rs_event ev = {.reason = rest};

        shape = rs_dovecot_match(verdicts, rest);
        if (shape == NULL)
            continue;
        if (shape->meaning == RS_DOVECOT_NOTHING)
            return RS_QUIET;
        parse_identity(rs_span_to(s, rest.ptr - 3), &ev);
        if (readings++ > 0 && !rs_addr_equal(&ev.client, &found.client))
            ev.client = (struct rs_addr){0};
        found = ev;
    }
    if (readings == 0)
        return RS_UNKNOWN;
    found.count = rs_dovecot_count(rec, times);
    fail(&found, rec, sink);
    return RS_PARSED;
}

/* ` rhost=ADDRESS` behind NAME at the front of S, then the end or the name
 * again; the line may end with the name in `user=`. */
static bool read_rhost(struct rs_span s, struct rs_span name, bool sure,
                       struct rs_addr *out)
{
    const char *blank;
    struct rs_span address;
    struct rs_addr found;

    blank = memchr(s.ptr, ' ', s.len);
    address = rs_span_to(s, blank != NULL ? blank : s.ptr + s.len);
    s = rs_span_trim(rs_span_skip(s, address.len));
    if (s.len > 0
        && (!rs_take(&s, "user=") || (!sure && !rs_span_equal(s, name))))
        return false;
    if (!rs_addr_parse(address, &found))
        found = (struct rs_addr){0};
    *out = found;
    return true;
}

/* `NAME rhost=ADDRESS  user=NAME`: the name may hold ` rhost=` itself. */
static void parse_rhost(struct rs_span s, struct rs_event *ev)
{
    const struct rs_span mark = RS_SPAN(" rhost=");
    const char *at = rs_span_find(s, mark);
    struct rs_span rest = s;
    bool sure, any = false;

    sure =
        at != NULL
        && rs_span_find(rs_span_skip(s, (size_t)(at - s.ptr) + mark.len), mark)
               == NULL;
    for (int i = 0;
         i < MOST_READINGS && (at = rs_span_find(rest, mark)) != NULL; i++) {
        struct rs_span name = rs_span_to(s, at);
        struct rs_addr client;

        rest = rs_span_skip(s, name.len + mark.len);
        if (!read_rhost(rest, name, sure, &client))
            continue;
        if (any && !rs_addr_equal(&client, &ev->client))
            client = (struct rs_addr){0};
        any = true;
        ev->account = name;
        ev->client = client;
    }
}

/* pam_unix(8), pam_sss(8) and their like in the name of Dovecot. */
static enum rs_parsed parse_pam(struct rs_span s, const struct rs_record *rec,
                                struct rs_sink sink)
{
    static const struct rs_dovecot_shape start[] = {
        {.pattern = "logname=%* uid=%d euid=%d tty=dovecot"},
        {.pattern = "logname= uid=%d euid=%d tty=dovecot"},
        {.pattern = NULL}};
    struct rs_event ev = {.reason = RS_SPAN("authentication failure")};
    struct rs_span more = s, before, number = RS_ABSENT;

    if (!rs_take(&s, "authentication failure; ")) {
        if (!rs_take_until(&more, ' ', &number)
            || (!rs_take(&more, "more authentication failures; ")
                && !rs_take(&more, "more authentication failure; ")))
            return RS_UNKNOWN;
        s = more;
    }
    if (!rs_take_until_literal(&s, RS_SPAN(" ruser="), &before)
        || rs_dovecot_match(start, before) == NULL)
        return RS_UNKNOWN;
    parse_rhost(s, &ev);
    if (ev.account.ptr == NULL)
        return RS_UNKNOWN;
    ev.count = rs_dovecot_count(rec, number);
    fail(&ev, rec, sink);
    return RS_PARSED;
}

/* `conn unix:auth-worker (pid=1,uid=2): auth-worker<3>: ` */
static void drop_connection(struct rs_span *s)
{
    static const struct rs_dovecot_shape prefixes[] = {
        {.pattern = "conn unix:%w (pid=%d,uid=%d"},
        {.pattern = "conn unix:%w (uid=%d"},
        {.pattern = NULL}};
    struct rs_span at = *s, before, id;

    if (!rs_take_until_literal(&at, RS_SPAN("): "), &before)
        || rs_dovecot_match(prefixes, before) == NULL)
        return;
    *s = at;
    if (rs_take(&at, "auth-worker<") && rs_take_until(&at, '>', &id)
        && rs_take(&at, ": "))
        *s = at;
}

/* One of the drivers with BEHIND behind it. */
static bool take_driver(struct rs_span *s, const char *behind)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        struct rs_span at = *s;

        if (!rs_take_literal(&at, rs_span_of(drivers[i]))
            || !rs_take_literal(&at, rs_span_of(behind)))
            continue;
        *s = at;
        return true;
    }
    return false;
}

/* 2.4, behind the label: `sql: Password mismatch`. */
static const struct rs_dovecot_shape *find_verdict(struct rs_span s)
{
    rs_dovecot_drop_severity(&s);
    take_driver(&s, ": ");
    return rs_dovecot_match(verdicts, s);
}

/* `login)<SESSION>: ` behind `,sasl:`. */
static bool take_mechanism(struct rs_span *s, struct rs_span *mechanism)
{
    struct rs_span ignored;

    if (!rs_take_until(s, ')', mechanism) || mechanism->len == 0)
        return false;
    while (rs_take(s, "<"))
        if (!rs_take_until(s, '>', &ignored))
            return false;
    return rs_take(s, ": ");
}

/* 2.4, behind `auth(`: `user,address,sasl:login)<SESSION>: sql: Password
 * mismatch`.  Name and password are a stranger's, as above. */
static enum rs_parsed parse_sasl(struct rs_span s, const struct rs_record *rec,
                                 struct rs_sink sink)
{
    struct rs_event found = {.record = NULL};
    struct rs_span rest = s, before;
    int readings = 0;

    for (int i = 0;
         i < MOST_READINGS
         && rs_take_until_literal(&rest, RS_SPAN(",sasl:"), &before);
         i++) {
        const struct rs_dovecot_shape *shape;
        struct rs_event ev = {.record = NULL};
        struct rs_span at = rest;

        if (!take_mechanism(&at, &ev.mechanism))
            continue;
        shape = find_verdict(at);
        if (shape == NULL)
            continue;
        if (shape->meaning == RS_DOVECOT_NOTHING)
            return RS_QUIET;
        ev.reason = at;
        parse_identity(rs_span_to(s, rest.ptr - (sizeof ",sasl:" - 1)), &ev);
        if (readings++ > 0 && !rs_addr_equal(&ev.client, &found.client))
            ev.client = (struct rs_addr){0};
        found = ev;
    }
    if (readings == 0)
        return RS_UNKNOWN;
    found.count = rec->count;
    fail(&found, rec, sink);
    return RS_PARSED;
}

/* 2.4: `request [12]: sql: Password mismatch`, which a worker writes.  The
 * auth process may say so too, hence it is not counted. */
static bool is_request(struct rs_span s)
{
    uint64_t number;

    return rs_take(&s, "request [") && rs_take_number(&s, UINT32_MAX, &number)
           && rs_take(&s, "]: ") && find_verdict(s) != NULL;
}

enum rs_parsed rs_dovecot_auth(struct rs_span label, struct rs_span text,
                               const struct rs_record *rec,
                               struct rs_sink sink)
{
    enum rs_parsed parsed = RS_UNKNOWN;
    struct rs_span s = text, module;

    if (rs_take(&label, "auth("))
        parsed = parse_sasl(label, rec, sink);
    if (parsed != RS_UNKNOWN)
        return parsed;
    drop_connection(&s);
    if (take_driver(&s, "("))
        parsed = parse_verdict(s, rec, sink);
    else if (rs_take(&s, "pam_")
             && rs_take_until_literal(&s, RS_SPAN("(dovecot:auth): "),
                                      &module))
        parsed = parse_pam(s, rec, sink);
    if (parsed == RS_UNKNOWN
        && (is_request(text)
            || rs_dovecot_match(rs_dovecot_auth_quiet, text) != NULL))
        parsed = RS_QUIET;
    return parsed;
}

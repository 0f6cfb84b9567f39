/* Courier's POP and IMAP servers, and its password service. */
#include "courier.h"
#include "pam.h"

const struct rs_form rs_courier_mailbox_forms[] = {
    {"LOGIN, user=%u, ip=%a", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, protocol=%w", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, port=[%w]", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, port=[%w], stls=%d", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, port=[%w], protocol=%w", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, port=[%w], protocol=%w, stls=%d", RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, port=[%w], protocol=%w, starttls=%d",
     RS_FORM_LOGIN},
    {"LOGIN, user=%u, ip=%a, protocol=%w, starttls=%d", RS_FORM_LOGIN},
    {"LOGIN FAILED, user=%u, ip=%a", RS_FORM_FAILURE},
    {"LOGIN FAILED, user=%u, ip=%a, port=[%w]", RS_FORM_FAILURE},
    {"LOGIN FAILED, method=%m, ip=%a", RS_FORM_FAILURE},
    {"LOGIN FAILED, method=%m, ip=%a, port=[%w]", RS_FORM_FAILURE},
    {"LOGIN FAILED, ip=%a", RS_FORM_FAILURE},
    {"LOGIN FAILED, ip=%a, port=[%w]", RS_FORM_FAILURE},
    {"Connection, ip=%a", RS_FORM_QUIET},
    {"Connection, ip=%a, port=[%w]", RS_FORM_QUIET},
    {"Disconnected, ip=%a", RS_FORM_QUIET},
    {"Disconnected, ip=%a, time=%d", RS_FORM_QUIET},
    {"Disconnected, ip=%a, time=%d, starttls=%d", RS_FORM_QUIET},
    {"Disconnected, ip=%a, port=[%w]", RS_FORM_QUIET},
    {"Disconnected, ip=%a, port=[%w], time=%d", RS_FORM_QUIET},
    {"Disconnected, ip=%a, port=[%w], time=%d, starttls=%d", RS_FORM_QUIET},
    {"LOCKED, user=%u, ip=%a, port=[%w]", RS_FORM_QUIET},
    {"DELETED, user=%u, ip=%a, filename=%s", RS_FORM_QUIET},
    {"DELETED, user=%u, ip=%a, port=[%w], filename=%s", RS_FORM_QUIET},
    /* DEBUG_LOGIN */
    {"LOGIN: ip=%a, command=%w", RS_FORM_QUIET},
    {"LOGIN: ip=%a, username=%v", RS_FORM_QUIET},
    {"LOGIN: ip=%a, password=%v", RS_FORM_QUIET},
    {"LOGIN: DEBUG: ip=%a, command=%w", RS_FORM_QUIET},
    {"LOGIN: DEBUG: ip=%a, username=%v", RS_FORM_QUIET},
    {"LOGIN: DEBUG: ip=%a, password=%v", RS_FORM_QUIET},
    {"authdaemon: starting client module", RS_FORM_QUIET},
    {"authdaemon: ACCEPT, username %v", RS_FORM_QUIET},
    {"authdaemon: REJECT", RS_FORM_QUIET},
    {"authdaemon: TEMPFAIL", RS_FORM_QUIET},
    /* Connections and storage. */
    {"authentication error: %s", RS_FORM_QUIET},
    {"Maximum connection limit reached for %w", RS_FORM_QUIET},
    {"%d maximum active connections.", RS_FORM_QUIET},
    {"Unexpected SSL connection shutdown.", RS_FORM_QUIET},
    {"couriertls: accept: %s", RS_FORM_QUIET},
    {"couriertls: connect: %s", RS_FORM_QUIET},
    {"couriertls: read: %s", RS_FORM_QUIET},
    {"couriertls: write: %s", RS_FORM_QUIET},
    {"couriertls: %w: error:%s", RS_FORM_QUIET},
    {"couriertls: /%s: No such file or directory", RS_FORM_QUIET},
    {"ip=%a, couriertls: %s", RS_FORM_QUIET},
    {"chdir %w: %s", RS_FORM_QUIET},
    {"chdir(%w) failed: %s", RS_FORM_QUIET},
    {"chdir(%w) failed!!", RS_FORM_QUIET},
    {"exec(%w) failed!!", RS_FORM_QUIET},
    {"scancur opendir(\"cur\"): %s", RS_FORM_QUIET},
    {"Failed to connect to socket /tmp/%w", RS_FORM_QUIET},
    {"Failed to create cache file: %s", RS_FORM_QUIET},
    {"Error reading ACLs for %s", RS_FORM_QUIET},
    {"Error while saving courierpop3dsizelist, user=%v", RS_FORM_QUIET},
    {"I/O error while reading message file %s", RS_FORM_QUIET},
    {"FAMPending: timeout", RS_FORM_QUIET},
    {"FAM connection broken, %s", RS_FORM_QUIET},
    {"proxy enabled, but no proxy host defined for %v", RS_FORM_QUIET},
    {"proxy enabled, but no password for %v", RS_FORM_QUIET},
    {"Did not receive greeting from %w", RS_FORM_QUIET},
    {"Login to %w failed", RS_FORM_QUIET},
    {"Login userid rejected by %w", RS_FORM_QUIET},
    {"Login password rejected by %w", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

/* How a session ends; what it did stands behind. */
static const char *const endings[] = {
    "LOGOUT", "TIMEOUT", "DISCONNECTED", "I/O error disconnect",
    "Disconnected during shutdown by signal"};
static const char *const figures[] = {
    "top",  "retr", "headers",  "body", "rcvd",
    "sent", "time", "starttls", "stls", "maildirquota"};

static bool take_figure(struct rs_span *s)
{
    struct rs_span at = *s, name;
    uint64_t ignored;

    if (!rs_take(&at, ", ") || !rs_take_until(&at, '=', &name)
        || !rs_take_number(&at, UINT64_MAX, &ignored))
        return false;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        if (!rs_span_equal(name, rs_span_of(figures[i])))
            continue;
        *s = at;
        return true;
    }
    return false;
}

/* `, ip=[address]`, `, port=[n]`, `, top=0, retr=0` at the end of S. */
static bool is_account_of_session(struct rs_span s)
{
    struct rs_span inside;
    struct rs_addr ignored;
    const char *at = rs_span_find_last(s, RS_SPAN(", ip=["));

    if (at == NULL)
        return false;
    s = rs_span_skip(s, (size_t)(at - s.ptr));
    if (!rs_take(&s, ", ip=[") || !rs_take_until(&s, ']', &inside)
        || !rs_addr_parse(inside, &ignored))
        return false;
    if (rs_take(&s, ", port=[") && !rs_take_until(&s, ']', &inside))
        return false;
    while (take_figure(&s))
        ;
    return s.len == 0;
}

static bool is_ending(struct rs_span text)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct rs_span rest = text;

        if (rs_take_literal(&rest, rs_span_of(endings[i]))
            && (rs_span_starts(rest, RS_SPAN(", user="))
                || rs_span_starts(rest, RS_SPAN(", ip=["))))
            return is_account_of_session(rest);
    }
    return false;
}

enum rs_parsed rs_courier_mailbox(struct rs_span text, struct rs_span service,
                                  const struct rs_record *rec,
                                  struct rs_sink sink)
{
    struct rs_event like = {.service = service};

    if (rs_span_starts(text, RS_SPAN("LOGIN FAILED")))
        like.reason = RS_SPAN("LOGIN FAILED");
    if (is_ending(text))
        return RS_QUIET;
    return rs_form_parse(rs_courier_mailbox_forms, text, &like, rec, sink);
}

const struct rs_form rs_courier_password_forms[] = {
    {"modules=\"%s\", daemons=%d", RS_FORM_QUIET},
    {"Installing %w", RS_FORM_QUIET},
    {"Installation complete: %w", RS_FORM_QUIET},
    {"Uninstalling %w", RS_FORM_QUIET},
    {"stopping authdaemond children", RS_FORM_QUIET},
    {"restarting authdaemond children", RS_FORM_QUIET},
    {"authdaemond: modules=\"%s\", daemons=%d", RS_FORM_QUIET},
    {"received auth request, service=%w, authtype=%w", RS_FORM_QUIET},
    {"received userid lookup request: %v", RS_FORM_QUIET},
    {"received service=%w, userid=%v", RS_FORM_QUIET},
    {"%w: trying this module", RS_FORM_QUIET},
    {"%w: REJECT - try next module", RS_FORM_QUIET},
    {"%w: REJECT", RS_FORM_QUIET},
    {"%w: ACCEPT, username %v", RS_FORM_QUIET},
    {"%w: TEMPFAIL - no more modules will be tried", RS_FORM_QUIET},
    {"%w: username '%s' not found", RS_FORM_QUIET},
    {"%w: username=%v", RS_FORM_QUIET},
    {"%w: sysusername=%s", RS_FORM_QUIET},
    {"%w: clearpasswd=%s", RS_FORM_QUIET},
    {"%w: error: %s", RS_FORM_QUIET},
    {"%w: %w error: %s", RS_FORM_QUIET},
    {"%w: starting client module", RS_FORM_QUIET},
    {"sysusername=%s", RS_FORM_QUIET},
    {"clearpasswd=%s", RS_FORM_QUIET},
    {"Authenticated: sysusername=%s", RS_FORM_QUIET},
    {"Authenticated: clearpasswd=%s", RS_FORM_QUIET},
    {"Authenticated: module %w", RS_FORM_QUIET},
    {"authentication request failed: %s", RS_FORM_QUIET},
    {"FAIL, all modules rejected", RS_FORM_QUIET},
    {"password matches successfully", RS_FORM_QUIET},
    {"supplied password '%s' does not match encrypted password '%s'",
     RS_FORM_QUIET},
    {"supplied password does not match encrypted password", RS_FORM_QUIET},
    {"no password available to compare", RS_FORM_QUIET},
    {"no password supplied or account has no password", RS_FORM_QUIET},
    {"zero rows returned", RS_FORM_QUIET},
    {"SQL query: %s", RS_FORM_QUIET},
    {"failed to connect to %w server (%s", RS_FORM_QUIET},
    {"mysql_%w failed, %s", RS_FORM_QUIET},
    {"mysql_%w failed: %s", RS_FORM_QUIET},
    {"mysql_%w failed second time, giving up: %s", RS_FORM_QUIET},
    {"using search filter: %s", RS_FORM_QUIET},
    {"one entry returned, DN: %s", RS_FORM_QUIET},
    {"ldap_%w failed: %s", RS_FORM_QUIET},
    {"raw ldap entry returned:", RS_FORM_QUIET},
    {"%w: ldap_%s", RS_FORM_QUIET},
    {"PAM: %s", RS_FORM_QUIET},
    {"PAM unable to dlopen(%s", RS_FORM_QUIET},
    {"PAM [%s", RS_FORM_QUIET},
    {"PAM adding faulty module: %w", RS_FORM_QUIET},
    {"pam_service=%w, pam_username=%v", RS_FORM_QUIET},
    {"dopam successful", RS_FORM_QUIET},
    {"pam_start failed, result %d [Hint: bad PAM configuration?]",
     RS_FORM_QUIET},
    {"%w failed, result %d", RS_FORM_QUIET},
    {"refuse to authenticate %v: password has expired", RS_FORM_QUIET},
    {NULL, RS_FORM_QUIET},
};

/* What it says of an attempt that failed, the server says again with the
 * client; only PAM names an account by itself. */
enum rs_parsed rs_courier_password(struct rs_span text,
                                   const struct rs_record *rec,
                                   struct rs_sink sink)
{
    struct rs_event like = {.witness = RS_WITNESS_PASSWORD_SERVICE};

    if (rs_span_starts(text, RS_SPAN("pam_")))
        return rs_pam_parse(text, rec, sink);
    return rs_form_parse(rs_courier_password_forms, text, &like, rec, sink);
}

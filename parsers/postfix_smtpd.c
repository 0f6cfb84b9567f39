/* SMTP sessions with clients: smtpd(8), qmqpd(8) and postscreen(8). */
#include "postfix.h"
#include "proxy.h"

static const char non_smtp[] = "non-SMTP command";

enum rs_parsed rs_postfix_connect(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    struct rs_postfix_peer peer;

    if (!rs_postfix_take_peer(&rest, &peer) || rest.len != 0)
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_CONNECT, &peer);
    return rs_postfix_emit(line, &ev);
}

/* Commands of the session as ` name=done/tried`: since 3.0. */
static bool take_command_count(struct rs_span *s)
{
    static const struct rs_span commands[] = {
        RS_POSTFIX_NAME("helo"),    RS_POSTFIX_NAME("ehlo"),
        RS_POSTFIX_NAME("lhlo"),    RS_POSTFIX_NAME("starttls"),
        RS_POSTFIX_NAME("auth"),    RS_POSTFIX_NAME("mail"),
        RS_POSTFIX_NAME("rcpt"),    RS_POSTFIX_NAME("data"),
        RS_POSTFIX_NAME("bdat"),    RS_POSTFIX_NAME("rset"),
        RS_POSTFIX_NAME("noop"),    RS_POSTFIX_NAME("quit"),
        RS_POSTFIX_NAME("vrfy"),    RS_POSTFIX_NAME("etrn"),
        RS_POSTFIX_NAME("xclient"), RS_POSTFIX_NAME("xforward"),
        RS_POSTFIX_NAME("unknown"), RS_POSTFIX_NAME("commands"),
        RS_POSTFIX_NAME("expn"),    RS_POSTFIX_NAME("help"),
        RS_POSTFIX_NAME("turn"),
    };
    struct rs_span rest = *s, name;
    uint64_t n;

    if (!rs_take(&rest, " ") || !rs_take_until(&rest, '=', &name)
        || !rs_take_number(&rest, UINT64_MAX, &n)
        || (rs_take(&rest, "/") && !rs_take_number(&rest, UINT64_MAX, &n)))
        return false;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (rs_span_equal(name, commands[i])) {
            *s = rest;
            return true;
        }
    return false;
}

enum rs_parsed rs_postfix_disconnect(const struct rs_postfix_line *line,
                                     struct rs_span rest)
{
    struct rs_postfix_peer peer;

    if (!rs_postfix_take_peer(&rest, &peer))
        return RS_UNKNOWN;
    while (take_command_count(&rest))
        ;
    if (rest.len != 0)
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_DISCONNECT, &peer);
    return rs_postfix_emit(line, &ev);
}

/* `STAGE from PEER`, to the end. */
static enum rs_parsed read_broken_off(const struct rs_postfix_line *line,
                                      enum rs_event_kind kind,
                                      struct rs_span rest, const char *reason)
{
    struct rs_postfix_peer peer;

    if (!rs_postfix_take_stage(&rest) || !rs_take(&rest, " from ")
        || !rs_postfix_take_peer(&rest, &peer) || rest.len != 0)
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, kind, &peer);
    ev.reason = rs_span_of(reason);
    return rs_postfix_emit(line, &ev);
}

enum rs_parsed rs_postfix_lost(const struct rs_postfix_line *line,
                               struct rs_span rest)
{
    return read_broken_off(line, RS_EV_DISCONNECT, rest, "lost connection");
}

enum rs_parsed rs_postfix_timeout(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    return read_broken_off(line, RS_EV_DISCONNECT, rest, "timeout");
}

enum rs_parsed rs_postfix_too_many_errors(const struct rs_postfix_line *line,
                                          struct rs_span rest)
{
    return read_broken_off(line, RS_EV_MISUSE, rest, "too many errors");
}

/* Nothing more, or `: what the client sent`. */
static bool take_said(struct rs_span s, struct rs_span *said)
{
    *said = s;
    return s.len == 0 || rs_take(said, ": ") || rs_take(said, ":");
}

/* A client that broke the protocol by what it SAID.  postscreen(8) peeks at
 * what comes too early, and smtpd(8) at what stands behind a command: they
 * leave it to be read in its turn. */
static enum rs_parsed emit_misuse(const struct rs_postfix_line *line,
                                  const struct rs_postfix_peer *peer,
                                  const char *reason, struct rs_span said)
{
    struct rs_event ev = rs_postfix_session(line, RS_EV_MISUSE, peer);

    ev.reason = rs_span_of(reason);
    ev.proxy = rs_proxy_read(said);
    ev.ahead = reason != non_smtp && ev.proxy != RS_PROXY_NONE;
    return rs_postfix_emit(line, &ev);
}

enum rs_parsed rs_postfix_pipelining(const struct rs_postfix_line *line,
                                     struct rs_span rest)
{
    struct rs_postfix_peer peer;
    struct rs_span said;

    if (!rs_postfix_take_stage(&rest) || !rs_take(&rest, " from ")
        || !rs_postfix_take_peer(&rest, &peer) || !take_said(rest, &said))
        return RS_UNKNOWN;
    return emit_misuse(line, &peer, "improper command pipelining", said);
}

/* `EXTENT from PEER: text`, where EXTENT is `N after T`. */
enum rs_parsed rs_postfix_screen_pregreet(const struct rs_postfix_line *line,
                                          struct rs_span rest)
{
    struct rs_postfix_peer peer;
    struct rs_span time, said;
    uint64_t bytes;

    if (!rs_take_number(&rest, UINT64_MAX, &bytes)
        || !rs_take(&rest, " after ") || !rs_shape_take_word(&rest, &time)
        || !rs_take(&rest, " from ") || !rs_postfix_take_peer(&rest, &peer)
        || !take_said(rest, &said))
        return RS_UNKNOWN;
    return emit_misuse(line, &peer, "spoke before the greeting", said);
}

/* `from PEER after STAGE`, then perhaps what the client sent. */
static enum rs_parsed read_screened(const struct rs_postfix_line *line,
                                    struct rs_span rest, const char *reason)
{
    struct rs_postfix_peer peer;
    struct rs_span said = RS_ABSENT;

    if (!rs_postfix_take_peer(&rest, &peer) || !rs_take(&rest, " after ")
        || rest.len == 0)
        return RS_UNKNOWN;
    if (!rs_postfix_take_stage(&rest) || !take_said(rest, &said))
        said = RS_ABSENT;
    return emit_misuse(line, &peer, reason, said);
}

enum rs_parsed rs_postfix_screen_pipelining(const struct rs_postfix_line *line,
                                            struct rs_span rest)
{
    return read_screened(line, rest, "improper command pipelining");
}

enum rs_parsed rs_postfix_screen_newline(const struct rs_postfix_line *line,
                                         struct rs_span rest)
{
    return read_screened(line, rest, "bare newline");
}

enum rs_parsed rs_postfix_screen_command(const struct rs_postfix_line *line,
                                         struct rs_span rest)
{
    return read_screened(line, rest, non_smtp);
}

/* `{COUNT|LENGTH} LIMIT from PEER after STAGE`: the client was sent away. */
enum rs_parsed rs_postfix_screen_limit(const struct rs_postfix_line *line,
                                       struct rs_span rest)
{
    struct rs_postfix_peer peer;

    if (!rs_postfix_take_peer(&rest, &peer))
        return RS_UNKNOWN;
    if (rest.len != 0
        && (!rs_take(&rest, " after ") || !rs_postfix_take_stage(&rest)
            || rest.len != 0))
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_REFUSAL, &peer);
    ev.refusal = RS_REFUSAL_LIMIT;
    return rs_postfix_emit(line, &ev);
}

enum rs_parsed rs_postfix_bare_line(const struct rs_postfix_line *line,
                                    struct rs_span rest)
{
    return read_broken_off(line, RS_EV_MISUSE, rest, "bare newline");
}

/* The fields that a proxy in front of us told: they end the line. */
static bool take_origin(struct rs_span s, struct rs_event *ev)
{
    struct rs_postfix_peer peer = {0};
    struct rs_span id = RS_ABSENT;

    if (rs_take(&s, ", orig_queue_id=") && !rs_postfix_take_queue_id(&s, &id))
        return false;
    if (rs_take(&s, ", orig_client=") && !rs_postfix_take_peer(&s, &peer))
        return false;
    if (s.len != 0)
        return false;
    ev->child_id = id;
    ev->orig_client = peer.addr;
    return true;
}

/* A login name may hold anything, also text that looks like the fields behind
 * it: those count only where the client is a proxy of our own. */
static void read_account(struct rs_span s, struct rs_event *ev)
{
    const char *end = NULL;

    ev->account = s;
    if (rs_addr_is_loopback(&ev->client) || rs_addr_is_private(&ev->client)) {
        end = rs_span_find_last(s, RS_SPAN(", orig_queue_id="));
        if (end == NULL)
            end = rs_span_find_last(s, RS_SPAN(", orig_client="));
    }
    if (end != NULL && take_origin(rs_span_skip(s, (size_t)(end - s.ptr)), ev))
        ev->account = rs_span_to(s, end);
    end = rs_span_find(ev->account, RS_SPAN(", sasl_sender="));
    if (end != NULL)
        ev->account = rs_span_to(ev->account, end);
}

static enum rs_parsed emit_arrival(const struct rs_postfix_line *line,
                                   const struct rs_event *ev)
{
    return line->queue_id.ptr != NULL ? rs_postfix_emit(line, ev)
                                      : rs_postfix_emit_proxied(line, ev);
}

/* Order of fields: mail_open_stream() of smtpd(8). */
enum rs_parsed rs_postfix_arrival(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    struct rs_postfix_peer peer;

    if (!rs_postfix_take_peer(&rest, &peer))
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_ARRIVAL, &peer);
    if (rs_take(&rest, ", sasl_method=")) {
        if (!rs_take_until(&rest, ',', &ev.mechanism)
            || !rs_take(&rest, " sasl_username="))
            return RS_UNKNOWN;
        read_account(rest, &ev);
        return emit_arrival(line, &ev);
    }
    if (rs_take(&rest, ", sasl_sender=")) {
        const char *end = rs_span_find(rest, RS_SPAN(", orig_"));
        rest = rs_span_skip(rest, end ? (size_t)(end - rest.ptr) : rest.len);
    }
    return take_origin(rest, &ev) ? emit_arrival(line, &ev) : RS_UNKNOWN;
}

/* Failures that are the server's own say nothing about the client. */
static bool is_our_failure(struct rs_span reason)
{
    static const char *const harmless[] = {
        "Connection lost to authentication server",
        "Temporary authentication failure",
        "cannot connect to ",
        NULL,
    };

    for (const char *const *text = harmless; *text != NULL; text++)
        if (rs_span_starts(reason, rs_span_of(*text)))
            return true;
    return false;
}

/* `PEER: SASL METHOD authentication failed: REASON, sasl_username=USER`: the
 * user name comes last because it may hold anything. */
static enum rs_parsed read_login_failure(const struct rs_postfix_line *line,
                                         struct rs_span rest)
{
    struct rs_span method;
    struct rs_postfix_peer peer;
    const char *account;

    if (!rs_postfix_take_peer(&rest, &peer) || !rs_take(&rest, ": SASL ")
        || !rs_shape_take_word(&rest, &method)
        || !rs_take(&rest, " authentication failed:"))
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_LOGIN_FAILED, &peer);
    ev.mechanism = method;
    ev.reason = rs_span_trim(rest);
    account = rs_span_find(rest, RS_SPAN(", sasl_username="));
    if (account != NULL) {
        ev.reason = rs_span_trim(rs_span_to(rest, account));
        rest = rs_span_skip(rest, (size_t)(account - rest.ptr));
        (void)rs_take(&rest, ", sasl_username=");
        ev.account = rest;
    }
    if (is_our_failure(ev.reason))
        return RS_QUIET;
    return rs_postfix_emit(line, &ev);
}

static bool take_limit(struct rs_span *s)
{
    static const char *const limits[] = {
        "Connection rate limit exceeded: ",
        "Connection concurrency limit exceeded: ",
        "Message delivery request rate limit exceeded: ",
        "Recipient address rate limit exceeded: ",
        "New TLS session rate limit exceeded: ",
        "AUTH command rate limit exceeded: ",
        NULL,
    };

    for (const char *const *limit = limits; *limit != NULL; limit++)
        if (rs_postfix_take(s, *limit))
            return true;
    return false;
}

/* `N from PEER for service NAME`: anvil(8) counted, smtpd(8) refused. */
static enum rs_parsed read_limit(const struct rs_postfix_line *line,
                                 struct rs_span rest)
{
    struct rs_span what = rest, service;
    struct rs_postfix_peer peer;
    uint64_t n;

    if (!take_limit(&rest) || !rs_take_number(&rest, UINT64_MAX, &n)
        || !rs_take(&rest, " from ") || !rs_postfix_take_peer(&rest, &peer)
        || !rs_take(&rest, " for service ")
        || !rs_shape_take_word(&rest, &service) || rest.len != 0)
        return RS_UNKNOWN;
    struct rs_event ev = rs_postfix_session(line, RS_EV_REFUSAL, &peer);
    ev.refusal = RS_REFUSAL_LIMIT;
    ev.reason = what;
    return rs_postfix_emit(line, &ev);
}

/* Two wordings of the same, the second from before 2.8. */
static enum rs_parsed read_non_smtp(const struct rs_postfix_line *line,
                                    struct rs_span rest)
{
    struct rs_postfix_peer peer;
    struct rs_span said;

    if (rs_take(&rest, "non-SMTP command from "))
        return rs_postfix_take_peer(&rest, &peer) && take_said(rest, &said)
                   ? emit_misuse(line, &peer, non_smtp, said)
                   : RS_UNKNOWN;
    if (rs_postfix_take_peer(&rest, &peer) && rs_take(&rest, " sent ")
        && (rs_take(&rest, "non-SMTP command: ")
            || rs_take(&rest, "message header instead of SMTP command: ")
            || rs_take(&rest, "mail content instead of SMTP command: ")))
        return emit_misuse(line, &peer, non_smtp, rest);
    return RS_UNKNOWN;
}

enum rs_parsed rs_postfix_warning(const struct rs_postfix_line *line,
                                  struct rs_span rest)
{
    enum rs_parsed result = read_login_failure(line, rest);

    if (result == RS_UNKNOWN)
        result = read_limit(line, rest);
    if (result == RS_UNKNOWN)
        result = read_non_smtp(line, rest);
    if (result == RS_UNKNOWN && rs_postfix_is_quiet_warning(rest))
        return RS_QUIET;
    return result;
}

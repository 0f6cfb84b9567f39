/* What clients do before and beside mail: logins, hurry, attacks. */
#include "proxy.h"
#include "sendmail.h"

/* `AUTH=server, relay=..., authid=user, mech=PLAIN, bits=0`: the login names
 * the user, whom the following mail of the session does not. */
enum rs_parsed rs_sendmail_auth(const struct rs_sendmail_line *line,
                                struct rs_span rest)
{
    struct rs_sendmail_peer peer;
    const char *mechanism;
    uint64_t bits;

    if (!rs_take(&rest, ", relay=") || !rs_sendmail_take_peer(&rest, &peer)
        || !rs_take(&rest, ", authid="))
        return RS_UNKNOWN;
    mechanism = rs_span_find_last(rest, RS_SPAN(", mech="));
    if (mechanism == NULL)
        return RS_UNKNOWN;
    struct rs_event ev = rs_sendmail_session(line, RS_EV_AUTH, &peer);
    ev.account = rs_span_to(rest, mechanism);
    rest = rs_span_skip(rest, ev.account.len);
    if (!rs_take(&rest, ", mech=") || !rs_take_until(&rest, ',', &ev.mechanism)
        || !rs_take(&rest, " bits=")
        || !rs_take_number(&rest, UINT32_MAX, &bits) || rest.len != 0)
        return RS_UNKNOWN;
    return rs_sendmail_emit(line, &ev);
}

/* Results of the SASL library: is it the client's name or password that was
 * wrong?  The others say that nothing was tried, or that we failed. */
static const struct result {
    uint64_t number; /* without its minus */
    bool refused;
} results[] = {
    {13, true},   /* authentication failure */
    {20, true},   /* user not found */
    {14, true},   /* authorization failure */
    {18, true},   /* passphrase expired */
    {19, true},   /* account disabled */
    {21, true},   /* password locked */
    {9, true},    /* integrity check failed */
    {1, false},   /* generic failure: mostly no password service */
    {2, false},   /* out of memory */
    {3, false},   /* overflowed buffer */
    {4, false},   /* no mechanism available */
    {5, false},   /* bad protocol, or cancelled */
    {6, false},   /* not done */
    {7, false},   /* invalid parameter */
    {8, false},   /* transient failure */
    {10, false},  /* server failed */
    {11, false},  /* mechanism lacks a feature */
    {12, false},  /* not initialized */
    {15, false},  /* mechanism too weak */
    {16, false},  /* encryption needed */
    {17, false},  /* one plaintext login needed first */
    {22, false},  /* no change needed */
    {23, false},  /* version mismatch */
    {24, false},  /* password service not available */
    {25, false},  /* path not set */
    {26, false},  /* no verifier for user */
    {27, false},  /* too weak for the policy */
    {28, false},  /* not permitted to change */
    {29, false},  /* old password needed */
    {30, false},  /* policy violated */
    {32, false},  /* channel binding */
    {100, false}, /* configuration */
};

static const struct result *find_result(uint64_t number)
{
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i].number == number)
            return &results[i];
    return NULL;
}

/* `words (-13) `, the library's name for what happened. */
static bool take_result(struct rs_span *s, const struct result **out)
{
    struct rs_span words;
    uint64_t number;

    if (!rs_take_until_literal(s, RS_SPAN(" (-"), &words)
        || !rs_take_number(s, UINT32_MAX, &number) || !rs_take(s, ")"))
        return false;
    *out = find_result(number);
    return *out != NULL;
}

/* `AUTH failure (LOGIN): authentication failure (-13) SASL(-13): words,
 * user=name, relay=name [address]`.  The user's name is whatever the client
 * sent, and the relay may be cut: only the last one is Sendmail's. */
enum rs_parsed rs_sendmail_auth_failure(const struct rs_sendmail_line *line,
                                        struct rs_span rest)
{
    const char *relay = rs_span_find_last(rest, RS_SPAN(", relay="));
    struct rs_sendmail_peer peer;
    const struct result *result;
    struct rs_span mechanism, tail, words;

    if (relay == NULL
        || !rs_take_until_literal(&rest, RS_SPAN("): "), &mechanism))
        return RS_UNKNOWN;
    if (relay < rest.ptr)
        return RS_UNKNOWN;
    tail = rs_span_skip(rest, (size_t)(relay - rest.ptr) + 8);
    rest = rs_span_to(rest, relay);
    if (!take_result(&rest, &result) || !rs_sendmail_take_peer(&tail, &peer))
        return RS_UNKNOWN;
    if (!result->refused)
        return RS_QUIET;
    struct rs_event ev = rs_sendmail_session(line, RS_EV_LOGIN_FAILED, &peer);
    ev.mechanism = mechanism;
    ev.reason = rs_span_trim(rest);
    if (rs_take_until_literal(&rest, RS_SPAN(", user="), &words)) {
        ev.reason = rs_span_trim(words);
        ev.account = rest;
    }
    return rs_sendmail_emit(line, &ev);
}

static enum rs_parsed emit_client(const struct rs_sendmail_line *line,
                                  enum rs_event_kind kind,
                                  const struct rs_sendmail_peer *peer,
                                  struct rs_span reason)
{
    struct rs_event ev = rs_sendmail_session(line, kind, peer);

    ev.reason = reason;
    return rs_sendmail_emit(line, &ev);
}

/* `connect from ...` */
enum rs_parsed rs_sendmail_connect(const struct rs_sendmail_line *line,
                                   struct rs_span rest)
{
    struct rs_sendmail_peer peer;

    if (!rs_sendmail_take_peer(&rest, &peer) || rest.len != 0)
        return RS_UNKNOWN;
    return emit_client(line, RS_EV_CONNECT, &peer, RS_ABSENT);
}

/* `lost input channel from ... to MTA after rcpt` */
enum rs_parsed rs_sendmail_lost(const struct rs_sendmail_line *line,
                                struct rs_span rest)
{
    struct rs_sendmail_peer peer;

    if (!rs_sendmail_take_peer(&rest, &peer)
        || !rs_sendmail_match(" to %w after %w", rest))
        return RS_UNKNOWN;
    return emit_client(line, RS_EV_DISCONNECT, &peer,
                       RS_SPAN("lost input channel"));
}

/* `rejecting commands from NAME [ADDRESS] due to pre-greeting traffic after
 * 6 seconds` */
enum rs_parsed rs_sendmail_early_talk(const struct rs_sendmail_line *line,
                                      struct rs_span rest)
{
    struct rs_sendmail_peer peer;

    if (!rs_sendmail_take_peer(&rest, &peer)
        || !rs_sendmail_match(" due to pre-greeting traffic after %d seconds",
                              rest))
        return RS_UNKNOWN;
    return emit_client(line, RS_EV_MISUSE, &peer,
                       RS_SPAN("spoke before the greeting"));
}

/* `rejecting server EHLO from NAME [ADDRESS] due to traffic before response`:
 * more commands came before the first was answered. */
enum rs_parsed rs_sendmail_early_command(const struct rs_sendmail_line *line,
                                         struct rs_span rest)
{
    struct rs_sendmail_peer peer;
    struct rs_span command;

    if (!rs_take_until_literal(&rest, RS_SPAN(" from "), &command)
        || memchr(command.ptr, ' ', command.len) != NULL
        || !rs_sendmail_take_peer(&rest, &peer)
        || !rs_span_equal(rest, RS_SPAN(" due to traffic before response")))
        return RS_UNKNOWN;
    return emit_client(line, RS_EV_MISUSE, &peer,
                       RS_SPAN("improper command pipelining"));
}

/* `unauthorized PIPELINING, sleeping, relay=...` */
enum rs_parsed rs_sendmail_pipelining(const struct rs_sendmail_line *line,
                                      struct rs_span rest)
{
    struct rs_sendmail_peer peer;

    (void)rs_take(&rest, ", sleeping");
    if (!rs_take(&rest, ", relay=") || !rs_sendmail_take_peer(&rest, &peer)
        || rest.len != 0)
        return RS_UNKNOWN;
    return emit_client(line, RS_EV_MISUSE, &peer,
                       RS_SPAN("improper command pipelining"));
}

/* `invalid domain name (HELO) from ...`: what stands in the brackets is the
 * client's. */
enum rs_parsed rs_sendmail_bad_helo(const struct rs_sendmail_line *line,
                                    struct rs_span rest)
{
    const char *end = rs_span_find_last(rest, RS_SPAN(") from "));
    struct rs_sendmail_peer peer;
    struct rs_span helo;

    if (end == NULL)
        return RS_UNKNOWN;
    helo = rs_span_to(rest, end);
    rest = rs_span_skip(rest, helo.len + 7);
    if (!rs_sendmail_take_peer(&rest, &peer) || rest.len != 0)
        return RS_UNKNOWN;
    struct rs_event ev = rs_sendmail_session(line, RS_EV_REFUSAL, &peer);
    ev.refusal = RS_REFUSAL_HELO;
    ev.helo = helo;
    ev.reason = RS_SPAN("invalid domain name");
    return rs_sendmail_emit(line, &ev);
}

/* Words behind `CLIENT: ` and what they are called here. */
static const struct misdeed {
    const char *pattern, *reason;
} misdeeds[] = {
    {"possible SMTP attack: command=%s, count=%d", "possible SMTP attack"},
    {"probable open proxy: command=%s", "non-SMTP command"},
    {"SMTP violation, input too long: %d", "input too long"},
    {"Possible SMTP RCPT flood, throttling.", "too many bad recipients"},
    {"Possible SMTP RCPT flood, shutting down connection.",
     "too many bad recipients"},
};

static enum rs_parsed emit_misdeed(const struct rs_sendmail_line *line,
                                   const struct rs_sendmail_peer *peer,
                                   const struct misdeed *misdeed,
                                   struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_session(line, RS_EV_MISUSE, peer);

    ev.reason = rs_span_of(misdeed->reason);
    if (rs_take(&rest, "probable open proxy: command="))
        ev.proxy = rs_proxy_read(rest);
    return rs_sendmail_emit(line, &ev);
}

/* `VRFY root [rejected]`, `EXPN list`, `ETRN queue`: what follows the command
 * is the client's. */
static enum rs_parsed read_question(const struct rs_sendmail_line *line,
                                    struct rs_span s,
                                    const struct rs_sendmail_peer *peer)
{
    static const char *const commands[] = {"VRFY", "EXPN", "ETRN", NULL};
    struct rs_event ev = rs_sendmail_session(line, RS_EV_REFUSAL, peer);
    struct rs_span word;
    bool known = false;

    if (!rs_shape_take_word(&s, &word))
        return RS_UNKNOWN;
    for (const char *const *name = commands; *name != NULL; name++)
        known = known || rs_span_equal_nocase(word, rs_span_of(*name));
    if (!known)
        return RS_UNKNOWN;
    if (!rs_span_ends(s, RS_SPAN(" [rejected]")))
        return RS_QUIET;
    ev.refusal = RS_REFUSAL_PROTOCOL;
    ev.reason = word;
    return rs_sendmail_emit(line, &ev);
}

/* Lines that begin with the client. */
enum rs_parsed rs_sendmail_client(const struct rs_sendmail_line *line,
                                  struct rs_span rest)
{
    struct rs_sendmail_peer peer;

    if (!rs_sendmail_take_peer(&rest, &peer))
        return RS_UNKNOWN;
    if (rs_sendmail_match(" did not issue MAIL/EXPN/VRFY/ETRN during "
                          "connection to %w",
                          rest))
        return emit_client(line, RS_EV_DISCONNECT, &peer,
                           RS_SPAN("no mail given"));
    if (!rs_take(&rest, ": "))
        return RS_UNKNOWN;
    for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; i++)
        if (rs_sendmail_match(misdeeds[i].pattern, rest))
            return emit_misdeed(line, &peer, &misdeeds[i], rest);
    return peer.bracketed ? read_question(line, rest, &peer) : RS_UNKNOWN;
}

/* Refused clients, senders, recipients and messages: rulesets, filters, and
 * Sendmail's own errors. */
#include "reply.h"
#include "sendmail.h"

/* How the arguments of a ruleset are read. */
enum arguments {
    WORDS,     /* host names and addresses of clients: no blanks in them */
    ADDRESSES, /* of mail */
    OPAQUE     /* whatever a client sent: headers, commands */
};

static const struct ruleset {
    struct rs_span name;
    enum arguments arguments;
    enum rs_refusal refusal; /* when the reply says no more; NONE: what we
                                refuse is another server, or a wish */
} rulesets[] = {
    {RS_SENDMAIL_NAME("check_rcpt"), ADDRESSES, RS_REFUSAL_OTHER},
    {RS_SENDMAIL_NAME("check_mail"), ADDRESSES, RS_REFUSAL_SENDER},
    {RS_SENDMAIL_NAME("check_relay"), WORDS, RS_REFUSAL_CLIENT},
    {RS_SENDMAIL_NAME("check_compat"), ADDRESSES, RS_REFUSAL_OTHER},
    {RS_SENDMAIL_NAME("check_data"), WORDS, RS_REFUSAL_OTHER},
    {RS_SENDMAIL_NAME("check_eoh"), WORDS, RS_REFUSAL_CONTENT},
    {RS_SENDMAIL_NAME("check_eom"), WORDS, RS_REFUSAL_CONTENT},
    {RS_SENDMAIL_NAME("check_etrn"), OPAQUE, RS_REFUSAL_PROTOCOL},
    {RS_SENDMAIL_NAME("check_vrfy"), OPAQUE, RS_REFUSAL_PROTOCOL},
    {RS_SENDMAIL_NAME("check_expn"), OPAQUE, RS_REFUSAL_PROTOCOL},
    {RS_SENDMAIL_NAME("check_other"), OPAQUE, RS_REFUSAL_PROTOCOL},
    {RS_SENDMAIL_NAME("tls_client"), OPAQUE, RS_REFUSAL_PROTOCOL},
    {RS_SENDMAIL_NAME("tls_server"), OPAQUE, RS_REFUSAL_NONE},
    {RS_SENDMAIL_NAME("tls_rcpt"), OPAQUE, RS_REFUSAL_NONE},
    {RS_SENDMAIL_NAME("try_tls"), OPAQUE, RS_REFUSAL_NONE},
    {RS_SENDMAIL_NAME("trust_auth"), OPAQUE, RS_REFUSAL_NONE},
};

/* All others are called for a header. */
static const struct ruleset header_ruleset = {
    {NULL, 0}, OPAQUE, RS_REFUSAL_CONTENT};

/* Replies of the configurations that come with Sendmail, from their
 * beginning. */
static const struct rs_reply_meaning openings[] = {
    {"Relaying denied", RS_REFUSAL_RELAY},
    {"Relaying temporarily denied", RS_REFUSAL_RELAY},
    {"User unknown", RS_REFUSAL_RECIPIENT},
    {"Unknown user", RS_REFUSAL_RECIPIENT},
    {"No such user", RS_REFUSAL_RECIPIENT},
    {"Addressee unknown", RS_REFUSAL_RECIPIENT},
    {"User has moved", RS_REFUSAL_RECIPIENT},
    {"Mailbox disabled", RS_REFUSAL_RECIPIENT},
    {"Domain of sender address ", RS_REFUSAL_SENDER},
    {"Domain name required for sender address", RS_REFUSAL_SENDER},
    {"Real domain name required for sender address", RS_REFUSAL_SENDER},
    {"MX lookup failure ", RS_REFUSAL_SENDER},
    {"Illegal MX record ", RS_REFUSAL_SENDER},
    {"Invalid MX record ", RS_REFUSAL_SENDER},
    {"Rejected: ", RS_REFUSAL_CLIENT},
    {"Mail from ", RS_REFUSAL_CLIENT},
    {"Fix reverse DNS for ", RS_REFUSAL_CLIENT},
    {"Client IP address ", RS_REFUSAL_CLIENT},
    {"Possibly forged hostname ", RS_REFUSAL_CLIENT},
    {"Connection rate limit exceeded", RS_REFUSAL_LIMIT},
    {"Too many ", RS_REFUSAL_LIMIT},
    {"Insufficient disk space", RS_REFUSAL_LIMIT},
    {"Message size exceeds ", RS_REFUSAL_LIMIT},
    {"bogus HELO name used", RS_REFUSAL_HELO},
    {"Authentication required", RS_REFUSAL_PROTOCOL},
    {"not authenticated", RS_REFUSAL_PROTOCOL},
    {"TLS handshake failed", RS_REFUSAL_PROTOCOL},
    {"Invalid route address", RS_REFUSAL_PROTOCOL},
    {"Invalid host name", RS_REFUSAL_PROTOCOL},
    {"Invalid address", RS_REFUSAL_PROTOCOL},
    {"Colon illegal ", RS_REFUSAL_PROTOCOL},
    {"List:; syntax illegal ", RS_REFUSAL_PROTOCOL},
    {"Hostname required", RS_REFUSAL_PROTOCOL},
    {"Domain name required", RS_REFUSAL_PROTOCOL},
    {"Fully qualified domain name required", RS_REFUSAL_PROTOCOL},
    {"Recipient address required", RS_REFUSAL_PROTOCOL},
    {"User address required", RS_REFUSAL_PROTOCOL},
    {"Local part must not ", RS_REFUSAL_PROTOCOL},
    {"Unrecognized host name", RS_REFUSAL_PROTOCOL},
};

static enum rs_refusal own_words(struct rs_span text)
{
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++)
        if (rs_span_starts(text, rs_span_of(openings[i].words)))
            return openings[i].refusal;
    return RS_REFUSAL_NONE;
}

/* An address that should make us relay is refused for its form, too. */
static bool is_relay_trick(const struct rs_event *ev)
{
    enum rs_trick trick = rs_mail_trick(ev->recipient);

    return rs_span_starts(ev->reason, RS_SPAN("Invalid route address"))
           && trick != RS_TRICK_NONE && trick != RS_TRICK_NO_DOMAIN;
}

/* What REASON says of a refusal; OTHERWISE when it says nothing. */
static enum rs_refusal classify(const struct rs_event *ev,
                                enum rs_refusal otherwise)
{
    enum rs_refusal refusal = own_words(ev->reason);

    if (refusal != RS_REFUSAL_NONE)
        return is_relay_trick(ev) ? RS_REFUSAL_RELAY : refusal;
    if (ev->recipient.ptr != NULL && rs_span_equal(ev->dsn, RS_SPAN("5.1.1")))
        return RS_REFUSAL_RECIPIENT;
    refusal = rs_reply_of_filter(ev->reason, RS_REFUSAL_NONE);
    if (refusal != RS_REFUSAL_NONE)
        return refusal;
    return otherwise == RS_REFUSAL_OTHER && ev->recipient.ptr != NULL
               ? rs_reply_about_recipient(ev->reason)
               : otherwise;
}

/* `550 5.7.1 <address>... words` */
static void read_reply(struct rs_span reply, struct rs_span address,
                       struct rs_event *ev)
{
    struct rs_span rest, path;

    rs_reply_take_codes(&reply, ev);
    rest = reply;
    if (((address.len > 0 && rs_take_literal(&rest, address))
         || rs_sendmail_take_path(&rest, &path))
        && rs_take(&rest, "... "))
        reply = rest;
    ev->reason = reply;
}

/* What is said of who was refused: ` reject=...`, ` discard`, `
 * quarantine=...`. */
enum action { REJECTED, DISCARDED, QUARANTINED };

static bool take_action(struct rs_span *s, enum action *out)
{
    if (rs_take(s, ", reject="))
        *out = REJECTED;
    else if (rs_span_equal(*s, RS_SPAN(", discard")))
        *out = DISCARDED;
    else if (rs_take(s, ", quarantine="))
        *out = QUARANTINED;
    else
        return false;
    if (*out == DISCARDED)
        *s = rs_span_skip(*s, s->len);
    return true;
}

/* One line of a ruleset. */
struct check {
    struct rs_event ev;
    struct rs_sendmail_peer peer;
    struct rs_span address; /* as logged, with brackets */
    enum action action;
    struct rs_span reply;
};

/* `, relay=name [address], reject=`.  What has no address before it is a name
 * for a client without one. */
static bool take_verdict(struct rs_span *s, struct check *check)
{
    struct rs_span rest = *s;

    if (rs_take(&rest, ", relay=")
        && !rs_sendmail_take_peer(&rest, &check->peer))
        return false;
    if (!take_action(&rest, &check->action))
        return false;
    check->reply = rest;
    *s = rest;
    return true;
}

/* Arguments that a client chose freely may look like a verdict: if there is
 * more than one, none is believed as to who it was, and the line that names
 * the client of the queue entry has to tell. */
static bool read_opaque(struct rs_span s, struct check *check)
{
    struct rs_span skipped, at = s;
    bool found = false;

    while (rs_take_until_literal(&at, RS_SPAN(", relay="), &skipped)) {
        struct check other = *check;
        struct rs_span rest = rs_span_skip(s, (size_t)(at.ptr - s.ptr) - 8);

        if (!take_verdict(&rest, &other))
            continue;
        if (found)
            other.peer = (struct rs_sendmail_peer){0};
        *check = other;
        found = true;
    }
    return found;
}

/* `<address>`, and of check_compat `, arg2=<address>`. */
static bool read_addresses(struct rs_span s, const struct ruleset *ruleset,
                           struct check *check)
{
    bool sender = !rs_span_equal(ruleset->name, RS_SPAN("check_rcpt"));
    struct rs_span address;

    if (!rs_sendmail_take_raw(&s, &check->address))
        return false;
    address = rs_sendmail_address(check->address).text;
    *(sender ? &check->ev.sender : &check->ev.recipient) = address;
    if (rs_take(&s, ", arg2=")) {
        if (!rs_sendmail_take_raw(&s, &check->address))
            return false;
        check->ev.recipient = rs_sendmail_address(check->address).text;
    }
    return take_verdict(&s, check);
}

/* One word, or two with `, arg2=` between them. */
static bool read_words(struct rs_span s, struct check *check)
{
    bool more = true;

    while (more) {
        const char *end = rs_span_find(s, RS_SPAN(", "));

        if (end == NULL)
            return false;
        s = rs_span_skip(s, (size_t)(end - s.ptr));
        more = rs_take(&s, ", arg2=");
    }
    return take_verdict(&s, check);
}

static bool read_arguments(struct rs_span s, const struct ruleset *ruleset,
                           struct check *check)
{
    switch (ruleset->arguments) {
    case WORDS: return read_words(s, check);
    case ADDRESSES: return read_addresses(s, ruleset, check);
    case OPAQUE: return read_opaque(s, check);
    }
    return false;
}

static const struct ruleset *find_ruleset(struct rs_span name)
{
    for (size_t i = 0; i < sizeof rulesets / sizeof rulesets[0]; i++)
        if (rs_span_equal(name, rulesets[i].name))
            return &rulesets[i];
    return &header_ruleset;
}

/* `ruleset=NAME, arg1=..., arg2=..., relay=client, reject=reply`; rscheck()
 * of Sendmail. */
enum rs_parsed rs_sendmail_ruleset(const struct rs_sendmail_line *line,
                                   struct rs_span rest)
{
    struct check check = {.ev = rs_sendmail_event(line, RS_EV_REFUSAL)};
    const struct ruleset *ruleset;
    struct rs_span name;

    if (!rs_take_until_literal(&rest, RS_SPAN(", arg1="), &name))
        return RS_UNKNOWN;
    ruleset = find_ruleset(name);
    if (!read_arguments(rest, ruleset, &check))
        return RS_UNKNOWN;
    if (ruleset->refusal == RS_REFUSAL_NONE || check.action == QUARANTINED)
        return RS_QUIET;
    check.ev.client = check.peer.addr;
    check.ev.client_name = check.peer.name;
    read_reply(check.reply, check.address, &check.ev);
    check.ev.refusal = classify(&check.ev, ruleset->refusal);
    return rs_sendmail_emit(line, &check.ev);
}

/* ---- filters ---- */

/* `reject=550 5.7.1 words` or `discard`, of a filter and the end of its line;
 * the client is the one of the queue entry. */
static enum rs_parsed refuse(const struct rs_sendmail_line *line,
                             struct rs_span rest, struct rs_event *ev,
                             enum rs_refusal otherwise)
{
    if (rs_take(&rest, "reject="))
        read_reply(rest, RS_ABSENT, ev);
    else if (!rs_span_equal(rest, RS_SPAN("discard")))
        return RS_UNKNOWN;
    ev->refusal = classify(ev, otherwise);
    return rs_sendmail_emit(line, ev);
}

/* `to=<recipient>, reject=...` */
static enum rs_parsed refuse_address(const struct rs_sendmail_line *line,
                                     struct rs_span rest, bool sender)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);
    struct rs_sendmail_address address;

    if (!rs_sendmail_take_address(&rest, &address) || !rs_take(&rest, ", "))
        return RS_UNKNOWN;
    if (sender)
        ev.sender = address.text;
    else
        ev.recipient = address.text;
    return refuse(line, rest, &ev, RS_REFUSAL_CONTENT);
}

/* `helo=NAME, reject=...`, where the name is the client's. */
static enum rs_parsed refuse_helo(const struct rs_sendmail_line *line,
                                  struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);
    const char *end = rs_span_find(rest, RS_SPAN(", reject="));

    if (end == NULL)
        return RS_UNKNOWN;
    ev.helo = rs_span_to(rest, end);
    return refuse(line, rs_span_skip(rest, ev.helo.len + 2), &ev,
                  RS_REFUSAL_HELO);
}

/* `Milter: ...` */
enum rs_parsed rs_sendmail_milter(const struct rs_sendmail_line *line,
                                  struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);

    if (rs_take(&rest, "to="))
        return refuse_address(line, rest, false);
    if (rs_take(&rest, "from="))
        return refuse_address(line, rest, true);
    if (rs_take(&rest, "helo="))
        return refuse_helo(line, rest);
    if (rs_take(&rest, "data, ") || rs_take(&rest, "cmd=data, "))
        return refuse(line, rest, &ev, RS_REFUSAL_CONTENT);
    return RS_UNKNOWN;
}

/* `Milter: connect: host=NAME, addr=ADDRESS, rejecting commands` */
enum rs_parsed rs_sendmail_milter_connect(const struct rs_sendmail_line *line,
                                          struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);
    struct rs_span host, address;

    if (!rs_take_until_literal(&rest, RS_SPAN(", addr="), &host)
        || !rs_take_until_literal(&rest, RS_SPAN(", "), &address)
        || !rs_addr_parse(address, &ev.client))
        return RS_UNKNOWN;
    if (!rs_span_starts(host, RS_SPAN("[")))
        ev.client_name = host;
    if (rs_take(&rest, "reject=") || rs_take(&rest, "shutdown=")
        || rs_take(&rest, "temp failing commands="))
        read_reply(rest, RS_ABSENT, &ev);
    else if (!rs_sendmail_match(
                 "{rejecting commands|temp failing commands|shutdown}", rest))
        return RS_UNKNOWN;
    ev.refusal = classify(&ev, RS_REFUSAL_CLIENT);
    return rs_sendmail_emit(line, &ev);
}

/* ---- Sendmail's own errors ---- */

/* `message size (12382169) exceeds maximum (10000000)` */
enum rs_parsed rs_sendmail_too_big(const struct rs_sendmail_line *line,
                                   struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);

    if (!rs_sendmail_match("%d) exceeds maximum (%d)", rest))
        return RS_UNKNOWN;
    ev.refusal = RS_REFUSAL_LIMIT;
    ev.reason = line->text;
    return rs_sendmail_emit(line, &ev);
}

/* Errors that name no address, or only quote it. */
static const struct rs_reply_meaning complaints[] = {
    {"Too many recipients", RS_REFUSAL_LIMIT},
    {"Insufficient disk space; try again later", RS_REFUSAL_LIMIT},
    {"Syntax error in mailbox address \"%s (%s)", RS_REFUSAL_PROTOCOL},
    {"8-bit character in mailbox address \"%s", RS_REFUSAL_PROTOCOL},
    {"Address \"%s\" too long (%d bytes max)", RS_REFUSAL_PROTOCOL},
    {"Address too long", RS_REFUSAL_PROTOCOL},
    {"Unbalanced '%w'", RS_REFUSAL_PROTOCOL},
    {"Illegal character %w", RS_REFUSAL_PROTOCOL},
    {"prescan: too many tokens", RS_REFUSAL_PROTOCOL},
    {"prescan: token too long", RS_REFUSAL_PROTOCOL},
    {"Missing recipient", RS_REFUSAL_PROTOCOL},
    {"Addressee unknown", RS_REFUSAL_RECIPIENT},
    {"User address required", RS_REFUSAL_PROTOCOL},
    {"Hostname required", RS_REFUSAL_PROTOCOL},
    {"Syntax error in parameters scanning \"%w\"", RS_REFUSAL_PROTOCOL},
    {"%s parameter unrecognized", RS_REFUSAL_PROTOCOL},
    {"%s requires a value", RS_REFUSAL_PROTOCOL},
    {"Syntax error in %w parameter value", RS_REFUSAL_PROTOCOL},
    {"Duplicate %w parameter", RS_REFUSAL_PROTOCOL},
    {"Bad argument \"%s\" to %w", RS_REFUSAL_PROTOCOL},
    {"Sorry, %w not supported, we do not allow DSN", RS_REFUSAL_PROTOCOL},
};

/* The recipient before `... `.  One that is too long has dots in the middle,
 * by which its quotes may be lost. */
static bool take_refused(struct rs_span *s, struct rs_span *out)
{
    struct rs_span rest = *s;

    if (rs_sendmail_take_path(&rest, out) && rs_take(&rest, "... ")) {
        *s = rest;
        return true;
    }
    rest = *s;
    if (rs_span_starts(rest, RS_SPAN("<"))) {
        if (!rs_take_until_literal(&rest, RS_SPAN(">... "), out))
            return false;
        out->len++;
    } else if (!rs_take_until_literal(&rest, RS_SPAN("... "), out)
               || out->len == 0 || memchr(out->ptr, ' ', out->len) != NULL) {
        return false;
    }
    *s = rest;
    return true;
}

/* `<recipient>... User unknown`: without the client, which the from= line of
 * the queue entry names later. */
enum rs_parsed rs_sendmail_user_error(const struct rs_sendmail_line *line,
                                      struct rs_span rest)
{
    struct rs_event ev = rs_sendmail_event(line, RS_EV_REFUSAL);
    struct rs_span raw;

    if (line->queue_id.ptr == NULL)
        return RS_UNKNOWN;
    if (take_refused(&rest, &raw) && rest.len > 0) {
        ev.recipient = rs_sendmail_address(raw).text;
        ev.reason = rest;
        ev.refusal = classify(&ev, RS_REFUSAL_OTHER);
        return rs_sendmail_emit(line, &ev);
    }
    for (size_t i = 0; i < sizeof complaints / sizeof complaints[0]; i++) {
        if (!rs_sendmail_match(complaints[i].words, line->text))
            continue;
        ev.reason = line->text;
        ev.refusal = complaints[i].refusal;
        return rs_sendmail_emit(line, &ev);
    }
    return RS_UNKNOWN;
}

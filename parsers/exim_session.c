/* Connections of clients and what they did wrong: lines that name the client
 * in the middle. */
#include "exim.h"
#include "proxy.h"

/* A line: fixed words, the client, and a pattern of what follows its fields.
 * %a behind the words is an address in brackets and ` H=`. */
struct scene {
    const char *before, *after;
    enum rs_event_kind kind;
    const char *reason;      /* NULL: nothing is to be said */
    enum rs_refusal refusal; /* RS_EV_REFUSAL */
};

static const struct scene scenes[] = {
    {"SMTP connection from ", " (TCP/IP connection count = %d)", RS_EV_CONNECT,
     "", 0},
    {"SMTP connection from ", " closed by {QUIT|EOF}", RS_EV_DISCONNECT, "",
     0},
    {"SMTP connection from ", " closed after {SIGTERM|SIGINT}",
     RS_EV_DISCONNECT, "", 0},
    /* Its refusal stands in a line of its own. */
    {"SMTP connection from ", " closed by DROP in ACL", RS_EV_MISUSE,
     "dropped by an ACL", 0},
    {"SMTP connection from ", " lost", RS_EV_DISCONNECT, "lost connection", 0},
    {"SMTP connection from ", " lost D=%w", RS_EV_DISCONNECT,
     "lost connection", 0},
    {"SMTP connection from ", " lost (error: %s", RS_EV_DISCONNECT,
     "lost connection", 0},
    {"SMTP connection from ", " TFO lost%o", RS_EV_DISCONNECT,
     "lost connection", 0},
    {"SMTP connection from ", " lost while reading message data{ (header)|}",
     RS_EV_DISCONNECT, "lost connection", 0},
    {"SMTP connection from ", " (via inetd)%o", RS_EV_CONNECT, "", 0},
    {"SMTP connection from ", "", RS_EV_CONNECT, "", 0},
    {"no MAIL in SMTP connection from ", "", RS_EV_DISCONNECT, "", 0},
    {"no MAIL in TFO SMTP connection from ", "", RS_EV_DISCONNECT, "", 0},
    {"no MAIL in TFO* SMTP connection from ", "", RS_EV_DISCONNECT, "", 0},
    {"unexpected disconnection while reading SMTP command from ", "%o",
     RS_EV_DISCONNECT, "lost connection", 0},
    {"SMTP command timeout on connection from ", "", RS_EV_DISCONNECT,
     "timeout", 0},
    {"SMTP command timeout on TLS connection from ", "", RS_EV_DISCONNECT,
     "timeout", 0},
    {"SMTP data timeout (message abandoned) on connection from ", "",
     RS_EV_DISCONNECT, "timeout", 0},
    {"TLS error on connection from ", " (%s", RS_EV_DISCONNECT, NULL, 0},
    {"TLS error on SMTP connection from ", " (%s", RS_EV_DISCONNECT, NULL, 0},
    {"SMTP call from ",
     " dropped: too many {nonmail commands|unrecognized commands|syntax or "
     "protocol errors} (last %s",
     RS_EV_MISUSE, "too many errors", 0},
    {"SMTP protocol synchronization error (input sent without waiting for "
     "greeting): rejected connection from H=",
     " input=%s", RS_EV_MISUSE, "spoke before the greeting", 0},
    {"ridiculously long message header received from ",
     " (more than %d characters): message abandoned", RS_EV_MISUSE,
     "overlong message header", 0},
    {"overlong message header line received from ",
     " (more than %d characters): message abandoned", RS_EV_MISUSE,
     "overlong message header", 0},
    {"refused connection from ", " (host_reject_connection)", RS_EV_REFUSAL,
     "host_reject_connection", RS_REFUSAL_CLIENT},
    {"refused connection from ", " (tcp wrappers)", RS_EV_REFUSAL,
     "tcp wrappers", RS_REFUSAL_CLIENT},
    {"temporarily refused connection from ", " (tcp wrappers errno=%d)",
     RS_EV_REFUSAL, "tcp wrappers", RS_REFUSAL_OTHER},
    {"temporarily refused connection from ", ": not in reserve list{:|} %s",
     RS_EV_REFUSAL, "not in reserve list", RS_REFUSAL_LIMIT},
    {"connection from ", " refused (IP options)", RS_EV_REFUSAL, "IP options",
     RS_REFUSAL_CLIENT},
    {"Connection from ", " refused: too many connections", RS_EV_REFUSAL,
     "too many connections", RS_REFUSAL_LIMIT},
    {"Connection from ", " refused: too many connections from that IP address",
     RS_EV_REFUSAL, "too many connections from that IP address",
     RS_REFUSAL_LIMIT},
    {"Connection from ", " refused: load average = %d", RS_EV_REFUSAL,
     "load average", RS_REFUSAL_LIMIT},
    {"rejected EHLO from ", ": syntactically invalid argument(s): %s",
     RS_EV_REFUSAL, "syntactically invalid argument", RS_REFUSAL_HELO},
    {"rejected HELO from ", ": syntactically invalid argument(s): %s",
     RS_EV_REFUSAL, "syntactically invalid argument", RS_REFUSAL_HELO},
    {"rejected MAIL from ", ": no HELO/EHLO given", RS_EV_REFUSAL,
     "no HELO/EHLO given", RS_REFUSAL_PROTOCOL},
    {"rejected XCLIENT from ", ": %s", RS_EV_REFUSAL, "XCLIENT",
     RS_REFUSAL_PROTOCOL},
    {"rejected MAIL command H=", ": too many messages in one connection",
     RS_EV_REFUSAL, "too many messages in one connection", RS_REFUSAL_LIMIT},
    {"SMTP connection lost after final dot H=", "", RS_EV_DISCONNECT,
     "lost connection", 0},
    {"rejected MAIL FROM:%a", ": message too big: size%s", RS_EV_REFUSAL,
     "message too big", RS_REFUSAL_LIMIT},
    {"rejected from %a", ": message too big: read%s", RS_EV_REFUSAL,
     "message too big", RS_REFUSAL_LIMIT},
    {"rejected from %a",
     ": Non-CRLF-terminated header, under CHUNKING: message abandoned",
     RS_EV_REFUSAL, "Non-CRLF-terminated header", RS_REFUSAL_PROTOCOL},
    {"rejected from %a", ": Too many \"Received\" headers", RS_EV_REFUSAL,
     "Too many \"Received\" headers", RS_REFUSAL_LIMIT},
    {"unqualified sender rejected: %a", "%o", RS_EV_REFUSAL,
     "unqualified sender", RS_REFUSAL_SENDER},
    {"unqualified recipient rejected: %a", "%o", RS_EV_REFUSAL,
     "unqualified recipient", RS_REFUSAL_OTHER},
    {"unqualified verify rejected: %a", "%o", RS_EV_REFUSAL,
     "unqualified address", RS_REFUSAL_OTHER},
    {"too many recipients: message rejected: sender=%a", "", RS_EV_REFUSAL,
     "too many recipients", RS_REFUSAL_LIMIT},
    {"too many recipients: excess temporarily rejected: sender=%a", "",
     RS_EV_REFUSAL, "too many recipients", RS_REFUSAL_LIMIT},
};

/* What Exim says of a command that breaks the protocol: synprot_error() in
 * smtp_in.c, and parse_extract_address() in parse.c. */
static const char *const complaints[] = {
    " AUTH command used when not advertised%o",
    " %w authentication mechanism not supported%o",
    " BDAT command used when CHUNKING not advertised",
    " STARTTLS command used when not advertised",
    " SMTPUTF8 used when not advertised",
    " ENVID can be specified once only",
    " NOTIFY can be specified once only",
    " ORCPT can be specified once only",
    " RET can be specified once only",
    " ETRN is not permitted inside a transaction",
    " Invalid value for NOTIFY parameter",
    " Value for RET is invalid",
    " {MAIL|RCPT} must have an address operand",
    " NUL character(s) present (shown as '?')",
    " SMTP synchronization error",
    " already authenticated",
    " argument must begin with #",
    " invalid character in authentication mechanism name",
    " invalid data for {AUTH|BODY}",
    " missing size for BDAT command",
    " zero size for BDAT command",
    " not permitted in mail transaction",
    " only BDAT permissible after non-LAST BDAT",
    " only RSET accepted now",
    " sender {already given|not yet given}",
    " unexpected argument data",
    " unrecognized command",
    " unrecognised command",
    " valid RCPT command must precede {BDAT|DATA}",
    " too many recipients",
    " \"%s\" verb not allowed in %s",
    " domain {missing or malformed|literals not allowed}",
    " domain missing in source-routed address",
    " malformed domain literal",
    " missing or malformed local part%o",
    " invalid UTF-8 byte sequence%o",
    " empty address",
    " angle-brackets nested too deep",
    " '>' missing at end of address",
    " malformed address: %s may not follow %s",
    " address is ridiculously long: %s",
    " \"@\" or \".\" expected after \"%s\"%o",
    " expected word or \"<\"%o",
    " unqualified address not permitted%o",
    NULL,
};

static bool has_path(const struct scene *scene)
{
    return rs_span_ends(rs_span_of(scene->before), RS_SPAN("%a"));
}

static struct rs_span words_of(const struct scene *scene)
{
    struct rs_span words = rs_span_of(scene->before);

    words.len -= has_path(scene) ? 2 : 0;
    return words;
}

/* Since 4.98 the process stands in `SMTP connection Ci=123 from`. */
static bool take_before(const struct scene *scene, struct rs_span *s)
{
    struct rs_span rest = *s, words, ci;

    if (rest.len == 0 || *rest.ptr != *scene->before)
        return false;
    words = words_of(scene);
    if (!rs_take_literal(&rest, words)) {
        rest = *s;
        if (!rs_take(&words, "SMTP connection ")
            || !rs_take(&rest, "SMTP connection Ci=")
            || !rs_take_until(&rest, ' ', &ci)
            || !rs_take_literal(&rest, words))
            return false;
    }
    *s = rest;
    return true;
}

/* `<address> H=`, and for want of a blank `<address>H=`. */
static bool take_path(struct rs_span *s)
{
    struct rs_span rest = *s, path;

    if (!rs_take_path(&rest, &path)
        || !(rs_take(&rest, " H=") || rs_take(&rest, "H=")))
        return false;
    *s = rest;
    return true;
}

static bool ends_scene(const void *ctx, struct rs_span rest)
{
    const struct scene *scene = ctx;

    rs_exim_skip_fields(&rest);
    return rs_exim_match(scene->after, rest);
}

/* ` D=1s A=authenticator:id` of a session that brought no mail: the client
 * logged in.  An ident could imitate that. */
static void emit_login(const struct rs_exim_line *line,
                       const struct rs_exim_peer *peer, struct rs_span rest)
{
    struct rs_event ev = rs_exim_session(line, RS_EV_AUTH, peer, 0);
    struct rs_span word;

    while (rs_take(&rest, " I=") || rs_take(&rest, " Ci="))
        if (!rs_exim_take_word(&rest, &word))
            return;
    if (!rs_take(&rest, " D=") || !rs_exim_take_word(&rest, &word)
        || !rs_take(&rest, " A=") || !rs_exim_take_word(&rest, &word)
        || !rs_take_until(&word, ':', &ev.mechanism))
        return;
    ev.account = word;
    rs_exim_emit(line, &ev);
}

static enum rs_parsed emit_scene(const struct rs_exim_line *line,
                                 const struct scene *scene,
                                 const struct rs_exim_peer *peer,
                                 struct rs_span rest)
{
    struct rs_exim_fields f;
    struct rs_event ev;

    (void)rs_exim_take_fields(&rest, (struct rs_exim_choice){true, 0}, &f);
    ev = rs_exim_session(line, scene->kind, peer, f.our_port);
    if (scene->reason == NULL)
        return RS_QUIET;
    if (*scene->reason != '\0')
        ev.reason = rs_span_of(scene->reason);
    ev.refusal = scene->refusal;
    if (rs_take(&rest, " input=\""))
        ev.proxy = rs_proxy_read(rest);
    return rs_exim_emit(line, &ev);
}

/* Of a local process it is the user who stands where the client does. */
static bool is_local(const struct scene *scene, struct rs_span rest)
{
    struct rs_span user;

    return !has_path(scene) && rs_exim_take_word(&rest, &user)
           && ends_scene(scene, rest);
}

static enum rs_parsed read_scene(const struct rs_exim_line *line,
                                 const struct scene *scene,
                                 struct rs_span rest)
{
    struct rs_span client = rest;
    struct rs_exim_peer peer;

    if (has_path(scene) && !take_path(&client))
        return RS_UNKNOWN;
    if (!rs_exim_take_client(&client, ends_scene, scene, &peer))
        return is_local(scene, rest) ? RS_QUIET : RS_UNKNOWN;
    if (rs_span_starts(line->text, RS_SPAN("no MAIL in ")))
        emit_login(line, &peer, client);
    return emit_scene(line, scene, &peer, client);
}

enum rs_parsed rs_exim_session_line(const struct rs_exim_line *line)
{
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        struct rs_span rest = line->text;
        enum rs_parsed result;

        if (!take_before(&scenes[i], &rest))
            continue;
        result = read_scene(line, &scenes[i], rest);
        if (result != RS_UNKNOWN)
            return result;
    }
    return RS_UNKNOWN;
}

/* ---- what the client said stands before its address ---- */

/* Syslog cut the line, perhaps in the client's text: whoever is named there
 * may be whom the client chose. */
static bool is_cut(const struct rs_exim_line *line)
{
    return line->record->cut;
}

/* The client behind LEAD, a quote that ends its text and what Exim wrote
 * then.  The text may imitate that: when more than one client can be meant,
 * none is accused. */
static bool find_client(struct rs_span s, struct rs_span lead,
                        rs_exim_ends *ends, const void *ctx,
                        struct rs_exim_peer *out)
{
    struct rs_span said;
    bool found = false;

    while (rs_take_until_literal(&s, lead, &said)) {
        struct rs_span rest = s;
        struct rs_exim_peer peer;

        if (rs_exim_take_client(&rest, ends, ctx, &peer))
            rs_exim_agree(out, &peer, &found);
    }
    return found;
}

static bool ends_complaint(const void *ctx, struct rs_span rest)
{
    (void)ctx;
    rs_exim_skip_fields(&rest);
    return rs_exim_is_listed(complaints, rest);
}

/* `next input="..."`, which syslog may have cut. */
static bool ends_input(const void *ctx, struct rs_span rest)
{
    (void)ctx;
    rs_exim_skip_fields(&rest);
    return rs_exim_match(" next input=%s", rest);
}

static bool ends_line(const void *ctx, struct rs_span rest)
{
    (void)ctx;
    rs_exim_skip_fields(&rest);
    return rest.len == 0;
}

static const struct quotation {
    const char *before, *lead, *local;
    rs_exim_ends *ends;
    enum rs_event_kind kind;
    const char *reason;
    enum rs_refusal refusal;
} quotations[] = {
    {"SMTP protocol error in \"", "\" H=", "%s\" U=%w %s", ends_complaint,
     RS_EV_MISUSE, "SMTP protocol error", 0},
    {"SMTP syntax error in \"", "\" H=", "%s\" U=%w %s", ends_complaint,
     RS_EV_MISUSE, "SMTP syntax error", 0},
    {"SMTP protocol synchronization error (next input sent too soon: "
     "pipelining was not advertised): rejected \"",
     "\" H=", "%s\" U=%w next input=%s", ends_input, RS_EV_MISUSE,
     "improper command pipelining", 0},
    {"SMTP protocol synchronization error (next input sent too soon: "
     "pipelining was advertised): rejected \"",
     "\" H=", "%s\" U=%w next input=%s", ends_input, RS_EV_MISUSE,
     "improper command pipelining", 0},
    {"rejected \"", "\" from ", "%s\" from %w", ends_line, RS_EV_REFUSAL,
     "HELO or EHLO", RS_REFUSAL_HELO},
    {"temporarily rejected \"", "\" from ", "%s\" from %w", ends_line,
     RS_EV_REFUSAL, "HELO or EHLO", RS_REFUSAL_HELO},
};

enum rs_parsed rs_exim_quotation(const struct rs_exim_line *line)
{
    for (size_t i = 0; i < sizeof(quotations) / sizeof(quotations[0]); i++) {
        const struct quotation *q = &quotations[i];
        struct rs_span rest = line->text;
        struct rs_exim_peer peer;
        struct rs_event ev;

        if (rest.len == 0 || *rest.ptr != *q->before
            || !rs_take_literal(&rest, rs_span_of(q->before)))
            continue;
        if (is_cut(line))
            return RS_QUIET;
        if (!find_client(rest, rs_span_of(q->lead), q->ends, NULL, &peer))
            return rs_exim_match(q->local, rest) ? RS_QUIET : RS_UNKNOWN;
        ev = rs_exim_session(line, q->kind, &peer, 0);
        ev.reason = rs_span_of(q->reason);
        ev.refusal = q->refusal;
        if (q->kind == RS_EV_MISUSE)
            ev.proxy = rs_proxy_read(rest);
        return rs_exim_emit(line, &ev);
    }
    return RS_UNKNOWN;
}

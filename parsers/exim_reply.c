/* What reasons say: replies of other servers, Exim's own words, and those of
 * the administrator's ACLs and routers. */
#include "exim.h"

/* Texts of ACLs.  Exim has few of its own; the others are in wide use. */
static const struct rs_reply_meaning refusals[] = {
    {"greylist", RS_REFUSAL_GREYLIST},
    {"graylist", RS_REFUSAL_GREYLIST},
    {"grey list", RS_REFUSAL_GREYLIST},
    {"relay not permitted", RS_REFUSAL_RELAY},
    {"not permitted to relay", RS_REFUSAL_RELAY},
    {"relaying denied", RS_REFUSAL_RELAY},
    {"relay denied", RS_REFUSAL_RELAY},
    {"relaying not", RS_REFUSAL_RELAY},
    {"relaying is not", RS_REFUSAL_RELAY},
    {"relaying prohibited", RS_REFUSAL_RELAY},
    {"relay access denied", RS_REFUSAL_RELAY},
    {"relay prohibited", RS_REFUSAL_RELAY},
    {"authorized to relay", RS_REFUSAL_RELAY},
    {"allowed to relay", RS_REFUSAL_RELAY},
    {"authentication required", RS_REFUSAL_RELAY},
    {"authentication is required", RS_REFUSAL_RELAY},
    {"authentification required", RS_REFUSAL_RELAY},
    {"auth required", RS_REFUSAL_RELAY},
    {"auth is required", RS_REFUSAL_RELAY},
    {"requires authentication", RS_REFUSAL_RELAY},
    {"must authenticate", RS_REFUSAL_RELAY},
    {"smtp authentication", RS_REFUSAL_RELAY},
    {"sender verify", RS_REFUSAL_SENDER},
    {"black list", RS_REFUSAL_CLIENT},
    {"blacklist", RS_REFUSAL_CLIENT},
    {"block list", RS_REFUSAL_CLIENT},
    {"blocklist", RS_REFUSAL_CLIENT},
    {"dnsbl", RS_REFUSAL_CLIENT},
    {"rbl", RS_REFUSAL_CLIENT},
    {"spamhaus", RS_REFUSAL_CLIENT},
    {"spamcop", RS_REFUSAL_CLIENT},
    {"sorbs", RS_REFUSAL_CLIENT},
    {"is listed", RS_REFUSAL_CLIENT},
    {"reverse dns", RS_REFUSAL_CLIENT},
    {"reverse name", RS_REFUSAL_CLIENT},
    {"ratelimit", RS_REFUSAL_LIMIT},
    {"rate limit", RS_REFUSAL_LIMIT},
    {"too many", RS_REFUSAL_LIMIT},
    {"too big", RS_REFUSAL_LIMIT},
    {"too large", RS_REFUSAL_LIMIT},
    {"quota", RS_REFUSAL_LIMIT},
    {"mailbox is full", RS_REFUSAL_LIMIT},
    {"mailbox full", RS_REFUSAL_LIMIT},
    {"unknown user", RS_REFUSAL_RECIPIENT},
    {"user unknown", RS_REFUSAL_RECIPIENT},
    {"no such", RS_REFUSAL_RECIPIENT},
    {"unrouteable address", RS_REFUSAL_RECIPIENT},
    {"unroutable address", RS_REFUSAL_RECIPIENT},
    {"callout verification failure", RS_REFUSAL_RECIPIENT},
    {"unknown recipient", RS_REFUSAL_RECIPIENT},
    {"recipient unknown", RS_REFUSAL_RECIPIENT},
    {"address unknown", RS_REFUSAL_RECIPIENT},
    {"invalid recipient", RS_REFUSAL_RECIPIENT},
    {"recipient cannot be verified", RS_REFUSAL_RECIPIENT},
    {"user not found", RS_REFUSAL_RECIPIENT},
    {"not exist", RS_REFUSAL_RECIPIENT},
    {"doesn't exist", RS_REFUSAL_RECIPIENT},
    {"no mailbox", RS_REFUSAL_RECIPIENT},
    {"mailbox unavailable", RS_REFUSAL_RECIPIENT},
    {"account disabled", RS_REFUSAL_RECIPIENT},
    {"helo", RS_REFUSAL_HELO},
    {"ehlo", RS_REFUSAL_HELO},
    {"spf", RS_REFUSAL_SENDER},
    {"dmarc", RS_REFUSAL_SENDER},
    {"encryption required", RS_REFUSAL_PROTOCOL},
    {"starttls", RS_REFUSAL_PROTOCOL},
    {"certificate not verified", RS_REFUSAL_PROTOCOL},
    {"virus", RS_REFUSAL_CONTENT},
    {"malware", RS_REFUSAL_CONTENT},
    {"spam", RS_REFUSAL_CONTENT},
};

/* What a reason without a code of RFC 3463 amounts to. */
static const struct {
    const char *words[8]; /* lower case */
    struct rs_span dsn;
} codes[] = {
    {{"unknown user", "user unknown", "no such", "not exist", "doesn't exist",
      "unrouteable address", "unroutable address"},
     {"5.1.1", 5}},
    {{"unknown recipient", "recipient unknown", "invalid recipient",
      "invalid mailbox", "user not found", "no mailbox", "address unknown"},
     {"5.1.1", 5}},
    {{"quota", "mailbox full", "mailbox is full", "out of storage"},
     {"5.2.2", 5}},
    {{"spam", "blocked", "blacklist", "blocklist", "black list", "banned",
      "unsolicited"},
     {"5.7.1", 5}},
    {{"relay"}, {"5.7.1", 5}},
};

enum rs_refusal rs_exim_refusal(struct rs_span reason,
                                enum rs_refusal otherwise)
{
    enum rs_refusal found = RS_REPLY_FIND(refusals, reason);

    return found == RS_REFUSAL_NONE ? otherwise : found;
}

static bool take_phrase(struct rs_span *s, struct rs_span words,
                        bool path_follows)
{
    struct rs_span rest = *s, path;

    if (!rs_take_literal(&rest, words))
        return false;
    if (path_follows && !rs_take_path(&rest, &path))
        return false;
    *s = rest;
    return true;
}

/* The command of ours, or the stage, that the other server answered: `: `
 * ends it, but an address may hold that as well. */
static bool take_stage(struct rs_span *s)
{
    struct rs_span rest = *s, stage;

    (void)rs_take(&rest, "pipelined ");
    if (!take_phrase(&rest, RS_SPAN("RCPT TO:"), true))
        (void)take_phrase(&rest, RS_SPAN("MAIL FROM:"), true);
    if (!rs_take_until_literal(&rest, RS_SPAN(": "), &stage))
        return false;
    *s = rest;
    return true;
}

/* Before 4.83 the host stood here: `host mx.example.com [192.0.2.1]: `. */
static void skip_host(struct rs_span *s)
{
    struct rs_exim_choice choice = {true, 0};
    struct rs_exim_peer peer;
    struct rs_span rest = *s;

    if (rs_take(&rest, "host ") && rs_exim_take_peer(&rest, choice, &peer)
        && rs_take(&rest, ": "))
        *s = rest;
}

/* The reply of another server in REASON, absent when none answered. */
static struct rs_span find_reply(struct rs_span reason)
{
    struct rs_span s = reason;

    if (!rs_take(&s, "SMTP error from remote mail server after ")
        && !rs_take(&s, "LMTP error after ")
        && !rs_take(&s, "PRDR error after "))
        return RS_ABSENT;
    if (!take_stage(&s))
        return RS_ABSENT;
    skip_host(&s);
    return s;
}

static bool holds(struct rs_span text, const char *const *words)
{
    for (size_t i = 0; i < 8 && words[i] != NULL; i++) {
        struct rs_reply_meaning meaning = {words[i], RS_REFUSAL_OTHER};

        if (rs_reply_find(&meaning, 1, text) != RS_REFUSAL_NONE)
            return true;
    }
    return false;
}

static struct rs_span code_by_words(struct rs_span text)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (holds(text, codes[i].words))
            return codes[i].dsn;
    return RS_ABSENT;
}

/* `550 5.1.1 words` or `550-5.1.1 words\n550 5.1.1 more`. */
static void read_reply(struct rs_span reply, struct rs_event *ev)
{
    struct rs_span rest = reply;
    uint64_t code;

    if (!rs_take_number(&rest, 599, &code) || code < 200)
        return;
    ev->reply_code = (uint16_t)code;
    if ((rs_take(&rest, " ") || rs_take(&rest, "-"))
        && rs_reply_take_dsn(&rest, &ev->dsn))
        return;
    if (code >= 500)
        ev->dsn = code_by_words(rest);
    if (ev->dsn.ptr == NULL)
        ev->dsn = code >= 500 ? RS_SPAN("5.0.0") : RS_SPAN("4.0.0");
}

void rs_exim_read_reason(struct rs_event *ev)
{
    struct rs_span reply = find_reply(ev->reason);

    if (reply.ptr != NULL)
        read_reply(reply, ev);
    else if (ev->outcome == RS_BOUNCED)
        ev->dsn = code_by_words(ev->reason);
    /* Behind a refusal for good these are the other server's words. */
    if (ev->outcome == RS_BOUNCED && ev->reply_code < 500
        && rs_span_ends(ev->reason, RS_SPAN("retry timeout exceeded")))
        ev->outcome = RS_EXPIRED;
}

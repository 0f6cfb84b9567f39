/* What SA-Exim, SpamAssassin as a local_scan() function, says of a message. */
#include "exim.h"

/* A message that was rejected has a line of Exim's own, too. */
static const struct verdict {
    const char *words;
    enum rs_event_kind kind;
} verdicts[] = {
    {"silently tossed message: ", RS_EV_REFUSAL},
    {"flagged as Spam but accepted: ", RS_EV_MISUSE},
};

/* `NAME [address]) for recipients` */
static bool take_host(struct rs_span s, struct rs_exim_peer *peer)
{
    struct rs_span place;

    *peer = (struct rs_exim_peer){.port = 0};
    if (!rs_exim_take_word(&s, &peer->name) || !rs_take(&s, " [")
        || !rs_take_until(&s, ']', &place) || !rs_take(&s, ") for "))
        return false;
    if (rs_span_equal(peer->name, RS_SPAN("NULL")))
        peer->name = RS_ABSENT;
    return rs_addr_parse(place, &peer->addr);
}

/* Message-ID, sender and recipients are others' text: when they name another
 * host, none is accused. */
static bool find_host(struct rs_span s, struct rs_exim_peer *out)
{
    struct rs_span before;
    struct rs_exim_peer peer;
    bool found = false;

    while (rs_take_until_literal(&s, RS_SPAN(" (host="), &before)) {
        if (take_host(s, &peer))
            rs_exim_agree(out, &peer, &found);
    }
    return found;
}

enum rs_parsed rs_exim_spam(const struct rs_exim_line *line,
                            struct rs_span rest)
{
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        struct rs_exim_peer peer;
        struct rs_event ev;

        if (!rs_take_literal(&rest, rs_span_of(verdicts[i].words)))
            continue;
        if (!find_host(rest, &peer))
            return RS_UNKNOWN;
        ev = rs_exim_session(line, verdicts[i].kind, &peer, 0);
        ev.reason = RS_SPAN("spam");
        if (ev.kind == RS_EV_REFUSAL)
            ev.refusal = RS_REFUSAL_CONTENT;
        return rs_exim_emit(line, &ev);
    }
    return RS_UNKNOWN;
}

/* The list of rules, and finding one by its id or by that of its family. */
#include "rules.h"

#include "relaysleuth/nearest.h"

const struct rs_rule *const rs_rules[] = {
    &rs_rule_relay_open,
    &rs_rule_relay_nat,
    &rs_rule_relay_probe,
    &rs_rule_relay_pop_window,
    &rs_rule_relay_snowshoe,
    &rs_rule_account_compromised,
    &rs_rule_account_phishing,
    &rs_rule_auth_bruteforce,
    &rs_rule_auth_spray,
    &rs_rule_auth_breach,
    &rs_rule_local_bulk,
    &rs_rule_host_bulk,
    &rs_rule_bounce_backscatter,
    &rs_rule_recipient_harvest,
    &rs_rule_reputation_listed,
    &rs_rule_volume_spike,
    &rs_rule_queue_growth,
    &rs_rule_mail_loop,
    NULL,
};

const struct rs_rule *rs_rule_find(struct rs_span id)
{
    for (size_t i = 0; rs_rules[i] != NULL; i++) {
        if (rs_span_equal(rs_span_of(rs_rules[i]->id), id))
            return rs_rules[i];
    }
    return NULL;
}

bool rs_rule_matches(const char *id, struct rs_span pattern)
{
    struct rs_span whole = rs_span_of(id);

    if (!rs_span_ends(pattern, RS_SPAN(".*")))
        return rs_span_equal(whole, pattern);
    pattern.len--; /* "relay." */
    return rs_span_starts(whole, pattern);
}

static bool is_known(struct rs_span pattern)
{
    for (size_t i = 0; rs_rules[i] != NULL; i++) {
        if (rs_rule_matches(rs_rules[i]->id, pattern))
            return true;
    }
    return false;
}

enum rs_status rs_rule_check(struct rs_span pattern, struct rs_error *err)
{
    struct rs_nearest search = {.name = pattern};
    struct rs_span shown = pattern;

    if (is_known(pattern))
        return RS_OK;
    for (size_t i = 0; rs_rules[i] != NULL; i++)
        rs_nearest_try(&search, rs_rules[i]->id);
    if (shown.len > RS_NEAREST_MAX)
        shown.len = RS_NEAREST_MAX;
    if (search.found != NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "unknown rule \"%.*s\"; did you mean \"%s\"?",
                       RS_SPAN_ARG(shown), search.found);
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "unknown rule \"%.*s\"; \"relaysleuth rules\" lists"
                   " them",
                   RS_SPAN_ARG(shown));
}

/* The texts of the rules, one family a file (rules_FAMILY.c); a new one is an
 * entry there and a line in rules.c. */
#ifndef RELAYSLEUTH_DETECT_RULES_H
#define RELAYSLEUTH_DETECT_RULES_H

#include "relaysleuth/rule.h"

extern const struct rs_rule rs_rule_relay_open;
extern const struct rs_rule rs_rule_relay_nat;
extern const struct rs_rule rs_rule_relay_probe;
extern const struct rs_rule rs_rule_relay_pop_window;
extern const struct rs_rule rs_rule_relay_snowshoe;
extern const struct rs_rule rs_rule_account_compromised;
extern const struct rs_rule rs_rule_account_phishing;
extern const struct rs_rule rs_rule_auth_bruteforce;
extern const struct rs_rule rs_rule_auth_spray;
extern const struct rs_rule rs_rule_auth_breach;
extern const struct rs_rule rs_rule_local_bulk;
extern const struct rs_rule rs_rule_host_bulk;
extern const struct rs_rule rs_rule_bounce_backscatter;
extern const struct rs_rule rs_rule_recipient_harvest;
extern const struct rs_rule rs_rule_reputation_listed;
extern const struct rs_rule rs_rule_volume_spike;
extern const struct rs_rule rs_rule_queue_growth;
extern const struct rs_rule rs_rule_mail_loop;

/* The severities, as entries give them. */
#define INFO     RS_SEVERITY_BIT(RS_SEVERITY_INFO)
#define LOW      RS_SEVERITY_BIT(RS_SEVERITY_LOW)
#define MEDIUM   RS_SEVERITY_BIT(RS_SEVERITY_MEDIUM)
#define HIGH     RS_SEVERITY_BIT(RS_SEVERITY_HIGH)
#define CRITICAL RS_SEVERITY_BIT(RS_SEVERITY_CRITICAL)

/* What the rules say that rest on the sequential test of watch.h. */
#define WATCH_STATISTICS                                                      \
    "A sequential test: for each recipient, the logarithm of how much "       \
    "likelier the fact is of a thief than of the sender's own habit is "      \
    "added. It weighs recipients that do not exist, refusals for "            \
    "content or reputation, envelope senders that are not the sender's "      \
    "own (but to a recipient who got mail before: that is forwarding), "      \
    "and new networks. Each kind is bounded, so that none of them "           \
    "alone, however much there is of it, makes a finding; only a login "      \
    "that comes from many networks (a /16, or a /32 of IPv6) new to it "      \
    "within a day, more than four and more than twice as many as on "         \
    "any day before, is enough by itself. Recipients of one message "         \
    "count together; the sum halves in a day. Refusals weigh less "           \
    "while many senders got them within the last six to twelve hours, "       \
    "because then the server has a bad name. "

#endif

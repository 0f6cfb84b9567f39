/* What the rules on the flow of mail say: volume, queue, loops. */
#include "rules.h"

const struct rs_rule rs_rule_volume_spike = {
    .id = "volume.spike",
    .says =
        "the site, an account, a host or a local user sends far above what "
        "its own past predicts",
    .severities = LOW | MEDIUM,
    .meaning =
        "More recipients in an hour than the same hour of earlier days gives "
        "reason to expect, and half as many again as in the busiest hour "
        "before. Volume alone proves nothing: newsletters, invoices and "
        "thieves look alike until mail is refused.",
    .evidence =
        "Recipients outside the site's own domains, by hour, of the site, of "
        "each account, of each client in the own networks and of each local "
        "user. expected is the mean of the same hour and its neighbours on "
        "the earlier days of the log.",
    .statistics =
        "The tail probability of the count under a negative binomial "
        "distribution with the mean and the variance of those hours, bounded "
        "by its large deviation; below 1e-8. At least fifty recipients in the "
        "hour, and a past of three days. The evidence figure is the negative "
        "logarithm of the bound. It is medium when one recipient in four "
        "bounced as well. This form looks at the log alone and controls no "
        "false discovery rate over all subjects.",
    .false_alarms =
        "The first newsletter of a new list; the invoices at the end of a "
        "quarter; mail that piled up behind an outage.",
    .action =
        "Ask who sent it. If nobody did, treat the account or host as stolen.",
};

const struct rs_rule rs_rule_queue_growth = {
    .id = "queue.growth",
    .says = "the queue of a host grows beyond what it mostly holds",
    .severities = LOW | MEDIUM,
    .meaning =
        "Recipients are deferred faster than they are delivered: other "
        "servers slow this one down because of its reputation, a destination "
        "is down, or somebody sends to addresses that answer slowly or never.",
    .evidence =
        "Recipients that were deferred and not delivered or given up since, "
        "as the log tells; what waited before the log began is not in it.",
    .statistics =
        "Three hundred recipients that wait, and five times what waited at "
        "the end of the middle one of all hours so far. It is medium when "
        "three thousand waited and half of them still do at the end of the "
        "log.",
    .false_alarms =
        "One large destination that is down: the domains that wait are named.",
    .action =
        "Look whose mail waits and for where before you flush the queue: spam "
        "is better held or deleted.",
};

const struct rs_rule rs_rule_mail_loop = {
    .id = "mail.loop",
    .says = "mail for a domain circles until a server gives it up",
    .severities = LOW | MEDIUM,
    .meaning =
        "Two servers take each other for the one that delivers, or a forward "
        "leads back to where it came from. Each round costs, and a thief's "
        "list of old addresses can make thousands of them.",
    .evidence =
        "Recipients given up or deferred with the status 5.4.6 or 5.4.14, or "
        "with the words that servers have for a loop or for too many hops.",
    .statistics = "None is needed. Ten recipients of one domain are medium.",
    .false_alarms = "A domain whose MX points here by a mistake of others.",
    .action =
        "Follow the domain's mail: its MX, the transport or mailer table, and "
        "forwards that lead back here.",
};

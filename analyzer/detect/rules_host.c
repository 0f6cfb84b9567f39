/* What the rules on our own processes, machines, notifications and mailboxes
 * say. */
#include "rules.h"

const struct rs_rule rs_rule_local_bulk = {
    .id = "local.bulk",
    .says = "a process on the host sends as a thief would",
    .severities = MEDIUM | HIGH | CRITICAL,
    .meaning =
        "A local user hands mail to the server by sendmail(1), and it looks "
        "like spam. Mostly it is a web application with a hole, or a contact "
        "form that sends what strangers fill in.",
    .evidence = "Mail by local uid: its recipients outside, how other servers "
                "answered, and the envelope senders. Automatic replies "
                "without a sender do not count. Where Exim logs how its "
                "processes were started and their numbers (log_selector = "
                "+arguments +pid), the folders are named: of a script of the "
                "web mostly its own.",
    .statistics = WATCH_STATISTICS
    "A finding without any refused recipient is medium, others are high, "
    "and critical when other servers took more than fifty recipients.",
    .false_alarms =
        "A shop or a forum that writes to all its customers for the first "
        "time, under senders that it never used.",
    .action =
        "Find what runs as that user, and which files below its web root are "
        "new. Take the right to send from it meanwhile (in Postfix: "
        "authorized_submit_users), and hold what waits in the queue.",
};

const struct rs_rule rs_rule_host_bulk = {
    .id = "host.bulk",
    .says = "a client in our networks sends as an infected machine would",
    .severities = MEDIUM | HIGH | CRITICAL,
    .meaning =
        "A machine that may relay because of its address sends what looks "
        "like spam: it is infected, or somebody else's mail comes through it. "
        "When the client is loopback it is a program on the server itself.",
    .evidence = "Mail by client address in trusted networks: its recipients "
                "outside, how other servers answered, and the envelope "
                "senders.",
    .statistics = WATCH_STATISTICS
    "A finding without any refused recipient is medium, others are high, "
    "and critical when other servers took more than fifty recipients.",
    .false_alarms = "A gateway or list server of ours that passes mail on "
                    "under many foreign senders and was not told of; its "
                    "habit is soon learned.",
    .action = "Take the machine off the net and clean it. Let only machines "
              "relay that must do so without a login: shrink the trusted "
              "networks.",
};

const struct rs_rule rs_rule_bounce_backscatter = {
    .id = "bounce.backscatter",
    .says = "notifications go to people whose addresses were forged: ours to "
            "strangers, or theirs to us",
    .severities = MEDIUM | HIGH,
    .meaning =
        "The server takes mail that it cannot deliver and sends a bounce to "
        "the sender, whose address a spammer forged. Strangers get spam from "
        "us; blocklists of backscatterers list the server. Or the address is "
        "one of ours, and the bounces of the world come to its mailbox.",
    .evidence =
        "Notifications that mail of outside clients caused and that go to "
        "other people's domains, and how many of them come back because no "
        "such sender exists. Mail with the null sender from outside to a "
        "mailbox of ours, held against what went out under its address.",
    .statistics =
        "A sum of evidence: forged senders exist less often than real ones. "
        "It needs ten notifications to five domains in about a day, five of "
        "them refused. Medium, above a hundred high. Clients whose own mail "
        "is relayed do not count. Where more than three times as many "
        "notifications as usual leave, that stretch is told on its own, and "
        "ends with the last of them. Of one mailbox: fifty notifications at "
        "more than three times the usual pace, and twice as many as "
        "recipients that got mail under its address through this server on "
        "the busiest of the last six days; medium, above five hundred high.",
    .false_alarms =
        "A mail exchanger that lost its list of recipients for an hour causes "
        "it, too: that is no false alarm, but short. A service elsewhere that "
        "sends a newsletter under an address of ours, with its consent; one "
        "message to a list elsewhere that many vacation replies answer.",
    .action =
        "Refuse unknown recipients while the client is still there, also on "
        "the backup MX; let filters refuse or drop, never bounce. Delete the "
        "bounces that wait in the queue. When the forged address is ours, "
        "publish SPF, DKIM and a DMARC policy to reject.",
};

const struct rs_rule rs_rule_recipient_harvest = {
    .id = "recipient.harvest",
    .says = "a client guesses at the recipients of our domains",
    .severities = LOW,
    .meaning = "A client tries name after name at our domains to learn which "
               "mailboxes exist. Spam to those that do, and guesses at their "
               "passwords, follow.",
    .evidence = "Refusals of recipients of ours because there is no such "
                "mailbox, by client.",
    .statistics = "Twenty different recipients in about a day. Severity is "
                  "always low.",
    .false_alarms =
        "A list server with many addresses of people who left, or a partner "
        "with an old address book.",
    .action = "Shut the client out if it goes on, and make guessing slow: "
              "limits of errors and of recipients per client.",
};

const struct rs_rule rs_rule_reputation_listed = {
    .id = "reputation.listed",
    .says = "other servers refuse the mail of this one because it is on a "
            "blocklist, and because of whom",
    .severities = LOW | MEDIUM | HIGH,
    .meaning =
        "Servers that this one hands mail to answer that its address is on a "
        "DNS blocklist, or on a list that a large provider keeps of its own. "
        "Most of what it sends there does not arrive, whoever sent it.",
    .evidence =
        "The replies of deferred and bounced deliveries that fit a table of "
        "wordings of blocklists and providers, each with its source. The "
        "finding names the lists, the addresses that they say are listed, the "
        "domains that refuse, and the accounts, local users and clients whose "
        "mail was refused, most first.",
    .statistics =
        "None is needed. The word of one server's network alone is low, for "
        "any server can claim it; of two or more it is medium, and high when "
        "twenty recipients or more and a tenth of all that these servers were "
        "offered meanwhile was refused so. Notifications and automatic "
        "replies, whose recipients a stranger chooses, count for neither. "
        "Twelve hours without such a "
        "refusal end a listing; what comes later is another finding. Where "
        "the mail of many different senders is refused, at least four within "
        "about an hour and more than three times as many as usual, that "
        "stretch is told on its own; what was refused besides is low then.",
    .false_alarms =
        "A reply that quotes the name of a list for another reason. The one "
        "whose mail was refused most need not be the one who got the server "
        "listed: look what else was found in the days before.",
    .action =
        "Find and stop the cause first; it mostly has a finding of its own. "
        "Then ask to be taken off at the pages that the replies name; "
        "\"relaysleuth lookup\" asks the lists of the DNS whether the address "
        "is still there.",
};

/* What the rules on relaying say. */
#include "rules.h"

const struct rs_rule rs_rule_relay_open = {
    .id = "relay.open",
    .says = "mail of an unauthorised outside client was accepted and handed "
            "on to outside recipients",
    .severities = LOW | HIGH | CRITICAL,
    .meaning =
        "A client outside the networks of the site, without a login, a "
        "certificate or a recent POP or IMAP login, handed in mail for other "
        "people's domains, and another host's server took it. This is an open "
        "relay in use. Spammers find one within days, use it for all they can "
        "send, and the address of the server is on blocklists within hours.",
    .evidence =
        "Every recipient with the verdict unauthorized whose last outcome is "
        "sent to a server that is not the site's own: the arrival, the first "
        "and last delivery, and the refusals that the same client got before. "
        "Address tricks (user%other@ours, ours!user@other, source routes) are "
        "judged by where the message went.",
    .statistics =
        "None is needed: it is a fact, and a finding on the first message. "
        "One message to one or two recipients is high; from two messages or "
        "three recipients on, or after an attempt that was refused, it is "
        "critical. Each client is a finding of its own; past fifty the others "
        "are summed in one more. It is low where the log cannot tell an open "
        "relay from one that knows its customers: no stranger shows on the "
        "host, by mail or a refusal, and the client is one of few, each of "
        "which writes only as one domain that a signer behind the queue "
        "(DKIM) "
        "signs for.",
    .false_alarms =
        "A network, a backup MX or a partner that may relay but that nobody "
        "told the program about, and that the log does not show to be ours: "
        "name it with --trusted-network or --backup-mx. A domain whose mail "
        "the server passes on and that could not be learned: name it with "
        "--relay-domain. Where the log begins in the middle of a message its "
        "verdict is unknown, never this.",
    .action =
        "Close the relay first (in Postfix: reject_unauth_destination in "
        "smtpd_relay_restrictions), then see what lets strangers in: too wide "
        "a mynetworks, a permit before the reject, a wildcard in "
        "relay_domains. Delete what still waits in the queue, shut the "
        "clients out, and look whether the server is on a blocklist.",
};

const struct rs_rule rs_rule_relay_nat = {
    .id = "relay.nat",
    .says = "an address that the server trusts hides strangers, who relay "
            "through it",
    .severities = HIGH | CRITICAL,
    .meaning =
        "All clients reach the server through one private address: the "
        "gateway of a container network, a NAT, a proxy. The server takes "
        "that address for one of its own networks and relays for whoever "
        "stands behind it, that is, for the world. In the log this open relay "
        "looks like internal traffic.",
    .evidence =
        "A private address that brings mail of many foreign sender domains to "
        "the site's own domains, as only the world does, and also mail of "
        "foreign senders to foreign recipients, without a login. "
        "foreign_writers counts the sender domains of the first kind, up to "
        "16. What is sent as the site's own domains is not held against it.",
    .statistics =
        "At least ten foreign sender domains write in through the address, "
        "and five foreign sender domains write to five recipients in three "
        "domains outside; three and one of these domains are enough where the "
        "address ends as a gateway's does: .1, .254 or ::1. "
        "An inner host or a content filter has the first without the second; "
        "an infected machine the second without the first.",
    .false_alarms =
        "A host in the own networks that takes mail from the world and "
        "forwards it to mailboxes outside by rewriting recipients that the "
        "log of this server does not show.",
    .action =
        "Take the address out of the trusted networks at once. Then let the "
        "server see the real clients: no masquerading of incoming "
        "connections, or the PROXY protocol. Programs of your own log in.",
};

const struct rs_rule rs_rule_relay_probe = {
    .id = "relay.probe",
    .says = "somebody tried to relay through the server, or to use it as a "
            "proxy, and was refused",
    .severities = LOW,
    .meaning =
        "A client outside the site tried to send mail of strangers to "
        "strangers, and the server refused it, or took it and no other server "
        "did; or it spoke HTTP or SOCKS to the mail server, in search of an "
        "open proxy through which to reach another. All servers on the "
        "internet are probed; that it was refused is "
        "good news. When an attempt of the same client succeeds later, it "
        "becomes relay.open and tells of the attempts.",
    .evidence =
        "Refusals of the kind \"relay access denied\" at RCPT, with the "
        "address tricks that were tried (percent, bang, source route, quoted "
        "local parts and others), mail of strangers that was taken and "
        "bounced here, and requests to a proxy in place of SMTP: plain HTTP "
        "(GET, POST and others), CONNECT, and the first bytes of SOCKS 4 and "
        "5. What a client said before its turn and again as a command counts "
        "once.",
    .statistics =
        "One attempt with an address trick, by CONNECT or by SOCKS suffices; "
        "plain ones and plain HTTP, which scanners of the web say to any "
        "port, count from three in about a day on, each by itself. Severity "
        "is always low. Each client is a "
        "finding of its own; past fifty the others are summed in one more.",
    .false_alarms =
        "A user of ours who forgot to log in, on a machine that logs in at "
        "other times, is no probe. One whose every login is missing looks "
        "like one. A test of the server's own people, or of a monitoring "
        "service, is a probe like any other.",
    .action = "Nothing was let through. See that it stays so after changes of "
              "the configuration. A client that goes on for days may be shut "
              "out in the firewall or with postscreen.",
};

const struct rs_rule rs_rule_relay_pop_window = {
    .id = "relay.pop_window",
    .says = "POP before SMTP let mail out that its user would not have sent",
    .severities = MEDIUM | HIGH | CRITICAL,
    .meaning =
        "With POP before SMTP an address may relay for a while after somebody "
        "logged in from it by POP or IMAP. Whoever shares the address "
        "(carrier NAT, a hotel, the next owner of a dynamic address) may "
        "relay "
        "too, and a stolen password opens the whole server. The account named "
        "is that of the login which opened the window.",
    .evidence =
        "Mail that outside clients handed in within the window after a login "
        "of their address: its recipients and how other servers answered.",
    .statistics = WATCH_STATISTICS
    "Here logins tell where the account is at home; mail after a login from "
    "elsewhere counts against it, and more so when it goes to people the "
    "account never wrote to. "
    "A finding without any refused recipient is medium, others are high, "
    "and critical when other servers took more than fifty recipients.",
    .false_alarms = "A newsletter of the account's real owner to an old list, "
                    "sent from a new place.",
    .action = "Give up POP before SMTP and let users log in on the submission "
              "port. Until then change the password of the account, shut the "
              "addresses out, and hold what waits in the queue.",
};

const struct rs_rule rs_rule_relay_snowshoe = {
    .id = "relay.snowshoe",
    .says = "many clients of a few networks relay a little each: one campaign",
    .severities = CRITICAL,
    .meaning =
        "The server is open to a network from which somebody spreads his mail "
        "over many addresses, so that none of them stands out. It is an open "
        "relay like any other; its clients are told as one, not one by one.",
    .evidence =
        "Clients without any right whose mail was handed on, each of a few "
        "messages, that stand in one network (a /24, or a /64 of IPv6) with "
        "others that did the same.",
    .statistics =
        "At least ten such clients of at most eight messages, four or more in "
        "each network. The finding begins with the first of their messages.",
    .false_alarms =
        "A network of your own, or of a partner, that may relay but that "
        "nobody told the program about: name it with --trusted-network.",
    .action =
        "See what lets that network in: a range in the trusted networks that "
        "is too wide, or a table that permits it. Then as for relay.open.",
};

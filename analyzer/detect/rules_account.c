/* What the rules on accounts and on guessing at them say. */
#include "rules.h"

const struct rs_rule rs_rule_account_compromised = {
    .id = "account.compromised",
    .says = "an account sends as a thief would",
    .severities = MEDIUM | HIGH | CRITICAL,
    .meaning =
        "Somebody who has the password of an account sends mail with it. It "
        "is the usual way into a server that is no open relay: the password "
        "was guessed, phished or used elsewhere. The mail is authorised, so "
        "only how it is sent tells the thief from the owner.",
    .evidence =
        "The account's recipients outside: which did not exist, which were "
        "refused for content or reputation, under which senders the mail "
        "went, and from which networks it came. The story begins where the "
        "suspicion does, and the finding lists the clients that took part. A "
        "finding of the host names accounts that a thief uses together, a "
        "little each: they share addresses where none of them was before.",
    .statistics = WATCH_STATISTICS
    "The habit of each account is learned while nothing speaks against "
    "it. A finding without any refused recipient is medium, others are "
    "high, and critical when other servers took more than fifty "
    "recipients. The expected value is the share of refused recipients "
    "that the habit explains. Of the host: within a day at least four "
    "accounts, each at two addresses or more that three accounts shared, all "
    "in networks (a /16, or a /32 of IPv6) from which the account never sent "
    "on the days before, of which there were two at least. Addresses where "
    "two others are at home, as behind the NAT of a carrier, do not count. It "
    "is high when "
    "three of the recipients, and one in twenty, did not exist or were "
    "refused for content or reputation; medium when the addresses are in four "
    "such networks.",
    .false_alarms =
        "A first newsletter to an old list, sent from a new provider or under "
        "a sender of another domain. A ticket system or a mailing list that "
        "uses one login for many senders is a habit and soon learned; where "
        "the log is short it may not be. Colleagues who travel together "
        "through many places in one day, or who all begin on one day to use a "
        "program or a webmail that sends from addresses of its provider.",
    .action = "Change the password and end all sessions; hold and delete what "
              "waits in the queue; look for forwards, filters and application "
              "passwords that the thief left; find out how the password was "
              "lost. Let a login send under its own addresses only, and limit "
              "how much it may send.",
};

const struct rs_rule rs_rule_auth_bruteforce = {
    .id = "auth.bruteforce",
    .says = "passwords of one account, or of few, were guessed at",
    .severities = LOW,
    .meaning = "A client tried many passwords at one account or a few, or "
               "many clients together tried one account. Nobody got in; when "
               "somebody does, it becomes auth.breach.",
    .evidence = "Failed logins by SMTP, POP and IMAP. Where the mail server "
                "and the password service both log a failure it counts once.",
    .statistics =
        "Ten failures in about a day, of one client or, with at least four "
        "clients beside those told of already, at one account. Failures from "
        "a network where the account is at home do not count. Severity is "
        "always low. Past fifty clients the others are summed in one more.",
    .false_alarms =
        "A device with an old password, which tries again every few minutes, "
        "in a place where its owner has not logged in since the log began.",
    .action = "See that the accounts have strong passwords. Shut single "
              "clients out, for example with fail2ban; offer logins only on "
              "the ports where users need them, and make guessing slow.",
};

const struct rs_rule rs_rule_auth_spray = {
    .id = "auth.spray",
    .says = "one client, or many together, guessed at the passwords of many "
            "accounts",
    .severities = LOW,
    .meaning =
        "A client tried a few common passwords at many accounts, so that no "
        "account sees many failures and no lock of accounts helps. Nobody got "
        "in; when somebody does, it becomes auth.breach.",
    .evidence = "Failed logins by SMTP, POP and IMAP, by client, with the "
                "names that were tried.",
    .statistics =
        "Ten failures of one client in about a day, at five or more different "
        "names. Of the host: different clients that fail, from networks where "
        "the account never logged in from, at different accounts that did log "
        "in before, about eight in two hours and more than three times as "
        "many as usual; one client, and one account, counts once in six "
        "hours. Severity is always low.",
    .false_alarms =
        "A mail gateway, webmail or NAT router behind which many users log "
        "in, when its log-in service was broken for a while; accounts that "
        "had logged in from there before do not count.",
    .action = "Shut the client out, and refuse weak passwords. Names that no "
              "account here ever had show where the guesser has its list "
              "from.",
};

const struct rs_rule rs_rule_auth_breach = {
    .id = "auth.breach",
    .says = "a login succeeded after the guessing",
    .severities = LOW | MEDIUM | HIGH,
    .meaning =
        "A client that had guessed at passwords logged in. The password of "
        "the account is known to a stranger, who will use it soon if not "
        "already.",
    .evidence = "The failed logins of the client and the one that succeeded. "
                "The count of attempts is of failures before the success, "
                "that of recipients of mail of the account from there after "
                "it.",
    .statistics =
        "Six failures of the client at this account within a day before; or "
        "fewer, when the client had guessed at five or more accounts, or ten "
        "or more clients at this one, more than usual (see below). A client "
        "that logged in before it ever failed, an address through which three "
        "accounts or more logged in and more than it failed at, or a network "
        "where the account is at home, is no breach. It is high. Where the "
        "log does not name the accounts of failed logins, all failures of the "
        "client since its last breach count. While many clients guess at an "
        "account, at least four "
        "within about an hour and more than three times as many as usual, a "
        "login by a client that did not guess, from a network (a /16, or a "
        "/32 of IPv6) where the account never logged in from, is medium. "
        "All who get into an account while one crowd guesses at it are one "
        "finding of their kind. "
        "While many users fail at home before they succeed, or at accounts "
        "that nobody logged in to yet, as on the day when passwords expire or "
        "after the log-in service was down, up to thirty failures of a client "
        "at one "
        "account alone, within two hours, are low.",
    .false_alarms = "A user far from home, on a new network, who remembers "
                    "the password at the seventh try, or who logs in there "
                    "just when others guess. The first users of an office "
                    "behind one address, where a device with an old password "
                    "fails all night and the log names no accounts.",
    .action = "Change the password now and end all sessions, then look at "
              "what was sent since and at forwards and filters that were set. "
              "Ask the owner only afterwards.",
};

const struct rs_rule rs_rule_account_phishing = {
    .id = "account.phishing",
    .says =
        "an account writes to many people of the site from a network where "
        "its owner never was",
    .severities = MEDIUM | HIGH,
    .meaning =
        "Somebody who has the password of an account writes to its owner's "
        "colleagues, who trust the sender. What stays within the site is "
        "refused nowhere and relays nothing, so no other rule sees it.",
    .evidence =
        "Mail of a login to different mailboxes of the site's own domains "
        "within a day, all from a network (a /16, or a /32 of IPv6) from "
        "which none of the account's earlier logins came, on any service, and "
        "of a provider, by the name of the client, of whom none was.",
    .statistics =
        "Twenty different recipients in a day and twice as many as on the "
        "account's busiest day before; sixty are high. An account has places "
        "it is known at only after two days with logins, so a log of a day or "
        "two gives no such finding.",
    .false_alarms =
        "Somebody who writes to everybody while travelling for the first "
        "time, or a new service that sends the house's newsletter through a "
        "person's account.",
    .action =
        "Ask the owner by telephone. If it was not the owner: change the "
        "password, end the sessions, delete what was sent from the mailboxes, "
        "and warn those who read it.",
};

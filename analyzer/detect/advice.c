/* What to do, in the words of the mail server at hand.  Nothing here may do
 * harm when it is pasted: commands show, hold what can be let go again, or
 * name one thing at a time. */
#include "advice.h"

#include "relaysleuth/event.h"

#define SERVERS (RS_SERVER_SENDMAIL + 1)

/* By enum rs_server; that of RS_SERVER_OTHER serves all that have none of
 * their own.  %s is the subject. */
struct wording {
    const char *of[SERVERS];
};

#define ANY      [RS_SERVER_OTHER]
#define POSTFIX  [RS_SERVER_POSTFIX]
#define EXIM     [RS_SERVER_EXIM]
#define SENDMAIL [RS_SERVER_SENDMAIL]

static const struct wording wordings[] = {
    [ADVICE_CLOSE_RELAY] =
        {{ANY = "close the relay: only your own networks and clients that "
                "have logged in may send to other domains",
          POSTFIX = "close the relay: smtpd_relay_restrictions = "
                    "permit_mynetworks, permit_sasl_authenticated, "
                    "reject_unauth_destination in /etc/postfix/main.cf, "
                    "then postfix reload",
          EXIM = "close the relay: the ACL that acl_smtp_rcpt names must "
                 "accept hosts = +relay_from_hosts, authenticated = * and "
                 "domains = +local_domains : +relay_to_domains, and deny all "
                 "else; check with exim -bV, then restart Exim",
          SENDMAIL = "close the relay: no FEATURE(`promiscuous_relay') in "
                     "sendmail.mc, only your own names in "
                     "/etc/mail/relay-domains and in the RELAY lines of "
                     "/etc/mail/access; then make -C /etc/mail and restart "
                     "sendmail"}},
    [ADVICE_SEE_WHO_MAY_RELAY] =
        {{ANY = "look at what lets them in: the networks and domains that the "
                "server relays for, and the order of its rules",
          POSTFIX = "look at what lets them in: postconf mynetworks "
                    "smtpd_relay_restrictions smtpd_recipient_restrictions "
                    "relay_domains",
          EXIM = "look at what lets them in: exim -bP +relay_from_hosts, exim "
                 "-bP +relay_to_domains, exim -bP acl_smtp_rcpt; exim -bh "
                 "ADDRESS plays a session from an address",
          SENDMAIL = "look at what lets them in: grep RELAY "
                     "/etc/mail/access, /etc/mail/relay-domains, and echo "
                     "'$=R' | sendmail -bt"}},
    [ADVICE_STAY_CLOSED] =
        {{ANY = "nothing was let through; make sure it stays so: look at the "
                "networks and domains that the server relays for",
          POSTFIX = "nothing was let through; make sure it stays so: postconf "
                    "smtpd_relay_restrictions mynetworks",
          EXIM = "nothing was let through; make sure it stays so: exim -bP "
                 "+relay_from_hosts",
          SENDMAIL = "nothing was let through; make sure it stays so: grep "
                     "RELAY /etc/mail/access, and echo '$=R' | sendmail "
                     "-bt"}},
    [ADVICE_HOLD_QUEUE] =
        {{ANY = "hold what still waits in the queue",
          POSTFIX = "hold what still waits: postqueue -p shows it, postsuper "
                    "-h QUEUE_ID holds it; in a hurry postsuper -h ALL holds "
                    "all, and postsuper -H ALL lets it go again",
          EXIM = "hold what still waits: exiqgrep -f SENDER shows that of one "
                 "sender, exiqgrep -i -f SENDER | xargs -r exim -Mf freezes "
                 "it, exim -Mt MESSAGE_ID lets one go again",
          SENDMAIL = "hold what still waits: mailq shows it, sendmail -Qabuse "
                     "-qSSENDER quarantines that of one sender, sendmail "
                     "-Qabuse -qIQUEUE_ID one message"}},
    [ADVICE_DELETE_QUEUE] =
        {{ANY = "delete what still waits in the queue",
          POSTFIX =
              "delete what still waits: postqueue -p shows it, postsuper -d "
              "QUEUE_ID deletes it; until you have looked, postsuper -h ALL "
              "holds all, and postsuper -H ALL lets it go again",
          EXIM = "delete what still waits: exim -bp shows it, exiqgrep -i -f "
                 "SENDER | xargs -r exim -Mf freezes that of one sender until "
                 "you have looked, exim -Mrm MESSAGE_ID deletes one",
          SENDMAIL = "delete what still waits: mailq shows it, sendmail "
                     "-Qabuse -qSSENDER quarantines that of one sender; what "
                     "is in quarantine goes with its hf and df files in "
                     "/var/spool/mqueue"}},
    [ADVICE_HOLD_OR_DELETE] =
        {{ANY = "hold or delete what still waits in the queue",
          POSTFIX = "hold what still waits: postqueue -p shows it, postsuper "
                    "-h QUEUE_ID holds it, postsuper -d QUEUE_ID deletes it; "
                    "in a hurry postsuper -h ALL holds all, and postsuper -H "
                    "ALL lets it go again",
          EXIM = "hold what still waits: exiqgrep -f SENDER shows that of one "
                 "sender, exiqgrep -i -f SENDER | xargs -r exim -Mf freezes "
                 "it, exim -Mrm MESSAGE_ID deletes one",
          SENDMAIL = "hold what still waits: mailq shows it, sendmail -Qabuse "
                     "-qSSENDER quarantines that of one sender, sendmail "
                     "-Qabuse -qIQUEUE_ID one message"}},
    [ADVICE_DELETE_BOUNCES] =
        {{ANY = "delete bounces that still wait in the queue",
          POSTFIX = "delete bounces that still wait: postqueue -p shows them "
                    "from MAILER-DAEMON, postsuper -d QUEUE_ID deletes one",
          EXIM = "delete bounces that still wait: exiqgrep -f '^<>$' shows "
                 "them, exim -Mrm MESSAGE_ID deletes one",
          SENDMAIL = "hold bounces that still wait: mailq shows them from "
                     "MAILER-DAEMON, sendmail -Qbounce -qIQUEUE_ID "
                     "quarantines one"}},
    [ADVICE_SEND_AS_THEMSELVES] =
        {{ANY = "let logins send as themselves only",
          POSTFIX = "let logins send as themselves only: first list in "
                    "smtpd_sender_login_maps who may send as whom, then put "
                    "reject_authenticated_sender_login_mismatch in "
                    "smtpd_sender_restrictions (/etc/postfix/main.cf)",
          EXIM = "let logins send as themselves only: first list who may send "
                 "as whom, then deny in the ACL of acl_smtp_mail when "
                 "authenticated = * and the list has no $sender_address for "
                 "$authenticated_id",
          SENDMAIL = "let logins send as themselves only: sendmail cannot "
                     "compare sender and login, a milter can"}},
    [ADVICE_LIMIT_OUTGOING] =
        {{ANY = "limit how much goes out, by login",
          POSTFIX = "limit how much goes out: "
                    "smtpd_client_recipient_rate_limit counts by address, a "
                    "policy service can count by login",
          EXIM = "limit how much goes out: deny authenticated = * with "
                 "ratelimit = 100 / 1h / per_rcpt / strict / "
                 "$authenticated_id in the ACL of acl_smtp_rcpt",
          SENDMAIL = "limit how much goes out: FEATURE(`ratecontrol') counts "
                     "by address, a milter can count by login"}},
    [ADVICE_BAN_GUESSERS] =
        {{ANY = "shut such clients out: a fail2ban jail for the mail server",
          POSTFIX = "shut such clients out: a fail2ban jail for postfix-sasl "
                    "and dovecot",
          EXIM = "shut such clients out: a fail2ban jail for exim and dovecot",
          SENDMAIL = "shut such clients out: a fail2ban jail for "
                     "sendmail-auth and dovecot"}},
    [ADVICE_BAN_GUESSER] =
        {{ANY = "shut %s out: nft, iptables, or a fail2ban jail for the mail "
                "server",
          POSTFIX = "shut %s out: nft, iptables, or a fail2ban jail for "
                    "postfix-sasl and dovecot",
          EXIM = "shut %s out: nft, iptables, or a fail2ban jail for exim and "
                 "dovecot",
          SENDMAIL = "shut %s out: nft, iptables, or a fail2ban jail for "
                     "sendmail-auth and dovecot"}},
    [ADVICE_LOGIN_WHERE_NEEDED] =
        {{ANY = "offer logins only where users need them: on ports 587 and "
                "465, not on 25",
          POSTFIX = "offer logins only where users need them: "
                    "smtpd_sasl_auth_enable = no on port 25 "
                    "(/etc/postfix/main.cf), yes on 587 and 465 (master.cf)",
          EXIM = "offer logins only where users need them: "
                 "auth_advertise_hosts = ${if eq{$received_port}{25}{}{*}}",
          SENDMAIL = "offer logins only where users need them: M=A in the "
                     "DAEMON_OPTIONS of port 25, M=Ea in those of 587"}},
    [ADVICE_SLOW_LOGINS] =
        {{ANY = "make guessing slow: auth_failure_delay in Dovecot, a limit "
                "of logins in the mail server",
          POSTFIX = "make guessing slow: auth_failure_delay in Dovecot, "
                    "smtpd_client_auth_rate_limit in Postfix",
          EXIM = "make guessing slow: auth_failure_delay in Dovecot, "
                 "ratelimit in the ACL of acl_smtp_auth in Exim",
          SENDMAIL = "make guessing slow: auth_failure_delay in Dovecot, "
                     "FEATURE(`ratecontrol') in sendmail.mc"}},
    [ADVICE_SLOW_RECIPIENTS] =
        {{ANY = "make guessing slow: end sessions after a few recipients that "
                "do not exist",
          POSTFIX = "make guessing slow: smtpd_hard_error_limit, "
                    "smtpd_error_sleep_time and "
                    "smtpd_client_recipient_rate_limit "
                    "(/etc/postfix/main.cf)",
          EXIM = "make guessing slow: drop condition = ${if "
                 ">{$rcpt_fail_count}{5}} in the ACL of acl_smtp_rcpt, and "
                 "smtp_ratelimit_rcpt",
          SENDMAIL = "make guessing slow: define(`confBAD_RCPT_THROTTLE', "
                     "`3') and FEATURE(`ratecontrol') in sendmail.mc"}},
    [ADVICE_REFUSE_UNKNOWN] =
        {{ANY = "refuse unknown recipients instead of bouncing later: the "
                "server must know all of them while the client waits",
          POSTFIX = "refuse unknown recipients instead of bouncing later: "
                    "smtpd_reject_unlisted_recipient = yes, and complete "
                    "lists (postconf local_recipient_maps "
                    "virtual_mailbox_maps relay_recipient_maps)",
          EXIM = "refuse unknown recipients instead of bouncing later: "
                 "require verify = recipient in the ACL of acl_smtp_rcpt, "
                 "with /callout for domains that another server keeps",
          SENDMAIL = "refuse unknown recipients instead of bouncing later: "
                     "a line \"@DOMAIN error:nouser No such user\" in the "
                     "virtusertable of each virtual domain, and a milter "
                     "that asks the server behind for relayed ones"}},
    [ADVICE_SHUT_OUT_USER] =
        {{ANY = "shut it out while you look: stop the service or lock the "
                "crontab that runs as it",
          POSTFIX = "shut it out while you look: list the users who may send "
                    "in authorized_submit_users (/etc/postfix/main.cf)",
          EXIM = "shut it out while you look: deny condition = ${if "
                 "eq{$sender_ident}{%s}} in the ACL of acl_not_smtp"}},
    [ADVICE_SHUT_OUT_MACHINE] =
        {{ANY = "shut it out while you look: refuse %s before the rule that "
                "lets your networks relay",
          POSTFIX = "shut it out while you look: a line \"%s REJECT\" in a "
                    "table of check_client_access before permit_mynetworks",
          EXIM = "shut it out while you look: deny hosts = <; %s in the ACL "
                 "of acl_smtp_rcpt, before hosts = +relay_from_hosts is "
                 "accepted",
          SENDMAIL = "shut it out while you look: a line \"Connect:%s "
                     "REJECT\" in /etc/mail/access (IPv6:... for an IPv6 "
                     "address), then make -C /etc/mail"}},
    [ADVICE_SHUT_OUT_STRANGER] =
        {{ANY = "shut %s out with nft or iptables",
          POSTFIX = "shut %s out with nft, iptables or a "
                    "postscreen_access_list",
          EXIM = "shut %s out with nft, iptables or host_reject_connection",
          SENDMAIL = "shut %s out with nft, iptables or a Connect: line in "
                     "/etc/mail/access"}},
    [ADVICE_SHUT_OUT_IF] =
        {{ANY = "if it goes on, shut %s out with nft or iptables",
          POSTFIX = "if it goes on, shut %s out with nft, iptables or a "
                    "postscreen_access_list",
          EXIM = "if it goes on, shut %s out with nft, iptables or "
                 "host_reject_connection",
          SENDMAIL = "if it goes on, shut %s out with nft, iptables or a "
                     "Connect: line in /etc/mail/access"}},
    [ADVICE_SHRINK_NETWORKS] =
        {{ANY = "let only machines that must relay without a login do so: "
                "shrink the networks that the server relays for",
          POSTFIX = "let only machines that must relay without a login do so: "
                    "shrink mynetworks (postconf mynetworks)",
          EXIM = "let only machines that must relay without a login do so: "
                 "shrink relay_from_hosts (exim -bP +relay_from_hosts)",
          SENDMAIL = "let only machines that must relay without a login do "
                     "so: shrink /etc/mail/relay-domains and the RELAY lines "
                     "of /etc/mail/access"}},
    [ADVICE_NAME_SCRIPTS] =
        {{ANY = "let PHP name the script: mail.add_x_header = On and mail.log "
                "in php.ini",
          EXIM =
              "let the log name the script's folder: log_selector = "
              "+arguments +pid; let PHP name the script: mail.add_x_header = "
              "On and mail.log in php.ini"}},
    [ADVICE_END_POP] =
        {{ANY = "give up POP-before-SMTP: let users log in on port 587",
          POSTFIX = "give up POP-before-SMTP: take its table out of "
                    "smtpd_relay_restrictions and let users log in on port "
                    "587 (permit_sasl_authenticated)",
          EXIM = "give up POP-before-SMTP: take its list of addresses out of "
                 "relay_from_hosts and let users log in on port 587 "
                 "(authenticated = *)",
          SENDMAIL = "give up POP-before-SMTP: take its map out of "
                     "sendmail.mc and let users log in on port 587"}},
    [ADVICE_SHUT_OUT_THEIR_CLIENTS] =
        {{ANY = "shut its clients out: nft or iptables for their addresses",
          POSTFIX = "shut its clients out: nft or iptables for their "
                    "addresses, or check_client_access",
          EXIM = "shut its clients out: nft or iptables for their addresses, "
                 "or host_reject_connection",
          SENDMAIL = "shut its clients out: nft or iptables for their "
                     "addresses, or Connect: lines in /etc/mail/access"}},
};

/* The only server among SERVERS, a set of bits; programs that deliver or ask
 * for passwords do not count. */
static enum rs_server only_server(unsigned servers)
{
    servers &= ~(1u << RS_SERVER_OTHER);
    for (unsigned i = 0; i < SERVERS; i++)
        if (servers == 1u << i)
            return (enum rs_server)i;
    return RS_SERVER_OTHER;
}

static enum rs_server server_of(const struct draft *draft)
{
    unsigned servers = draft->servers & ~(1u << RS_SERVER_OTHER);

    return only_server(servers != 0 ? servers : draft->kase->servers);
}

void advise(struct draft *draft, enum advice advice, struct rs_span word)
{
    const char *const *of = wordings[advice].of;
    const char *text = of[server_of(draft)];

    draft_advise_about(draft, text == NULL ? of[RS_SERVER_OTHER] : text, word);
}

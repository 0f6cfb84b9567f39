#!/usr/bin/env python3
"""Whether the parsers blame whom the tests of other tools blame.

fail2ban and sshguard name the host of each line, or say that there is none;
crowdsec names the host of lines that its parsers took, and the hosts of its
scenarios; OSSEC and Prelude only say that a line is an attack, so that
somebody is to be blamed.  Folders whose parser is not there are left out.
"""

import re
import sys

import corpus

BLAME = {"refusal", "login_failed", "misuse"}
SOMEBODY = {"somebody"}

# What these tools ban for, in their aggressive modes, though it proves no
# abuse; and what they let pass though it breaks the protocol.
OTHER_VIEW = (
    ("a name without address is no crime",
     rb"does not resolve to address|no host name found for IP address"
     rb"|no IP address found for host"),
    ("nothing was tried",
     rb"disconnect from .* auth=0/"
     rb"|lost connection after (?:CONNECT|STARTTLS|AUTH)"
     rb"|HANGUP after |COMMAND TIME LIMIT|no auth attempts"
     rb"|no MAIL in SMTP connection from"
     rb"|disconnected during TLS handshake"
     rb"|disconnected before auth was ready"
     rb"|did not issue MAIL/EXPN/VRFY/ETRN|lost input channel from "),
    ("a login was begun and given up",
     rb"didn't finish SASL auth|Invalid authentication mechanism"
     rb"|-login: Aborted login: user="
     rb"|Fatal Error reading authentication information from client"),
    ("pipelining is a breach of the protocol",
     rb"improper command pipelining"),
    ("a score, whose refusal stands in a line of its own",
     rb"postscreen\[\d+\]: DNSBL rank "),
    ("greylisting is for strangers, not for culprits",
     rb"postgrey\[\d+\]: "),
    ("no line that a server writes",
     rb"(?:^|: )Relaying denied\. IP name lookup failed \[\S+\]$"
     rb"|^\d\d:\d\d:\d\d H="),
    ("the client stands in a line of its own",
     rb">\.\.\. User unknown$"),
    ("a program may write in another's name",
     rb": Authentication-Warning: "),
)

# Prelude's classes that accuse nobody.
HARMLESS = re.compile(r"startup|shutdown")
# OSSEC's level of an alert that is about somebody's deed.
ACCUSATION = 5


def other_view(line):
    return next((why for why, pattern in OTHER_VIEW
                 if re.search(pattern, line)), None)


def crowdsec_host(meta):
    """Of a Dovecot line its parser says whether it was a failure; those of
    the others take nothing else."""
    if meta.get("log_type") == "dovecot_logs" \
            and "dovecot_login_result" not in meta:
        return None
    return {meta["source_ip"]} if "source_ip" in meta else None


def wanted(case):
    """The hosts to be blamed for a line, or None where that is not said."""
    if "match" in case:
        return {case["host"].lower()} if case["match"] else set()
    if "meta" in case:
        return crowdsec_host(case["meta"])
    if "alert" in case and case["verdict"] == "pass":
        return SOMEBODY if int(case["alert"]) >= ACCUSATION else None
    if "classification" in case:
        harmless = HARMLESS.search(case["classification"])
        return None if harmless else SOMEBODY
    return None


def blames(answers):
    """Who is blamed by each line.  A refusal that names no host is held until
    the arrival of its queue entry does."""
    held = set()
    found = []
    for _, _, events in answers:
        hosts = set()
        for kind, host, _, queue_id, _, _ in events:
            if kind in BLAME and host == "-" and queue_id != "-":
                held.add(queue_id)
            elif kind in BLAME or (kind == "arrival" and queue_id in held):
                hosts.add(host)
                held.discard(queue_id)
        found.append(hosts)
    return found


class Check:
    def __init__(self, verbose):
        self.verbose = verbose
        self.right = self.wrong = 0
        self.excused = {}

    def note(self, lines, found, hosts):
        """FOUND are blamed for LINES, and HOSTS should be."""
        if found == hosts or (hosts == SOMEBODY and found):
            self.right += 1
            return
        reasons = [other_view(line) for line in lines]
        reason = next((why for why in reasons if why), None)
        if reason:
            self.excused[reason] = self.excused.get(reason, 0) + 1
            return
        self.wrong += 1
        if self.verbose:
            print(f"  blames {found or 'nobody'}, not {hosts or 'nobody'}:"
                  f" {lines[0].decode('utf-8', 'replace')[:300]}")

    def cases(self, path, lines, found):
        for case in corpus.expectations(path):
            hosts = wanted(case)
            at = case["line_no"] - 1
            if hosts is not None:
                self.note([lines[at]], found[at], hosts)

    def scenarios(self, path, lines, found):
        """The hosts of a scenario are blamed in its lines, maybe others too:
        a scenario has a threshold."""
        for case in corpus.expectations(path):
            part = slice(case["first_line"] - 1, case["last_line"])
            hosts = set(case["sources"])
            if hosts:
                self.note(lines[part], set().union(*found[part]) & hosts,
                          hosts)


def check_log(options, path):
    """Returns how many expectations the parsers do not meet."""
    check = Check(options.verbose)
    lines = corpus.read_lines(path)
    found = blames(corpus.parse(options.parse, lines))
    base = path.name[:path.name.index(".log")]
    for kind, add in (("expect", check.cases), ("scenarios", check.scenarios)):
        beside = path.with_name(f"{base}.{kind}.jsonl")
        if beside.exists():
            add(beside, lines, found)
    count = check.right + check.wrong
    if count:
        print(f"{path.parent.name + '/' + path.name:46} {check.right:5}"
              f" of {count:5}")
    for why, times in sorted(check.excused.items()):
        print(f"    {times:5} otherwise: {why}")
    return check.wrong


# The parsers of a folder, where their names differ.
PARSERS = {"pop-imap-other": "mailbox"}


def main():
    options = corpus.open_corpus(__doc__)
    registry = corpus.registry(options.parse)
    failures = []

    for path in corpus.logs(options.corpus):
        folder = path.parent.name
        if PARSERS.get(folder, folder) not in registry:
            continue
        wrong = check_log(options, path)
        if wrong:
            failures.append(f"{folder}/{path.name}: {wrong} wrong")
    for failure in failures:
        print("FAIL:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

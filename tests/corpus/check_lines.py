#!/usr/bin/env python3
"""Measures the parsers against a corpus of real log lines.

Three questions: how many lines of the programs that a parser claims does it
understand; does it notice when one of the server's own words is changed; and
does it blame the very hosts that fail2ban's tests name.  Ends with status 77
when there is no corpus.
"""

import argparse
import collections
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import zlib

UNDERSTOOD_BAR = 99.5
SCRAMBLED_BAR = 95.0
SERVERS = ("postfix", "dovecot")
BLAME = {"refusal", "login_failed", "misuse"}

# Daemons of message-only lines, by the grok pattern that describes them.
GROK_DAEMONS = {
    "ANVIL": "anvil", "BOUNCE": "bounce", "CLEANUP": "cleanup",
    "DISCARD": "discard", "DNSBLOG": "dnsblog", "ERROR": "error",
    "LMTP": "lmtp", "LOCAL": "local", "MASTER": "master", "PICKUP": "pickup",
    "PIPE": "pipe", "POSTDROP": "postdrop", "POSTSCREEN": "postscreen",
    "POSTSUPER": "postsuper", "QMGR": "qmgr", "SCACHE": "scache",
    "SENDMAIL": "sendmail", "SMTP": "smtp", "SMTPD": "smtpd",
    "TLSMGR": "tlsmgr", "TLSPROXY": "tlsproxy",
    "TRIVIAL_REWRITE": "trivial-rewrite", "VIRTUAL": "virtual",
}

# fail2ban also bans, in its aggressive modes, for what proves no abuse: a
# session that ends early, a name without address, a login that was never
# tried; and it ignores pipelining, which is a breach of the protocol.
OTHER_VIEW = re.compile(
    rb"""does\ not\ resolve\ to\ address
       | disconnect\ from\ .*\ auth=0/
       | lost\ connection\ after\ (?:CONNECT|STARTTLS|AUTH)
       | HANGUP\ after | COMMAND\ TIME\ LIMIT
       | improper\ command\ pipelining
       | Invalid\ authentication\ mechanism
       | no\ auth\ attempts | disconnected\ during\ TLS\ handshake
       | disconnected\ before\ auth\ was\ ready
       | didn't\ finish\ SASL\ auth""", re.VERBOSE)

# What others may write into a line: nothing in it is the server's word.
OPAQUE = re.compile(
    r"""<[^>]*>                     # addresses, message ids
      | "[^"]*" | '[^']*' | `[^']*'
      | \(.*\)                      # replies, remarks
      | \b(?:said|to\ talk\ to\ me|failed|rejected|denied|error):\ .*
      | \b(?:header|body)\ .*
      | \]\S*:\ \d\d\d\ .*          # the reply of a refusal
      | (?<=\s)after\ \S+:\ .*      # what a client sent
      | (?<=\])(?::\d+)?:\ .*
      | (?:sasl_username|user|helo)=.*
      | (?:issuer|subject|fingerprint)\S*=.*
      | :\ [A-Z][a-z]+(?:\ [a-z]+){1,6}$   # strerror()
    """, re.VERBOSE)
WORD = re.compile(r"(?<![\w./@\[=:%-])[A-Za-z]{3,}(?=[\s:,;=]|$)")


def open_text(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        return file.read().split(b"\n")


def grok_header(path):
    """The program that wrote each line of a file of bare messages."""
    expect = path.with_name(path.name.replace(".log", ".expect.jsonl"))
    headers = {}
    for text in expect.read_text(encoding="utf-8").splitlines():
        case = json.loads(text)
        name = re.sub(r"^POSTFIX_", "", case.get("pattern") or "")
        daemon = GROK_DAEMONS.get(name)
        if daemon:
            headers[case["line_no"]] = \
                f"Jan  1 00:00:00 mx postfix/{daemon}[1]: ".encode()
    return headers


def read_lines(path):
    lines = [line for line in open_text(path)]
    if lines and lines[-1] == b"":
        lines.pop()
    if ".messages." in path.name:
        headers = grok_header(path)
        lines = [headers.get(i, b"") + line for i, line in enumerate(lines, 1)]
    return lines


def parse(program, lines):
    """One (parser, result, events) a line."""
    run = subprocess.run([program], input=b"\n".join(lines) + b"\n",
                         stdout=subprocess.PIPE, check=True)
    answers = []
    for row in run.stdout.decode("utf-8", "replace").split("\n")[:-1]:
        cells = row.split("\t")
        events = [cells[i:i + 6] for i in range(3, len(cells), 6)]
        answers.append((cells[1], cells[2], events))
    if len(answers) != len(lines):
        sys.exit(f"{program}: {len(answers)} answers to {len(lines)} lines")
    return answers


def fixed_words(message):
    """Places of the words that the server itself wrote into MESSAGE."""
    hidden = [m.span() for m in OPAQUE.finditer(message)]
    return [m.span() for m in WORD.finditer(message)
            if not any(a <= m.start() < b for a, b in hidden)]


def scramble(line, number):
    """LINE with the letters of one fixed word in another order, or None."""
    text = line.decode("latin-1")
    start = re.match(r".*?\S+?(?:\[\d+\])?: ", text[15:])
    if not start:
        return None
    head = text[:15 + start.end()]
    message = text[len(head):]
    words = fixed_words(message)
    rng = random.Random(zlib.crc32(line) ^ number)
    rng.shuffle(words)
    for a, b in words:
        letters = list(message[a:b])
        rng.shuffle(letters)
        changed = "".join(letters)
        if changed != message[a:b]:
            text = head + message[:a] + changed + message[b:]
            return text.encode("latin-1")
    return None


def share(part, whole):
    return 100.0 * part / whole if whole else 100.0


class Tally:
    def __init__(self, verbose):
        self.verbose = verbose
        self.claimed = collections.Counter()
        self.understood = collections.Counter()
        self.scrambled = collections.Counter()
        self.noticed = collections.Counter()
        self.failures = []

    def show(self, label, line):
        if self.verbose:
            text = line.decode("utf-8", "replace")
            print(f"  {label}: {text[:300]}")

    def add_understood(self, server, lines, answers):
        known = []
        for i, (line, (parser, result, _)) in enumerate(zip(lines, answers)):
            if parser != server:
                continue
            self.claimed[server] += 1
            if result == "unknown":
                self.show("not understood", line)
            else:
                self.understood[server] += 1
                known.append(i)
        return known

    def add_scrambled(self, server, program, lines, known):
        changed = [(i, scramble(lines[i], i)) for i in known]
        changed = [(i, line) for i, line in changed if line]
        if not changed:
            return
        answers = parse(program, [line for _, line in changed])
        for (_, line), (_, result, _) in zip(changed, answers):
            self.scrambled[server] += 1
            if result in ("unknown", "none"):
                self.noticed[server] += 1
            else:
                self.show("scrambled, yet understood", line)

    def add_file(self, server, program, path):
        lines = read_lines(path)
        answers = parse(program, lines)
        before = (self.claimed[server], self.understood[server],
                  self.scrambled[server], self.noticed[server])
        known = self.add_understood(server, lines, answers)
        self.add_scrambled(server, program, lines, known)
        after = (self.claimed[server], self.understood[server],
                 self.scrambled[server], self.noticed[server])
        count, good, tried, seen = (b - a for a, b in zip(before, after))
        if count:
            print(f"{server:8} {path.name:42} {count:7}"
                  f" {share(good, count):7.2f} {share(seen, tried):7.2f}")

    def add_blame(self, program, path):
        """The hosts that fail2ban's test cases name."""
        lines = read_lines(path.with_name(
            path.name.replace(".expect.jsonl", ".log")))
        answers = parse(program, lines)
        right = wrong = 0
        for text in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(text)
            if "match" not in case:
                continue
            events = answers[case["line_no"] - 1][2]
            blamed = {ev[1] for ev in events if ev[0] in BLAME}
            wanted = {case.get("host", "")} if case["match"] else set()
            line = lines[case["line_no"] - 1]
            if blamed == wanted:
                right += 1
            elif not OTHER_VIEW.search(line):
                wrong += 1
                self.show(f"blames {blamed or 'nobody'}, not"
                          f" {wanted or 'nobody'}", line)
        print(f"{'blame':8} {path.name:42} {right + wrong:7}"
              f" {share(right, right + wrong):7.2f}")
        return right, right + wrong

    def judge(self, server):
        """A handful of lines cannot meet a bar of one in two hundred: there
        two made-up lines are allowed."""
        claimed, tried = self.claimed[server], self.scrambled[server]
        understood = share(self.understood[server], claimed)
        noticed = share(self.noticed[server], tried)
        print(f"{server:8} {'in all':42} {claimed:7} {understood:7.2f}"
              f" {noticed:7.2f}")
        missed = claimed - self.understood[server]
        if understood < UNDERSTOOD_BAR and missed > 2:
            self.failures.append(f"{server}: {understood:.2f} % understood")
        if noticed < SCRAMBLED_BAR:
            self.failures.append(f"{server}: {noticed:.2f} % noticed")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parse", required=True, help="the test program")
    parser.add_argument("--verbose", action="store_true",
                        help="print the lines that failed")
    parser.add_argument("corpus", nargs="?",
                        default=os.environ.get("RELAYSLEUTH_CORPUS"))
    options = parser.parse_args()
    corpus = pathlib.Path(options.corpus or "")
    if (corpus / "lines").is_dir():
        corpus = corpus / "lines"
    if not options.corpus or not (corpus / "postfix").is_dir():
        print("skipped: no corpus")
        return 77

    tally = Tally(options.verbose)
    print(f"{'server':8} {'file':42} {'lines':>7} {'known%':>7} {'seen%':>7}")
    for server in SERVERS:
        for path in sorted((corpus / server).glob("*.log*")):
            tally.add_file(server, options.parse, path)
        for path in sorted((corpus / server).glob("fail2ban*.expect.jsonl")):
            right, count = tally.add_blame(options.parse, path)
            if right < count:
                tally.failures.append(f"{path.name}: {count - right} wrong")
    for server in SERVERS:
        tally.judge(server)
    for failure in tally.failures:
        print("FAIL:", failure)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())

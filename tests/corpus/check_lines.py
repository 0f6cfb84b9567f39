#!/usr/bin/env python3
"""How many lines of a corpus the parsers understand.

Two questions for each parser: how many of the lines that it claims does it
understand; and does it notice when one of the server's own words is changed.
"""

import collections
import random
import re
import sys
import zlib

import corpus

# Percent of the lines that a parser claims.
UNDERSTOOD_BARS = {"postfix": 99.5, "dovecot": 99.5, "exim": 98.0}
UNDERSTOOD_BAR = 99.0
SCRAMBLED_BAR = 95.0

# What others may write into a line: nothing in it is the server's word.
OPAQUE = r"""<[^>]*>                # addresses, message ids
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
    """
REPLY = OPAQUE + r"| (?:=>|:)\ [45]\d\d\ .*"
# The same for one parser, where its lines differ.  In Exim's, what follows a
# colon is mostly the administrator's (an ACL, a router) or a reply.
OPAQUE_BY_PARSER = {"opensmtpd": REPLY, "qmail": REPLY, "exim": r"""<[^>]*>
      | "(?:[^"\\]|\\.)*"?         # subjects, replies, certificates
      | \([^()]*\)(?=\ \[)          # HELO
      | (?<=[=-][>=]\ ).*?(?=\ [A-Z]{1,3}=|\ defer|$)  # recipients
      | (?<=[*>][*>]\ ).*?(?=\ [A-Z]{1,3}=|:\ |$)
      | (?:==|\*\*)\ .*?:\ .*
      | (?:rejected|discarded\ by|verify\ (?:fail|defer))\b.*?:\ .*
      | (?:Warning|transport\ output|SA:\ \w+|PRDR|dropped\ by):?\ .*
      | (?:rejected|VRFY\ failed\ for)\ .*
      | ^\S+(?=\ authenticator\ failed)
      | \(set_id=.*
      | (?<=[]*\w])\ \([\w\ ]+\):\ .*    # a TLS library
      | SSL\ verify\ error:\ .*
      | (?<=\ by\ )\S+$ | (?<=from\ )\S+ | U=.*?(?=\ [A-Z]=)
      | after\ \S+.*:\ .*
      | (?:malformed\ address|qualify/rewrite|skipped\ error):\ .*
      | (?:Tainted|[Ee]xpan|expand|Authentication-Results:|Reply).*
    """}
WORD = re.compile(r"(?<![\w./@\[=:%-])[A-Za-z]{3,}(?=[\s:,;=]|$)")


def opaque(parser):
    return re.compile(OPAQUE_BY_PARSER.get(parser, OPAQUE), re.VERBOSE)


def fixed_words(message, hide):
    """Places of the words that the server itself wrote into MESSAGE."""
    hidden = [m.span() for m in hide.finditer(message)]
    return [m.span() for m in WORD.finditer(message)
            if not any(a <= m.start() < b for a, b in hidden)]


# What stands in front of a message: a syslog header, or what Exim puts in its
# own files.
OWN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?"
                 r"(?: [+-]\d{4})?(?: \[\d+\])?"
                 r"(?: \w{6}-\w{6,11}-\w{2,4}\b)? (?!\S+: )")
SYSLOG = re.compile(r".{15}.*?\S+?(?:\[\d+\])?: ")


def header(text):
    return OWN.match(text) or SYSLOG.match(text)


def scramble(line, number, hide):
    """LINE with the letters of one fixed word in another order, or None."""
    text = line.decode("latin-1")
    start = header(text)
    if not start:
        return None
    head = start.group()
    message = text[len(head):]
    words = fixed_words(message, hide)
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
    """Of one parser."""

    def __init__(self, name):
        self.name = name
        self.claimed = self.understood = self.scrambled = self.noticed = 0

    def add(self, other):
        self.claimed += other.claimed
        self.understood += other.understood
        self.scrambled += other.scrambled
        self.noticed += other.noticed

    def print(self, label):
        print(f"{self.name:9} {label:46} {self.claimed:7}"
              f" {share(self.understood, self.claimed):7.2f}"
              f" {share(self.noticed, self.scrambled):7.2f}")

    def failures(self):
        """A handful of lines cannot meet a bar of one in a hundred: there
        two made-up lines are allowed."""
        bar = UNDERSTOOD_BARS.get(self.name, UNDERSTOOD_BAR)
        understood = share(self.understood, self.claimed)
        noticed = share(self.noticed, self.scrambled)
        if self.claimed == 0:
            yield f"{self.name}: claims no line"
        if understood < bar and self.claimed - self.understood > 2:
            yield f"{self.name}: {understood:.2f} % understood"
        if noticed < SCRAMBLED_BAR:
            yield f"{self.name}: {noticed:.2f} % noticed"


class Check:
    def __init__(self, options):
        self.program = options.parse
        self.verbose = options.verbose

    def show(self, label, line):
        if self.verbose:
            text = line.decode("utf-8", "replace")
            print(f"  {label}: {text[:300]}")

    def understood(self, tally, lines, answers):
        """The places of the lines that a rule of the parser knows."""
        known = []
        for i, (line, (parser, result, _)) in enumerate(zip(lines, answers)):
            if parser != tally.name:
                continue
            tally.claimed += 1
            if result == "unknown":
                self.show("not understood", line)
            else:
                tally.understood += 1
                known.append(i)
        return known

    def scrambled(self, tally, lines, known):
        hide = opaque(tally.name)
        changed = [(i, scramble(lines[i], i, hide)) for i in known]
        changed = [line for _, line in changed if line]
        if not changed:
            return
        for line, (_, result, _) in zip(changed,
                                        corpus.parse(self.program, changed)):
            tally.scrambled += 1
            if result in ("unknown", "none"):
                tally.noticed += 1
            else:
                self.show("scrambled, yet understood", line)

    def file(self, path, totals):
        lines = corpus.read_lines(path)
        answers = corpus.parse(self.program, lines)
        parsers = collections.Counter(answer[0] for answer in answers)
        for name in sorted(set(parsers) - {"-"}):
            tally = Tally(name)
            known = self.understood(tally, lines, answers)
            self.scrambled(tally, lines, known)
            tally.print(f"{path.parent.name}/{path.name}")
            totals[name].add(tally)
        return parsers["-"]


def main():
    options = corpus.open_corpus(__doc__)
    totals = {name: Tally(name) for name in corpus.registry(options.parse)}
    unclaimed = collections.Counter()
    check = Check(options)

    print(f"{'parser':9} {'file':46} {'lines':>7} {'known%':>7} {'seen%':>7}")
    for path in corpus.logs(options.corpus):
        unclaimed[path.parent.name] += check.file(path, totals)
    for name, count in sorted(unclaimed.items()):
        print(f"{'nobody':9} {name + '/':46} {count:7}")
    failures = []
    for tally in totals.values():
        tally.print("in all")
        failures += tally.failures()
    for failure in failures:
        print("FAIL:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Put a captured run on a slower clock.

A run of five minutes then spans hours or days: every stamp t of the logs and
of the truth becomes START + FACTOR * (t - t0).  All else stays as captured.
Stamps of whole seconds (BSD, Exim's own) take the fraction that the ISO file
of the same run has for the line; without it a stretched stamp would stand up
to FACTOR seconds before what it tells of.
"""
import argparse
import collections
import datetime
import json
import os
import re
import shutil

UTC = datetime.timezone.utc
SYSLOG_EXIM = re.compile(
    rb"( \S+ exim\[\d+\]: (?:\[\d+[\\/]\d+\] )?)(\d{4}-\d\d-\d\d [\d:]{8})(.*)",
    re.DOTALL)
NATIVE = re.compile(rb"(\d{4}-\d\d-\d\d [\d:]{8})(.*)", re.DOTALL)
KEY = 120  # bytes of a line that tell it from others; syslog cuts the rest


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Stretch:
    def __init__(self, source, target, factor, start):
        self.source, self.target, self.factor = source, target, factor
        with open(os.path.join(source, "mail.iso.log"), "rb") as lines:
            self.lines = [line.split(b" ", 1) for line in lines]
        self.times = [instant(stamp.decode()) for stamp, _ in self.lines]
        self.start = instant(start).replace(tzinfo=self.times[0].tzinfo)

    def at(self, time):
        return self.start + (time - self.times[0]) * self.factor

    def native(self, time):
        return self.at(time).strftime("%Y-%m-%d %H:%M:%S").encode()

    def bsd(self, time):
        time = self.at(time)
        return f"{time:%b} {time.day:2d} {time:%H:%M:%S}".encode()

    def repeated(self, number, rest):
        """Exim repeats its own stamp in a line of syslog."""
        found = SYSLOG_EXIM.match(b" " + rest)
        if not found:
            return b" " + rest
        return (found.group(1) + self.native(self.times[number])
                + found.group(3))

    def stamps_of(self):
        """When was each of Exim's lines written?  In the order of the log."""
        known = collections.defaultdict(collections.deque)
        for number, (_, rest) in enumerate(self.lines):
            found = SYSLOG_EXIM.match(b" " + rest)
            if found:
                key = found.group(2) + found.group(3)[:KEY].rstrip()
                known[key].append(self.times[number])
        return known

    def write(self, name, line_of):
        path = os.path.join(self.source, name)
        if not os.path.exists(path):
            return
        with open(path, "rb") as lines, \
                open(os.path.join(self.target, name), "wb") as out:
            for number, line in enumerate(lines):
                out.write(line_of(number, line))

    def own_log(self, name):
        known = self.stamps_of()

        def line_of(_, line):
            found = NATIVE.match(line)
            if not found:
                return line
            times = known.get(found.group(1) + found.group(2)[:KEY].rstrip())
            if times:
                time = times.popleft() if len(times) > 1 else times[0]
            else:
                time = instant(found.group(1).decode()).replace(
                    tzinfo=self.times[0].tzinfo)
            return self.native(time) + found.group(2)

        self.write(name, line_of)

    def logins(self, _, line):
        time = datetime.datetime.strptime(
            f"{self.times[0].year} {line[:15].decode()}", "%Y %b %d %H:%M:%S")
        return (self.bsd(time.replace(tzinfo=self.times[0].tzinfo))
                + line[15:])

    def truth(self, _, line):
        facts = json.loads(line)
        for key in ("t", "end", "start", "stale_at"):
            if isinstance(facts.get(key), str):
                time = self.at(instant(facts[key])).astimezone(UTC)
                facts[key] = time.isoformat().replace("+00:00", "Z")
        return (json.dumps(facts) + "\n").encode()

    def configuration(self):
        target = os.path.join(self.target, "config")
        shutil.copytree(os.path.join(self.source, "config"), target)
        for folder, _, files in os.walk(target):
            for name in [folder] + [os.path.join(folder, f) for f in files]:
                os.chmod(name, 0o755)
        path = os.path.join(target, "site.json")
        with open(path, encoding="utf-8") as file:
            site = json.load(file)
        site["stretch"] = self.factor
        with open(path, "w", encoding="utf-8") as file:
            json.dump(site, file)

    def run(self):
        os.makedirs(self.target)
        self.write("mail.iso.log", lambda i, line: self.at(
            self.times[i]).isoformat().encode()
            + self.repeated(i, self.lines[i][1]))
        self.write("mail.log", lambda i, line: self.bsd(self.times[i])
                   + self.repeated(i, line[16:]))
        for name in ("mainlog", "rejectlog"):
            self.own_log(name)
        self.write("dovecot.log", self.logins)
        for name in ("truth.jsonl", "sessions.jsonl", "deliveries.jsonl"):
            self.write(name, self.truth)
        self.configuration()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--factor", type=float, required=True)
    parser.add_argument("--start", default="2026-03-01T00:00:00")
    given = parser.parse_args()
    Stretch(given.source, given.target, given.factor, given.start).run()


if __name__ == "__main__":
    main()

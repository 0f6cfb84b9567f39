#!/usr/bin/env python3
"""How a log was rotated must not matter.  Speaks TAP.

Each of the logs as one file, as 2, 7 and 64 files in shuffled order, plain and
compressed, gives the same report but for the names of inputs and the places
of evidence.  A part of it raises no finding that the whole does not have.
"""
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

SITE = ["--local-domain", "example.org", "--local-domain", "mx1.example.org",
        "--relay-domain", "partner.example",
        "--trusted-network", "192.0.2.32/28"]


# What a log cannot teach: which other server's domains are ours, unless many
# unrelated clients write to them.
UNTOLD = {"live-sendmail": ["--relay-domain", "partner.example"]}


def report(program, files, site):
    command = [program, "--config", "/dev/null", "--year", "2026", "-r", "json"]
    done = subprocess.run(command + site + files, check=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def without_places(found):
    found["run"]["inputs"] = []
    for finding in found["findings"]:
        for evidence in finding["evidence"]:
            del evidence["path"], evidence["line"]
    return found


def subjects(found):
    return {(f["rule"], f["subject"]["type"], f["subject"]["value"])
            for f in found["findings"]}


def second_changes(lines, at):
    """The next line from AT on whose stamp differs from the one before."""
    while at < len(lines) and lines[at][:15] == lines[at - 1][:15]:
        at += 1
    return at


def write_parts(folder, lines, count, compressed):
    chance = random.Random(count)
    cuts = sorted(chance.sample(range(1, len(lines)), count - 1))
    cuts = [0] + [second_changes(lines, c) for c in cuts] + [len(lines)]
    names = []
    for number, (start, end) in enumerate(zip(cuts, cuts[1:])):
        if start >= end:
            continue
        name = "%02d" % (number * 37 % 101) + (".gz" if compressed else "")
        names.append(os.path.join(folder, name))
        opener = gzip.open if compressed else open
        with opener(names[-1], "wb") as out:
            out.writelines(lines[start:end])
    chance.shuffle(names)
    return names


def check_parts(program, lines, whole):
    for count in (2, 7, 64):
        for compressed in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                names = write_parts(folder, lines, count, compressed)
                got = without_places(report(program, names, SITE))
            form = "compressed" if compressed else "plain"
            yield got == whole, "%d %s files" % (count, form)


def check_cuts(program, lines, whole, site, told):
    for share in (25, 50, 75):
        at = len(lines) * share // 100
        for part, kept in (("first", lines[:at]), ("last", lines[at:])):
            with tempfile.NamedTemporaryFile(suffix=".log") as out:
                out.writelines(kept)
                out.flush()
                new = subjects(report(program, [out.name], site)) - whole
            size = share if part == "first" else 100 - share
            yield not new, "the %s %d %% alone, site %s: %s" % (
                part, size, told, sorted(new) or "nothing new")


def check_log(program, log):
    name = os.path.basename(os.path.dirname(log))
    with gzip.open(log) as stream:
        lines = stream.readlines()
    site = UNTOLD.get(name, [])
    told, learned = report(program, [log], SITE), report(program, [log], site)
    checks = list(check_cuts(program, lines, subjects(told), SITE, "told"))
    checks += check_cuts(program, lines, subjects(learned), site, "learned")
    checks += check_parts(program, lines, without_places(told))
    return [(good, "%s: %s" % (name, what)) for good, what in checks]


def main():
    program, *logs = sys.argv[1:]
    results = [result for log in logs for result in check_log(program, log)]
    print("1..%d" % len(results))
    for number, (good, what) in enumerate(results, 1):
        print("%sok %d - %s" % ("" if good else "not ", number, what))


main()

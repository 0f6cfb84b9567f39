#!/usr/bin/env python3
"""Whether every line of the corpus is claimed by at most one parser.

A claim is a bid that rests on the program's name.  Two claims would leave a
line to the order of the list of parsers, or to whose text looks more like its
own; so would two guesses of the same height.
"""

import collections
import sys

import corpus

CLAIM = 60  # RS_BID_PROGRAM


def rivals(bid_of):
    """The parsers that claim the same line, or guess it to be theirs."""
    claims = [name for name, bid in bid_of.items() if bid >= CLAIM]
    highest = max(bid_of.values())
    guesses = [name for name, bid in bid_of.items() if bid == highest]
    names = claims if len(claims) > 1 else guesses
    return tuple(sorted(names)) if len(names) > 1 else ()


def main():
    options = corpus.open_corpus(__doc__)
    owners = collections.Counter()
    tied = collections.Counter()

    for path in corpus.logs(options.corpus):
        lines = corpus.read_lines(path)
        for line, bid_of in zip(lines, corpus.bids(options.parse, lines)):
            if not bid_of:
                continue
            names = rivals(bid_of)
            best = max(bid_of, key=bid_of.get)
            if not names:
                owners[best, bid_of[best] >= CLAIM] += 1
                continue
            tied[names] += 1
            if options.verbose:
                print(f"  {'='.join(names)}:"
                      f" {line.decode('utf-8', 'replace')[:300]}")
    for (name, sure), count in sorted(owners.items()):
        print(f"{name:12} {'claims' if sure else 'guesses':8} {count:7}")
    for names, count in sorted(tied.items()):
        print(f"FAIL: {' and '.join(names)} both want {count} lines")
    return 1 if tied else 0


if __name__ == "__main__":
    sys.exit(main())

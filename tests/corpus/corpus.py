"""Reads the corpus of annotated log lines, and asks the parsers about them."""

import argparse
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys

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

# Files that quote some lines without their header, and who wrote those.
QUOTED = {
    "dovecot/sshguard.log": b"dovecot: ",
    "exim/fail2ban-exim.log": b"exim[1]: ",
    "opensmtpd/poolp.org-blog.log": b"smtpd[1]: ",
    "opensmtpd/sshguard.log": b"smtpd[1]: ",
    "pop-imap-other/sshguard.log": b"imaps[1]: ",
    "postfix/sshguard.log": b"postfix/smtpd[1]: ",
    "sendmail/ossec-wazuh.log": b"sm-mta[1]: ",
}
STAMP = b"Jan  1 00:00:00 mx "
HEADER = re.compile(rb"[A-Z]\S{2,3} +\d+ \d\d:\d\d:\d\d |\d{4}-\d\d-\d\d[T ]")
PROGRAM = re.compile(rb"[\w/-]+\[\d+\]: ")
HOST = re.compile(rb"[\w.-]+ [\w/-]+\[\d+\]: ")


def file_lines(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        lines = file.read().split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return lines


def expectations(path):
    """The cases that stand beside the log PATH, by line number."""
    return [json.loads(text) for text in
            path.read_text(encoding="utf-8").splitlines()]


def grok_headers(path):
    """The header of each line of a file of bare messages."""
    headers = {}
    for case in expectations(
            path.with_name(path.name.replace(".log", ".expect.jsonl"))):
        name = re.sub(r"^POSTFIX_", "", case.get("pattern") or "")
        daemon = GROK_DAEMONS.get(name)
        if daemon:
            headers[case["line_no"]] = \
                STAMP + f"postfix/{daemon}[1]: ".encode()
    return headers


def quoted_header(line, program):
    if HEADER.match(line):
        return b""
    if PROGRAM.match(line):
        return STAMP
    if HOST.match(line):
        return STAMP[:-len(b"mx ")]
    if line.startswith(b"pam_"):
        program = b"auth: "
    return STAMP + program


def read_lines(path):
    """The lines of PATH, each with a header."""
    lines = file_lines(path)
    program = QUOTED.get(f"{path.parent.name}/{path.name}")
    if ".messages." in path.name:
        headers = grok_headers(path)
        return [headers.get(i, b"") + line for i, line in enumerate(lines, 1)]
    if program:
        return [quoted_header(line, program) + line for line in lines]
    return lines


def ask(program, mode, lines):
    """The cells that PROGRAM answers to each line."""
    run = subprocess.run([program] + mode, input=b"\n".join(lines) + b"\n",
                         stdout=subprocess.PIPE, check=True)
    rows = run.stdout.decode("utf-8", "replace").split("\n")[:-1]
    if len(rows) != len(lines):
        sys.exit(f"{program}: {len(rows)} answers to {len(lines)} lines")
    return [row.split("\t")[1:] for row in rows]


def parse(program, lines):
    """One (parser, result, events) a line; an event is a list of kind,
    client, account, queue id, refusal and outcome."""
    return [(cells[0], cells[1],
             [cells[i:i + 6] for i in range(2, len(cells), 6)])
            for cells in ask(program, [], lines)]


def bids(program, lines):
    """One {parser: bid} a line."""
    return [{name: int(bid) for name, bid in
             (cell.split("=") for cell in cells if cell)}
            for cells in ask(program, ["--bids"], lines)]


def registry(program):
    run = subprocess.run([program, "--parsers"], stdout=subprocess.PIPE,
                         check=True)
    return run.stdout.decode().split()


def open_corpus(description):
    """The options, with the folder of folders as `corpus`.  Ends with status
    77 when there is none."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--parse", required=True, help="the test program")
    parser.add_argument("--verbose", action="store_true",
                        help="print the lines that failed")
    parser.add_argument("corpus", nargs="?",
                        default=os.environ.get("RELAYSLEUTH_CORPUS"))
    options = parser.parse_args()
    folder = pathlib.Path(options.corpus or "")
    if (folder / "lines").is_dir():
        folder = folder / "lines"
    if not options.corpus or not (folder / "postfix").is_dir():
        print("skipped: no corpus")
        sys.exit(77)
    options.corpus = folder
    return options


def logs(corpus):
    """Every log of every folder; JSON exports are no lines of text."""
    return [path for path in sorted(corpus.glob("*/*.log*"))
            if "json" not in path.name]

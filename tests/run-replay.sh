#!/bin/sh
# Give each fuzz target its seeds and the input of every golden case; a crash
# or a sanitizer's complaint is a failure.  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${top_builddir:=$here/../build}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

"$top_builddir/tests/fuzz/make_seeds" "$work/seeds" || exit 99
set -- envelope postfix sendmail exim courier dovecot mailbox signers opensmtpd \
    qmail pattern_file source gzip xz zstd bzip2 journal import \
    tracker
echo "1..$#"
n=0
for target do
    n=$((n + 1))
    if "$top_builddir/tests/fuzz/replay_$target" "$work/seeds/$target" \
        "$here/golden" "$here/../doc/demo" "$here/../parsers/parsers.d" >"$work/said" 2>&1; then
        echo "ok $n - $target"
    else
        echo "not ok $n - $target"
        tail -n 40 "$work/said" | sed 's/^/# /'
    fi
done

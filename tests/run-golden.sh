#!/bin/sh
# Run the golden cases and compare what the program says.  Speaks TAP.
#
#   run-golden.sh [NAME...]            compare all cases, or those named
#   run-golden.sh --update [NAME...]   write what the program says now
#
# A case is a folder of tests/golden:
#   args      words of one command line
#   expected  standard output; "-- stderr --" and standard error, if there was
#             any; "exit status N"
#   setup     optional: shell commands that prepare the input (touch, gzip)
#   stdin     optional: standard input
#   filter    optional: shell commands that standard output goes through
# and the input files.  It runs in a copy of its folder, in which every file
# is from the end of 2026 unless `setup` says otherwise.
set -u
here=$(cd "$(dirname "$0")" && pwd)
RELAYSLEUTH=${RELAYSLEUTH-$here/../build/relaysleuth}
TZ=UTC LC_ALL=C
export RELAYSLEUTH TZ LC_ALL
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# Run the case in the current folder; what it says goes to $work/said.
run_case() {
    find . -type f -exec touch -d 2026-12-31T23:59:59Z {} +
    if [ -f setup ]; then
        sh -eu ./setup || echo "setup failed"
    fi
    [ -f stdin ] || : >stdin
    # shellcheck disable=SC2046
    "$RELAYSLEUTH" --config /dev/null $(cat args) \
        <stdin >"$work/out" 2>"$work/err"
    status=$?
    if [ -f filter ]; then
        sh -eu ./filter <"$work/out"
    else
        cat "$work/out"
    fi
    if [ -s "$work/err" ]; then
        echo "-- stderr --"
        cat "$work/err"
    fi
    echo "exit status $status"
}

update=no
if [ "${1-}" = --update ]; then
    update=yes
    shift
fi
if [ $# -eq 0 ]; then
    cd "$here/golden" && set -- *
    [ -e "$1" ] || set --
fi
[ $# -gt 0 ] || echo "1..0 # SKIP there are no cases"
[ $# -eq 0 ] || echo "1..$#"
n=0
failed=0
for name do
    n=$((n + 1))
    case=$here/golden/$name
    rm -rf "$work/case"
    cp -R "$case" "$work/case" && chmod -R u+w "$work/case"
    (cd "$work/case" && run_case) >"$work/said" 2>&1
    [ $update = no ] || cp "$work/said" "$case/expected"
    if diff -u "$case/expected" "$work/said" >"$work/diff" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$work/diff"
        failed=1
    fi
done
exit $failed

#!/bin/sh
# Hold the program against captured logs of real servers whose truth is known,
# on their own clock and on slower ones.  Logs and judge are kept apart, beside
# the corpus (RELAYSLEUTH_CORPUS names its folder).  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${RELAYSLEUTH_CORPUS:=$here/../../shared/corpus}"
: "${top_builddir:=$here/../build}"
judge=$RELAYSLEUTH_CORPUS/../check/live.py
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

if [ ! -d "$RELAYSLEUTH_CORPUS/live" ] || [ ! -f "$judge" ]; then
    echo "1..0 # SKIP there are no captured logs (RELAYSLEUTH_CORPUS)"
    exit 0
elif ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP python3 is not installed"
    exit 0
fi

echo "1..3"
number=0
for factor in 1 60 360; do
    number=$((number + 1))
    right=true
    set --
    for run in "$RELAYSLEUTH_CORPUS"/live/*/; do
        name=$(basename "$run")-$factor
        python3 -B "$here/corpus/stretch.py" "$run" "$work/$name" \
            --factor "$factor" || right=false
        set -- "$@" "$work/$name"
    done
    python3 -B "$judge" --bin "$top_builddir/relaysleuth" --config both "$@" \
        >"$work/said" 2>&1 || right=false
    $right || printf "not "
    echo "ok $number - right on logs whose truth is known, $factor times slower"
    sed "s|^$work/|# |; s|^[^#]|# &|" "$work/said"
done

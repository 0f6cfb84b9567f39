#!/bin/sh
# Time, memory and, where perf can count them, instructions of one run over
# each log, beside mawk counting one field of it: the yardstick that carries
# from machine to machine.
set -eu
[ $# -gt 0 ] || { echo "usage: bench.sh LOG..." >&2; exit 2; }
: "${RELAYSLEUTH:=relaysleuth}"

clock() {
    label=$1
    shift
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -f "$label: %U s user, %S s system, %M KiB" "$@" \
            >/dev/null
    else
        echo "$label"
        (time -p "$@" >/dev/null)
    fi
}

# Prints nothing where the counter is missing, as in many virtual machines.
instructions() {
    lines=$1
    shift
    command -v perf >/dev/null || return 0
    perf stat -x, -e instructions:u -- "$@" 2>&1 >/dev/null |
        awk -F, -v lines="$lines" '$3 ~ /^instructions/ && $1 + 0 > 0 {
            printf "relaysleuth: %.0f instructions a line\n", $1 / lines }'
}

measure() {
    log=$1
    lines=$(wc -l <"$log")
    echo "$log: $lines lines, $(wc -c <"$log") bytes"
    clock "relaysleuth" "$RELAYSLEUTH" --config /dev/null -r json "$log"
    instructions "$lines" "$RELAYSLEUTH" --config /dev/null -r json "$log"
    for awk in mawk awk; do
        command -v $awk >/dev/null || continue
        # shellcheck disable=SC2016
        clock "$awk, one count" $awk '{ c[$5]++ }' "$log"
        break
    done
}

for log; do
    measure "$log"
done

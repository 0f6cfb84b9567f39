#!/bin/sh
# Time and memory of one run over a log, beside mawk counting one field of it:
# the yardstick that carries from machine to machine.
set -eu
log=${1:?usage: bench.sh LOG}
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

wc -lc <"$log" | awk '{ print $1 " lines, " $2 " bytes" }'
clock "relaysleuth" "$RELAYSLEUTH" --config /dev/null -r json "$log"
for awk in mawk awk; do
    command -v $awk >/dev/null || continue
    # shellcheck disable=SC2016
    clock "$awk, one count" $awk '{ c[$5]++ }' "$log"
    break
done

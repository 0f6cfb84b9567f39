#!/bin/sh
# The options of --help, which are those of the table, and the options of the
# manual are the same, and the manual is correct mdoc.  Speaks TAP.
set -u
: "${RELAYSLEUTH:=build/relaysleuth}"
: "${top_builddir:=build}"
manual=$top_builddir/doc/relaysleuth.1
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# report N NAME FILE: passed when FILE is empty.
report() {
    if [ -s "$3" ]; then
        echo "not ok $1 - $2"
        sed 's/^/# /' "$3"
    else
        echo "ok $1 - $2"
    fi
}

# "  -r, --report NAME[=PATH]  text" gives "-r --report NAME[=PATH]".
help_options() {
    "$RELAYSLEUTH" "$@" --help | sed -n -E -e '/^ +(-., )?--[a-z]/!d' \
        -e 's/^ +((-.), )?(--[a-z-]+(\[?[ =][^ ]+)?)(  .*)?$/\2 \3/p'
}

# ".It Fl r , Fl -report Ar NAME Ns Op = Ns Ar PATH" gives the same, of those
# sections of the manual whose names match.
manual_options() {
    awk -v wanted="$1" '/^\.Sh/ { on = $0 ~ wanted } on' "$manual" |
        sed -n -E -e '/^\.It Fl/!d' -e 's/^\.It Fl -/ --/' \
            -e 's/^\.It Fl (.) , Fl -/-\1 --/' \
            -e 's/ Ns Oo : Ns Ar ([A-Z]+) Oc/[:\1]/' \
            -e 's/ Ns Op = Ns Ar ([A-Z]+)/[=\1]/' \
            -e 's/ Oo Ar ([A-Z]+) Ns = Oc Ns Ar / [\1=]/' \
            -e 's/ Ar / /' -e p
}

help_options >"$work/help"
manual_options 'OPTIONS' >"$work/manual"

# What a command has for itself.
"$RELAYSLEUTH" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' \
    >"$work/commands"
while read -r command; do
    help_options "$command" | grep -vxFf "$work/help"
done <"$work/commands" >"$work/own"
manual_options 'COMMANDS' >"$work/manual-own"

echo "1..8"
: >"$work/none"
[ -s "$work/help" ] || echo "none found" >"$work/none"
report 1 "--help lists options" "$work/none"
diff "$work/help" "$work/manual" >"$work/diff" 2>&1
report 2 "the manual has the options of --help, in their order" "$work/diff"
"$RELAYSLEUTH" --help | awk 'length > 80' >"$work/long"
report 3 "--help fits in 80 columns" "$work/long"

# Defaults of the table stand in the manual.
"$RELAYSLEUTH" --help | tr '\n' ' ' | tr -s ' ' |
    grep -oE '\(default [a-zA-Z0-9]+' | sed 's/(default //' >"$work/defaults"
tr '\n' ' ' <"$manual" >"$work/one-line"
while read -r value; do
    grep -q "The default is .Li $value " "$work/one-line" ||
        echo "default $value"
done <"$work/defaults" >"$work/missing"
report 4 "the manual names the defaults" "$work/missing"

# The commands, and the options of their own.
sed -n -E '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm ([a-z]+).*/\1/p' "$manual" |
    uniq | diff "$work/commands" - >"$work/diff"
diff "$work/own" "$work/manual-own" >>"$work/diff"
report 5 "the manual has the commands and their options" "$work/diff"
while read -r command; do
    "$RELAYSLEUTH" "$command" --help | awk 'length > 80'
done <"$work/commands" >"$work/long"
report 6 "the help of commands fits in 80 columns" "$work/long"

# "  3  some input or output failed" and ".It 3" below EXIT STATUS.
"$RELAYSLEUTH" --help | sed -n '/^Exit status/,/^$/s/^  \([0-9]*\)  .*/\1/p' \
    >"$work/statuses"
sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]*\)$/\1/p' "$manual" |
    diff "$work/statuses" - >"$work/diff"
[ "$(wc -l <"$work/statuses")" -ge 5 ] || echo "too few" >>"$work/diff"
report 7 "the manual has the exit statuses of --help" "$work/diff"

if command -v mandoc >/dev/null; then
    mandoc -Tlint "$manual" 2>&1 |
        grep -v -e 'referenced manual not found' -e 'mandoc.db' >"$work/lint"
    report 8 "the manual is correct mdoc" "$work/lint"
else
    echo "ok 8 - the manual is correct mdoc # SKIP mandoc is not installed"
fi

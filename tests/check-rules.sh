#!/bin/sh
# The rules that "relaysleuth rules" lists are those that the detectors give
# their findings, and the manual says of each what the list says.  Speaks TAP.
set -u
: "${RELAYSLEUTH:=build/relaysleuth}"
: "${top_srcdir:=.}"
: "${top_builddir:=build}"
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

list() {
    "$RELAYSLEUTH" rules --config /dev/null --width 0 | sed 1d
}

echo "1..4"
list | sed 's/ .*//' >"$work/listed"
[ -s "$work/listed" ] || echo "none" >"$work/none"
: >>"$work/none"
report 1 "rules are listed" "$work/none"

# "family.word" in the detectors, but for what they include.
for file in "$top_srcdir"/analyzer/detect/*.c; do
    case $file in
    */rules*.c) ;;
    *) grep -v '^#include' "$file" ;;
    esac
done | grep -ohE '"[a-z]+\.[a-z_]+"' | tr -d '"' | sort -u >"$work/emitted"
sort "$work/listed" | diff - "$work/emitted" >"$work/diff"
report 2 "findings have the rules that are listed" "$work/diff"

# Each is explained at length.
while read -r rule; do
    "$RELAYSLEUTH" rules --config /dev/null "$rule" >"$work/long" ||
        echo "$rule: exit status $?"
    grep -q "^$rule (" "$work/long" || echo "$rule: has no title"
    for heading in Meaning Evidence Statistics 'Usual false alarms' \
        'What to do'; do
        grep -A 1 "^$heading\$" "$work/long" | grep -q '^  [A-Z]' ||
            echo "$rule: has no text on \"$heading\""
    done
done <"$work/listed" >"$work/short"
report 3 "each rule is explained" "$work/short"

# "relay.open  high, critical  mail of an ..." gives "relay.open Mail of an
# ..."; ".It Li relay.open" and the lines after it give the same.
list | awk '{
    says = substr($0, 47)
    print $1, toupper(substr(says, 1, 1)) substr(says, 2) "."
}' >"$work/says"
awk '/^\.Sh/ { rules = /RULES/ }
    rules && /^\.(It|El)/ { if (text) print text; text = $3; next }
    rules && text { text = text " " $0 }' \
    "$top_builddir/doc/relaysleuth.1" >"$work/manual"
diff "$work/says" "$work/manual" >"$work/diff"
report 4 "the manual has the rules and what they say" "$work/diff"

#!/bin/sh
# Completions, the manual of settings and rules, and the example of a
# configuration say what the program says.  Speaks TAP.
set -u
: "${RELAYSLEUTH:=build/relaysleuth}"
: "${top_srcdir:=.}"
: "${top_builddir:=build}"
doc=$top_srcdir/doc
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
n=0

# report NAME FILE: passed when FILE is empty.
report() {
    n=$((n + 1))
    if [ -s "$2" ]; then
        echo "not ok $n - $1"
        sed 's/^/# /' "$2"
    else
        echo "ok $n - $1"
    fi
}

skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

settings() {
    "$RELAYSLEUTH" config --defaults --config /dev/null
}

help() {
    # shellcheck disable=SC2086 # no command is no word
    "$RELAYSLEUTH" $1 --help
}

# The long options of a command.
options() {
    help "$1" | sed -n -E 's/^  (-., |    )(--[a-z-]+).*/\2/p' | sort
}

commands=$(help '' | sed -n '/^Commands/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p')

# What is made of the program's words is up to date.
sh "$doc/tools/update.sh" "$RELAYSLEUTH" "$doc" "$work" 2>"$work/diff"
for file in completions/relaysleuth.bash completions/_relaysleuth \
    completions/relaysleuth.fish relaysleuth.cf relaysleuth.cf.5.in \
    relaysleuth-parser.5.in relaysleuth-rules.7 reading-a-report.md; do
    diff -u "$doc/$file" "$work/$file" >>"$work/diff" 2>&1
done
[ ! -s "$work/diff" ] ||
    echo "'make update-doc' writes these anew" >>"$work/diff"
report "completions and manual are up to date" "$work/diff"

# README shows the first screen of the demo as it is.
sed -n '/^The first screen of the demo/,/^Then comes/s/^    //p' \
    "$top_srcdir/README.md" >"$work/shown"
TZ=UTC "$RELAYSLEUTH" --config /dev/null --no-state --width 80 \
    "$doc/demo/mail.log" "$doc/demo/mail.log.1.gz" |
    awk '/^CRITICAL/ && NR > 1 { exit } NF' >"$work/screen"
diff -u "$work/screen" "$work/shown" >"$work/diff" 2>&1
report "README shows the demo" "$work/diff"

# bash: what is offered, by its own completion.
offered() {
    # shellcheck disable=SC2016 # for bash
    PATH=$(dirname "$RELAYSLEUTH"):$PATH bash -c '. "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _relaysleuth
        printf "%s\n" "${COMPREPLY[@]}"' \
        "$doc/completions/relaysleuth.bash" relaysleuth "$@" 2>&1 | sort
}

if command -v bash >/dev/null; then
    for command in '' $commands; do
        options "$command" >"$work/options"
        offered ${command:+"$command"} -- | diff "$work/options" -
    done >"$work/diff"
    report "bash offers the options of each command" "$work/diff"
    {
        echo "$commands" | sort >"$work/commands"
        offered '' | diff "$work/commands" -
        offered --color '' | paste -s -d ' ' - | grep -vx 'always auto never'
        offered --color = n | grep -vx never
        offered --width 80 rules relay.o | grep -vx relay.open
        offered -r te | grep -vx text
    } >"$work/diff"
    report "bash offers commands and values" "$work/diff"
else
    skip "bash offers the options of each command" "there is no bash"
    skip "bash offers commands and values" "there is no bash"
fi

for command in '' $commands; do
    options "$command"
done | sort -u >"$work/all"
while read -r option; do
    grep -q -e "$option"'[]={}[:space:][]' "$doc/completions/_relaysleuth" ||
        echo "zsh: $option"
    grep -q -e " -l ${option#--} " "$doc/completions/relaysleuth.fish" ||
        echo "fish: $option"
done <"$work/all" >"$work/missing"
for command in $commands; do
    grep -q "'$command:" "$doc/completions/_relaysleuth" || echo "zsh: $command"
    grep -q -e " -a $command -d " "$doc/completions/relaysleuth.fish" ||
        echo "fish: $command"
done >>"$work/missing"
report "zsh and fish know the options and commands" "$work/missing"

for shell in zsh:_relaysleuth fish:relaysleuth.fish; do
    name="${shell%:*} reads its completion"
    if command -v "${shell%:*}" >/dev/null; then
        "${shell%:*}" -n "$doc/completions/${shell#*:}" >"$work/diff" 2>&1
        report "$name" "$work/diff"
    else
        skip "$name" "there is no ${shell%:*}"
    fi
done

# relaysleuth.cf(5) has the settings, and what holds without each.
settings | sed -n 's/^#\{0,1\}\([a-z_]*\) = .*/\1/p' >"$work/settings"
page=$top_builddir/doc/relaysleuth.cf.5
sed -n 's/^\.It Va \([a-z_]*\) .*/\1/p' "$page" | sort >"$work/page"
sort "$work/settings" | diff - "$work/page" >"$work/diff"
[ -s "$work/settings" ] || echo "no settings" >>"$work/diff"
report "relaysleuth.cf(5) has all settings" "$work/diff"
awk '/^\.It Va|^\.El/ { if (name && text !~ /[Dd]efault|[Ww]ithout/)
            print name; name = $3; text = $0; next }
    /^\.Sh/ { name = "" }
    { text = text " " $0 }' "$page" >"$work/diff"
report "relaysleuth.cf(5) says what holds without a setting" "$work/diff"

# relaysleuth-parser(5) has what files of patterns may say.
page=$top_builddir/doc/relaysleuth-parser.5
{
    sed -n -E 's/^ +(TEXT|ADDRESS|NUMBER|WORD|FLAG)\("([a-z_]+)".*/\2/p' \
        "$top_srcdir/parsers/pattern_field.c"
    sed -n 's/^    {"\([a-z_]*\)",.*/\1/p' \
        "$top_srcdir/parsers/pattern_kind.c"
    sed -n 's/^    {"\([a-z_]*\)", *SCOPE_.*/\1/p' \
        "$top_srcdir/parsers/pattern_file.c"
} | sort -u >"$work/known"
sed -n -E -e '/^\.It (Va|Cm) /!d' -e 's/^\.It (Va|Cm) //' \
    -e 's/ (No|Pq) .*//' -e 's/ , /\n/g' -e p "$page" | sort -u |
    diff "$work/known" - >"$work/diff"
[ "$(wc -l <"$work/known")" -gt 40 ] || echo "what is it?" >>"$work/diff"
report "relaysleuth-parser(5) has all parameters, events, fields" "$work/diff"

# The example changes nothing as it is, and is right without the "#".
"$RELAYSLEUTH" config --check "$doc/relaysleuth.cf" 2>&1 |
    grep -vx ok >"$work/diff"
"$RELAYSLEUTH" config --non-default --config "$doc/relaysleuth.cf" \
    >>"$work/diff" 2>&1
report "the example of a configuration changes nothing" "$work/diff"
sed -e 's/^#\([a-z_]* = \)/\1/' \
    -e "s|^parser = .*|parser = $doc/../parsers/parsers.d/qmail.parser|" \
    -e "s|^site_from = .*|site_from = exim:$doc/../tests/e2e/import/exim/exim4.conf|" \
    "$doc/relaysleuth.cf" >"$work/all.cf"
"$RELAYSLEUTH" config --check "$work/all.cf" 2>&1 | grep -vx ok >"$work/diff"
sed -n 's/^\([a-z_]*\) = .*/\1/p' "$work/all.cf" |
    diff "$work/settings" - >>"$work/diff"
report "the example has all settings, with values that can be" "$work/diff"

for page in relaysleuth.1 relaysleuth-parser.5 relaysleuth.cf.5 \
    relaysleuth-rules.7; do
    [ -e "$top_builddir/doc/$page" ] && page=$top_builddir/doc/$page ||
        page=$doc/$page
    name="$(basename "$page") is correct mdoc"
    if command -v mandoc >/dev/null; then
        mandoc -Tlint -Wwarning "$page" >"$work/diff" 2>&1
        report "$name" "$work/diff"
    else
        skip "$name" "mandoc is not installed"
    fi
done
echo "1..$n"

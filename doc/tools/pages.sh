#!/bin/sh
# Write the made parts of the manual, and the example of a configuration.
#
#   pages.sh PROGRAM DOC TO    pages of the folder DOC go to the folder TO
set -eu
LC_ALL=C
export LC_ALL
program=$1
from=$2
to=$3
# shellcheck source=doc/tools/options.sh
. "$(dirname "$0")/options.sh"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# The page $1 with the text of standard input as its made part.
fill_in() {
    cat >"$made/part"
    awk -v part="$made/part" '
        / BEGIN made/ { print; while ((getline line < part) > 0) print line
            inside = 1 }
        / END made/ { inside = 0 }
        !inside' "$from/$1" >"$made/page"
    cp "$made/page" "$to/$1"
}

# Settings as they stand in a file, a name a line.
settings() {
    ask config --defaults --config /dev/null |
        sed -n 's/^#\{0,1\}\([a-z_]*\) = .*/\1/p'
}

# --- relaysleuth.cf(5): the options of relaysleuth(1) by another name --------

write_settings() {
    awk -v settings=" $(settings | paste -s -d ' ' -) " '
        function setting(option) {
            gsub(/-/, "_", option)
            return index(settings, " " option " ") > 0 ? option : ""
        }
        /^\.Sh/ { on = /OPTIONS/; shown = 0; next }
        !on { next }
        /^About / { sub(/^About the/, "The"); sub(/^About t/, "T")
            sub(/:$/, ""); head = ".Ss " $0; next }
        /^\.Bl/ && !depth { depth++; head = head "\n" $0; next }
        /^\.El/ && depth == 1 { depth--; shown = 0; if (!head) print; next }
        /^\.It Fl/ && depth == 1 {
            sub(/^\.It (Fl . , )?Fl -/, "")
            name = setting($1)
            shown = name != ""
            value = substr($0, length($1) + 2)
            sub(/^Ns Op = Ns /, "Cm yes | no | ", value)
            if (shown && head)
                print head
            if (shown)
                head = ""
            if (shown)
                print ".It Va " name " No = " \
                    (value == "" ? "Cm yes | no" : value)
            next
        }
        !shown { next }
        # Other options are called by their names in the file.
        /^\.Fl -/ {
            option = substr($2, 2)
            if ((name = setting(option)) != "")
                sub(/^\.Fl -[a-z-]*/, ".Va " name)
            print
            next
        }
        { sub(/May be repeated/, "A list"); print }' "$from/relaysleuth.1.in"
}

# --- relaysleuth-rules(7): what "relaysleuth rules" says ---------------------

# Text of a paragraph as lines of mdoc, a sentence a line.
sentences() {
    sed -e 's/\\/\\e/g' -e 's/\([A-Za-z0-9)]\)\. /\1.\n/g' |
        fold -s -w 78 | sed -e "s/^[.']/\\\\\&&/" -e 's/ *$//'
}

# "relay.open (high, critical): it says" and the texts below their headings.
write_rule() {
    ask rules --config /dev/null --width 0 "$1" | {
        read -r title
        echo ".Ss $1"
        echo "$title" |
            sed -e 's/^[^(]*(\([^)]*\)): \(.\)\(.*\)/Severity: \1.\n\2\3/' |
            awk 'NR == 2 { $0 = toupper(substr($0, 1, 1)) substr($0, 2) "." }
                { print }' | sentences
        while IFS= read -r text; do
            case $text in
            '' | Meaning) ;;
            '  '*) echo "${text#  }" | sentences ;;
            *)
                echo .Pp
                echo ".Em $text :"
                ;;
            esac
        done
    }
}

write_rules() {
    ask rules --config /dev/null --width 0 | sed -e 1d -e 's/ .*//' |
        while read -r rule; do
            write_rule "$rule"
        done
}

# --- relaysleuth-parser(5): an example ---------------------------------------

write_parser() {
    sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/" "$from/stalwart.parser"
}

# --- relaysleuth.cf: every setting as a comment ------------------------------

# A value for a setting that has no default.
example_of() {
    case $1 in
    local_domain) echo "example.org, .example.net" ;;
    relay_domain) echo "customer.example.com" ;;
    trusted_network) echo "lan=192.0.2.0/24, vpn=198.51.100.0/24" ;;
    backup_mx) echo "203.0.113.25" ;;
    site_from) echo "postfix:/etc/postfix" ;;
    parser) echo "/etc/relaysleuth/gateway.parser" ;;
    pop_window) echo "30m" ;;
    year) echo "2026" ;;
    timezone) echo "Europe/Berlin" ;;
    since) echo "yesterday" ;;
    until) echo "today" ;;
    rule) echo "-relay.probe, -auth.*" ;;
    expect) echo "relay.open 192.0.2.7 until 2027-01-31 the old printer" ;;
    min_coverage) echo "95" ;;
    temp_dir) echo "/var/tmp" ;;
    width) echo "100" ;;
    *) echo "pages.sh: no example of $1" >&2 && exit 1 ;;
    esac
}

# What stands behind "=" in the file: the default, or an example.
value_of() {
    line=$(ask config --defaults --config /dev/null "$1")
    case $line in
    '#'*) example_of "$1" ;;
    *) echo "${line#*= }" ;;
    esac
}

write_example() {
    # shellcheck disable=SC2119 # of no command
    options_of >"$made/options"
    cat <<'END'
# The configuration of relaysleuth, /etc/relaysleuth/relaysleuth.cf; see
# relaysleuth.cf(5).  Nothing here is needed: without a setting the default
# holds, and what is yours is learned from the log.
#
# A setting is "name = value"; a line that begins with a blank continues the one
# above.  Lists are separated by commas and blanks.  Files in conf.d beside this
# one are read afterwards.  "relaysleuth config --check" finds mistakes.
#
# Each setting stands here with its default; where it has none, with an example.
END
    for name in $(settings); do
        option=$(echo "$name" | tr _ -)
        value=$(value_of "$name")
        echo
        awk -F '\t' -v option="$option" '$2 == option {
            sub(/ \(default [^():]*\)$/, "", $5)
            print toupper(substr($5, 1, 1)) substr($5, 2) \
                ($4 == "yes" ? ".  A list." : ".")
        }' "$made/options" | fold -s -w 76 | sed -e 's/^/# /' -e 's/ *$//'
        echo "#$name = $value"
    done
}

# --- reading-a-report.md: what the program says of the demo -------------------

# Blocks "<!-- made: FROM ... TO -->" are the lines of the report from the first
# that matches FROM up to the next that matches TO, without it.
write_walk() {
    demo=$(cd "$from/demo" && pwd)
    (cd "$demo/../.." && TZ=UTC ask --config /dev/null --width 80 \
        doc/demo/mail.log doc/demo/mail.log.1.gz) >"$made/report"
    awk -v report="$made/report" '
        function quote(first, last, line, on) {
            while ((getline line < report) > 0) {
                if (!on && line !~ first)
                    continue
                if (on && line ~ last)
                    break
                on = 1
                sub(/ *$/, "", line)
                print (line == "" ? "" : "    ") line
            }
            close(report)
            if (!on)
                print "    nothing matches " first
        }
        /^<!-- made: / {
            print
            line = $0
            gsub(/^<!-- made: | -->$/, "", line)
            at = index(line, " ... ")
            first = substr(line, 1, at - 1)
            last = substr(line, at + 5)
            print ""
            quote(first, last)
            print ""
            inside = 1
        }
        /^<!-- end -->$/ { inside = 0 }
        !inside' "$from/reading-a-report.md" >"$made/walk"
    cp "$made/walk" "$to/reading-a-report.md"
}

write_settings | fill_in relaysleuth.cf.5.in
write_parser | fill_in relaysleuth-parser.5.in
write_rules | fill_in relaysleuth-rules.7
write_example >"$made/example"
cp "$made/example" "$to/relaysleuth.cf"
write_walk

#!/bin/sh
# Write the completions for bash, zsh and fish from the program's own help.
#
#   completions.sh PROGRAM FOLDER
set -eu
LC_ALL=C
export LC_ALL
program=$1
to=$2
# shellcheck source=doc/tools/options.sh
. "$(dirname "$0")/options.sh"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
commands=$(commands_of_help | sed 's/ .*//')

# The words that an option takes, from what the program says of a wrong one.
choices_of() {
    case $1 in
    report) ask --report='?' /dev/null 2>&1 | sed -n 's/,//g; s/.*there are //p' ;;
    *) ask "--$1=?" /dev/null 2>&1 | sed -n 's/.*is not one of: //p' ;;
    esac
}

# What completes the value of an option: files, folders, rules, or these words.
kind_of() {
    case $2 in
    FILE | *FILE]) echo files ;;
    DIR) echo folders ;;
    *RULE) echo rules ;;
    *) choices_of "$1" ;;
    esac
}

# The options without a command, and those of each command that differ.
tab=$(printf '\t')
options_of >"$made/options"
special=
for command in $commands; do
    options_of "$command" >"$made/options.$command"
    if cmp -s "$made/options" "$made/options.$command"; then
        rm "$made/options.$command"
    else
        special="$special $command"
    fi
done
cat "$made"/options* | sort -u | while IFS= read -r line; do
    name=$(echo "$line" | cut -f 2)
    argument=$(echo "$line" | cut -f 3)
    [ -z "$argument" ] || echo "$name$tab$(kind_of "$name" "$argument")"
done >"$made/kinds"

# read_kinds fills kind[NAME]; escape puts a backslash before each character of
# S that is in SET.  A quote cannot be escaped within quotes for zsh.
awk_words='
    function read_kinds(file, line, at) {
        while ((getline line < file) > 0) {
            at = index(line, "\t")
            kind[substr(line, 1, at - 1)] = substr(line, at + 1)
        }
    }
    function escape(s, set, out, c, i) {
        for (i = 1; i <= length(s); i++) {
            c = substr(s, i, 1)
            if (index(set, c) > 0)
                c = "\\" c
            else if (c == "\047")
                c = "\047\\\047\047"
            out = out c
        }
        return out
    }'

# --- bash ------------------------------------------------------------------

# The words of a list of options.
option_words() {
    awk -F '\t' '{ printf "%s%s--%s", sep, ($1 == "" ? "" : "-" $1 " "), $2
        sep = " " }' "$1"
}

# "-r | --report", for the options with a value.
bash_patterns() {
    cat "$made"/options* | sort -u | awk -F '\t' -v wanted=" $1 " '
        $3 != "" && $3 !~ /^\[=/ &&
            (wanted == "  " || index(wanted, " " $2 " ")) {
            printf "%s%s--%s", sep, ($1 == "" ? "" : "-" $1 " | "), $2
            sep = " | "
        }'
}

names_of_kind() {
    awk -F '\t' -v kind="$1" '$2 == kind { printf "%s ", $1 }' "$made/kinds"
}

bash_values() {
    cut -f 2 "$made/kinds" | sort -u | while read -r kind; do
        echo "    $(bash_patterns "$(names_of_kind "$kind")"))"
        case $kind in
        files) echo '        _relaysleuth_files -f ;;' ;;
        folders) echo '        _relaysleuth_files -d ;;' ;;
        rules) echo "        _relaysleuth_words \"\$(_relaysleuth_rules)\" ;;" ;;
        *) echo "        _relaysleuth_words '$kind' ;;" ;;
        esac
    done
}

write_bash() {
    cat <<'END'
# bash completion for relaysleuth                            -*- sh -*-
# Written by doc/tools/update.sh.

_relaysleuth_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_relaysleuth_files()
{
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_relaysleuth_rules()
{
    relaysleuth rules --config /dev/null 2>/dev/null |
        sed -n 's/^\([a-z]*\.[a-z_]*\) .*/\1/p'
}

END
    cat <<END
# Does a value come after this word?
_relaysleuth_takes_value()
{
    case \$1 in
    $(bash_patterns ''))
        return 0 ;;
    esac
    return 1
}

# The value of option \$1.
_relaysleuth_value()
{
    case \$1 in
$(bash_values)
    esac
}

_relaysleuth_options()
{
    case \$1 in
END
    for command in $special; do
        echo "    $command)"
        echo "        _relaysleuth_words '$(option_words "$made/options.$command")' ;;"
    done
    cat <<END
    *)
        _relaysleuth_words '$(option_words "$made/options")' ;;
    esac
}

_relaysleuth()
{
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
    local commands='$(echo "$commands" | paste -s -d ' ' -)' command='' i
END
    cat <<'END'

    COMPREPLY=()
    # bash breaks "--name=value" into three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if _relaysleuth_takes_value "${COMP_WORDS[i]}"; then
            ((i++))
            [[ ${COMP_WORDS[i]} != = ]] || ((i++))
        elif [[ ${COMP_WORDS[i]} != -* ]]; then
            command=${COMP_WORDS[i]}
            break
        fi
    done
    if _relaysleuth_takes_value "$prev"; then
        _relaysleuth_value "$prev"
    elif [[ $cur == -* ]]; then
        _relaysleuth_options "$command"
    elif [[ $command == rules ]]; then
        _relaysleuth_words "$(_relaysleuth_rules)"
    else
        _relaysleuth_files -f
        if [[ -z $command && -n $cur ]]; then
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY \
                < <(compgen -W "$commands" -- "$cur")
        elif [[ -z $command ]]; then
            _relaysleuth_words "$commands"
        fi
    fi
} &&
    complete -o default -F _relaysleuth relaysleuth
END
}

# --- zsh -------------------------------------------------------------------

# Lines of _arguments for a list of options.
write_zsh_options() {
    awk -F '\t' -v kinds="$made/kinds" "$awk_words"'
        BEGIN {
            read_kinds(kinds)
            act["files"] = "_files"
            act["folders"] = "_files -/"
            act["rules"] = "_relaysleuth_rules"
        }
        {
            value = ""
            optional = 0
            if ($3 != "") {
                k = kind[$2]
                optional = sub(/^\[=/, "", $3)
                if (optional)
                    sub(/]$/, "", $3)
                value = (optional ? "::" : ":") escape($3, "[]:") ":"
                value = value (k in act ? act[k] : k == "" ? "" : "(" k ")")
            }
            names = "--" $2
            star = $4 == "yes" ? "*" : ""
            text = "[" escape($5, "[]:") "]"
            if ($1 == "")
                printf "        \047%s--%s%s%s%s\047\n", star, $2,
                    ($3 != "" ? (optional ? "=-" : "=") : ""), text, value
            else if (star != "")
                printf "        \047*\047{-%s+,--%s=}\047%s%s\047\n", $1, $2,
                    text, value
            else
                printf "        \047(-%s --%s)\047{-%s%s,--%s%s}\047%s%s\047\n",
                    $1, $2, $1, ($3 != "" ? "+" : ""), $2,
                    ($3 != "" ? "=" : ""), text, value
        }' "$1"
}

write_zsh() {
    cat <<'END'
#compdef relaysleuth
# Written by doc/tools/update.sh.

_relaysleuth_rules() {
    local -a rules
    rules=(${(f)"$(relaysleuth rules --config /dev/null 2>/dev/null |
        sed -n 's/^\([a-z]*\.[a-z_]*\) .*/\1/p')"})
    compadd -a rules
}

_relaysleuth() {
    local -a commands options
    local command word

    commands=(
END
    commands_of_help |
        sed -e "s/'/'\\\\''/g" -e "s/^\([a-z]*\) \(.*\)/        '\1:\2'/"
    cat <<'END'
    )
    for word in ${words[2,-1]}; do
        if (( ${commands[(I)$word:*]} )); then
            command=$word
            break
        fi
    done
END
    printf '    case %s in\n' "\$command"
    for command in $special; do
        echo "    $command)"
        echo '        options=('
        write_zsh_options "$made/options.$command"
        echo '        ) ;;'
    done
    echo '    *)'
    echo '        options=('
    write_zsh_options "$made/options"
    cat <<'END'
        ) ;;
    esac
    _arguments -s -S : $options '1: :->first' '*: :->rest' && return
    case $state in
    first)
        _alternative 'commands:command:{_describe command commands}' \
            'files:file:_files' ;;
    rest)
        case $command in
        rules) _relaysleuth_rules ;;
        *) _files ;;
        esac ;;
    esac
}

_relaysleuth "$@"
END
}

# --- fish ------------------------------------------------------------------

# Lines of complete(1) for a list of options; $2 says when they hold.
write_fish_options() {
    awk -F '\t' -v kinds="$made/kinds" -v when="$2" "$awk_words"'
        BEGIN {
            read_kinds(kinds)
            act["files"] = " -r -F"
            act["folders"] = " -x -a \047(__fish_complete_directories)\047"
            act["rules"] = " -x -a \047(__relaysleuth_rules)\047"
        }
        {
            k = kind[$2]
            value = ""
            if ($3 != "" && $3 !~ /^\[=/)
                value = k in act ? act[k] : " -x" \
                    (k == "" ? "" : " -a " "\047" k "\047")
            printf "complete -c relaysleuth -n %s%s -l %s%s -d %s\n", when,
                ($1 == "" ? "" : " -s " $1), $2, value, "\047" escape($5, "\\\047") "\047"
        }' "$1"
}

write_fish() {
    words=$(echo "$commands" | paste -s -d ' ' -)
    cat <<END
# fish completion for relaysleuth
# Written by doc/tools/update.sh.

function __relaysleuth_rules
    relaysleuth rules --config /dev/null 2>/dev/null |
        string match -r '^[a-z]+\\.[a-z_]+'
end

function __relaysleuth_command
    set -l words (commandline -opc)
    for word in \$words[2..-1]
        if contains -- \$word $words
            contains -- \$word \$argv
            return
        end
    end
    contains -- none \$argv
end

END
    commands_of_help |
        sed -e "s/['\\\\]/\\\\&/g" \
            -e "s/^\([a-z]*\) \(.*\)/complete -c relaysleuth -n '__relaysleuth_command none' -a \1 -d '\2'/"
    echo "complete -c relaysleuth -n '__relaysleuth_command rules' -f -a '(__relaysleuth_rules)'"
    plain=none
    for command in $commands; do
        [ -e "$made/options.$command" ] || plain="$plain $command"
    done
    write_fish_options "$made/options" "'__relaysleuth_command $plain'"
    for command in $special; do
        write_fish_options "$made/options.$command" \
            "'__relaysleuth_command $command'"
    done
}

mkdir -p "$to"
write_bash >"$to/relaysleuth.bash"
write_zsh >"$to/_relaysleuth"
write_fish >"$to/relaysleuth.fish"

# The options and commands of $program, for the scripts beside this one.
# shellcheck shell=sh

ask() {
    "${program:?}" "$@"
}

# "name  what it does", a command a line.
commands_of_help() {
    ask --help | sed -n '/^Commands/,/^$/s/^  \([a-z]\{1,\}\)  *\(.*\)/\1 \2/p'
}

# The options of a command, a line each: letter, name, argument ("[=KEYFILE]"
# where it may be left out), "yes" where it may be repeated, text; separated by
# tabs.
options_of() {
    ask "$@" --help | sed 's|/[^ ]*/relaysleuth\.cf|relaysleuth.cf|' | awk '
        function end() {
            if (name == "")
                return
            repeats = text ~ /repeats\)$/ ? "yes" : ""
            sub(/ \([^()]*repeats\)$/, "", text)
            print letter "\t" name "\t" argument "\t" repeats "\t" text
            name = ""
        }
        /^  (-.,|   ) --/ {
            end()
            letter = substr($0, 3, 1) == "-" ? substr($0, 4, 1) : ""
            name = letter == "" ? $1 : $2
            sub(/\[.*/, "", name) # --name[=VALUE]
            left = substr($0, index($0, name) + length(name))
            sub(/^--/, "", name)
            # An argument is one blank away, the text two or more.
            argument = ""
            if (left ~ /^ [^ ]/) {
                argument = substr(left, 2)
                sub(/  .*/, "", argument)
                left = substr(left, 2 + length(argument))
            } else if (left ~ /^\[/) {
                argument = left
                sub(/ .*/, "", argument)
                left = substr(left, 1 + length(argument))
            }
            sub(/^ */, "", left)
            text = left
            next
        }
        name != "" && /^          / {
            sub(/^ */, "")
            text = text (text == "" ? "" : " ") $0
            next
        }
        { end() }
        END { end() }'
}

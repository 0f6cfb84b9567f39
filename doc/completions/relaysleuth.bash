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

# Does a value come after this word?
_relaysleuth_takes_value()
{
    case $1 in
    --backup-mx | --color | --config | --expect | --fail-level | --findings | --local-domain | --memory | --min-coverage | --parser | --pop-window | --query-timeout | --relay-domain | --rule | --server | --since | --site-from | --temp-dir | --test | --timeout | --timezone | --trusted-network | --until | --width | --write | --year | --zone | -r | --report)
        return 0 ;;
    esac
    return 1
}

# The value of option $1.
_relaysleuth_value()
{
    case $1 in
    --backup-mx | --expect | --local-domain | --memory | --min-coverage | --pop-window | --query-timeout | --relay-domain | --server | --since | --site-from | --timeout | --timezone | --trusted-network | --until | --width | --year | --zone)
        _relaysleuth_words '' ;;
    --color)
        _relaysleuth_words 'auto always never' ;;
    --config | --findings | --parser | --test | --write)
        _relaysleuth_files -f ;;
    --temp-dir)
        _relaysleuth_files -d ;;
    --fail-level)
        _relaysleuth_words 'info low medium high critical' ;;
    --rule)
        _relaysleuth_words "$(_relaysleuth_rules)" ;;
    -r | --report)
        _relaysleuth_words 'text json charts' ;;
    esac
}

_relaysleuth_options()
{
    case $1 in
    config)
        _relaysleuth_words '--journal --local-domain --relay-domain --trusted-network --backup-mx --pop-window --site-from --parser --year --timezone --since --until --rule --expect --fail-level --min-coverage --exit-code -r --report --pseudonymize --memory --temp-dir --no-state --color --width -q --quiet -v --verbose --config -h --help -V --version -n --non-default -d --defaults --check' ;;
    lookup)
        _relaysleuth_words '--exit-code --color --width --config -h --help -V --version --findings --zone --lists --server --query-timeout --timeout --json' ;;
    parsers)
        _relaysleuth_words '--parser --year --timezone --color --width --config -h --help -V --version --test' ;;
    rules)
        _relaysleuth_words '--color --width --config -h --help -V --version' ;;
    site)
        _relaysleuth_words '--journal --local-domain --relay-domain --trusted-network --backup-mx --pop-window --site-from --year --timezone --memory --temp-dir --config -h --help -V --version --write' ;;
    *)
        _relaysleuth_words '--journal --local-domain --relay-domain --trusted-network --backup-mx --pop-window --site-from --parser --year --timezone --since --until --rule --expect --fail-level --min-coverage --exit-code -r --report --pseudonymize --memory --temp-dir --no-state --color --width -q --quiet -v --verbose --config -h --help -V --version' ;;
    esac
}

_relaysleuth()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local commands='analyze config lookup parsers rules site' command='' i

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

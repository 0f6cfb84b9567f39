# fish completion for relaysleuth
# Written by doc/tools/update.sh.

function __relaysleuth_rules
    relaysleuth rules --config /dev/null 2>/dev/null |
        string match -r '^[a-z]+\.[a-z_]+'
end

function __relaysleuth_command
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if contains -- $word analyze config rules
            contains -- $word $argv
            return
        end
    end
    contains -- none $argv
end

complete -c relaysleuth -n '__relaysleuth_command none' -a analyze -d 'say who abuses the server; implied where no command is named'
complete -c relaysleuth -n '__relaysleuth_command none' -a config -d 'show the settings in effect, or check the configuration'
complete -c relaysleuth -n '__relaysleuth_command none' -a rules -d 'list the rules, or explain those that are named'
complete -c relaysleuth -n '__relaysleuth_command rules' -f -a '(__relaysleuth_rules)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l journal -d 'read what mail programs wrote into the systemd journal of this host'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l local-domain -x -d 'a domain whose mail is delivered on this server'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l relay-domain -x -d 'a domain of ours whose mail is passed on to another server'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l trusted-network -x -d 'a network whose clients may relay'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l backup-mx -x -d 'a backup MX of ours, which brings mail of strangers'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l pop-window -x -d 'how long a POP or IMAP login lets its address relay, such as 30m'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l parser -r -F -d 'read lines also by the patterns of FILE; see relaysleuth-parser(5)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l year -x -d 'year of the first stamp of the earliest log, where stamps have no year'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l timezone -x -d 'zone of the stamps that name none, such as Europe/Berlin, UTC or +01:00 (default: the system\'s)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l since -x -d 'report what happened from then on: yesterday, -2d, "2 days ago", 14:00, 2026-11-23, "2026-11-23 14:00" or 2026-11-23T14:00:00+01:00'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l until -x -d 'report what happened before then; a date alone is its midnight'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l rule -x -a '(__relaysleuth_rules)' -d 'report findings of this rule only, such as relay.open or relay.*; with "-", all but those'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l fail-level -x -a 'info low medium high critical' -d 'the severity from which on findings count for --exit-code and --quiet: info, low, medium, high or critical (default medium)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l min-coverage -x -d 'exit with status 4 when a smaller share of the mail lines was understood'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l exit-code -d 'exit with status 1 when there are findings of --fail-level or above'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -s r -l report -x -a 'text json charts' -d 'write the report text or json to PATH or to standard output, or charts, as svg or png, to a folder'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l memory -x -d 'the most memory that may be used, at least 16M (default 64M)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l temp-dir -x -a '(__fish_complete_directories)' -d 'folder for temporary files (default: $TMPDIR, else /tmp)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l no-state -d 'keep no state between runs; the default'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l color -x -a 'auto always never' -d 'colors in the text report: auto, always or never (default auto)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l width -x -d 'fold the text report there; 0 does not fold (default: the terminal\'s, else 80)'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -s q -l quiet -d 'say nothing when the run is complete and found nothing of --fail-level or above'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -s v -l verbose -d 'say on standard error what was read, and as what'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -l config -r -F -d 'read FILE in place of relaysleuth.cf'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -s h -l help -d 'show this help'
complete -c relaysleuth -n '__relaysleuth_command none analyze' -s V -l version -d 'show the version'
complete -c relaysleuth -n '__relaysleuth_command config' -l journal -d 'read what mail programs wrote into the systemd journal of this host'
complete -c relaysleuth -n '__relaysleuth_command config' -l local-domain -x -d 'a domain whose mail is delivered on this server'
complete -c relaysleuth -n '__relaysleuth_command config' -l relay-domain -x -d 'a domain of ours whose mail is passed on to another server'
complete -c relaysleuth -n '__relaysleuth_command config' -l trusted-network -x -d 'a network whose clients may relay'
complete -c relaysleuth -n '__relaysleuth_command config' -l backup-mx -x -d 'a backup MX of ours, which brings mail of strangers'
complete -c relaysleuth -n '__relaysleuth_command config' -l pop-window -x -d 'how long a POP or IMAP login lets its address relay, such as 30m'
complete -c relaysleuth -n '__relaysleuth_command config' -l parser -r -F -d 'read lines also by the patterns of FILE; see relaysleuth-parser(5)'
complete -c relaysleuth -n '__relaysleuth_command config' -l year -x -d 'year of the first stamp of the earliest log, where stamps have no year'
complete -c relaysleuth -n '__relaysleuth_command config' -l timezone -x -d 'zone of the stamps that name none, such as Europe/Berlin, UTC or +01:00 (default: the system\'s)'
complete -c relaysleuth -n '__relaysleuth_command config' -l since -x -d 'report what happened from then on: yesterday, -2d, "2 days ago", 14:00, 2026-11-23, "2026-11-23 14:00" or 2026-11-23T14:00:00+01:00'
complete -c relaysleuth -n '__relaysleuth_command config' -l until -x -d 'report what happened before then; a date alone is its midnight'
complete -c relaysleuth -n '__relaysleuth_command config' -l rule -x -a '(__relaysleuth_rules)' -d 'report findings of this rule only, such as relay.open or relay.*; with "-", all but those'
complete -c relaysleuth -n '__relaysleuth_command config' -l fail-level -x -a 'info low medium high critical' -d 'the severity from which on findings count for --exit-code and --quiet: info, low, medium, high or critical (default medium)'
complete -c relaysleuth -n '__relaysleuth_command config' -l min-coverage -x -d 'exit with status 4 when a smaller share of the mail lines was understood'
complete -c relaysleuth -n '__relaysleuth_command config' -l exit-code -d 'exit with status 1 when there are findings of --fail-level or above'
complete -c relaysleuth -n '__relaysleuth_command config' -s r -l report -x -a 'text json charts' -d 'write the report text or json to PATH or to standard output, or charts, as svg or png, to a folder'
complete -c relaysleuth -n '__relaysleuth_command config' -l memory -x -d 'the most memory that may be used, at least 16M (default 64M)'
complete -c relaysleuth -n '__relaysleuth_command config' -l temp-dir -x -a '(__fish_complete_directories)' -d 'folder for temporary files (default: $TMPDIR, else /tmp)'
complete -c relaysleuth -n '__relaysleuth_command config' -l no-state -d 'keep no state between runs; the default'
complete -c relaysleuth -n '__relaysleuth_command config' -l color -x -a 'auto always never' -d 'colors in the text report: auto, always or never (default auto)'
complete -c relaysleuth -n '__relaysleuth_command config' -l width -x -d 'fold the text report there; 0 does not fold (default: the terminal\'s, else 80)'
complete -c relaysleuth -n '__relaysleuth_command config' -s q -l quiet -d 'say nothing when the run is complete and found nothing of --fail-level or above'
complete -c relaysleuth -n '__relaysleuth_command config' -s v -l verbose -d 'say on standard error what was read, and as what'
complete -c relaysleuth -n '__relaysleuth_command config' -l config -r -F -d 'read FILE in place of relaysleuth.cf'
complete -c relaysleuth -n '__relaysleuth_command config' -s h -l help -d 'show this help'
complete -c relaysleuth -n '__relaysleuth_command config' -s V -l version -d 'show the version'
complete -c relaysleuth -n '__relaysleuth_command config' -s n -l non-default -d 'print only what differs from the defaults'
complete -c relaysleuth -n '__relaysleuth_command config' -s d -l defaults -d 'print the defaults'
complete -c relaysleuth -n '__relaysleuth_command config' -l check -d 'say "ok" or what is wrong, with file and line'
complete -c relaysleuth -n '__relaysleuth_command rules' -l color -x -a 'auto always never' -d 'colors in the text report: auto, always or never (default auto)'
complete -c relaysleuth -n '__relaysleuth_command rules' -l width -x -d 'fold the text report there; 0 does not fold (default: the terminal\'s, else 80)'
complete -c relaysleuth -n '__relaysleuth_command rules' -l config -r -F -d 'read FILE in place of relaysleuth.cf'
complete -c relaysleuth -n '__relaysleuth_command rules' -s h -l help -d 'show this help'
complete -c relaysleuth -n '__relaysleuth_command rules' -s V -l version -d 'show the version'

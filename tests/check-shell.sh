#!/bin/sh
# Every shell script of the tree passes shellcheck.  Speaks TAP.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
cd "$top_srcdir" || exit 99

if ! command -v shellcheck >/dev/null; then
    echo "1..0 # SKIP shellcheck is not installed"
    exit 0
fi

# Files that say in their first line that a shell runs them, and those that a
# shell reads.
scripts() {
    ls doc/tools/options.sh doc/completions/relaysleuth.bash
    find .ci autogen.sh quickstart contrib doc tests -type f \
        -exec awk 'FNR == 1 && /^#!.*(sh|bats)( |$)/ { print FILENAME }
            { nextfile }' {} + 2>/dev/null | sort
}

# Tests in bats are subshells, hold scripts in quotes and write small files that
# they read.
check() {
    case $1 in
    *.bash) set -- "$1" --shell=bash ;;
    *.bats) set -- "$1" --exclude=SC2002,SC2016,SC2030,SC2031,SC2094 ;;
    esac
    shellcheck --external-sources --format=gcc "$@" 2>&1
}

n=0
for script in $(scripts); do
    n=$((n + 1))
    if problems=$(check "$script"); then
        echo "ok $n - $script"
    else
        echo "not ok $n - $script"
        echo "$problems" | sed 's/^/# /'
    fi
done
echo "1..$n"

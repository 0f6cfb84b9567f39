#!/bin/sh
# Sum the results that automake's TAP driver left in the given build folders.
# What failed or was skipped is named, then comes one line:
#
#   N passed, N failed, N skipped
#
# Exit status 0 when something passed and nothing failed.
set -u
find "$@" -path '*/tests/*' -name '*.log' -type f \
    -exec grep -hE '^(FAIL|XPASS|ERROR|SKIP): tests/' {} + | sort -u
find "$@" -path '*/tests/*' -name '*.trs' -type f -exec cat {} + |
    awk '
    $1 != ":test-result:" { next }
    $2 == "PASS" || $2 == "XFAIL" { passed++; next }
    $2 == "SKIP" { skipped++; next }
    { failed++ }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }'

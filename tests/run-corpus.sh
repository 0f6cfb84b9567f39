#!/bin/sh
# Compare what the parsers understand with a corpus of annotated log lines,
# which is kept apart (RELAYSLEUTH_CORPUS names its folder).  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${RELAYSLEUTH_CORPUS:=$here/../../shared/corpus}"
: "${top_builddir:=$here/../build}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

if [ ! -d "$RELAYSLEUTH_CORPUS/lines" ]; then
    echo "1..0 # SKIP there is no corpus (RELAYSLEUTH_CORPUS)"
elif ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP python3 is not installed"
else
    echo "1..3"
    number=0
    while read -r script what; do
        number=$((number + 1))
        python3 -B "$here/corpus/$script" \
            --parse "$top_builddir/tests/corpus/parse_lines" \
            "$RELAYSLEUTH_CORPUS" >"$work/said" 2>&1 || printf "not "
        echo "ok $number - $what"
        sed 's/^/# /' "$work/said"
    done <<'EOF'
check_lines.py the parsers understand the corpus
check_blame.py they blame whom the tests of other tools blame
check_claims.py no line is claimed by two of them
EOF
fi

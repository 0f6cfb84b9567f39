#!/bin/sh
# Validate what -r json writes against the published schema, for the input of
# each golden case and for the demo.  Needs python3-jsonschema.  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${RELAYSLEUTH:=$here/../build/relaysleuth}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

for python in python3 /usr/bin/python3 ""; do
    [ -n "$python" ] || break
    "$python" -c 'import jsonschema' >/dev/null 2>&1 && break
done
if [ -z "$python" ]; then
    echo "1..0 # SKIP python3-jsonschema is not installed"
    exit 0
fi

# The files of a folder that are logs, not parts of the test.
logs_of() {
    find "$1" -maxdepth 1 -type f ! -name args ! -name expected \
        ! -name setup ! -name filter ! -name '*.cf' ! -name '*.md' \
        ! -name '*.json' | sort
}

set --
for folder in "$here"/golden/*/ "$here/../doc/demo/"; do
    [ -z "$(logs_of "$folder")" ] || set -- "$@" "$folder"
done
echo "1..$#"
n=0
for folder do
    n=$((n + 1))
    name="$(basename "$folder") validates"
    options=
    case $folder in
    */select-*) options=$(sed -e 's/ [^ ]*$//' -e 's/-r json//' "$folder/args") ;;
    esac
    # The names of bundled logs hold no blanks, nor do these options.
    # shellcheck disable=SC2046,SC2086
    "$RELAYSLEUTH" --config /dev/null --year 2026 $options -r json \
        $(logs_of "$folder") </dev/null >"$work/report.json" 2>"$work/err"
    status=$?
    if [ $status -ne 0 ] && [ $status -ne 1 ] && [ $status -ne 3 ]; then
        echo "not ok $n - $name"
        echo "# exit status $status"
        sed 's/^/# /' "$work/err"
    elif "$python" "$here/check_schema.py" \
        --schema "$here/../doc/report.schema.json" "$work/report.json" \
        >"$work/err" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' "$work/err"
    fi
done

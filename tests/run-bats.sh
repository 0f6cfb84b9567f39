#!/bin/sh
# Run the tests of the command line; they need bats.  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v bats >/dev/null; then
    echo "1..0 # SKIP bats is not installed"
    exit 0
fi
exec bats --formatter tap "$here/e2e"

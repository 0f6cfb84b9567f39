#!/bin/sh
# The real logs, split and cut: see check_splits.py.  Speaks TAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${RELAYSLEUTH:=$here/../build/relaysleuth}"

if ! command -v python3 >/dev/null; then
    echo "1..0 # SKIP python3 is not installed"
    exit 0
fi
exec python3 "$here/check_splits.py" "$RELAYSLEUTH" \
    "$here/golden/live-postfix/mail.log.gz" \
    "$here/golden/live-exim/mainlog.gz" \
    "$here/golden/live-sendmail/mail.log.gz"

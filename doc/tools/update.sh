#!/bin/sh
# Write what follows from the program's own words and from relaysleuth.1:
# completions, the example of a configuration, what stands between "BEGIN made"
# and "END made" in manual pages, and what reading-a-report.md quotes.  A test
# compares them.
#
#   update.sh PROGRAM DOC [TO]    TO is a folder in place of DOC
set -eu
here=$(dirname "$0")
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
sh "$here/completions.sh" "$program" "${3-$2}/completions"
sh "$here/pages.sh" "$program" "$2" "${3-$2}"

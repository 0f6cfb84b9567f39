#!/bin/sh
# Write what follows from the program's own words and from relaysleuth.1:
# completions, the example of a configuration, and what stands between "BEGIN
# made" and "END made" in manual pages.  A test compares them.
#
#   update.sh PROGRAM DOC [TO]    TO is a folder in place of DOC
set -eu
here=$(dirname "$0")
sh "$here/completions.sh" "$1" "${3-$2}/completions"
sh "$here/pages.sh" "$1" "$2" "${3-$2}"

#!/bin/sh
# Every source and header stands in the list of its folder: what does not is
# missing from the tarball, which nobody sees who builds from a checkout.
# Speaks TAP.
set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
cd "$top_srcdir" || exit 99

n=0
for folder in include analyzer parsers reports tests; do
    n=$((n + 1))
    # Tests name a program, and its source follows.
    missing=$(find "$folder" -name '*.h' -o -name '*.c' ! -path 'tests/*' |
        sort | while read -r file; do
            grep -qE "%D%/${file#"$folder"/}( |\$)" "$folder/local.mk" ||
                echo "# $file"
        done)
    if [ -z "$missing" ]; then
        echo "ok $n - $folder/local.mk"
    else
        echo "not ok $n - $folder/local.mk"
        echo "$missing"
    fi
done
echo "1..$n"

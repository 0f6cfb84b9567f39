#!/bin/sh
# The checks that take long: valgrind over the unit tests and golden cases,
# then every fuzz target for FUZZ_SECONDS (300).  Run by `make ci-long`.
set -eu
: "${top_srcdir:?}" "${top_builddir:?}" "${RELAYSLEUTH:?}" "${unit_tests:?}"
: "${FUZZ_SECONDS:=300}"
memcheck='valgrind --quiet --error-exitcode=99 --leak-check=full'

export RELAYSLEUTH_CUTS=20 # of the thousand
for test in $unit_tests; do
    echo "valgrind $test"
    $memcheck "$top_builddir/$test" >ci-long.log 2>&1 ||
        { cat ci-long.log; exit 1; }
done

echo "valgrind on the golden cases"
wrapper=$top_builddir/valgrind-relaysleuth
printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$memcheck" "$RELAYSLEUTH" >"$wrapper"
chmod +x "$wrapper"
RELAYSLEUTH=$wrapper sh "$top_srcdir/tests/run-golden.sh"
rm -f "$wrapper" ci-long.log

if ! command -v clang >/dev/null; then
    echo "fuzzing needs clang, which is not installed" >&2
    exit 1
fi
mkdir -p build-fuzz
cd build-fuzz
"$top_srcdir/configure" --quiet CC=clang --enable-fuzzing \
    --enable-sanitizers=fuzzer-no-link,address,undefined
make --quiet
"$top_builddir/tests/fuzz/make_seeds" seeds
for program in tests/fuzz/fuzz_*; do
    case $program in *.*) continue ;; esac # objects
    target=${program##*/fuzz_}
    echo "fuzzing $target for $FUZZ_SECONDS seconds"
    mkdir -p "corpus-$target"
    "$program" -max_total_time="$FUZZ_SECONDS" \
        -print_final_stats=1 "corpus-$target" "seeds/$target" \
        "$top_srcdir/tests/golden" "$top_srcdir/parsers/parsers.d"
done

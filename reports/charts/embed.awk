# The scripts as constants of C: "NAME.gp" becomes rs_script_NAME.
function begin(path) {
    sub(/.*\//, "", path)
    sub(/\.gp$/, "", path)
    printf "extern const char rs_script_%s[];\n", path
    printf "const char rs_script_%s[] =\n", path
}
FNR == 1 {
    if (NR > 1)
        print "    ;"
    begin(FILENAME)
}
/^ *#/ { next }
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\\&")
    printf "    \"%s\\n\"\n", $0
}
END { print "    ;" }

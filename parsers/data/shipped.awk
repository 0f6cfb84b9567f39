# Makes a C table of files: their names and their lines.

BEGIN {
    print "/* Made from parsers.d; do not edit. */"
    print "#include \"shipped.h\"\n"
    print "const struct rs_shipped rs_shipped[] = {"
}
FNR == 1 {
    if (NR > 1)
        print "    },"
    name = FILENAME
    sub(/.*\//, "", name)
    printf "    {\n        %s,\n", quote(name)
}
{ printf "        %s \"\\n\"\n", quote($0) }
END {
    if (NR > 0)
        print "    },"
    print "    {0, 0},\n};"
}

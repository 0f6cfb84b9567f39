# Makes a C table of listings.txt, whose head says what the records are.

function end_record() {
    if (value["name"] == "")
        return
    for (i = 1; i <= keys; i++)
        if (value[key[i]] == "") {
            printf "%s:%d: %s has no %s\n", FILENAME, FNR, value["name"],
                key[i] > "/dev/stderr"
            failed = 1
            exit 1
        }
    printf "    {\n"
    for (i = 1; i <= keys; i++)
        printf "        .%s = %s,\n", key[i], quote(value[key[i]])
    printf "    },\n"
    split("", value)
}

BEGIN {
    keys = split("name word pattern example source", key, " ")
    print "/* Made from listings.txt; do not edit. */"
    print "#include <stddef.h>\n\n#include \"listing.h\"\n"
    print "const struct rs_listing rs_listings[] = {"
}

/^#/ { next }
/^[ \t]*$/ { end_record(); next }
{
    at = index($0, " = ")
    name = substr($0, 1, at - 1)
    known = 0
    for (i = 1; i <= keys; i++)
        known = known || name == key[i]
    if (at == 0 || !known || name in value && value[name] != "") {
        printf "%s:%d: expected one of: name, word, pattern, example, " \
            "source, each once and followed by \" = \"\n", FILENAME,
            FNR > "/dev/stderr"
        failed = 1
        exit 1
    }
    value[name] = substr($0, at + 3)
}

END {
    if (failed)
        exit 1
    end_record()
    print "    {.name = NULL},\n};"
}

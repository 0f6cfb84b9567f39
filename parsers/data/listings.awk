# Makes a C table of listings.txt, whose head says what the records are.

# PATTERN with what stands for parts that many have.
function expand(pattern,    i) {
    for (i = 1; i <= parts; i++)
        while ((at = index(pattern, part[i])) > 0)
            pattern = substr(pattern, 1, at - 1) meaning[i] \
                substr(pattern, at + length(part[i]))
    return pattern
}

function stand_for(name, pattern) {
    part[++parts] = name
    meaning[parts] = pattern
}

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
    value["pattern"] = expand(value["pattern"])
    for (i = 1; i <= keys; i++)
        printf "        .%s = %s,\n", key[i], quote(value[key[i]])
    printf "    },\n"
    split("", value)
}

BEGIN {
    stand_for("{listed}", "\\[?{address}\\]?\\)?>?(?::\\d+)?,? " \
        "(?:is |was |has been )?(?:currently )?(?:blocked|refused|rejected" \
        "|denied|found|(?:black-?|block-?)?listed|in an? (?:black ?list|RBL))" \
        "\\b[^;\\[]{0,60}?\\b")
    stand_for("{host}", "\\b(?:your|the|this|sending|sender|client|source" \
        "|remote|connecting) (?:sending |sender )?(?:mail ?)?(?:server|MTA" \
        "|IP|host|network)\\b(?:'s)?(?: IP)?(?: address)?")
    stand_for("{address}", "(?<address>(?<![\\d.])\\d+\\.\\d+\\.\\d+" \
        "\\.\\d+|\\b[0-9a-f]{1,4}:[0-9a-f:.]*[0-9a-f])")
    stand_for("{name}", "(?<list>[a-z0-9_-]+(?:\\.[a-z0-9_-]+)+)")
    stand_for("{mail}", "^(?!.*\\b(?:ur[il]s?|content|attachment)\\b)")
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

# Makes a C table of dnsbl.txt, whose head says what the records are.

function fail(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}

# 127.0.0.2 as a number; dots only where there are three.
function address(text,    part, i, n) {
    if (split(text, part, ".") != 4 || part[1] != 127)
        fail("\"" text "\" is no answer of a list")
    for (i = 1; i <= 4; i++)
        n = n * 256 + part[i]
    return n
}

function code(text,    ends, at) {
    at = index(text, " ")
    if (at == 0)
        fail("a code has no meaning")
    if (split(substr(text, 1, at - 1), ends, "-") == 1)
        ends[2] = ends[1]
    return sprintf("        {%du, %du, %s},\n", address(ends[1]),
        address(ends[2]), quote(substr(text, at + 1)))
}

function end_record() {
    if (value["zone"] == "")
        return
    if (codes == "" || value["note"] == "" || value["source"] == "" ||
        value["ipv6"] !~ /^(yes|no)$/)
        fail(value["zone"] " lacks something")
    lists++
    printf "static const struct rs_dnsbl_code codes_%d[] = {\n%s", lists, codes
    printf "        {0, 0, NULL},\n};\n\n"
    table = table sprintf("    {%s, codes_%d, %s, %s, %s},\n",
        quote(value["zone"]), lists,
        value["ipv6"] == "yes" ? "true" : "false", quote(value["note"]),
        quote(value["source"]))
    codes = ""
    split("", value)
}

BEGIN {
    print "/* Made from dnsbl.txt; do not edit. */"
    print "#include <stddef.h>\n\n#include \"dnsbl.h\"\n"
}

/^#/ { next }
/^[ \t]*$/ { end_record(); next }
{
    at = index($0, " = ")
    name = substr($0, 1, at - 1)
    if (name !~ /^(zone|code|ipv6|note|source)$/)
        fail("expected one of: zone, code, ipv6, note, source, followed by" \
            " \" = \"")
    if (name == "code")
        codes = codes code(substr($0, at + 3))
    else if (value[name] != "")
        fail(name " stands there twice")
    else
        value[name] = substr($0, at + 3)
}

END {
    if (failed)
        exit 1
    end_record()
    printf "const struct rs_dnsbl rs_dnsbls[] = {\n%s    {NULL, NULL, false,", \
        table
    print " NULL, NULL},\n};"
}

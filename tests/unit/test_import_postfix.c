/* Postfix's configuration. */
#include "import_cases.h"
#include "relaysleuth/memory.h"

/* Values that fill a main.cf up, so that nothing in it is a default. */
#define NONE                                                                  \
    "relay_domains =\nmynetworks = 127.0.0.0/8\nvirtual_alias_maps =\n"       \
    "virtual_mailbox_domains =\n"
#define MAIN(text)                                                            \
    {                                                                         \
        {                                                                     \
            "main.cf", "mydestination =\n" NONE text                          \
        }                                                                     \
    }
#define DIR "postfix:."

static const struct import_case values[] = {
    {"one of each",
     DIR,
     {{"main.cf", "mydestination = example.org, localhost\n"
                  "relay_domains = partner.example\n"
                  "virtual_mailbox_domains = mail.example\n"
                  "virtual_alias_domains = alias.example\n"
                  "mynetworks = 127.0.0.0/8 192.0.2.0/24\n"}},
     "local example.org localhost alias.example mail.example; relay "
     "partner.example .partner.example; networks 192.0.2.0/24",
     NULL},
    {"blanks, commas and lines separate", DIR,
     MAIN("mydestination = a.example,,b.example\n"
          "# not this\n  c.example\n\td.example , e.example\n"),
     "local a.example b.example c.example d.example e.example; relay; "
     "networks",
     NULL},
    {"the last of a name counts", DIR,
     MAIN("mydestination = a.example\nmydestination = b.example\n"),
     "local b.example; relay; networks", NULL},
    {"case and final dot", DIR, MAIN("mydestination = Example.ORG.\n"),
     "local example.org; relay; networks", NULL},
    {"$name, ${name} and $(name)", DIR,
     MAIN("a = a.example\nb = b.example\n"
          "mydestination = $a ${b} $(mydomain) mx.$a\nmydomain = c.example\n"),
     "local a.example b.example c.example mx.a.example; relay; networks",
     NULL},
    {"a parameter that is not set is empty", DIR,
     MAIN("mydestination = $none a.example ${no}\n"),
     "local a.example; relay; networks", NULL},
    {"${name?yes} and ${name:no}", DIR,
     MAIN("a = x\nmydestination = ${a?a.example} ${none?b.example} "
          "${none:c.example} ${a:d.example} ${a?{e.example}:{f.example}} "
          "${none?{g.example}:{h.example}}\n"),
     "local a.example c.example e.example h.example; relay; networks", NULL},
    {"comparisons", DIR,
     MAIN("a = 2\nmydestination = ${{$a} == {2} ? {a.example} : {b.example}}"
          " ${{10} < {$a} ? {c.example} : {d.example}}"
          " ${{3.10} <level {3.9} ? {e.example} : {f.example}}"
          " ${{x} != {y} ? {g.example}}\n"),
     "local a.example d.example f.example g.example; relay; networks", NULL},
    {"a doubled $ is one", DIR, MAIN("mydestination = $$a a.example\n"),
     "local a.example; relay; networks", "no domain"},
    {"the domain is behind the first dot of the host", DIR,
     MAIN("myhostname = mx1.example.org\n"
          "mydestination = $myhostname $mydomain\n"),
     "local mx1.example.org example.org; relay; networks", NULL},
    {"all defaults but the host",
     DIR,
     {{"main.cf", "myhostname = mx1.example.org\n"
                  "compatibility_level = 3.6\n"}},
     "local mx1.example.org localhost.example.org localhost; relay; networks",
     NULL},
    {"before 3.0 relay domains are the own ones and all below",
     DIR,
     {{"main.cf", "mydestination = example.org\nmynetworks = 127.0.0.1\n"}},
     "local example.org; relay .example.org; networks",
     NULL},
    {"before 3.0 the subnets are trusted",
     DIR,
     {{"main.cf", "mydestination = example.org\nrelay_domains =\n"}},
     "local example.org; relay; networks?",
     "mynetworks: it is not set"},
    {"the host's name is not there",
     DIR,
     {{"main.cf", "compatibility_level = 3.6\n"}},
     "local? localhost; relay; networks",
     "mydestination: $mydomain is not in the files; unknown"},
    {"the host's name is in its own files",
     "postfix:etc/postfix",
     {{"etc/postfix/main.cf", "compatibility_level = 3.6\n"},
      {"etc/hostname", "mx1.example.org\n"}},
     "local mx1.example.org localhost.example.org localhost; relay; networks",
     NULL},
    {"a host without a domain has a usual one",
     "postfix:etc/postfix",
     {{"etc/postfix/main.cf",
       "compatibility_level = 3.6\nmydestination = $myhostname\n"},
      {"etc/hostname", "mx1\n"}},
     "local mx1.localdomain; relay; networks",
     NULL},
    {"relay domains without all below", DIR,
     MAIN("parent_domain_matches_subdomains = mynetworks\n"
          "relay_domains = a.example .b.example\n"),
     "local; relay a.example .b.example; networks", NULL},
    {"backup MX by the DNS", DIR,
     MAIN("smtpd_recipient_restrictions = permit_mynetworks, "
          "permit_mx_backup, reject_unauth_destination\n"),
     "local; relay?; networks", "permit_mx_backup"},
    {"a line that is none", DIR, MAIN("mydestination = a.example\nnonsense\n"),
     "local a.example; relay; networks", "a line is no setting"},
    {"an address for a domain is the host's", DIR,
     MAIN("mydestination = a.example [192.0.2.1]\n"),
     "local a.example; relay; networks", NULL},
    {"what is no domain", DIR, MAIN("mydestination = a.example b@c\n"),
     "local a.example; relay; networks", "an item is no domain"},
    {"exclusions come first", DIR,
     MAIN("mydestination = !a.example a.example b.example !b.example\n"),
     "local b.example; relay; networks", NULL},
    {"an exclusion of a part", DIR,
     MAIN("relay_domains = !x.a.example a.example\n"),
     "local; relay a.example .a.example; networks",
     ".a.example is taken whole, although x.a.example is not of it"},
};

static const struct import_case networks[] = {
    {"addresses and blocks", DIR,
     MAIN("mynetworks = 192.0.2.7 198.51.100.0/24 [2001:db8::]/32 "
          "[2001:db8:1::1] [::ffff:203.0.113.0]/120\n"),
     "local; relay; networks 192.0.2.7 198.51.100.0/24 2001:db8::/32 "
     "2001:db8:1::1 203.0.113.0/24",
     NULL},
    {"bits behind the prefix", DIR, MAIN("mynetworks = 192.0.2.7/24\n"),
     "local; relay; networks 192.0.2.0/24", NULL},
    {"excluded before", DIR, MAIN("mynetworks = !192.0.2.66, 192.0.2.0/24\n"),
     "local; relay; networks !192.0.2.66 192.0.2.0/24", NULL},
    {"excluded too late", DIR,
     MAIN("mynetworks = 192.0.2.0/24, !192.0.2.66\n"),
     "local; relay; networks 192.0.2.0/24", NULL},
    {"included again", DIR,
     MAIN("mynetworks = 10.1.2.3 !10.1.0.0/16 10.0.0.0/8 10.1.9.0/24\n"),
     "local; relay; networks 10.1.2.3 !10.1.0.0/16 10.0.0.0/8", NULL},
    {"everybody is nobody of ours", DIR,
     MAIN("mynetworks = 0.0.0.0/0 192.0.2.0/24\n"),
     "local; relay; networks? 192.0.2.0/24", "0.0.0.0/0 is everybody"},
    {"everybody of IPv6", DIR, MAIN("mynetworks = [::]/0\n"),
     "local; relay; networks?", "::/0 is everybody"},
    {"by name", DIR, MAIN("mynetworks = 192.0.2.1 gw.example.org\n"),
     "local; relay; networks? 192.0.2.1", "a client by its name"},
    {"a service of its own",
     DIR,
     {{"main.cf", "mydestination =\n" NONE},
      {"master.cf",
       "smtp inet n - y - - smtpd\n"
       "10026 inet n - y - - smtpd\n  -o smtpd_milters=\n"
       "    -o mynetworks=192.0.2.0/24,$mynetworks -o { mynetworks = "
       "198.51.100.1 198.51.100.2 }\n"
       "relay unix - - y - - smtp -o mynetworks=203.0.113.1\n"
       "# x inet n - y - - smtpd -o mynetworks=203.0.113.2\n"}},
     "local; relay; networks 192.0.2.0/24 198.51.100.1 198.51.100.2",
     NULL},
};

static const struct import_case tables[] = {
    {"the text of a database",
     DIR,
     {{"main.cf",
       "mydestination =\n" NONE "relay_domains = hash:/etc/postfix/relay\n"},
      {"relay", "# ours\na.example  x\nB.example\ty z\n  more of b\n"
                "user@c.example z\n"}},
     "local; relay a.example .a.example b.example .b.example; networks",
     NULL},
    {"it is read where it was",
     "postfix:disk/etc/postfix",
     {{"disk/etc/postfix/main.cf",
       "mydestination =\n" NONE "relay_domains = proxy:lmdb:/srv/relay\n"},
      {"disk/srv/relay", "a.example x\n"}},
     "local; relay a.example .a.example; networks",
     NULL},
    {"a database without its text", DIR,
     MAIN("relay_domains = hash:/etc/postfix/relay\n"),
     "local; relay?; networks",
     "relay_domains: hash:/etc/postfix/relay cannot be listed, as its text is "
     "not there; unknown"},
    {"this machine's files are not the copy's", DIR,
     MAIN("relay_domains = texthash:/etc/passwd\n"), "local; relay?; networks",
     "texthash:/etc/passwd cannot be listed"},
    {"nor by a way out of the copy",
     "postfix:etc/postfix",
     {{"etc/postfix/main.cf",
       "mydestination = ../../../../../../../../../../etc/passwd\n" NONE
       "relay_domains = "
       "hash:/etc/postfix/../../../../../../../../../../etc/passwd\n"}},
     "local; relay?; networks",
     "its text is not there"},
    {"SQL", DIR, MAIN("relay_domains = a.example pgsql:/etc/postfix/x\n"),
     "local; relay? a.example .a.example; networks",
     "relay_domains: pgsql:/etc/postfix/x cannot be listed; unknown"},
    {"every kind of query", DIR,
     MAIN("relay_domains = ldap:a\nvirtual_mailbox_domains = mysql:/b\n"
          "mynetworks = pcre:/c\n"),
     "local?; relay?; networks?", "virtual_mailbox_domains: mysql:/b"},
    {"what is in the query is not shown", DIR,
     MAIN("relay_domains = pgsql:{{password = secret}}\n"),
     "local; relay?; networks", "pgsql:... cannot be listed"},
    {"patterns", DIR, MAIN("relay_domains = regexp:/etc/postfix/r\n"),
     "local; relay?; networks", "regexp:/etc/postfix/r cannot be listed"},
    {"lines of a file",
     DIR,
     {{"main.cf", "mydestination = /etc/postfix/own !/etc/postfix/not\n" NONE},
      {"own", "# ours\na.example, b.example\n c.example\n/etc/postfix/more\n"},
      {"more", "d.example\n"},
      {"not", "e.example\n"}},
     "local a.example b.example c.example d.example; relay; networks",
     NULL},
    {"a file that names itself",
     DIR,
     {{"main.cf", "mydestination = /etc/postfix/own\n" NONE},
      {"own", "a.example\n/etc/postfix/own\n"}},
     "local? a.example; relay; networks",
     "own is one file too deep"},
    {"CIDR",
     DIR,
     {{"main.cf",
       "mydestination =\n" NONE "mynetworks = cidr:/etc/postfix/nets\n"},
      {"nets", "192.0.2.0/24 OK\n2001:db8::/32 OK\n"}},
     "local; relay; networks 192.0.2.0/24 2001:db8::/32",
     NULL},
    {"CIDR with conditions",
     DIR,
     {{"main.cf",
       "mydestination =\n" NONE "mynetworks = cidr:/etc/postfix/nets\n"},
      {"nets", "if 192.0.2.0/24\n192.0.2.7 OK\nendif\n"}},
     "local; relay; networks? 192.0.2.7",
     "has conditions"},
    {"addresses of a database",
     DIR,
     {{"main.cf",
       "mydestination =\n" NONE "mynetworks = hash:/etc/postfix/nets\n"},
      {"nets", "192.0.2.7 x\n"}},
     "local; relay; networks 192.0.2.7",
     NULL},
    {"inline", DIR,
     MAIN("relay_domains = inline:{ a.example=x, { b.example = y z } }\n"),
     "local; relay a.example .a.example b.example .b.example; networks", NULL},
    {"domains among aliases",
     DIR,
     {{"main.cf", "mydestination =\nrelay_domains =\nmynetworks = 127.0.0.1\n"
                  "virtual_alias_maps = hash:/etc/postfix/virtual\n"},
      {"virtual", "a.example anything\ninfo@a.example bob\nroot bob\n"}},
     "local a.example; relay; networks",
     NULL},
    {"a default that is a query is told where it is set",
     DIR,
     {{"main.cf", "mydestination =\nrelay_domains =\nmynetworks = 127.0.0.1\n"
                  "virtual_alias_maps = mysql:/etc/postfix/v.cf\n"}},
     "local?; relay; networks",
     "main.cf:4)"},
};

static const struct import_case prints[] = {
    {"postconf -n",
     "postfix:x",
     {{"x", "mydestination = $myhostname, localhost\n"
            "myhostname = mx1.example.org\nmynetworks = 127.0.0.0/8\n"
            "compatibility_level = 3.6\n"}},
     "local mx1.example.org localhost; relay; networks",
     NULL},
    {"postconf -x of a few",
     "postfix:x",
     {{"x", "mynetworks = 192.0.2.0/24 [::1]/128\nrelay_domains =\n"
            "mydestination = a.example\nvirtual_alias_domains =\n"
            "virtual_mailbox_domains =\n"}},
     "local a.example; relay; networks 192.0.2.0/24",
     NULL},
    {"postconf -Mf tells services only",
     "postfix:x",
     {{"x", "smtp       inet  n       -       n       -       -       smtpd\n"
            "    -o mynetworks=192.0.2.0/24\n"
            "pickup     unix  n       -       n       60      1       "
            "pickup\n"}},
     "local?; relay?; networks? 192.0.2.0/24",
     NULL},
    {"postconf -P",
     "postfix:x",
     {{"x", "smtp/inet/mynetworks = 192.0.2.0/24\n"
            "smtp/inet/smtpd_milters =\n"}},
     "local?; relay?; networks? 192.0.2.0/24",
     NULL},
};

static const struct import_case hostile[] = {
    {"a refers to b refers to a", DIR,
     MAIN("a = $b\nb = $a\nmydestination = $a x.example\n"),
     "local?; relay; networks", "mydestination: it refers to itself"},
    {"a value that doubles and doubles", DIR,
     MAIN("a = $b$b$b$b$b$b\nb = $c$c$c$c$c$c\nc = $d$d$d$d$d$d\n"
          "d = $e$e$e$e$e$e\ne = $f$f$f$f$f$f\nf = xxxxxxxxxxxxxxxx\n"
          "mydestination = $a\n"),
     "local?; relay; networks", "or is too long"},
    {"braces that do not close", DIR,
     MAIN("mydestination = a.example ${b ${{x} == {y\n"),
     "local a.example; relay; networks", "no domain"},
    {"nothing",
     DIR,
     {{"main.cf", "# nothing\n"}},
     "error: holds no setting of Postfix",
     NULL},
    {"not there",
     "postfix:none",
     {{"x", "y"}},
     "error: there is no such file or folder; postfix:DIR needs the path of "
     "/etc/postfix, of a copy of it, or of a file that postconf -n, -x or -Mf "
     "wrote",
     NULL},
    {"a folder without it",
     DIR,
     {{"x", "y"}},
     "error: no main.cf is there; name the folder that has it, or a file "
     "that postconf -n wrote",
     NULL},
};

static void test_values(void **state)
{
    (void)state;
    check_cases(values, COUNT(values));
}

static void test_networks(void **state)
{
    (void)state;
    check_cases(networks, COUNT(networks));
}

static void test_tables(void **state)
{
    (void)state;
    check_cases(tables, COUNT(tables));
}

static void test_prints(void **state)
{
    (void)state;
    check_cases(prints, COUNT(prints));
}

static void test_hostile(void **state)
{
    (void)state;
    check_cases(hostile, COUNT(hostile));
}

/* Every allocation fails in turn: that is an error or, where only a text did
 * not fit, something unknown. */
static void test_memory(void **state)
{
    static const char main_cf[] =
        "mydestination = a.example $x\nx = ${y:b.example}\n"
        "mynetworks = !192.0.2.1 192.0.2.0/24 hash:/none\n"
        "relay_domains = /etc/postfix/relay\n";
    char folder[RS_PATH], from[2 * RS_PATH];
    enum rs_status st = RS_ERR_NOMEM;

    (void)state;
    make_folder(folder);
    write_file(folder, "main.cf", RS_SPAN(main_cf));
    write_file(folder, "relay", RS_SPAN("c.example\nd.example\n"));
    for (long n = 0; st == RS_ERR_NOMEM || n < 200; n++) {
        struct rs_site *site = rs_site_new();
        struct rs_error err = {0};

        assert_non_null(site);
        rs_alloc_fail_after(n);
        st = rs_import_one(site, from_folder(DIR, folder, from), &err);
        rs_alloc_fail_after(-1);
        if (st != RS_OK)
            assert_int_equal(st, RS_ERR_NOMEM);
        rs_site_free(site);
    }
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),  cmocka_unit_test(test_networks),
        cmocka_unit_test(test_tables),  cmocka_unit_test(test_prints),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sendmail's configuration. */
#include "import_cases.h"

#define DIR "sendmail:."
#define CF                                                                    \
    "Cwlocalhost\nFw/etc/mail/local-host-names %[^\\#]\nDjmx1.example.org\n"  \
    "FR-o /etc/mail/relay-domains %[^\\#]\n"
#define ACCESS "Kaccess hash -T<TMPF> /etc/mail/access\n"
#define NAMES                                                                 \
    {                                                                         \
        "local-host-names", ""                                                \
    }

static const struct import_case configurations[] = {
    {"sendmail.cf and its files",
     DIR,
     {{"sendmail.cf", "# comment\n" CF ACCESS},
      {"local-host-names", "# ours\nexample.org\nb.example c.example # x\n"},
      {"relay-domains", "partner.example\n192.0.2\n"},
      {"access", "Connect:198.51.100.7\tRELAY\nTo:d.example RELAY\n"}},
     "local localhost example.org b.example c.example mx1.example.org mx1; "
     "relay partner.example .partner.example d.example .d.example; networks "
     "192.0.2.0/24 198.51.100.7",
     NULL},
    {"sendmail.mc",
     DIR,
     {{"sendmail.mc",
       "divert(-1)\n# comment\ndivert(0)dnl\nOSTYPE(`debian')dnl\n"
       "dnl FEATURE(`relay_entire_domain')dnl\n"
       "define(`confDOMAIN_NAME',`mx1.example.org')dnl\n"
       "FEATURE(`use_cw_file')dnl\n"
       "FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access.db')dnl\n"
       "LOCAL_DOMAIN(`a.example b.example')dnl\n"
       "RELAY_DOMAIN(`c.example')dnl\nLOCAL_CONFIG\nCwd.example\n"},
      {"local-host-names", "example.org\n"},
      {"access", "10 RELAY\n"}},
     "local localhost a.example b.example d.example example.org "
     "mx1.example.org mx1; relay c.example .c.example; networks 10.0.0.0/8",
     NULL},
    {"the whole domain",
     DIR,
     {{"sendmail.mc", "define(`confDOMAIN_NAME', `mx1.example.org')dnl\n"
                      "FEATURE(relay_entire_domain)dnl\n"}},
     "local localhost mx1.example.org mx1; relay example.org .example.org; "
     "networks",
     NULL},
    {"the whole domain by its rule",
     DIR,
     {{"sendmail.cf", CF "R$+ < @ $* $=m >\t$@ RELAY\n"}, NAMES},
     "local localhost mx1.example.org mx1; relay example.org .example.org; "
     "networks",
     NULL},
    {"only hosts relay",
     DIR,
     {{"sendmail.cf", CF "R$+ < @ $=R >\t$@ RELAY\n"},
      NAMES,
      {"relay-domains", "partner.example\n"}},
     "local localhost mx1.example.org mx1; relay partner.example; networks",
     NULL},
    {"virtual hosts",
     DIR,
     {{"sendmail.cf", CF "CR$={VirtHost}\nC{VirtHost}a.example\n"
                         "F{VirtHost}/etc/mail/virtual\n"},
      NAMES,
      {"virtual", "b.example second words do not count\n"}},
     "local localhost a.example b.example mx1.example.org mx1; relay; "
     "networks",
     NULL},
    {"no sendmail.cf",
     DIR,
     {{"local-host-names", "example.org\n"}, {"access", "192.0.2 RELAY\n"}},
     "local? example.org; relay; networks 192.0.2.0/24",
     "the host's own name is not in the files"},
    {"names are not there",
     DIR,
     {{"sendmail.cf", CF}},
     "local? localhost mx1.example.org mx1; relay; networks",
     "class w: /etc/mail/local-host-names is not there; unknown"},
    {"classes that are no files",
     DIR,
     {{"sendmail.cf", CF "FR@LDAP\nF{VirtHost}|/usr/bin/x\n"}, NAMES},
     "local? localhost mx1.example.org mx1; relay?; networks?",
     "class R: ... cannot be listed"},
    {"mailertable",
     DIR,
     {{"sendmail.cf", CF "Kmailertable hash -o /etc/mail/mailertable.db\n"},
      NAMES,
      {"relay-domains", "a.example\nb.example\nc.example\n"},
      {"mailertable", "a.example local:bob\nb.example error:5.7.0:550 no\n"
                      "c.example esmtp:[10.0.0.1]\nd.example smtp:x\n"}},
     "local localhost a.example .a.example mx1.example.org mx1; relay "
     "c.example .c.example; networks",
     NULL},
    {"the map's text is not there",
     DIR,
     {{"sendmail.cf", CF ACCESS}, NAMES},
     "local localhost mx1.example.org mx1; relay?; networks?",
     "access: the text of /etc/mail/access is not there, and databases are not"
     " read; unknown"},
    {"lines that stop short",
     DIR,
     {{"sendmail.cf", CF "Kaccess\nK\nFw\nF{\nC\nCR\nD{j}\nDm$w\n"}, NAMES},
     "local localhost mx1.example.org mx1; relay; networks",
     NULL},
    {"sendmail.cf alone",
     "sendmail:x.cf",
     {{"x.cf", "Cwlocalhost a.example\nDjmx1.example.org\nCR10.1\n"}},
     "local localhost a.example mx1.example.org mx1; relay; networks "
     "10.1.0.0/16",
     NULL},
    {"nothing",
     DIR,
     {{"x", "y"}},
     "error: no configuration of Sendmail is there; name the folder that has "
     "sendmail.cf, sendmail.mc or access",
     NULL},
    {"no setting",
     "sendmail:x",
     {{"x", "y\n"}},
     "error: holds no setting of Sendmail",
     NULL},
};

/* The access map alone; all else is known and none. */
#define MAP(text)                                                             \
    {                                                                         \
        {"sendmail.cf", "Djmx1.example.org\n" ACCESS},                        \
        {                                                                     \
            "access", text                                                    \
        }                                                                     \
    }
#define OWN "local mx1.example.org mx1; relay"

static const struct import_case maps[] = {
    {"octets", DIR, MAP("Connect:10 RELAY\n172.16 RELAY\n192.0.2 RELAY\n"),
     OWN "; networks 192.0.2.0/24 172.16.0.0/16 10.0.0.0/8", NULL},
    {"IPv6", DIR,
     MAP("Connect:IPv6:2001:db8 RELAY\nipv6:2001:db8:1:2:3:4:5:6 relay\n"
         "Connect:IPv6:2001:db8:9::1 RELAY\n"),
     OWN "; networks 2001:db8:1:2:3:4:5:6 2001:db8:9::1 2001:db8::/32", NULL},
    {"domains", DIR,
     MAP("To:a.example RELAY\nb.example RELAY\nFrom:c.example RELAY\n"
         "d.example OK\nTo:user@e.example RELAY\nuser@f.example RELAY\n"),
     OWN " a.example .a.example b.example .b.example; networks", NULL},
    {"a longer key is an exception", DIR,
     MAP("192.0.2 RELAY\nConnect:192.0.2.66 REJECT\n203.0.113 REJECT\n"
         "Connect:203.0.113.5 RELAY\n"),
     OWN "; networks !192.0.2.66 203.0.113.5 192.0.2.0/24", NULL},
    {"a network as it is not written", DIR, MAP("192.0.2.0/24 RELAY\n"),
     OWN "; networks", "never found"},
    {"a client by its name", DIR,
     MAP("Connect:localhost RELAY\nConnect:gw.example.org RELAY\n"),
     OWN "; networks?", "a client by its name"},
    {"other tags", DIR,
     MAP("GreetPause:127 0\nClientRate: 10\nSpam:abuse@ FRIEND\n"
         "SRV_Features:192.168.1 A\n# Connect:10 RELAY\n"),
     OWN "; networks", NULL},
    {"what is no key", DIR,
     MAP("Connect:1.2.3.4.5 REJECT\nConnect:300.1 REJECT\n"
         "Connect:IPv6:zz REJECT\nConnect: RELAY\nRELAY\n:\n"),
     OWN "; networks", NULL},
};

static void test_configurations(void **state)
{
    (void)state;
    check_cases(configurations, COUNT(configurations));
}

static void test_maps(void **state)
{
    (void)state;
    check_cases(maps, COUNT(maps));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configurations),
        cmocka_unit_test(test_maps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

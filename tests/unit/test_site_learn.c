/* What is learned from habits: gateways, permitted hosts, addresses that hide
 * strangers. */
#include "site_mail.h"

/* A day in which so many clients write to partner.example. */
struct gateway_case {
    const char *name;
    int clients;
    int named;           /* of them with a confirmed name */
    int elsewhere;       /* of them write to another domain outside as well */
    int other_hops;      /* deliveries by another next hop */
    rs_time span;        /* from the first to the last */
    const char *refused; /* a domain that was refused to a stranger */
    bool open;           /* a stranger got mail out to another domain */
    bool learned;
    int alike;    /* of them with a name of one organisation */
    bool inside;  /* the next hop is a private address */
    int outside;  /* recipients of a login that public next hops took */
    bool spelled; /* the names spell the addresses */
};

static const struct gateway_case gateways[] = {
    {"a gateway", 12, 12, 0, 0, 20 * RS_HOUR, "example.com", false, true, 0,
     false, 0, false},
    {"nobody else is let through", 12, 12, 0, 0, 20 * RS_HOUR, NULL, false,
     true, 0, false, 0, false},
    {"an open relay", 11, 11, 0, 0, 20 * RS_HOUR, NULL, true, false, 0, false,
     0, false},
    {"an open relay, and many organisations", 12, 12, 0, 0, 20 * RS_HOUR, NULL,
     true, true, 0, false, 0, false},
    {"many, but a third writes elsewhere", 15, 15, 5, 0, 20 * RS_HOUR, NULL,
     true, false, 0, false, 0, false},
    {"four", 4, 4, 0, 0, 20 * RS_HOUR, "example.com", false, true, 0, false, 0,
     false},
    {"five, while another is let through elsewhere", 5, 5, 0, 0, 20 * RS_HOUR,
     "example.com", true, false, 0, false, 0, false},
    {"too few", 3, 3, 0, 0, 20 * RS_HOUR, "example.com", false, false, 0,
     false, 0, false},
    {"all of one organisation", 12, 12, 0, 0, 20 * RS_HOUR, "example.com",
     false, false, 12, false, 0, false},
    {"without names, as bots are", 12, 4, 0, 0, 20 * RS_HOUR, "example.com",
     false, false, 0, false, 0, false},
    {"with names as bots have", 12, 12, 0, 0, 20 * RS_HOUR, "example.com",
     false, false, 0, false, 0, true},
    {"they write elsewhere, too", 12, 12, 5, 0, 20 * RS_HOUR, "example.com",
     false, false, 0, false, 0, false},
    {"many next hops, as of a freemailer", 12, 12, 0, 6, 20 * RS_HOUR,
     "example.com", false, false, 0, false, 0, false},
    {"a campaign of an hour", 12, 12, 0, 0, RS_HOUR, "example.com", false,
     false, 0, false, 0, false},
    {"strangers are refused there", 12, 12, 0, 0, 20 * RS_HOUR,
     "partner.example", false, false, 0, false, 0, false},
    {"a server inside", 4, 0, 0, 0, 20 * RS_HOUR, NULL, false, true, 0, true,
     20, false},
    {"all mail goes out by a server inside", 4, 0, 0, 0, 20 * RS_HOUR, NULL,
     false, false, 0, true, 0, false},
    {"a server inside, of an open relay", 4, 0, 0, 0, 20 * RS_HOUR, NULL, true,
     false, 0, true, 20, false},
    {"bots that write elsewhere, too, one inside", 4, 0, 4, 0, 20 * RS_HOUR,
     "example.com", false, false, 0, true, 20, false},
};

static void write_one(struct rs_ledger *ledger, const struct gateway_case *c,
                      int i)
{
    rs_time time = RS_HOUR + i * c->span / c->clients;
    char client[32], from[32], name[64];
    struct rs_entry e;

    snprintf(client, sizeof client, "198.51.100.%d", 7 + i);
    snprintf(from, sizeof from, "site%d.example", i);
    snprintf(name, sizeof name, "mx.%s", i < c->alike ? "bots.example" : from);
    if (c->spelled)
        snprintf(name, sizeof name, "h-198-51-100-%d.%s", 7 + i, from);
    e = taken(ledger, client, from, "partner.example", time);
    if (i < c->named)
        e.client_name = fake_sym(ledger, name);
    if (c->inside)
        e.next_hop = fake_addr("10.0.0.25");
    if (i < c->other_hops)
        e.next_hop = fake_addr("203.0.113.80");
    fake_add(ledger, &e);
    if (i >= c->elsewhere)
        return;
    e = taken(ledger, client, from, "victim.example", time + 1);
    fake_add(ledger, &e);
}

static void domains_behind_a_gateway(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(gateways); i++) {
        const struct gateway_case *c = &gateways[i];
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_entry e =
            taken(ledger, "203.0.113.9", "a.example", "b.example", 0);

        refuse(ledger, c->refused != NULL ? c->refused : "example.org", 0);
        if (c->refused == NULL)
            ledger->count = 0;
        if (c->open)
            fake_add(ledger, &e);
        for (int n = 0; n < c->clients; n++)
            write_one(ledger, c, n);
        /* The log goes on for a day, with mail of a login. */
        e.time = e.arrived = RS_DAY;
        e.root = RS_ROOT_SASL;
        for (int n = 0; n <= c->outside; n++)
            fake_add(ledger, &e);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if (rs_site_is_relay_domain(site, fake_sym(ledger, "partner.example"))
            != c->learned)
            fail_msg("%s", c->name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

/* Who tries x%other@partner.example is refused because of the other, or gets
 * it out by another server: that says nothing of partner.example. */
static void tricks_tell_nothing_of_a_domain(void **state)
{
    struct rs_ledger *ledger = fake_new();
    struct rs_site *site = rs_site_new();
    struct rs_entry e;

    (void)state;
    refuse(ledger, "partner.example", 0);
    ledger->entries[0].trick = RS_TRICK_PERCENT;
    for (int n = 0; n < gateways[0].clients; n++)
        write_one(ledger, &gateways[0], n);
    e = taken(ledger, "203.0.113.9", "a.example", "partner.example", RS_DAY);
    e.trick = RS_TRICK_BANG;
    e.next_hop = fake_addr("203.0.113.80");
    for (int n = 0; n < 3; n++)
        fake_add(ledger, &e);
    assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
    assert_true(
        rs_site_is_relay_domain(site, fake_sym(ledger, "partner.example")));
    rs_site_free(site);
    fake_free(ledger);
}

/* A private client, by how many different things it brought. */
struct hole_case {
    const char *name;
    const char *client;
    int writers;   /* foreign sender domains of mail for us */
    int senders;   /* of mail for others; 0: each of those */
    int outside;   /* such mail, each to one recipient */
    int targets;   /* different recipients of those; 0: all */
    int domains;   /* in so many domains; 0: in three */
    uint8_t flags; /* of those */
    bool hole;
};

static const struct hole_case holes[] = {
    {"a container bridge", .client = "172.18.0.1", 12, 0, 8, .hole = true},
    {"with inbound mail only", .client = "172.18.0.1", 12},
    {"that and mail for two relay domains", .client = "172.18.0.1", 12, 0, 16,
     .domains = 2},
    {"a bridge that one stranger relays through", .client = "172.18.0.1", 4, 1,
     8, .hole = true},
    {"and of IPv6", .client = "fd00:18::1", 4, 1, 8, .hole = true},
    {"a bridge that few write in through", .client = "172.18.0.1", 2, 1, 16},
    {"programs of the container's host", .client = "172.18.0.1", 0, 1, 16},
    {"a proxy on a host of its own", .client = "10.0.0.7", 12, 0, 8,
     .hole = true},
    {"a mail host inside that serves one firm", .client = "10.0.0.7", 12, 1,
     16},
    {"an infected machine", .client = "192.168.1.7", 0, 0, 16},
    {"an inner host that forwards to a few", .client = "10.0.0.2", 16, 0, 16,
     .targets = 3},
    {"an edge host whose aliases are logged", .client = "10.0.0.2", 16, 0, 16,
     .flags = RS_ENTRY_FORWARDED},
    {"the content filter on loopback", .client = "127.0.0.1", 16, 0, 16},
    {"a public address is no trust", .client = "198.51.100.7", 16, 0, 16},
};

static void bring(struct rs_ledger *ledger, const struct hole_case *c, int i,
                  bool out)
{
    char from[32], to[32];
    struct rs_entry e;

    snprintf(from, sizeof from, "%s%d.example", out ? "spam" : "site",
             out && c->senders > 0 ? i % c->senders : i);
    snprintf(to, sizeof to, "victim%d.example",
             i % (c->domains > 0 ? c->domains : 3));
    e = taken(ledger, c->client, from, out ? to : "example.org",
              RS_HOUR + i * RS_MINUTE);
    e.recipient_hash =
        rs_hash_mix((uint64_t)(c->targets > 0 ? i % c->targets : i), out);
    if (out)
        e.flags |= c->flags;
    else
        e.transport = RS_TRANSPORT_LOCAL;
    fake_add(ledger, &e);
}

static void addresses_that_hide_strangers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(holes); i++) {
        const struct hole_case *c = &holes[i];
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_addr addr = fake_addr(c->client);

        fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.org", 0, 3);
        for (int n = 0; n < c->writers; n++)
            bring(ledger, c, n, false);
        for (int n = 0; n < c->outside; n++)
            bring(ledger, c, n, true);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if ((rs_site_hole(site, &addr) != NULL) != c->hole)
            fail_msg("%s", c->name);
        if (c->hole)
            assert_null(rs_site_network(site, &addr));
        rs_site_free(site);
        fake_free(ledger);
    }
}

/* A public host that relays on some days. */
static const struct {
    const char *name;
    int days, each; /* recipients a day */
    const char *from;
    bool failing, refusing; /* half of it bounces; strangers are refused */
    bool trusted;
    bool logins; /* to a mailbox, before each message */
} lasting[] = {
    {"for days, as us", 4, 10, "example.org", false, true, true, false},
    {"for two days only", 2, 20, "example.org", false, true, false, false},
    {"as others", 4, 10, "example.com", false, true, false, false},
    {"with many failures", 4, 10, "example.org", true, true, false, false},
    {"while nobody is refused", 4, 10, "example.org", false, false, false,
     false},
    {"hardly anything", 4, 2, "example.org", false, true, false, false},
    {"as a user who reads mail first", 4, 10, "example.org", false, true,
     false, true},
};

static void hosts_that_send_as_us_for_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lasting); i++) {
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_addr addr = fake_addr("198.51.100.7");

        fake_count(ledger, RS_COUNT_LOCAL_DOMAIN, "example.org", 0, 3);
        if (lasting[i].refusing)
            refuse(ledger, "example.net", 0);
        for (int n = 0; n < lasting[i].days * lasting[i].each; n++) {
            struct rs_entry e = taken(
                ledger, "198.51.100.7", lasting[i].from, "example.net",
                n / lasting[i].each * RS_DAY + n % lasting[i].each * RS_HOUR);

            if (lasting[i].logins)
                note_login(ledger, "198.51.100.7", e.time);
            if (lasting[i].failing && n % 2 == 0)
                e.outcome = RS_BOUNCED;
            fake_add(ledger, &e);
        }
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if ((rs_site_network(site, &addr) != NULL) != lasting[i].trusted)
            fail_msg("%s", lasting[i].name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

enum { MX1 = 1, MX2 = 2 };

/* A client on mx1 that relays as example.net, which our signers sign for, and
 * what else there is. */
struct signed_case {
    const char *name;
    int seen, late; /* of its messages; `late`: behind the queue */
    int other;      /* of them not signed, as example.com */
    int bounced;
    bool refused;        /* it was refused relaying as well */
    uint64_t signatures; /* behind the queue; 0: as many as messages */
    uint64_t strangers;  /* recipients of mail for us, */
    uint64_t of_signed;  /* and of signed mail */
    int neighbours;      /* clients that do the same */
    uint8_t exposed;     /* where a stranger was refused: MX1, MX2 */
    int passed_on;       /* of its messages came by another host of ours */
    bool forwards;       /* our alias forwards a stranger's that claims it */
    const char *signs;   /* who signs for what behind the queue; NULL: mx1 for
                            example.net */
    bool told;           /* the networks are */
    bool trusted, doubted;
};

static const struct signed_case signed_cases[] = {
    {.name = "known to the signer", .seen = 3, .trusted = true},
    {.name = "known, while strangers are refused and write to us",
     .seen = 3,
     .strangers = 30,
     .exposed = MX1,
     .trusted = true},
    {.name = "seldom known", .seen = 2},
    {.name = "known for part of its mail", .seen = 9, .other = 1},
    {.name = "known for nearly all of it",
     .seen = 19,
     .other = 1,
     .trusted = true},
    {.name = "known, but refused", .seen = 9, .refused = true},
    {.name = "known, with many failures", .seen = 9, .bounced = 2},
    {.name = "to a signer that signs what all the world writes",
     .seen = 9,
     .strangers = 30,
     .of_signed = 30},
    {.name = "to one that signs what its own write to us",
     .seen = 9,
     .strangers = 30,
     .of_signed = 10,
     .trusted = true},
    {.name = "known, but the networks are told", .seen = 9, .told = true},

    {.name = "an outbound relay", .late = 10, .doubted = true},
    {.name = "too few to say", .late = 9},
    {.name = "with mail for us", .late = 20, .strangers = 1},
    {.name = "where a stranger was refused", .late = 20, .exposed = MX1},
    {.name = "where one was refused on another host",
     .late = 20,
     .exposed = MX2,
     .doubted = true},
    {.name = "refused itself", .late = 20, .refused = true},
    {.name = "as many domains", .late = 20, .other = 1},
    {.name = "with many failures", .late = 20, .bounced = 3},
    {.name = "not all of which is signed", .late = 20, .signatures = 18},
    {.name = "few clients", .late = 20, .neighbours = 7, .doubted = true},
    {.name = "many clients, as of a campaign", .late = 20, .neighbours = 8},
    {.name = "a host whose signer sees clients", .late = 20, .seen = 1},
    {.name = "the edge lets them in", .late = 20, .passed_on = 20},
    {.name = "the edge lets some in", .late = 20, .passed_on = 2},
    {.name = "where an alias forwards", .late = 20, .forwards = true},
    {.name = "another host signs", .late = 20, .signs = "mx2 example.net"},
    {.name = "another is signed for", .late = 20, .signs = "mx1 example.org"},
    {.name = "all below it is signed for",
     .late = 20,
     .signs = "mx1 mail.example.net",
     .doubted = true},
    {.name = "late, but the networks are told", .late = 20, .told = true},
    {.name = "no signer at all", .other = 20},
};

static void relay_one(struct rs_ledger *ledger, const struct signed_case *c,
                      const char *client, const char *from, int i)
{
    struct rs_entry e =
        taken(ledger, client, from, "victim.example", RS_HOUR + i);

    e.host = fake_sym(ledger, "mx1");
    if (i < c->bounced)
        e.outcome = RS_BOUNCED;
    if (i < c->seen)
        e.flags |= RS_ENTRY_SIGNED;
    if (i < c->passed_on)
        e.flags |= RS_ENTRY_PASSED_ON;
    fake_add(ledger, &e);
}

static void refuse_on(struct rs_ledger *ledger, const char *host,
                      const char *client)
{
    refuse(ledger, "victim.example", 0);
    ledger->entries[ledger->count - 1].host = fake_sym(ledger, host);
    ledger->entries[ledger->count - 1].client = fake_addr(client);
}

static void count_if(struct rs_ledger *ledger, enum rs_counter counter,
                     const char *key, uint64_t value)
{
    if (value > 0)
        fake_count(ledger, counter, key, 0, value);
}

static void write_signed(struct rs_ledger *ledger, const struct signed_case *c)
{
    int total = c->seen + c->late + c->other;
    uint64_t late = (uint64_t)(c->late * (1 + c->neighbours));

    count_if(ledger, RS_COUNT_SIGNED_IN, "mx1", (uint64_t)c->seen);
    count_if(ledger, RS_COUNT_SIGNED_LATER, "mx1 example.com",
             c->signs != NULL ? late : 0);
    count_if(ledger, RS_COUNT_SIGNED_LATER,
             c->signs != NULL ? c->signs : "mx1 example.net",
             c->signatures > 0 ? c->signatures : late);
    count_if(ledger, RS_COUNT_STRANGERS, "mx1", c->strangers);
    count_if(ledger, RS_COUNT_SIGNED_STRANGERS, "mx1", c->of_signed);
    if (c->exposed == MX1 || c->exposed == MX2)
        refuse_on(ledger, c->exposed == MX1 ? "mx1" : "mx2", "203.0.113.66");
    if (c->refused)
        refuse_on(ledger, "mx1", "198.51.100.7");
    for (int i = 0; i < total; i++)
        relay_one(ledger, c, "198.51.100.7",
                  i < total - c->other ? "example.net" : "example.com", i);
    if (c->forwards) {
        relay_one(ledger, c, "203.0.113.66", "example.net", total);
        ledger->entries[ledger->count - 1].flags |= RS_ENTRY_FORWARDED;
    }
    for (int n = 0; n < c->neighbours; n++) {
        char client[32];

        snprintf(client, sizeof client, "198.51.100.%d", 8 + n);
        for (int i = 0; i < c->late; i++)
            relay_one(ledger, c, client, "example.net", 100 + i);
    }
}

static void hosts_that_we_sign_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(signed_cases); i++) {
        const struct signed_case *c = &signed_cases[i];
        struct rs_ledger *ledger = fake_new();
        struct rs_site *site = rs_site_new();
        struct rs_addr addr = fake_addr("198.51.100.7");

        write_signed(ledger, c);
        if (c->told)
            assert_int_equal(rs_site_add_network(site, RS_SPAN("192.0.2.0/24"),
                                                 "option", NULL),
                             RS_OK);
        assert_int_equal(rs_site_learn(site, ledger, NULL), RS_OK);
        if ((rs_site_network(site, &addr) != NULL) != c->trusted)
            fail_msg("%s: trust", c->name);
        if ((rs_site_doubt(site, &addr) != NULL) != c->doubted)
            fail_msg("%s: doubt", c->name);
        rs_site_free(site);
        fake_free(ledger);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_behind_a_gateway),
        cmocka_unit_test(hosts_that_we_sign_for),
        cmocka_unit_test(tricks_tell_nothing_of_a_domain),
        cmocka_unit_test(addresses_that_hide_strangers),
        cmocka_unit_test(hosts_that_send_as_us_for_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

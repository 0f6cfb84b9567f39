/* What is learned from habits: gateways, permitted hosts, addresses that hide
 * strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "relaysleuth/site.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct rs_entry taken(struct rs_ledger *ledger, const char *client,
                             const char *from, const char *to, rs_time time)
{
    return (struct rs_entry){
        .kind = RS_ENTRY_RECIPIENT,
        .root = RS_ROOT_CLIENT,
        .time = time,
        .arrived = time,
        .client = fake_addr(client),
        .sender_domain = fake_sym(ledger, from),
        .recipient_domain = fake_sym(ledger, to),
        .recipient_hash = rs_hash_mix((uint64_t)time, 1),
        .next_hop = fake_addr("192.0.2.80"),
        .transport = RS_TRANSPORT_SMTP,
        .outcome = RS_SENT,
        .flags = RS_ENTRY_FIRST | RS_ENTRY_LAST | RS_ENTRY_MESSAGE,
    };
}

static void refuse(struct rs_ledger *ledger, const char *domain, rs_time time)
{
    struct rs_entry e = {.kind = RS_ENTRY_REFUSAL,
                         .refusal = RS_REFUSAL_RELAY,
                         .time = time,
                         .client = fake_addr("203.0.113.200"),
                         .recipient_domain = fake_sym(ledger, domain),
                         .count = 1};

    fake_add(ledger, &e);
}

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
    int alike;   /* of them with a name of one organisation */
    bool inside; /* the next hop is a private address */
    int outside; /* recipients of a login that public next hops took */
};

static const struct gateway_case gateways[] = {
    {"a gateway", 12, 12, 0, 0, 20 * RS_HOUR, "example.com", false, true, 0,
     false, 0},
    {"nobody else is let through", 12, 12, 0, 0, 20 * RS_HOUR, NULL, false,
     true, 0, false, 0},
    {"an open relay", 12, 12, 0, 0, 20 * RS_HOUR, NULL, true, false, 0, false,
     0},
    {"too few", 5, 5, 0, 0, 20 * RS_HOUR, "example.com", false, false, 0,
     false, 0},
    {"all of one organisation", 12, 12, 0, 0, 20 * RS_HOUR, "example.com",
     false, false, 12, false, 0},
    {"without names, as bots are", 12, 4, 0, 0, 20 * RS_HOUR, "example.com",
     false, false, 0, false, 0},
    {"they write elsewhere, too", 12, 12, 5, 0, 20 * RS_HOUR, "example.com",
     false, false, 0, false, 0},
    {"many next hops, as of a freemailer", 12, 12, 0, 6, 20 * RS_HOUR,
     "example.com", false, false, 0, false, 0},
    {"a campaign of an hour", 12, 12, 0, 0, RS_HOUR, "example.com", false,
     false, 0, false, 0},
    {"strangers are refused there", 12, 12, 0, 0, 20 * RS_HOUR,
     "partner.example", false, false, 0, false, 0},
    {"a server inside", 4, 0, 0, 0, 20 * RS_HOUR, NULL, false, true, 0, true,
     20},
    {"all mail goes out by a server inside", 4, 0, 0, 0, 20 * RS_HOUR, NULL,
     false, false, 0, true, 0},
    {"a server inside, of an open relay", 4, 0, 0, 0, 20 * RS_HOUR, NULL, true,
     false, 0, true, 20},
    {"bots that write elsewhere, too, one inside", 4, 0, 4, 0, 20 * RS_HOUR,
     "example.com", false, false, 0, true, 20},
};

static void write_one(struct rs_ledger *ledger, const struct gateway_case *c,
                      int i)
{
    rs_time time = RS_HOUR + i * c->span / c->clients;
    char client[32], from[32], name[40];
    struct rs_entry e;

    snprintf(client, sizeof client, "198.51.100.%d", 7 + i);
    snprintf(from, sizeof from, "site%d.example", i);
    snprintf(name, sizeof name, "mx.%s", i < c->alike ? "bots.example" : from);
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
} lasting[] = {
    {"for days, as us", 4, 10, "example.org", false, true, true},
    {"for two days only", 2, 20, "example.org", false, true, false},
    {"as others", 4, 10, "example.com", false, true, false},
    {"with many failures", 4, 10, "example.org", true, true, false},
    {"while nobody is refused", 4, 10, "example.org", false, false, false},
    {"hardly anything", 4, 2, "example.org", false, true, false},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_behind_a_gateway),
        cmocka_unit_test(addresses_that_hide_strangers),
        cmocka_unit_test(hosts_that_send_as_us_for_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

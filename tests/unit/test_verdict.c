/* Verdicts: the first fact that holds; what was handed on, and refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/verdict.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A recipient, told by its facts.  Our domain is example.org, our relay
 * domains partner.example, whose server is 198.51.100.25, and quiet.example,
 * our network 192.0.2.0/24, our backup MX
 * 198.51.100.53; 198.51.100.77 logged in by POP. */
struct fact {
    const char *name;
    enum rs_root root;
    const char *client, *domain;
    enum rs_transport transport;
    enum rs_trick trick;
    uint8_t flags;
    enum rs_verdict verdict;
    const char *next_hop; /* NULL: 203.0.113.25 */
    uint8_t aimed;
};

#define SENT (RS_ENTRY_FIRST | RS_ENTRY_LAST)

static const struct fact facts[] = {
    {"a stranger's mail for strangers", RS_ROOT_CLIENT, "203.0.113.1",
     "example.net", RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT,
     RS_VERDICT_UNAUTHORIZED, NULL, 0},
    {"to a mailbox of ours", RS_ROOT_CLIENT, "203.0.113.1", "example.net",
     RS_TRANSPORT_LOCAL, RS_TRICK_NONE, SENT, RS_VERDICT_INBOUND, NULL, 0},
    {"to a command", RS_ROOT_CLIENT, "203.0.113.1", "example.net",
     RS_TRANSPORT_PIPE, RS_TRICK_NONE, SENT, RS_VERDICT_INBOUND, NULL, 0},
    {"to a domain of ours", RS_ROOT_CLIENT, "203.0.113.1", "example.org",
     RS_TRANSPORT_ERROR, RS_TRICK_NONE, SENT, RS_VERDICT_INBOUND, NULL, 0},
    {"to a relay domain", RS_ROOT_CLIENT, "203.0.113.1", "partner.example",
     RS_TRANSPORT_RELAY, RS_TRICK_NONE, SENT, RS_VERDICT_INBOUND, NULL, 0},
    {"our user's mail to us", RS_ROOT_SASL, "203.0.113.1", "example.org",
     RS_TRANSPORT_LOCAL, RS_TRICK_NONE, SENT, RS_VERDICT_INBOUND, NULL, 0},
    {"a trick that went to another", RS_ROOT_CLIENT, "203.0.113.1",
     "example.org", RS_TRANSPORT_SMTP, RS_TRICK_PERCENT, SENT,
     RS_VERDICT_UNAUTHORIZED, NULL, 0},
    {"a trick that the relay domain's server took", RS_ROOT_CLIENT,
     "203.0.113.1", "partner.example", RS_TRANSPORT_SMTP, RS_TRICK_PERCENT,
     SENT, RS_VERDICT_INBOUND, "198.51.100.26", 0},
    {"a trick that another took", RS_ROOT_CLIENT, "203.0.113.1",
     "partner.example", RS_TRANSPORT_SMTP, RS_TRICK_PERCENT, SENT,
     RS_VERDICT_UNAUTHORIZED, "203.0.113.25", 0},
    {"our user's trick that another took", RS_ROOT_SASL, "203.0.113.1",
     "partner.example", RS_TRANSPORT_SMTP, RS_TRICK_BANG, SENT,
     RS_VERDICT_AUTHENTICATED, "203.0.113.25", 0},
    {"by the relay service", RS_ROOT_CLIENT, "203.0.113.1", "partner.example",
     RS_TRANSPORT_RELAY, RS_TRICK_PERCENT, SENT, RS_VERDICT_INBOUND,
     "203.0.113.25", 0},
    {"a relay domain without other mail", RS_ROOT_CLIENT, "203.0.113.1",
     "quiet.example", RS_TRANSPORT_SMTP, RS_TRICK_PERCENT, SENT,
     RS_VERDICT_INBOUND, "203.0.113.25", 0},
    {"the same, and the server's name gives it away", RS_ROOT_CLIENT,
     "203.0.113.1", "quiet.example", RS_TRANSPORT_SMTP, RS_TRICK_PERCENT, SENT,
     RS_VERDICT_UNAUTHORIZED, "203.0.113.25", 1},
    {"plain mail that another took", RS_ROOT_CLIENT, "203.0.113.1",
     "partner.example", RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT,
     RS_VERDICT_INBOUND, "203.0.113.25", 0},
    {"a trick that came to nothing", RS_ROOT_CLIENT, "203.0.113.1",
     "example.org", RS_TRANSPORT_LOCAL, RS_TRICK_PERCENT, SENT,
     RS_VERDICT_INBOUND, NULL, 0},
    {"our alias", RS_ROOT_CLIENT, "203.0.113.1", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT | RS_ENTRY_FORWARDED,
     RS_VERDICT_FORWARDED, NULL, 0},
    {"our alias, of our user's mail", RS_ROOT_SASL, "203.0.113.1",
     "example.net", RS_TRANSPORT_SMTP, RS_TRICK_NONE,
     SENT | RS_ENTRY_FORWARDED, RS_VERDICT_FORWARDED, NULL, 0},
    {"a trick is no alias", RS_ROOT_CLIENT, "203.0.113.1", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_BANG,
     SENT | RS_ENTRY_FORWARDED | RS_ENTRY_REWRITTEN_TRICK,
     RS_VERDICT_UNAUTHORIZED, NULL, 0},
    {"a login", RS_ROOT_SASL, "203.0.113.1", "example.net", RS_TRANSPORT_SMTP,
     RS_TRICK_NONE, SENT, RS_VERDICT_AUTHENTICATED, NULL, 0},
    {"our network", RS_ROOT_CLIENT, "192.0.2.5", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT, RS_VERDICT_TRUSTED_NETWORK, NULL,
     0},
    {"loopback", RS_ROOT_CLIENT, "127.0.0.1", "example.net", RS_TRANSPORT_SMTP,
     RS_TRICK_NONE, SENT, RS_VERDICT_TRUSTED_NETWORK, NULL, 0},
    {"our backup MX", RS_ROOT_CLIENT, "198.51.100.53", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT, RS_VERDICT_TRUSTED_NETWORK, NULL,
     0},
    {"after a POP login", RS_ROOT_CLIENT, "198.51.100.77", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT, RS_VERDICT_POP_BEFORE_SMTP, NULL,
     0},
    {"a process", RS_ROOT_UID, NULL, "example.net", RS_TRANSPORT_SMTP,
     RS_TRICK_NONE, SENT, RS_VERDICT_LOCAL, NULL, 0},
    {"our notification", RS_ROOT_OURSELVES, "203.0.113.1", "example.org",
     RS_TRANSPORT_LOCAL, RS_TRICK_NONE, SENT, RS_VERDICT_NOTIFICATION, NULL,
     0},
    {"no beginning", RS_ROOT_UNKNOWN, NULL, "example.net", RS_TRANSPORT_SMTP,
     RS_TRICK_NONE, SENT, RS_VERDICT_UNKNOWN, NULL, 0},
    {"no client", RS_ROOT_CLIENT, NULL, "example.net", RS_TRANSPORT_SMTP,
     RS_TRICK_NONE, SENT, RS_VERDICT_UNKNOWN, NULL, 0},
    {"lost behind a filter", RS_ROOT_CLIENT, "203.0.113.1", "example.net",
     RS_TRANSPORT_SMTP, RS_TRICK_NONE, SENT | RS_ENTRY_FILTER_HOP,
     RS_VERDICT_UNKNOWN, NULL, 0},
};

struct scene {
    struct rs_ledger *ledger;
    struct rs_site *site;
    struct rs_grants *grants;
};

static int open_scene(void **state)
{
    struct scene *scene = rs_alloc(sizeof(*scene));
    struct rs_entry login = {.kind = RS_ENTRY_LOGIN};
    struct rs_entry refusal = {
        .kind = RS_ENTRY_REFUSAL, .refusal = RS_REFUSAL_RELAY, .count = 1};
    struct rs_entry passed_on = {.kind = RS_ENTRY_RECIPIENT,
                                 .outcome = RS_SENT,
                                 .transport = RS_TRANSPORT_SMTP};

    scene->ledger = fake_new();
    scene->site = rs_site_new();
    scene->grants = rs_grants_new(30 * RS_MINUTE);
    login.time = login.arrived = RS_HOUR;
    login.client = fake_addr("198.51.100.77");
    login.account = fake_sym(scene->ledger, "alice");
    login.service = fake_sym(scene->ledger, "pop3");
    refusal.client = fake_addr("203.0.113.200");
    refusal.service = fake_sym(scene->ledger, "smtpd");
    passed_on.recipient_domain = fake_sym(scene->ledger, "partner.example");
    passed_on.next_hop = fake_addr("198.51.100.25");
    fake_add(scene->ledger, &login);
    fake_add(scene->ledger, &refusal);
    fake_add(scene->ledger, &passed_on);
    for (size_t i = 0; i < COUNT(facts); i++)
        fake_sym(scene->ledger, facts[i].domain);
    rs_site_add_local_domain(scene->site, RS_SPAN("example.org"), "option",
                             NULL);
    rs_site_add_relay_domain(scene->site, RS_SPAN("partner.example"), "option",
                             NULL);
    rs_site_add_relay_domain(scene->site, RS_SPAN("quiet.example"), "option",
                             NULL);
    rs_site_add_network(scene->site, RS_SPAN("192.0.2.0/24"), "option", NULL);
    rs_site_add_backup_mx(scene->site, RS_SPAN("198.51.100.53"), "option",
                          NULL);
    assert_int_equal(rs_site_learn(scene->site, scene->ledger, NULL), RS_OK);
    rs_grants_note(scene->grants, scene->ledger->symbols, &login);
    *state = scene;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;

    rs_grants_free(scene->grants);
    rs_site_free(scene->site);
    fake_free(scene->ledger);
    rs_free(scene);
    return 0;
}

static struct rs_entry make_entry(const struct scene *scene,
                                  const struct fact *fact)
{
    return (struct rs_entry){
        .kind = RS_ENTRY_RECIPIENT,
        .time = RS_HOUR + RS_MINUTE,
        .arrived = RS_HOUR + RS_MINUTE,
        .root = (uint8_t)fact->root,
        .client = fake_addr(fact->client),
        .next_hop = fake_addr(fact->next_hop != NULL ? fact->next_hop
                                                     : "203.0.113.25"),
        .aimed = fact->aimed,
        .service = fake_sym(scene->ledger, "smtpd"),
        .recipient_domain = fake_sym(scene->ledger, fact->domain),
        .transport = (uint8_t)fact->transport,
        .trick = (uint8_t)fact->trick,
        .outcome = RS_SENT,
        .flags = fact->flags,
    };
}

static void the_first_fact_that_holds(void **state)
{
    const struct scene *scene = *state;

    for (size_t i = 0; i < COUNT(facts); i++) {
        struct rs_entry e = make_entry(scene, &facts[i]);
        enum rs_verdict verdict = rs_judge(scene->site, scene->grants, &e);

        if (verdict != facts[i].verdict)
            fail_msg("%s: %s", facts[i].name, rs_verdict_name(verdict));
    }
}

static const struct {
    const char *name;
    rs_time arrived;
    const char *client;
    bool granted;
} times[] = {
    {"at once", RS_HOUR, "198.51.100.77", true},
    {"at the end of the window", RS_HOUR + 30 * RS_MINUTE, "198.51.100.77",
     true},
    {"past it", RS_HOUR + 31 * RS_MINUTE, "198.51.100.77", false},
    {"another address", RS_HOUR, "198.51.100.78", false},
};

static void a_login_lets_its_address_relay_for_a_while(void **state)
{
    const struct scene *scene = *state;

    for (size_t i = 0; i < COUNT(times); i++) {
        struct rs_entry e = make_entry(scene, &facts[0]);
        rs_sym account;

        e.client = fake_addr(times[i].client);
        e.arrived = times[i].arrived;
        e.time = e.arrived + 2 * RS_HOUR; /* told much later */
        account = rs_grants_account(scene->grants, &e);
        if ((account == fake_sym(scene->ledger, "alice")) != times[i].granted)
            fail_msg("%s", times[i].name);
    }
}

static void no_window_no_grant(void **state)
{
    const struct scene *scene = *state;
    struct rs_grants *grants = rs_grants_new(0);
    struct rs_entry e = make_entry(scene, &facts[0]);

    assert_true(rs_grants_note(grants, scene->ledger->symbols,
                               &scene->ledger->entries[0]));
    e.client = fake_addr("198.51.100.77");
    assert_int_equal(rs_grants_account(grants, &e), RS_SYM_NONE);
    rs_grants_free(grants);
}

static const struct {
    const char *name;
    const char *next_hop;
    enum rs_transport transport;
    enum rs_outcome outcome;
    uint8_t flags;
    bool handed_on;
} hops[] = {
    {"another server", "203.0.113.25", RS_TRANSPORT_SMTP, RS_SENT, SENT, true},
    {"by the relay service", "203.0.113.25", RS_TRANSPORT_RELAY, RS_SENT, SENT,
     true},
    {"not the last word", "203.0.113.25", RS_TRANSPORT_SMTP, RS_SENT,
     RS_ENTRY_FIRST, false},
    {"deferred", "203.0.113.25", RS_TRANSPORT_SMTP, RS_DEFERRED, SENT, false},
    {"bounced", "203.0.113.25", RS_TRANSPORT_SMTP, RS_BOUNCED, SENT, false},
    {"a mailbox", "203.0.113.25", RS_TRANSPORT_LOCAL, RS_SENT, SENT, false},
    {"a filter", "203.0.113.25", RS_TRANSPORT_SMTP, RS_SENT,
     SENT | RS_ENTRY_FILTER_HOP, false},
    {"ourselves", "127.0.0.1", RS_TRANSPORT_SMTP, RS_SENT, SENT, false},
    {"our inner host", "192.0.2.9", RS_TRANSPORT_SMTP, RS_SENT, SENT, false},
    {"a socket, or nobody knows", NULL, RS_TRANSPORT_SMTP, RS_SENT, SENT,
     false},
    {"surely another host", NULL, RS_TRANSPORT_REMOTE, RS_SENT, SENT, true},
    {"another host, deferred", NULL, RS_TRANSPORT_REMOTE, RS_DEFERRED, SENT,
     false},
    {"another host, told as ours", "192.0.2.9", RS_TRANSPORT_REMOTE, RS_SENT,
     SENT, false},
};

static void handed_on_is_what_another_server_took(void **state)
{
    const struct scene *scene = *state;

    for (size_t i = 0; i < COUNT(hops); i++) {
        struct rs_entry e = make_entry(scene, &facts[0]);

        e.next_hop = fake_addr(hops[i].next_hop);
        e.transport = (uint8_t)hops[i].transport;
        e.outcome = (uint8_t)hops[i].outcome;
        e.flags = hops[i].flags;
        if (rs_handed_on(scene->site, &e) != hops[i].handed_on)
            fail_msg("%s", hops[i].name);
    }
}

static const struct {
    const char *name, *domain;
    enum rs_refusal refusal, refused;
    enum rs_server server;
    const char *client, *account;
} refusals[] = {
    {"told as relaying", "example.org", RS_REFUSAL_RELAY, RS_REFUSAL_RELAY,
     RS_SERVER_OTHER, NULL, NULL},
    {"told as a mailbox", "example.net", RS_REFUSAL_RECIPIENT,
     RS_REFUSAL_RECIPIENT, RS_SERVER_OTHER, NULL, NULL},
    {"either, in a domain of ours", "example.org", RS_REFUSAL_DESTINATION,
     RS_REFUSAL_RECIPIENT, RS_SERVER_OTHER, NULL, NULL},
    {"either, in a relay domain", "partner.example", RS_REFUSAL_DESTINATION,
     RS_REFUSAL_RECIPIENT, RS_SERVER_OTHER, NULL, NULL},
    {"either, elsewhere", "example.net", RS_REFUSAL_DESTINATION,
     RS_REFUSAL_RELAY, RS_SERVER_OTHER, NULL, NULL},
    {"either, without a domain", NULL, RS_REFUSAL_DESTINATION,
     RS_REFUSAL_RECIPIENT, RS_SERVER_OTHER, NULL, NULL},
    {"in free words, elsewhere", "example.net", RS_REFUSAL_OTHER,
     RS_REFUSAL_RELAY, RS_SERVER_EXIM, "203.0.113.9", NULL},
    {"in free words, in a domain of ours", "example.org", RS_REFUSAL_OTHER,
     RS_REFUSAL_OTHER, RS_SERVER_EXIM, "203.0.113.9", NULL},
    {"in free words, to a user", "example.net", RS_REFUSAL_OTHER,
     RS_REFUSAL_OTHER, RS_SERVER_EXIM, "203.0.113.9", "alice"},
    {"in free words, to a host of ours", "example.net", RS_REFUSAL_OTHER,
     RS_REFUSAL_OTHER, RS_SERVER_EXIM, "192.0.2.9", NULL},
    {"in free words, without a domain", NULL, RS_REFUSAL_OTHER,
     RS_REFUSAL_OTHER, RS_SERVER_EXIM, "203.0.113.9", NULL},
    {"in the words of a server that says relaying", "example.net",
     RS_REFUSAL_OTHER, RS_REFUSAL_OTHER, RS_SERVER_POSTFIX, "203.0.113.9",
     NULL},
    {"for another reason", "example.net", RS_REFUSAL_CLIENT, RS_REFUSAL_CLIENT,
     RS_SERVER_EXIM, "203.0.113.9", NULL},
};

static void refused_is_relaying_or_a_mailbox(void **state)
{
    const struct scene *scene = *state;
    struct rs_site *nothing = rs_site_new();
    struct rs_entry e = {.kind = RS_ENTRY_REFUSAL};

    for (size_t i = 0; i < COUNT(refusals); i++) {
        e.refusal = (uint8_t)refusals[i].refusal;
        e.server = (uint8_t)refusals[i].server;
        e.client = fake_addr(refusals[i].client);
        e.account = fake_sym(scene->ledger, refusals[i].account);
        e.recipient_domain = fake_sym(scene->ledger, refusals[i].domain);
        if (rs_refused(scene->site, &e) != refusals[i].refused)
            fail_msg("%s", refusals[i].name);
    }
    assert_non_null(nothing);
    e.refusal = RS_REFUSAL_DESTINATION;
    e.recipient_domain = fake_sym(scene->ledger, "example.net");
    assert_int_equal(rs_refused(nothing, &e), RS_REFUSAL_RECIPIENT);
    rs_site_free(nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fact_that_holds),
        cmocka_unit_test(a_login_lets_its_address_relay_for_a_while),
        cmocka_unit_test(no_window_no_grant),
        cmocka_unit_test(handed_on_is_what_another_server_took),
        cmocka_unit_test(refused_is_relaying_or_a_mailbox),
    };

    return cmocka_run_group_tests(tests, open_scene, close_scene);
}

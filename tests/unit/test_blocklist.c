/* Replies that name a blocklist: every record of the table, and replies that
 * look like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "listing.h"
#include "relaysleuth/blocklist.h"
#include "relaysleuth/memory.h"

/* Each example is known by its record: by none before it, and where the
 * pattern takes an address, it is the one of the example. */
static void examples(void **state)
{
    (void)state;
    for (size_t i = 0; rs_listings[i].name != NULL; i++) {
        const struct rs_listing *row = &rs_listings[i];
        struct rs_blocklists *lists = rs_blocklists_new();
        struct rs_span name;
        struct rs_addr address;
        char text[RS_ADDR_TEXT];

        print_message("# %s\n", row->example);
        assert_true(rs_blocklists_find(lists, rs_span_of(row->example), &name,
                                       &address));
        if (strstr(row->pattern, "(?<list>") == NULL)
            assert_true(rs_span_equal(name, rs_span_of(row->name)));
        else
            assert_non_null(rs_span_find(rs_span_of(row->example), name));
        assert_string_equal(
            rs_addr_format(&address, text),
            strstr(row->pattern, "(?<address>") != NULL ? "192.0.2.25" : "");
        assert_non_null(strstr(row->source, "://"));
        rs_blocklists_free(lists);
    }
}

static const struct {
    const char *reply, *name, *address;
} replies[] = {
    {"554 5.7.1 Service unavailable; Client host [2001:db8::25] blocked using"
     " zen.spamhaus.org; https://www.spamhaus.org/query/ip/2001:db8::25",
     "zen.spamhaus.org", "2001:db8::25"},
    {"550 5.7.1 Mail from 2001:db8::25 refused, listed at bl.spamcop.net",
     "bl.spamcop.net", "2001:db8::25"},
    {"450 4.7.1 Client host rejected: cannot find your hostname", NULL, NULL},
    {"550 5.1.1 <listed@example.net>: Recipient address rejected: User"
     " unknown in virtual mailbox table",
     NULL, NULL},
    {"452 4.2.2 The recipient's inbox is out of storage space", NULL, NULL},
    {"450 4.2.0 <x@example.net>: Recipient address rejected: Greylisted, see"
     " http://postgrey.example/help.html",
     NULL, NULL},
    {"550 5.7.1 <a@example.net>: Relaying denied", NULL, NULL},
    {"550 5.7.1 this mailing list is closed", NULL, NULL},
    {"552 5.7.0 file type blocked for security reasons", NULL, NULL},
    {"", NULL, NULL},
};

static void named_or_not(void **state)
{
    struct rs_blocklists *lists = rs_blocklists_new();

    (void)state;
    for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        struct rs_span name = RS_ABSENT;
        struct rs_addr address = {{0}};
        char text[RS_ADDR_TEXT];
        bool found = rs_blocklists_find(lists, rs_span_of(replies[i].reply),
                                        &name, &address);

        if (found != (replies[i].name != NULL)
            || (found
                && (!rs_span_equal(name, rs_span_of(replies[i].name))
                    || strcmp(rs_addr_format(&address, text),
                              replies[i].address)
                           != 0)))
            fail_msg("%s", replies[i].reply);
    }
    rs_blocklists_free(lists);
}

/* A stranger's server writes what it likes. */
static void hostile(void **state)
{
    struct rs_blocklists *lists = rs_blocklists_new();
    char reply[60000];
    struct rs_span name;
    struct rs_addr address;

    (void)state;
    memset(reply, '[', sizeof reply);
    memcpy(reply, "spamhaus blocked using listed at barracuda", 42);
    for (size_t i = 100; i + 16 < sizeof reply; i += 16)
        memcpy(reply + i, "1.1.1.1 blocked ", 16);
    assert_false(rs_blocklists_find(
        lists, (struct rs_span){reply, sizeof reply}, &name, &address));
    memset(reply, '\0', 64);
    assert_false(rs_blocklists_find(
        lists, (struct rs_span){reply, sizeof reply}, &name, &address));
    rs_blocklists_free(lists);
}

static void out_of_memory(void **state)
{
    (void)state;
    for (long n = 0; n < 3; n++) {
        struct rs_blocklists *lists;

        rs_alloc_fail_after(n);
        lists = rs_blocklists_new();
        rs_alloc_fail_after(-1);
        assert_true(n == 2 ? lists != NULL : lists == NULL);
        rs_blocklists_free(lists);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(named_or_not),
        cmocka_unit_test(hostile),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which findings belong together, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "relaysleuth/detector.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct rs_ranked alice = {RS_SPAN("alice"), 40};
static const struct rs_related of_alice = {"accounts", &alice, 1, 1};
static const struct rs_count fifty = {"recipients", 50};
static const struct rs_count thousand = {"recipients", 1000};

#define FINDING(name, how, what, who, from, to, found)                        \
    {                                                                         \
        .rule = (name), .severity = RS_SEVERITY_##how,                        \
        .subject_type = RS_SUBJECT_##what, .subject = RS_SPAN(who),           \
        .first_seen = (from)*RS_HOUR, .last_seen = (to)*RS_HOUR,              \
        .detected_at = (found)*RS_HOUR                                        \
    }

static struct rs_finding guess =
    FINDING("auth.bruteforce", LOW, CLIENT, "203.0.113.9", 1, 3, 2);
static struct rs_finding breach =
    FINDING("auth.breach", HIGH, ACCOUNT, "alice", 1, 3, 3);
static struct rs_finding bulk =
    FINDING("account.compromised", CRITICAL, ACCOUNT, "alice", 4, 9, 4);
static struct rs_finding listing =
    FINDING("reputation.listed", MEDIUM, HOST, "mx1", 2, 9, 2);
static struct rs_finding other =
    FINDING("relay.open", CRITICAL, CLIENT, "203.0.113.66", 4, 9, 4);
static struct rs_finding bob =
    FINDING("account.compromised", CRITICAL, ACCOUNT, "bob", 4, 9, 4);

static void prepare(void)
{
    guess.related = listing.related = &of_alice;
    guess.related_count = listing.related_count = 1;
    listing.counts = &fifty;
    listing.count_count = 1;
}

static void from_guess_to_listing(void **state)
{
    struct rs_arena *arena = rs_arena_new();
    struct rs_finding list[] = {bulk, other, breach, listing, guess};
    static const uint32_t want[] = {4, 2, 0, 3};

    (void)state;
    prepare();
    list[3] = listing;
    list[4] = guess;
    assert_int_equal(rs_stories_find(list, COUNT(list), arena), RS_OK);
    assert_int_equal(list[1].story_count, 0);
    for (size_t i = 0; i < COUNT(list); i++) {
        if (i == 1)
            continue;
        assert_int_equal(list[i].story_count, COUNT(want));
        assert_memory_equal(list[i].story, want, sizeof want);
    }
    rs_arena_free(arena);
}

/* Pairs of which the first does not lead to the second. */
static void what_does_not_belong(void **state)
{
    struct rs_finding late = bulk, small = listing, before = guess;
    struct {
        const char *name;
        struct rs_finding pair[2];
    } cases[] = {
        {"another account", {breach, bob}},
        {"months later", {breach, late}},
        {"a small part of the refusals", {bulk, small}},
        {"guessing at others", {before, breach}},
    };

    (void)state;
    prepare();
    cases[1].pair[1].first_seen += 60 * RS_DAY;
    cases[1].pair[1].detected_at += 60 * RS_DAY;
    cases[2].pair[1] = listing;
    cases[2].pair[1].counts = &thousand;
    cases[3].pair[0].related_count = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rs_arena *arena = rs_arena_new();

        assert_int_equal(rs_stories_find(cases[i].pair, 2, arena), RS_OK);
        if (cases[i].pair[0].story_count != 0)
            fail_msg("%s", cases[i].name);
        rs_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_guess_to_listing),
        cmocka_unit_test(what_does_not_belong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

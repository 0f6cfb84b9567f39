/* The table of rules: complete, and found by id, by family and nearly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "relaysleuth/rule.h"

static bool is_sentence(const char *text)
{
    struct rs_span s = rs_span_of(text);

    return s.len > 20 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z'
           && s.ptr[s.len - 1] == '.' && rs_span_find(s, RS_SPAN("  ")) == NULL
           && rs_span_find(s, RS_SPAN("\n")) == NULL;
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; rs_rules[i] != NULL; i++) {
        const struct rs_rule *rule = rs_rules[i];
        struct rs_span says = rs_span_of(rule->says);
        const char *const texts[] = {rule->meaning, rule->evidence,
                                     rule->statistics, rule->false_alarms,
                                     rule->action};

        assert_true(rule->severities > 0
                    && rule->severities < 1u << RS_SEVERITIES);
        assert_true(says.len > 10 && !rs_span_ends(says, RS_SPAN(".")));
        assert_true(rule->says[0] < 'A' || rule->says[0] > 'Z'
                    || rs_span_starts(says, RS_SPAN("POP ")));
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            if (!is_sentence(texts[j]))
                fail_msg("%s: text %zu", rule->id, j);
        }
    }
}

/* Each id once, and all rules of a family together. */
static void test_order(void **state)
{
    struct rs_span family = RS_ABSENT;

    (void)state;
    for (size_t i = 0; rs_rules[i] != NULL; i++) {
        struct rs_span rest = rs_span_of(rs_rules[i]->id), word;

        assert_ptr_equal(rs_rule_find(rest), rs_rules[i]);
        assert_true(rs_take_until(&rest, '.', &word));
        assert_true(rest.len > 0);
        for (size_t j = 0; j < i && !rs_span_equal(word, family); j++)
            assert_false(rs_span_starts(rs_span_of(rs_rules[j]->id), word)
                         && rs_rules[j]->id[word.len] == '.');
        family = word;
    }
}

static void test_matches(void **state)
{
    static const struct {
        const char *id, *pattern;
        bool matches;
    } cases[] = {
        {"relay.open", "relay.open", true},
        {"relay.open", "relay.*", true},
        {"relay.open", "relay.probe", false},
        {"relay.open", "relay.ope", false},
        {"relay.open", "relay.opened", false},
        {"relay.open", "relay", false},
        {"relay.open", "relay.", false},
        {"relay.open", "rel.*", false},
        {"relay.open", "*", false},
        {"relay.open", "", false},
        {"auth.spray", "relay.*", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (rs_rule_matches(cases[i].id, rs_span_of(cases[i].pattern))
            != cases[i].matches)
            fail_msg("%s, %s", cases[i].id, cases[i].pattern);
    }
}

static void test_check(void **state)
{
    static const struct {
        const char *pattern, *text; /* NULL: known */
    } cases[] = {
        {"relay.open", NULL},
        {"auth.*", NULL},
        {"relay.opn",
         "unknown rule \"relay.opn\"; did you mean \"relay.open\"?"},
        {"relay_open",
         "unknown rule \"relay_open\"; did you mean \"relay.open\"?"},
        {"zebra", "unknown rule \"zebra\"; \"relaysleuth rules\" lists them"},
        {"", "unknown rule \"\"; \"relaysleuth rules\" lists them"},
        {"zebra.*",
         "unknown rule \"zebra.*\"; \"relaysleuth rules\" lists them"},
        {"relay.every.*",
         "unknown rule \"relay.every.*\"; \"relaysleuth rules\" lists them"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_error err = {0};
        enum rs_status st = rs_rule_check(rs_span_of(cases[i].pattern), &err);

        assert_int_equal(st, cases[i].text == NULL ? RS_OK : RS_ERR_CONFIG);
        assert_string_equal(err.text,
                            cases[i].text == NULL ? "" : cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

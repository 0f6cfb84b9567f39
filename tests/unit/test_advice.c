/* Advice is given in the words of the server whose log it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../analyzer/detect/advice.h"
#include "relaysleuth/event.h"

#define BIT(server) (1u << RS_SERVER_##server)

/* The advice of a draft whose trail SERVERS wrote, in a log of ALL. */
static struct rs_span text_of(struct rs_arena *arena, enum advice advice,
                              unsigned servers, unsigned all)
{
    struct rs_case kase = {.arena = arena, .servers = all};
    struct draft draft = {.kase = &kase, .servers = servers};

    advise(&draft, advice, RS_SPAN("192.0.2.7"));
    assert_int_equal(draft.finding.advice_count, 1);
    assert_false(draft.failed);
    return draft.advice[0];
}

static bool has(struct rs_span text, const char *words)
{
    return rs_span_find(text, rs_span_of(words)) != NULL;
}

static void test_servers(void **state)
{
    static const struct {
        const char *name;
        unsigned servers, all;
        const char *words; /* NULL: no server's */
    } cases[] = {
        {"Postfix", BIT(POSTFIX), BIT(POSTFIX), "postsuper"},
        {"Exim", BIT(EXIM), BIT(EXIM), "exim -Mrm"},
        {"Sendmail", BIT(SENDMAIL), BIT(SENDMAIL), "mailq"},
        {"Exim beside Dovecot", BIT(EXIM) | BIT(OTHER), 0, "exim -Mrm"},
        {"Exim in a log of two", BIT(EXIM), BIT(EXIM) | BIT(POSTFIX),
         "exim -Mrm"},
        {"Dovecot in a log of Exim", BIT(OTHER), BIT(EXIM) | BIT(OTHER),
         "exim -Mrm"},
        {"no trail", 0, BIT(SENDMAIL), "mailq"},
        {"no trail in a log of two", 0, BIT(EXIM) | BIT(POSTFIX), NULL},
        {"one finding of two", BIT(EXIM) | BIT(SENDMAIL), BIT(EXIM), NULL},
        {"none known", BIT(OTHER), BIT(OTHER), NULL},
    };
    struct rs_arena *arena = rs_arena_new();

    (void)state;
    assert_non_null(arena);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rs_span text = text_of(arena, ADVICE_DELETE_QUEUE,
                                      cases[i].servers, cases[i].all);

        print_message("# %s: %.*s\n", cases[i].name, RS_SPAN_ARG(text));
        assert_int_equal(has(text, "postsuper"),
                         cases[i].words != NULL
                             && strcmp(cases[i].words, "postsuper") == 0);
        if (cases[i].words != NULL)
            assert_true(has(text, cases[i].words));
        else
            assert_true(rs_span_equal(
                text, RS_SPAN("delete what still waits in the queue")));
    }
    rs_arena_free(arena);
}

/* No advice is empty, or keeps the place of the subject open. */
static void test_all(void **state)
{
    static const unsigned servers[] = {BIT(OTHER), BIT(POSTFIX), BIT(EXIM),
                                       BIT(SENDMAIL)};
    struct rs_arena *arena = rs_arena_new();

    (void)state;
    assert_non_null(arena);
    for (unsigned a = 0; a <= ADVICE_SHUT_OUT_THEIR_CLIENTS; a++)
        for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
            struct rs_span text =
                text_of(arena, (enum advice)a, servers[i], servers[i]);

            assert_true(text.len > 10);
            assert_false(has(text, "%s"));
            assert_false(has(text, "\n"));
        }
    rs_arena_free(arena);
}

static void test_subject(void **state)
{
    struct rs_arena *arena = rs_arena_new();
    struct rs_span text;

    (void)state;
    assert_non_null(arena);
    text = text_of(arena, ADVICE_SHUT_OUT_MACHINE, BIT(EXIM), BIT(EXIM));
    assert_true(has(text, "deny hosts = <; 192.0.2.7 in the ACL"));
    rs_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_subject),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Settings from the command line, and mistakes there. */
#include "settings_table.h"

struct arguments_case {
    const char *name;
    char *words[WORDS];
    const char *operands;
    struct expectation expect[3];
};

static void test_arguments(void **state)
{
    const struct arguments_case cases[] = {
        {"defaults",
         {NULL},
         "",
         {{"memory", "64M", 67108864},
          {"report", "text json", 0},
          {"year", "", 0}}},
        {"separate and joined values",
         {W("--year"), W("2026"), W("--pop-window=30m")},
         "",
         {{"year", "2026", 2026}, {"pop-window", "30m", 1800}}},
        {"letters",
         {W("-y"), W("1970"), W("-la.example"), W("-nV")},
         "",
         {{"year", "1970", 1970},
          {"local-domain", "a.example", 0},
          {"version", "yes", 1}}},
        {"flag letters before an option with a value",
         {W("-ny2000"), W("x")},
         "x",
         {{"no-state", "yes", 1}, {"year", "2000", 2000}}},
        {"repeats keep order and replace the default",
         {W("-r"), W("json"), W("b.log"), W("-rtext"), W("a.log")},
         "b.log a.log",
         {{"report", "json text", 0}}},
        {"no list on the command line",
         {W("-l"), W("a.example, b.example")},
         "",
         {{"local-domain", "a.example, b.example", 0}}},
        {"the last of one that does not repeat",
         {W("--color=always"), W("--color"), W("never")},
         "",
         {{"color", "never", 0}}},
        {"two dashes end the options",
         {W("-"), W("--"), W("--year"), W("-n")},
         "- --year -n",
         {{"year", "", 0}, {"no-state", "", 0}}},
        {"value with an equals sign",
         {W("--report=json=a=b")},
         "",
         {{"report", "json=a=b", 0}}},
        {"a value may look like an option",
         {W("--temp-dir"), W("--year")},
         "",
         {{"temp-dir", "--year", 0}}},
        {"small size letter",
         {W("--memory=1g")},
         "",
         {{"memory", "1g", 1073741824}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_settings *s = rs_settings_new(table);
        struct rs_error err = {0};
        char operands[256] = "";
        size_t count;
        const char *const *list;

        print_message("# %s\n", cases[i].name);
        assert_int_equal(read_words(s, cases[i].words, &err), RS_OK);
        list = rs_settings_operands(s, &count);
        for (size_t k = 0; k < count; k++)
            join(operands, sizeof operands, list[k]);
        assert_string_equal(operands, cases[i].operands);
        for (size_t k = 0; k < 3 && cases[i].expect[k].name != NULL; k++)
            check_values(s, &cases[i].expect[k]);
        rs_settings_free(s);
    }
}

static void test_argument_errors(void **state)
{
    static const struct {
        const char *words[2];
        const char *where, *text;
    } cases[] = {
        {{"--local-domian=x"},
         "",
         "unknown option \"--local-domian\"; did you mean"
         " \"--local-domain\"?"},
        {{"--yaer"},
         "",
         "unknown option \"--yaer\"; did you mean \"--year\"?"},
        {{"--local_domain"},
         "",
         "unknown option \"--local_domain\"; did you mean"
         " \"--local-domain\"?"},
        {{"--frobnicate"},
         "",
         "unknown option \"--frobnicate\"; --help lists them"},
        {{"--=x"}, "", "unknown option \"--\"; --help lists them"},
        {{"-nx"}, "", "unknown option \"-x\"; --help lists them"},
        {{"--pop-window", "30x"},
         "--pop-window",
         "\"30x\" is not a duration such as 30m, 2h or 6d"},
        {{"--pop-window", "30"}, /* seconds or minutes? */
         "--pop-window",
         "\"30\" is not a duration such as 30m, 2h or 6d"},
        {{"--pop-window=-5"},
         "--pop-window",
         "\"-5\" is not a duration such as 30m, 2h or 6d"},
        {{"--pop-window=5m "},
         "--pop-window",
         "\"5m \" is not a duration such as 30m, 2h or 6d"},
        {{"--pop-window=213503982334602d"},
         "--pop-window",
         "\"213503982334602d\" is not a duration such as 30m, 2h or 6d"},
        {{"-y", "1969"},
         "--year",
         "\"1969\" is not a number from 1970 to 9999"},
        {{"--year=99999999999999999999"},
         "--year",
         "\"99999999999999999999\" is not a number from 1970 to 9999"},
        {{"--memory=16383K"},
         "--memory",
         "\"16383K\" is not a size such as 64M or 1G, at least 16M"},
        {{"--memory=64MB"},
         "--memory",
         "\"64MB\" is not a size such as 64M or 1G, at least 16M"},
        {{"--color=alway"},
         "--color",
         "\"alway\" is not one of: auto always never"},
        {{"--color", ""}, "--color", "a value (WHEN) is missing"},
        {{"--temp-dir"}, "--temp-dir", "a value (DIR) is missing"},
        {{"--no-state=yes"}, "--no-state", "this option takes no value"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_settings *s = rs_settings_new(table);
        struct rs_error err = {0};
        char first[64], second[64];
        char *words[WORDS] = {first, NULL};

        print_message("# %s\n", cases[i].words[0]);
        snprintf(first, sizeof first, "%s", cases[i].words[0]);
        if (cases[i].words[1] != NULL) {
            snprintf(second, sizeof second, "%s", cases[i].words[1]);
            words[1] = second;
        }
        assert_int_equal(read_words(s, words, &err), RS_ERR_CONFIG);
        assert_string_equal(err.text, cases[i].text);
        assert_string_equal(err.where, cases[i].where);
        assert_int_equal(err.line, 0);
        rs_settings_free(s);
    }
}

static void test_first_operand(void **state)
{
    const struct {
        const char *name;
        char *words[WORDS];
        int at; /* counted from 1, as in argv; 0: there is none */
    } cases[] = {
        {"nothing", {NULL}, 0},
        {"at once", {W("walk"), W("-n"), NULL}, 1},
        {"after a value", {W("--temp-dir"), W("x"), W("walk"), NULL}, 3},
        {"after a value in the word", {W("--temp-dir=x"), W("walk"), NULL}, 2},
        {"after a letter with its value", {W("-rx"), W("walk"), NULL}, 2},
        {"after flags and a letter", {W("-Vr"), W("x"), W("w"), NULL}, 3},
        {"after flags", {W("--no-state"), W("-V"), W("walk"), NULL}, 3},
        {"standard input", {W("-"), W("walk"), NULL}, 1},
        {"two dashes", {W("--"), W("walk"), NULL}, 0},
        {"after a value left out", {W("--state"), W("walk"), NULL}, 2},
        {"after one not left out", {W("--state=x"), W("walk"), NULL}, 2},
        {"after its letter", {W("-Vs"), W("walk"), NULL}, 2},
        {"an unknown option", {W("--zebra"), W("walk"), NULL}, 0},
        {"an unknown letter", {W("-Vx"), W("walk"), NULL}, 0},
        {"an option of a command", {W("--next"), W("walk"), NULL}, 0},
        {"a value is missing", {W("--temp-dir"), NULL}, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *argv[WORDS + 1] = {word_program};
        int argc = 1, at;

        for (; cases[i].words[argc - 1] != NULL; argc++)
            argv[argc] = cases[i].words[argc - 1];
        at = cases[i].at == 0 ? argc : cases[i].at;
        if (rs_option_first_operand(table, argc, argv) != at)
            fail_msg("%s", cases[i].name);
    }
}

/* What a command has for itself, beside what all take. */
static void test_own_options(void **state)
{
    struct rs_settings *s = rs_settings_new(table);
    char *words[] = {W("--next"), W("-V"), W("--temp-dir=x"), NULL};
    const struct rs_option *next = table;
    enum rs_origin origin;
    size_t count;
    struct rs_error err = {0};

    (void)state;
    while (strcmp(next->name, "next") != 0)
        next++;
    assert_int_equal(read_words(s, words, &err), RS_ERR_CONFIG);
    assert_non_null(strstr(err.text, "an option of \"relaysleuth walk\""));
    rs_settings_command(s, "walk");
    assert_int_equal(read_words(s, words, NULL), RS_OK);
    assert_true(rs_settings_flag(s, "next"));
    assert_true(rs_settings_flag(s, "version"));
    assert_int_equal(rs_settings_of(s, next, &count, &origin)->number, 1);
    assert_int_equal(count, 1);
    assert_int_equal(origin, RS_ORIGIN_COMMAND);
    rs_settings_of(s, &table[0], &count, &origin);
    assert_int_equal(count, 0);
    assert_int_equal(origin, RS_ORIGIN_DEFAULT);
    rs_settings_free(s);
}

/* A value that may be left out stands behind "=" only. */
static void test_optional_value(void **state)
{
    static const struct {
        const char *word, *value;
    } cases[] = {
        {"--color=auto", "no"}, {"--state", "yes"}, {"--state=dir", "dir"},
        {"--state=no", "no"},   {"-s", "yes"},      {"-sdir", "dir"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_settings *s = rs_settings_new(table);
        char word[32], operand[] = "x";
        char *words[] = {word, operand, NULL};
        size_t count;

        snprintf(word, sizeof word, "%s", cases[i].word);
        assert_int_equal(read_words(s, words, NULL), RS_OK);
        assert_string_equal(rs_settings_value(s, "state")->text.ptr,
                            cases[i].value);
        assert_string_equal(rs_settings_operands(s, &count)[0], "x");
        assert_int_equal(count, 1);
        rs_settings_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_argument_errors),
        cmocka_unit_test(test_first_operand),
        cmocka_unit_test(test_own_options),
        cmocka_unit_test(test_optional_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

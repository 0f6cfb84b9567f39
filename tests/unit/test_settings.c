/* Settings: the command line, the configuration file, and their mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/option.h"

static const struct rs_option table[] = {
    {.name = "local-domain",
     .letter = 'l',
     .type = RS_OPTION_TEXT,
     .repeats = true,
     .argument = "DOMAIN"},
    {.name = "report",
     .letter = 'r',
     .type = RS_OPTION_TEXT,
     .repeats = true,
     .argument = "NAME",
     .initial = "text, json"},
    {.name = "temp-dir", .type = RS_OPTION_TEXT, .argument = "DIR"},
    {.name = "pop-window", .type = RS_OPTION_DURATION, .argument = "TIME"},
    {.name = "year",
     .letter = 'y',
     .type = RS_OPTION_NUMBER,
     .argument = "YEAR",
     .min = 1970,
     .max = 9999},
    {.name = "memory",
     .type = RS_OPTION_SIZE,
     .argument = "SIZE",
     .min = 16777216,
     .initial = "64M"},
    {.name = "color",
     .type = RS_OPTION_CHOICE,
     .argument = "WHEN",
     .choices = "auto always never",
     .initial = "auto"},
    {.name = "no-state", .letter = 'n', .type = RS_OPTION_FLAG},
    {.name = "config",
     .type = RS_OPTION_TEXT,
     .command_only = true,
     .argument = "FILE"},
    {.name = "version",
     .letter = 'V',
     .type = RS_OPTION_FLAG,
     .command_only = true},
    {.name = "state",
     .letter = 's',
     .type = RS_OPTION_TEXT,
     .optional = true,
     .argument = "DIR",
     .initial = "no"},
    {.name = "next",
     .letter = 'N',
     .type = RS_OPTION_FLAG,
     .command_only = true,
     .command = "walk"},
    {.name = NULL},
};

#define WORDS 8

/* "name=value", "name=value value", "name" for a flag; "" ends. */
struct expectation {
    const char *name, *values;
    uint64_t number; /* of the last value */
};

struct arguments_case {
    const char *name;
    char *words[WORDS];
    const char *operands;
    struct expectation expect[3];
};

static char word_program[] = "relaysleuth";

/* The case tables hold `char *` because argv does; nothing writes there. */
#define W(text) ((char[]){text})

static void join(char *out, size_t size, const char *word)
{
    size_t len = strlen(out);

    snprintf(out + len, size - len, "%s%s", len == 0 ? "" : " ", word);
}

static void check_values(const struct rs_settings *s,
                         const struct expectation *expect)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(s, expect->name, &count);
    char got[256] = "";

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strlen(values[i].text.ptr), values[i].text.len);
        join(got, sizeof got, values[i].text.ptr);
    }
    assert_string_equal(got, expect->values);
    if (count > 0) {
        assert_int_equal(values[count - 1].number, expect->number);
        assert_ptr_equal(rs_settings_value(s, expect->name),
                         &values[count - 1]);
    } else {
        assert_null(rs_settings_value(s, expect->name));
    }
}

static enum rs_status read_words(struct rs_settings *s, char *const *words,
                                 struct rs_error *err)
{
    char *argv[WORDS + 1] = {word_program};
    int argc = 1;

    for (; argc <= WORDS && words[argc - 1] != NULL; argc++)
        argv[argc] = words[argc - 1];
    return rs_settings_arguments(s, argc, argv, err);
}

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

/* A file of its own with TEXT; the name goes into PATH. */
static void write_file(char path[32], const char *text, size_t len)
{
    int fd;

    snprintf(path, 32, "settings.XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    close(fd);
}

static enum rs_status read_text(struct rs_settings *s, const char *text,
                                struct rs_error *err)
{
    char path[32];
    enum rs_status st;

    write_file(path, text, strlen(text));
    st = rs_settings_file(s, path, err);
    if (st != RS_OK && err->line != 0)
        assert_string_equal(err->where, path);
    unlink(path);
    return st;
}

static void test_file(void **state)
{
    static const struct {
        const char *name, *text;
        struct expectation expect[3];
    } cases[] = {
        {"empty", "", {{"report", "text json", 0}}},
        {"comments and blanks",
         "# year = 1\n\n   \n\t# more\nyear=2026",
         {{"year", "2026", 2026}}},
        {"list over lines, comments inside",
         "local_domain = a.example, b.example\n"
         "# c.example\n"
         "\n"
         "   c.example\td.example,\n"
         "year = 2000\n",
         {{"local-domain", "a.example b.example c.example d.example", 0},
          {"year", "2000", 2000}}},
        {"value on the next line",
         "pop_window =\n  2h\n",
         {{"pop-window", "2h", 7200}}},
        {"carriage returns",
         "temp_dir = /a b \r\npop_window = 90s\r\n",
         {{"temp-dir", "/a b", 0}, {"pop-window", "90s", 90}}},
        {"an empty list replaces the default",
         "report =\n",
         {{"report", "", 0}}},
        {"flag", "no_state = no\n", {{"no-state", "no", 0}}},
        {"equals sign in the value",
         "report = json=/a=b",
         {{"report", "json=/a=b", 0}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_settings *s = rs_settings_new(table);
        struct rs_error err = {0};

        print_message("# %s\n", cases[i].name);
        assert_int_equal(read_text(s, cases[i].text, &err), RS_OK);
        for (size_t k = 0; k < 3 && cases[i].expect[k].name != NULL; k++)
            check_values(s, &cases[i].expect[k]);
        rs_settings_free(s);
    }
}

static void test_file_errors(void **state)
{
    static const struct {
        const char *text;
        unsigned long line;
        const char *error;
    } cases[] = {
        {"year = 2026\n\nlocal_domian = x\n", 3,
         "unknown parameter \"local_domian\"; did you mean"
         " \"local_domain\"?"},
        {"local-domain = x\n", 1,
         "unknown parameter \"local-domain\"; did you mean"
         " \"local_domain\"?"},
        {"myhostname = x\n", 1, "unknown parameter \"myhostname\""},
        {"= x\n", 1, "unknown parameter \"\""},
        {"  year = 2026\n", 1, "begins with a blank but continues no line"},
        {"# a\n  year = 2026\n", 2,
         "begins with a blank but continues no line"},
        {"year 2026\n", 1, "\"year 2026\" is not of the form name = value"},
        {"year = 2026\nreport = x\nyear = 2026\n", 3,
         "year: given twice, first in line 1"},
        {"config = x\n", 1, "config: allowed on the command line only"},
        {"pop_window = 30x\n", 1,
         "pop_window: \"30x\" is not a duration such as 30m, 2h or 6d"},
        {"no_state = maybe\n", 1, "no_state: \"maybe\" is neither yes nor no"},
        {"no_state =\n", 1, "no_state: a value (yes or no) is missing"},
        {"temp_dir = /a\n  /b\n", 1,
         "temp_dir: is no list: its value is on one line"},
        {"year =\n", 1, "year: a value (YEAR) is missing"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rs_settings *s = rs_settings_new(table);
        struct rs_error err = {0};

        assert_int_equal(read_text(s, cases[i].text, &err), RS_ERR_CONFIG);
        assert_string_equal(err.text, cases[i].error);
        assert_int_equal(err.line, cases[i].line);
        rs_settings_free(s);
    }
}

static void test_file_that_is_none(void **state)
{
    struct rs_settings *s = rs_settings_new(table);
    struct rs_error missing = {0}, folder = {0}, binary = {0}, endless = {0};
    char path[32];

    (void)state;
    assert_int_equal(rs_settings_file(s, "no/such.cf", &missing), RS_ERR_IO);
    assert_string_equal(missing.text,
                        "cannot be read: No such file or directory");
    assert_string_equal(missing.where, "no/such.cf");
    assert_int_equal(rs_settings_file(s, ".", &folder), RS_ERR_IO);
    assert_string_equal(folder.text, "cannot be read: Is a directory");
    write_file(path, "year = 2\0 26\n", 13);
    assert_int_equal(rs_settings_file(s, path, &binary), RS_ERR_CONFIG);
    assert_string_equal(binary.text,
                        "holds NUL bytes: this is no configuration file");
    unlink(path);
    assert_int_equal(rs_settings_file(s, "/dev/zero", &endless),
                     RS_ERR_CONFIG);
    assert_string_equal(endless.text,
                        "larger than 1 MiB: this is no configuration file");
    rs_settings_free(s);
}

static void test_lines_of_list_items(void **state)
{
    struct rs_settings *s = rs_settings_new(table);
    const struct rs_value *values;
    size_t count;

    (void)state;
    assert_int_equal(read_text(s,
                               "\nlocal_domain = a.example\n# no\n\n"
                               "  b.example, c.example\n"
                               "  d.example\nyear = 1999\n",
                               NULL),
                     RS_OK);
    values = rs_settings_values(s, "local-domain", &count);
    assert_int_equal(count, 4);
    assert_int_equal(values[0].line, 2);
    assert_int_equal(values[1].line, 5);
    assert_int_equal(values[2].line, 5);
    assert_int_equal(values[3].line, 6);
    assert_int_equal(rs_settings_value(s, "year")->line, 7);
    assert_non_null(values[0].file);
    assert_null(rs_settings_value(s, "color")->file);
    rs_settings_free(s);
}

static void test_precedence(void **state)
{
    struct rs_settings *s = rs_settings_new(table);
    char *words[] = {W("--year=2001"), W("--local-domain=c.example"), NULL};
    const struct expectation expect[] = {
        {"year", "2001", 2001}, {"local-domain", "c.example", 0},
        {"color", "always", 0}, {"report", "b c", 0},
        {"pop-window", "1s", 1},
    };

    (void)state;
    assert_int_equal(read_text(s,
                               "year = 1999\nreport = a, b\ncolor = never\n"
                               "pop_window = 1s\n",
                               NULL),
                     RS_OK);
    assert_int_equal(read_words(s, words, NULL), RS_OK);
    assert_int_equal(read_text(s,
                               "year = 1998\nlocal_domain = a.example\n"
                               "report = b c\ncolor = always\n",
                               NULL),
                     RS_OK);
    for (size_t i = 0; i < sizeof expect / sizeof *expect; i++)
        check_values(s, &expect[i]);
    assert_false(rs_settings_flag(s, "no-state"));
    rs_settings_free(s);
}

static void test_nearest(void **state)
{
    static const struct {
        const char *name, *nearest;
    } cases[] = {
        {"local-domain", "local-domain"},
        {"localdomain", "local-domain"},
        {"local_domains", "local-domain"},
        {"memroy", "memory"},
        {"colour", "color"},
        {"popwindow", "pop-window"},
        {"yr", NULL},
        {"", NULL},
        {"zebra", NULL},
        {"local-domain-and-much-more-that-is-longer", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got =
            rs_option_nearest(table, NULL, rs_span_of(cases[i].name));

        if (cases[i].nearest == NULL)
            assert_null(got);
        else
            assert_string_equal(got, cases[i].nearest);
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

/* Everything once, with the Nth allocation failing. */
static enum rs_status read_all(const char *path, long n)
{
    char *words[] = {W("-la.example"), W("-lb.example"), W("x.log"), NULL};
    struct rs_settings *s;
    struct rs_error err = {0};
    enum rs_status st = RS_ERR_NOMEM;

    rs_alloc_fail_after(n);
    s = rs_settings_new(table);
    if (s != NULL)
        st = read_words(s, words, &err);
    if (st == RS_OK)
        st = rs_settings_file(s, path, &err);
    rs_alloc_fail_after(-1);
    rs_settings_free(s);
    return st;
}

static void test_no_memory(void **state)
{
    const char text[] = "report = a b c d e f g h i j\n";
    enum rs_status st = RS_ERR_NOMEM;
    char path[32];
    long n = 0;

    (void)state;
    write_file(path, text, strlen(text));
    for (; st != RS_OK && n < 1000; n++) {
        st = read_all(path, n);
        assert_true(st == RS_OK || st == RS_ERR_NOMEM);
    }
    unlink(path);
    assert_int_equal(st, RS_OK);
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_argument_errors),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_file_errors),
        cmocka_unit_test(test_file_that_is_none),
        cmocka_unit_test(test_lines_of_list_items),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_first_operand),
        cmocka_unit_test(test_own_options),
        cmocka_unit_test(test_optional_value),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

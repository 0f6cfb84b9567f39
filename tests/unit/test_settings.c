/* Settings from the configuration file, its mistakes, and what wins. */
#include "settings_table.h"

#include <stdlib.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

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
        {"year", "2001", 2001},  {"local-domain", "c.example", 0},
        {"color", "always", 0},  {"report", "b c", 0},
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
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_file_errors),
        cmocka_unit_test(test_file_that_is_none),
        cmocka_unit_test(test_lines_of_list_items),
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

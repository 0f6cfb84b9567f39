/* A table of options, and how tests give it arguments and look at what was
 * read. */
#ifndef RELAYSLEUTH_TESTS_SETTINGS_TABLE_H
#define RELAYSLEUTH_TESTS_SETTINGS_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

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

static char word_program[] = "relaysleuth";

/* The case tables hold `char *` because argv does; nothing writes there. */
#define W(text) ((char[]){text})

static inline void join(char *out, size_t size, const char *word)
{
    size_t len = strlen(out);

    snprintf(out + len, size - len, "%s%s", len == 0 ? "" : " ", word);
}

static inline void check_values(const struct rs_settings *s,
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

static inline enum rs_status
read_words(struct rs_settings *s, char *const *words, struct rs_error *err)
{
    char *argv[WORDS + 1] = {word_program};
    int argc = 1;

    for (; argc <= WORDS && words[argc - 1] != NULL; argc++)
        argv[argc] = words[argc - 1];
    return rs_settings_arguments(s, argc, argv, err);
}

#endif

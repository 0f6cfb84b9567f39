/* One option: finding it by name, near names, and reading a value of it. */
#include "option_value.h"

#include <inttypes.h>
#include <stdio.h>

#include "relaysleuth/nearest.h"
#include "relaysleuth/when.h"

#define QUOTED 64

struct unit {
    char letter;
    uint64_t factor;
};

static const struct unit no_units[] = {{0, 1}, {0, 0}};
static const struct unit size_units[] = {
    {0, 1},
    {'K', (uint64_t)1 << 10},
    {'M', (uint64_t)1 << 20},
    {'G', (uint64_t)1 << 30},
    {'T', (uint64_t)1 << 40},
    {0, 0},
};
/* A bare number could be seconds as well as minutes. */
static const struct unit duration_units[] = {
    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {0, 0},
};

/* What a number, a size and a duration have in common. */
static const struct amount {
    const char *what;
    const struct unit *units;
} amounts[] = {
    [RS_OPTION_NUMBER] = {"a number", no_units},
    [RS_OPTION_SIZE] = {"a size such as 64M or 1G", size_units},
    [RS_OPTION_DURATION] = {"a duration such as 30m, 2h or 6d",
                            duration_units},
};

int rs_option_quoted(struct rs_span s)
{
    return (int)(s.len < QUOTED ? s.len : QUOTED);
}

const char *rs_option_file_name(const char *name,
                                char buf[RS_OPTION_NAME_MAX + 1])
{
    size_t i = 0;

    for (; name[i] != '\0' && i < RS_OPTION_NAME_MAX; i++)
        buf[i] = name[i] == '-' ? '_' : name[i];
    buf[i] = '\0';
    return buf;
}

const char *rs_option_nearest(const struct rs_option *table,
                              const char *command, struct rs_span name)
{
    struct rs_nearest search = {.name = name};

    for (; table->name != NULL; table++) {
        if (rs_option_known(table, command))
            rs_nearest_try(&search, table->name);
    }
    return search.found;
}

bool rs_option_known(const struct rs_option *opt, const char *command)
{
    return opt->command == NULL
           || (command != NULL && strcmp(opt->command, command) == 0);
}

const struct rs_option *rs_option_find(const struct rs_option *table,
                                       const char *command,
                                       struct rs_span name)
{
    for (; table->name != NULL; table++) {
        if (rs_span_equal(rs_span_of(table->name), name)
            && rs_option_known(table, command))
            return table;
    }
    return NULL;
}

const struct rs_option *rs_option_find_letter(const struct rs_option *table,
                                              const char *command, char letter)
{
    for (; table->name != NULL; table++) {
        if (table->letter == letter && rs_option_known(table, command))
            return table;
    }
    return NULL;
}

const struct rs_option *rs_option_find_parameter(const struct rs_option *table,
                                                 struct rs_span name)
{
    char buf[RS_OPTION_NAME_MAX + 1];

    for (; table->name != NULL; table++) {
        const char *spelt = rs_option_file_name(table->name, buf);

        if (rs_span_equal(rs_span_of(spelt), name))
            return table;
    }
    return NULL;
}

enum rs_status rs_option_unknown_parameter(const struct rs_option *table,
                                           struct rs_span name,
                                           const char *file,
                                           unsigned long line,
                                           struct rs_error *err)
{
    struct rs_nearest search = {.name = name};
    char spelt[RS_OPTION_NAME_MAX + 1];

    for (; table->name != NULL; table++) {
        if (!table->command_only)
            rs_nearest_try(&search, table->name);
    }
    if (search.found == NULL)
        return rs_fail(err, RS_ERR_CONFIG, file, line,
                       "unknown parameter \"%.*s\"", rs_option_quoted(name),
                       name.ptr);
    return rs_fail(err, RS_ERR_CONFIG, file, line,
                   "unknown parameter \"%.*s\"; did you mean \"%s\"?",
                   rs_option_quoted(name), name.ptr,
                   rs_option_file_name(search.found, spelt));
}

static bool wants_value(const struct rs_option *opt)
{
    return opt->type != RS_OPTION_FLAG && !opt->optional;
}

/* The word after WORD is the value of the option that it names. */
static bool value_follows(const struct rs_option *table, const char *word,
                          bool *known)
{
    const struct rs_option *opt;

    *known = true;
    if (word[1] == '-') {
        struct rs_span rest = rs_span_of(word + 2), name = rest;
        bool has_value = rs_take_until(&rest, '=', &name);

        opt = rs_option_find(table, NULL, name);
        *known = opt != NULL;
        return opt != NULL && wants_value(opt) && !has_value;
    }
    for (word++; *word != '\0'; word++) {
        opt = rs_option_find_letter(table, NULL, *word);
        *known = opt != NULL;
        if (opt == NULL || opt->type != RS_OPTION_FLAG)
            return opt != NULL && wants_value(opt) && word[1] == '\0';
    }
    return false;
}

int rs_option_first_operand(const struct rs_option *table, int argc,
                            char *const *argv)
{
    for (int i = 1; i < argc; i++) {
        bool known;

        if (argv[i][0] != '-' || argv[i][1] == '\0')
            return i;
        if (strcmp(argv[i], "--") == 0)
            return argc;
        i += value_follows(table, argv[i], &known);
        if (!known)
            return argc;
    }
    return argc;
}

static bool take_amount(struct rs_span text, const struct unit *units,
                        uint64_t *out)
{
    uint64_t number;
    char letter;

    if (!rs_take_number(&text, UINT64_MAX, &number) || text.len > 1)
        return false;
    letter = text.len == 1 ? text.ptr[0] : '\0';
    if (units == size_units && letter >= 'a' && letter <= 'z')
        letter = (char)(letter - 'a' + 'A');
    for (; units->factor != 0; units++) {
        if (units->letter != letter || number > UINT64_MAX / units->factor)
            continue;
        *out = number * units->factor;
        return true;
    }
    return false;
}

/* N in the largest unit that divides it. */
static const char *print_amount(uint64_t n, const struct unit *units,
                                char buf[32])
{
    const struct unit *best = units;

    for (; units->factor != 0; units++) {
        if (n != 0 && n % units->factor == 0)
            best = units;
    }
    snprintf(buf, 32, "%" PRIu64 "%.1s", n / best->factor, &best->letter);
    return buf;
}

static bool parse_amount(const struct rs_option *opt, struct rs_span text,
                         uint64_t *out, char reason[RS_OPTION_REASON])
{
    const struct amount *amount = &amounts[opt->type];
    uint64_t n = 0, max = opt->max == 0 ? UINT64_MAX : opt->max;
    char low[32], high[32], range[80] = "";

    if (take_amount(text, amount->units, &n) && n >= opt->min && n <= max) {
        *out = n;
        return true;
    }
    print_amount(opt->min, amount->units, low);
    print_amount(opt->max, amount->units, high);
    if (opt->max != 0)
        snprintf(range, sizeof range, " from %s to %s", low, high);
    else if (opt->min != 0)
        snprintf(range, sizeof range, ", at least %s", low);
    snprintf(reason, RS_OPTION_REASON, "\"%.*s\" is not %s%s",
             rs_option_quoted(text), text.ptr, amount->what, range);
    return false;
}

static bool parse_flag(struct rs_span text, uint64_t *out,
                       char reason[RS_OPTION_REASON])
{
    bool yes = rs_span_equal(text, RS_SPAN("yes"));

    if (!yes && !rs_span_equal(text, RS_SPAN("no"))) {
        snprintf(reason, RS_OPTION_REASON, "\"%.*s\" is neither yes nor no",
                 rs_option_quoted(text), text.ptr);
        return false;
    }
    *out = yes;
    return true;
}

static bool parse_choice(const struct rs_option *opt, struct rs_span text,
                         char reason[RS_OPTION_REASON])
{
    struct rs_span rest = rs_span_of(opt->choices), choice;

    while (rs_take_until(&rest, ' ', &choice)) {
        if (rs_span_equal(choice, text))
            return true;
    }
    if (rs_span_equal(rest, text))
        return true;
    snprintf(reason, RS_OPTION_REASON, "\"%.*s\" is not one of: %s",
             rs_option_quoted(text), text.ptr, opt->choices);
    return false;
}

static bool parse_time(struct rs_span text, char reason[RS_OPTION_REASON])
{
    rs_time any;

    if (rs_when_parse(text, NULL, 0, RS_EDGE_EARLIER, &any))
        return true;
    snprintf(reason, RS_OPTION_REASON,
             "\"%.*s\" is not a time such as " RS_WHEN_FORMS,
             rs_option_quoted(text), text.ptr);
    return false;
}

bool rs_option_parse(const struct rs_option *opt, struct rs_span text,
                     uint64_t *number, char reason[RS_OPTION_REASON])
{
    if (text.len == 0) {
        snprintf(reason, RS_OPTION_REASON, "a value (%s) is missing",
                 opt->argument == NULL ? "yes or no" : opt->argument);
        return false;
    }
    switch (opt->type) {
    case RS_OPTION_FLAG: return parse_flag(text, number, reason);
    case RS_OPTION_TEXT: return true;
    case RS_OPTION_CHOICE: return parse_choice(opt, text, reason);
    case RS_OPTION_TIME: return parse_time(text, reason);
    case RS_OPTION_NUMBER:
    case RS_OPTION_SIZE:
    case RS_OPTION_DURATION: return parse_amount(opt, text, number, reason);
    }
    return false;
}

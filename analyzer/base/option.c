/* One option: finding it by name, near names, and reading a value of it. */
#include "option_value.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

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
static const struct unit duration_units[] = {
    {0, 1}, {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {0, 0},
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

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that make B of A;
 * both are at most RS_OPTION_NAME_MAX long. */
static unsigned edit_distance(struct rs_span a, struct rs_span b)
{
    unsigned d[RS_OPTION_NAME_MAX + 1][RS_OPTION_NAME_MAX + 1];

    for (unsigned i = 0; i <= a.len; i++)
        d[i][0] = i;
    for (unsigned j = 0; j <= b.len; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        for (size_t j = 1; j <= b.len; j++) {
            char x = a.ptr[i - 1], y = b.ptr[j - 1];

            d[i][j] = least(d[i - 1][j - 1] + (x != y),
                            least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && x == b.ptr[j - 2] && y == a.ptr[i - 2])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.len][b.len];
}

const char *rs_option_nearest(const struct rs_option *table,
                              struct rs_span name)
{
    char buf[RS_OPTION_NAME_MAX + 1];
    unsigned best = (unsigned)(name.len / 3) + 1;
    const char *nearest = NULL;

    if (name.len > RS_OPTION_NAME_MAX)
        return NULL;
    for (size_t i = 0; i < name.len; i++)
        buf[i] = name.ptr[i] == '_' ? '-' : name.ptr[i];
    name.ptr = buf;
    for (; table->name != NULL; table++) {
        struct rs_span known = rs_span_of(table->name);
        unsigned d;

        assert(known.len <= RS_OPTION_NAME_MAX);
        d = edit_distance(name, known);
        if (d < best) {
            best = d;
            nearest = table->name;
        }
    }
    return nearest;
}

const struct rs_option *rs_option_find(const struct rs_option *table,
                                       struct rs_span name, bool in_file)
{
    char buf[RS_OPTION_NAME_MAX + 1];

    for (; table->name != NULL; table++) {
        const char *spelt =
            in_file ? rs_option_file_name(table->name, buf) : table->name;

        if (rs_span_equal(rs_span_of(spelt), name))
            return table;
    }
    return NULL;
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
    case RS_OPTION_NUMBER:
    case RS_OPTION_SIZE:
    case RS_OPTION_DURATION: return parse_amount(opt, text, number, reason);
    }
    return false;
}

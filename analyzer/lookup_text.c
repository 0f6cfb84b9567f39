/* What lists say, for people. */
#include "lookup.h"

#define NAME_WIDTH 26u

const char *rs_lookup_code(uint32_t code, char buf[RS_CODE_TEXT])
{
    snprintf(buf, RS_CODE_TEXT, "%u.%u.%u.%u", code >> 24, code >> 16 & 0xff,
             code >> 8 & 0xff, code & 0xff);
    return buf;
}

static void begin_row(struct rs_page *page, const char *name)
{
    rs_page_begin(page, 2, 2 + NAME_WIDTH + 2);
    rs_page_cell(page, rs_span_of(name), NAME_WIDTH);
}

static void write_code(struct rs_page *page, const struct rs_dnsbl *list,
                       uint32_t code)
{
    char text[RS_CODE_TEXT];
    const char *meaning = rs_dnsbl_meaning(list, code);

    rs_page_keep(page, rs_lookup_code(code, text));
    if (meaning != NULL && meaning[0] != '\0')
        rs_page_print(page, " %s", meaning);
}

static void write_listing(struct rs_page *page, const struct rs_dnsbl *list,
                          const struct rs_lookup_answer *answer)
{
    begin_row(page, list->zone);
    for (size_t i = 0; i < answer->code_count; i++) {
        rs_page_print(page, "%s", i == 0 ? "" : "; ");
        write_code(page, list, answer->codes[i]);
    }
    rs_page_end(page);
    if (answer->said_len == 0)
        return;
    begin_row(page, "");
    rs_page_print(page, "it says: ");
    rs_page_span(page, (struct rs_span){answer->said, answer->said_len});
    rs_page_end(page);
}

/* "not listed   ZONE, ZONE (answered 127.0.0.20, which is no listing)" */
static void write_result(struct rs_page *page, const struct rs_lookup *lookup,
                         size_t target, enum rs_lookup_result result,
                         const char *label)
{
    bool any = false;

    for (size_t z = 0; z < lookup->zone_count; z++) {
        const struct rs_lookup_answer *answer =
            rs_lookup_answer(lookup, target, z);
        char code[RS_CODE_TEXT];

        if (answer->result != result)
            continue;
        if (!any)
            begin_row(page, label);
        rs_page_print(page, "%s%s", any ? ", " : "",
                      lookup->zones[z].list->zone);
        if (answer->other_count > 0)
            rs_page_print(page, " (answers %s, which is no listing)",
                          rs_lookup_code(answer->others[0], code));
        any = true;
    }
    if (any)
        rs_page_end(page);
}

static size_t count_answers(const struct rs_lookup *lookup, size_t target)
{
    size_t usable = 0;

    for (size_t z = 0; z < lookup->zone_count; z++) {
        const struct rs_lookup_answer *answer =
            rs_lookup_answer(lookup, target, z);

        usable += answer->result == RS_LOOKUP_LISTED
                  || answer->result == RS_LOOKUP_NOT_LISTED;
    }
    return usable;
}

static void write_head(struct rs_page *page, const struct rs_lookup *lookup,
                       size_t target)
{
    const struct rs_lookup_target *t = &lookup->targets->items[target];
    size_t listed = rs_lookup_listed(lookup, target);
    size_t usable = count_answers(lookup, target);
    char text[RS_ADDR_TEXT];

    rs_page_begin(page, 0, 2);
    rs_page_paint(page, listed > 0 ? "1;31" : "1");
    rs_page_keep(page, rs_addr_format(&t->address, text));
    rs_page_paint(page, NULL);
    if (t->why != RS_LOOKUP_NAMED)
        rs_page_print(page, " (%s)", rs_lookup_why_name(t->why));
    if (usable == 0)
        rs_page_print(page, ": no list gave an answer");
    else if (listed == 0)
        rs_page_print(page, ": not listed on %zu list%s", usable,
                      usable == 1 ? "" : "s");
    else
        rs_page_print(page, ": listed on %zu of %zu list%s", listed, usable,
                      usable == 1 ? "" : "s");
    rs_page_end(page);
}

static void write_target(struct rs_page *page, const struct rs_lookup *lookup,
                         size_t target)
{
    write_head(page, lookup, target);
    for (size_t z = 0; z < lookup->zone_count; z++) {
        const struct rs_lookup_answer *answer =
            rs_lookup_answer(lookup, target, z);

        if (answer->result == RS_LOOKUP_LISTED)
            write_listing(page, lookup->zones[z].list, answer);
    }
    write_result(page, lookup, target, RS_LOOKUP_NOT_LISTED, "not listed");
    write_result(page, lookup, target, RS_LOOKUP_NO_ANSWER,
                 "no usable answer");
    write_result(page, lookup, target, RS_LOOKUP_UNSUPPORTED, "IPv4 only");
}

/* Why the first of the answers that ZONE owes cannot be used. */
static const char *first_why(const struct rs_lookup *lookup, size_t zone)
{
    for (size_t t = 0; t < lookup->targets->count; t++) {
        const struct rs_lookup_answer *answer =
            rs_lookup_answer(lookup, t, zone);

        if (answer->result == RS_LOOKUP_NO_ANSWER)
            return answer->why;
    }
    return "";
}

/* Several lists, and all failed in the same way: it is not theirs. */
static bool failed_alike(const struct rs_lookup *lookup)
{
    for (size_t z = 0; z < lookup->zone_count; z++)
        if (lookup->zones[z].failed == 0
            || strcmp(first_why(lookup, z), first_why(lookup, 0)) != 0)
            return false;
    return lookup->zone_count > 1;
}

static void write_failures(struct rs_page *page,
                           const struct rs_lookup *lookup)
{
    if (rs_lookup_complete(lookup))
        return;
    rs_page_heading(page, "Lists without a usable answer");
    if (failed_alike(lookup)) {
        begin_row(page, "all of them");
        rs_page_print(page, "%s", first_why(lookup, 0));
        rs_page_end(page);
        return;
    }
    for (size_t z = 0; z < lookup->zone_count; z++) {
        const struct rs_lookup_zone *zone = &lookup->zones[z];

        if (zone->failed == 0)
            continue;
        begin_row(page, zone->list->zone);
        rs_page_print(page, "%s", first_why(lookup, z));
        if (zone->unusable == NULL)
            rs_page_print(page, " (%zu address%s)", zone->failed,
                          zone->failed == 1 ? "" : "es");
        if (zone->list->note[0] != '\0')
            rs_page_print(page, "; this list: %s", zone->list->note);
        rs_page_end(page);
    }
}

void rs_lookup_text(struct rs_page *page, const struct rs_lookup *lookup)
{
    for (size_t t = 0; t < lookup->targets->count; t++)
        write_target(page, lookup, t);
    write_failures(page, lookup);
}

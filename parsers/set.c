/* The parsers of a run: those of the registry, those built in as files of
 * patterns, and those that a site adds. */
#include "pattern.h"
#include "shipped.h"

static enum rs_status too_many(struct rs_error *err, const char *path)
{
    return rs_fail(err, RS_ERR_CONFIG, path, 0, "is one parser too many: %d",
                   RS_PARSERS_MAX);
}

/* Put PARSER at place AT of the list. */
static void insert(struct rs_parser_set *set, size_t at,
                   const struct rs_parser *parser)
{
    memmove(&set->parsers[at + 1], &set->parsers[at],
            (set->count - at) * sizeof *set->parsers);
    set->parsers[at] = parser;
    set->count++;
}

static void take_out(struct rs_parser_set *set, size_t at)
{
    set->loaded -= at < set->loaded;
    set->count--;
    memmove(&set->parsers[at], &set->parsers[at + 1],
            (set->count - at) * sizeof *set->parsers);
}

/* Read IN into the set's care; the parser is not yet in the list. */
static enum rs_status declare(struct rs_parser_set *set, struct rs_entries *in,
                              struct rs_pattern_parser **out,
                              struct rs_error *err)
{
    enum rs_status st;

    if (set->count == RS_PARSERS_MAX || set->declared_count == RS_PARSERS_MAX)
        return too_many(err, in->where);
    st = rs_pattern_read(in, out, err);
    if (st == RS_OK)
        set->declared[set->declared_count++] = *out;
    return st;
}

static enum rs_status add_shipped(struct rs_parser_set *set,
                                  const struct rs_shipped *shipped,
                                  struct rs_error *err)
{
    struct rs_pattern_parser *parser;
    struct rs_entries in;
    enum rs_status st =
        rs_entries_copy(&in, shipped->file, rs_span_of(shipped->text), err);

    if (st != RS_OK)
        return st;
    st = declare(set, &in, &parser, err);
    rs_entries_close(&in);
    if (st == RS_OK)
        insert(set, set->count, &parser->base);
    return st;
}

enum rs_status rs_parser_set_open(struct rs_parser_set *set,
                                  struct rs_error *err)
{
    enum rs_status st = RS_OK;

    memset(set, 0, sizeof *set);
    for (size_t i = 0; rs_parsers[i] != NULL; i++)
        insert(set, i, rs_parsers[i]);
    for (size_t i = 0; rs_shipped[i].file != NULL && st == RS_OK; i++)
        st = add_shipped(set, &rs_shipped[i], err);
    return st;
}

void rs_parser_set_close(struct rs_parser_set *set)
{
    for (size_t i = 0; i < set->declared_count; i++)
        rs_pattern_free(set->declared[i]);
    memset(set, 0, sizeof *set);
}

/* The place of the parser called NAME, or the count. */
static size_t place_of(const struct rs_parser_set *set, struct rs_span name)
{
    size_t i = 0;

    while (i < set->count
           && !rs_span_equal(rs_span_of(set->parsers[i]->name), name))
        i++;
    return i;
}

const struct rs_parser *rs_parser_set_find(const struct rs_parser_set *set,
                                           struct rs_span name)
{
    size_t i = place_of(set, name);

    return i < set->count ? set->parsers[i] : NULL;
}

static enum rs_status replace(struct rs_parser_set *set,
                              const struct rs_parser *parser,
                              struct rs_error *err)
{
    size_t i = place_of(set, rs_span_of(parser->name));

    if (i < set->count && set->parsers[i]->file == NULL)
        return rs_fail(err, RS_ERR_CONFIG, parser->file, 0,
                       "name: \"%s\" is the name of a parser that cannot be"
                       " replaced",
                       parser->name);
    if (i < set->count)
        take_out(set, i);
    insert(set, set->loaded++, parser);
    return RS_OK;
}

enum rs_status rs_parser_set_read(struct rs_parser_set *set,
                                  struct rs_entries *in, struct rs_error *err)
{
    struct rs_pattern_parser *parser;
    enum rs_status st = declare(set, in, &parser, err);

    if (st == RS_OK)
        st = replace(set, &parser->base, err);
    return st == RS_OK ? rs_pattern_check(parser, set, err) : st;
}

enum rs_status rs_parser_set_load(struct rs_parser_set *set, const char *path,
                                  struct rs_error *err)
{
    struct rs_entries in;
    enum rs_status st = rs_entries_open(&in, path, err);

    if (st != RS_OK)
        return st;
    st = rs_parser_set_read(set, &in, err);
    rs_entries_close(&in);
    return st;
}

const struct rs_parser *rs_parser_choose(const struct rs_parser_set *set,
                                         const struct rs_record *rec)
{
    const struct rs_parser *best = NULL;
    enum rs_bid highest = RS_BID_NONE;

    for (size_t i = 0; i < set->count; i++) {
        const struct rs_parser *parser = set->parsers[i];
        enum rs_bid bid = parser->bid(parser, rec);

        if (bid > highest) {
            highest = bid;
            best = parser;
        }
    }
    return best;
}

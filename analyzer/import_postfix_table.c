/* Lists of Postfix: addresses, names, and the tables that are named among
 * them, as far as a table can be listed. */
#include "import_postfix_parts.h"

#include <stdio.h>

#define DEPTH_MAX 4 /* of files that name files */

typedef void read_fn(struct rs_import *in, const struct import_at *at,
                     struct rs_span type, struct rs_span name);

static void read_item(struct rs_import *in, struct import_at at,
                      struct rs_span item, int depth);

/* ---- items ---- */

static void read_leaf(struct rs_import *in, const struct import_at *at,
                      struct rs_span item)
{
    if (at->class != RS_SITE_NETWORKS)
        import_domain(in, at, item);
    else if (!import_block(in, at, item))
        import_unlisted(in, at, "a client by its name cannot be listed");
}

/* KEY of a table, which may have addresses among its domains. */
static void read_key(struct rs_import *in, struct import_at at,
                     unsigned long line, const char *file, struct rs_span key)
{
    if (at.class != RS_SITE_NETWORKS && memchr(key.ptr, '@', key.len) != NULL)
        return;
    at.file = file;
    at.line = line;
    read_leaf(in, &at, key);
}

static void refuse_table(struct rs_import *in, const struct import_at *at,
                         struct rs_span type, struct rs_span name,
                         const char *why)
{
    struct rs_span shown = import_shown(name);

    import_unlisted(in, at, "%.*s:%.*s %s", RS_SPAN_ARG(type),
                    RS_SPAN_ARG(shown), why);
}

/* ---- tables ---- */

/* cidr_table(5) has blocks that count only within others, or outside. */
static bool is_condition(struct rs_span key)
{
    return key.ptr[0] == '!' || rs_span_equal_nocase(key, RS_SPAN("if"));
}

/* A key, blanks and a result, whatever it is: cidr_table(5) or postmap(1); of
 * a database, the text that it was made from. */
static void read_keys(struct rs_import *in, const struct import_at *at,
                      struct rs_span type, struct rs_span name)
{
    bool cidr = rs_span_equal(type, RS_SPAN("cidr"));
    struct rs_entries file;
    struct rs_span line, key;
    unsigned long number, inner = 1;
    const char *why;
    char clause[300];

    if (!import_load(in, name, &file, &why)) {
        snprintf(clause, sizeof clause, "cannot be listed, as its text %s",
                 why);
        refuse_table(in, at, type, name, clause);
        return;
    }
    while (rs_entries_next_line(&file, &line, &number)) {
        if (!rs_entry_take_item(&line, 0, &inner, &key))
            continue;
        if (cidr && is_condition(key))
            refuse_table(in, at, type, name, "has conditions");
        else if (!cidr || !rs_span_equal_nocase(key, RS_SPAN("endif")))
            read_key(in, *at, number, file.where, key);
    }
    rs_entries_close(&file);
}

/* inline:{ key=value, { key = text with blanks } } */
static void read_inline(struct rs_import *in, const struct import_at *at,
                        struct rs_span type, struct rs_span name)
{
    struct rs_span body, item, key, inner;
    unsigned long line = 0;

    if (!import_take_braces(&name, '{', '}', &body)) {
        refuse_table(in, at, type, name, "cannot be listed");
        return;
    }
    while (rs_entry_take_item(&body, RS_ITEM_COMMAS | RS_ITEM_BRACES, &line,
                              &item)) {
        if (import_take_braces(&item, '{', '}', &inner))
            item = inner;
        if (rs_take_until(&item, '=', &key))
            read_leaf(in, at, rs_entry_trim(key));
    }
}

static void read_none(struct rs_import *in, const struct import_at *at,
                      struct rs_span type, struct rs_span name)
{
    refuse_table(in, at, type, name, "cannot be listed");
}

static const struct {
    const char *type;
    bool networks, domains; /* the classes that it serves */
    read_fn *read;
} tables[] = {
    {"btree", true, true, read_keys},    {"cdb", true, true, read_keys},
    {"cidr", true, false, read_keys},    {"dbm", true, true, read_keys},
    {"hash", true, true, read_keys},     {"inline", true, true, read_inline},
    {"lmdb", true, true, read_keys},     {"sdbm", true, true, read_keys},
    {"texthash", true, true, read_keys},
};

static read_fn *reader_of(struct rs_span type, enum rs_site_class class)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (rs_span_equal(type, rs_span_of(tables[i].type))
            && (class == RS_SITE_NETWORKS ? tables[i].networks
                                          : tables[i].domains))
            return tables[i].read;
    return read_none;
}

/* "type:name", at the front of which a type takes letters: an address that is
 * not in brackets begins with a digit, or with letters that only digits and
 * colons follow. */
static bool take_type(struct rs_span *item, struct rs_span *type)
{
    struct rs_span s = *item;
    struct rs_addr addr;

    if (rs_addr_parse(*item, &addr) || !import_take_name(&s, type)
        || !rs_take(&s, ":") || (type->ptr[0] >= '0' && type->ptr[0] <= '9'))
        return false;
    *item = s;
    return true;
}

/* A file of items. */
static void read_file(struct rs_import *in, const struct import_at *at,
                      struct rs_span path, int depth)
{
    struct import_at inner = *at;
    struct rs_entries file;
    struct rs_span line, item, shown = import_shown(path);
    unsigned long number;
    const char *why = "is one file too deep";

    if (depth >= DEPTH_MAX || !import_load(in, path, &file, &why)) {
        import_unlisted(in, at, "%.*s %s", RS_SPAN_ARG(shown), why);
        return;
    }
    inner.file = file.where;
    while (rs_entries_next_line(&file, &line, &number)) {
        inner.line = number;
        while (rs_entry_take_item(&line, RS_ITEM_COMMAS | RS_ITEM_BRACES,
                                  &inner.line, &item))
            read_item(in, inner, item, depth + 1);
    }
    rs_entries_close(&file);
}

static void read_item(struct rs_import *in, struct import_at at,
                      struct rs_span item, int depth)
{
    struct rs_span type;

    while (rs_take(&item, "!"))
        at.negated = !at.negated;
    if (item.len == 0 || memchr(item.ptr, IMPORT_GAP, item.len) != NULL)
        return;
    while (rs_take(&item, "proxy:"))
        continue;
    if (item.ptr[0] == '/')
        read_file(in, &at, item, depth);
    else if (take_type(&item, &type))
        reader_of(type, at.class)(in, &at, type, item);
    else
        read_leaf(in, &at, item);
}

void postfix_read_list(struct rs_import *in, const struct import_at *at,
                       struct rs_span value)
{
    struct import_at here = *at;
    struct rs_span item;

    import_begin(in, at->class);
    while (rs_entry_take_item(&value, RS_ITEM_COMMAS | RS_ITEM_BRACES,
                              &here.line, &item)) {
        struct import_at one = here;

        if (at->line == 0) /* a default is on no line */
            one.line = 0;
        read_item(in, one, item, 0);
    }
}

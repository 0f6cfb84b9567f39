/* Lists of Exim: domains and hosts, other lists, files and look-ups among
 * them, as chapter 10 of Exim's specification has them. */
#include "import_exim_parts.h"

#include <dirent.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

enum { DEPTH_MAX = 8 };

/* A list that is being read. */
struct reading {
    struct exim *ex;
    int depth;
    bool in_file;  /* of a list, which names no further ones */
    bool excludes; /* the last item does: then all else is included */
};

static void read_list(struct reading *r, struct import_at at,
                      struct rs_span value);
static void read_item(struct reading *r, struct import_at at,
                      struct rs_span item);

/* ---- files and look-ups ---- */

static void refuse_file(struct reading *r, const struct import_at *at,
                        struct rs_span path, const char *why)
{
    import_unlisted(r->ex->in, at, "%.*s %s", RS_SPAN_ARG(import_shown(path)),
                    why);
}

/* Each line is an item; "#" begins a comment. */
static void read_file(struct reading *r, struct import_at at,
                      struct rs_span path)
{
    struct reading inner = {r->ex, r->depth, true, at.negated};
    struct rs_entries file;
    struct rs_span line, item;
    const char *why;

    if (!import_load(r->ex->in, path, &file, &why)) {
        refuse_file(r, &at, path, why);
        return;
    }
    at.file = file.where;
    while (import_next_line(&file, &line, &at.line)) {
        item = line;
        rs_take_until(&line, '#', &item);
        item = rs_entry_trim(item);
        if (item.len > 0)
            read_item(&inner, at, item);
    }
    r->excludes = inner.excludes;
    rs_entries_close(&file);
}

/* The key of a line of an lsearch file: it ends at a colon or a blank, or is
 * in quotes; lines that begin with a blank continue. */
static bool take_key(struct rs_span line, struct rs_span *key)
{
    size_t i = 0;

    if (line.len == 0 || line.ptr[0] == '#' || rs_entry_blank(line.ptr[0]))
        return false;
    if (rs_take(&line, "\""))
        return rs_take_until(&line, '"', key);
    while (i < line.len && line.ptr[i] != ':' && !rs_entry_blank(line.ptr[i]))
        i++;
    *key = (struct rs_span){line.ptr, i};
    return i > 0;
}

/* How the keys of a look-up are meant. */
enum keys {
    KEYS_PLAIN,   /* as they are, */
    KEYS_PARTIAL, /* but "*.example.org" is example.org and all below, */
    KEYS_WILD     /* or as items of a list */
};

static void read_key(struct reading *r, const struct import_at *at,
                     struct rs_span key, enum keys keys)
{
    bool wild = key.ptr[0] == '*' || key.ptr[0] == '^';

    if (wild && keys == KEYS_PLAIN)
        return; /* nothing is called so */
    read_item(r, *at, key);
    if (keys == KEYS_PARTIAL && rs_take(&key, "*."))
        read_item(r, *at, key);
}

static void read_keys(struct reading *r, struct import_at at,
                      struct rs_span path, enum keys keys)
{
    struct reading inner = {r->ex, r->depth, true, false};
    struct rs_entries file;
    struct rs_span rest, line, key;
    const char *why;

    if (!import_load(r->ex->in, path, &file, &why)) {
        refuse_file(r, &at, path, why);
        return;
    }
    at.file = file.where;
    at.line = 0;
    rest = (struct rs_span){file.text, file.len};
    while (rest.len > 0) {
        line = rest;
        if (!rs_take_until(&rest, '\n', &line))
            rest = rs_span_skip(rest, rest.len);
        at.line++;
        if (take_key(line, &key))
            read_key(&inner, &at, key, keys);
    }
    rs_entries_close(&file);
}

/* The names in a folder are the keys. */
static void read_folder(struct reading *r, struct import_at at,
                        struct rs_span path)
{
    struct dirent **entries = NULL;
    char folder[RS_PATH];
    int count = -1;

    if (import_find(r->ex->in, path, folder))
        count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        refuse_file(r, &at, path, "cannot be listed");
    at.negated = false;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.')
            import_domain(r->ex->in, &at, rs_span_of(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
}

static bool is_type(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
           || strchr("-*@().,_=", c) != NULL;
}

/* "partial-lsearch;/etc/domains" */
static bool take_lookup(struct rs_span *item, struct rs_span *type)
{
    struct rs_span rest = *item;

    if (!rs_take_until(&rest, ';', type) || type->len == 0)
        return false;
    for (size_t i = 0; i < type->len; i++)
        if (!is_type(type->ptr[i]))
            return false;
    *item = rs_entry_trim(rest);
    return true;
}

static void read_lookup(struct reading *r, struct import_at at,
                        struct rs_span type, struct rs_span data)
{
    struct rs_span name = type, part;

    if (rs_take_until(&name, ',', &part))
        name = part;
    while (rs_take_until(&name, '-', &part)) /* partial-, net24- */
        continue;
    if (rs_span_ends(type, RS_SPAN("*")) || rs_span_ends(type, RS_SPAN("@")))
        import_unlisted(r->ex->in, &at, "%.*s finds everything",
                        RS_SPAN_ARG(type));
    else if (rs_span_ends(name, RS_SPAN("lsearch"))
             || rs_span_equal(name, RS_SPAN("iplsearch")))
        read_keys(r, at, data,
                  rs_span_starts(type, RS_SPAN("partial"))     ? KEYS_PARTIAL
                  : rs_span_ends(name, RS_SPAN("wildlsearch")) ? KEYS_WILD
                                                               : KEYS_PLAIN);
    else if (rs_span_equal(name, RS_SPAN("dsearch")))
        read_folder(r, at, data);
    else
        import_unlisted(r->ex->in, &at, "%.*s;%.*s cannot be listed",
                        RS_SPAN_ARG(type), RS_SPAN_ARG(import_shown(data)));
}

/* ---- items ---- */

/* The host itself. */
static void read_own_name(struct reading *r, const struct import_at *at)
{
    struct import_text name = {0};

    exim_expand(r->ex, RS_SPAN("$primary_hostname"), &name);
    if (r->ex->gap != NULL)
        import_unlisted(r->ex->in, at, "%s", r->ex->gap);
    else
        import_domain(r->ex->in, at, import_text_span(&name));
    rs_free(name.ptr);
}

/* "MAIN_LOCAL_DOMAINS" is neither a domain nor a host. */
static bool is_macro(struct rs_span item)
{
    for (size_t i = 0; i < item.len; i++)
        if (item.ptr[i] != '_' && !(item.ptr[i] >= 'A' && item.ptr[i] <= 'Z')
            && !(i > 0 && item.ptr[i] >= '0' && item.ptr[i] <= '9'))
            return false;
    return item.len > 0 && memchr(item.ptr, '_', item.len) != NULL;
}

static void read_domain(struct reading *r, const struct import_at *at,
                        struct rs_span item)
{
    struct rs_import *in = r->ex->in;

    if (rs_span_equal(item, RS_SPAN("@")))
        read_own_name(r, at);
    else if (rs_span_equal(item, RS_SPAN("@[]")))
        return; /* the host by its addresses */
    else if (rs_take(&item, "@"))
        import_unlisted(in, at,
                        "@%.*s takes whatever domain has this host as its MX",
                        RS_SPAN_ARG(import_shown(item)));
    else if (rs_span_equal(item, RS_SPAN("*")))
        import_unlisted(in, at,
                        "* is every domain, so none is taken for yours"
                        " by it");
    else if (item.ptr[0] == '^')
        import_unlisted(in, at, "a pattern cannot be listed");
    else if (item.ptr[0] == '*' && item.len > 1 && item.ptr[1] != '.')
        import_unlisted(in, at, "%.*s cannot be listed",
                        RS_SPAN_ARG(item.len < 100 ? item : RS_SPAN("*...")));
    else
        import_domain(in, at, item);
}

static void read_host(struct reading *r, const struct import_at *at,
                      struct rs_span item)
{
    struct rs_import *in = r->ex->in;

    if (item.ptr[0] == '@' || rs_span_equal(item, RS_SPAN("localhost"))
        || import_block(in, at, item))
        return; /* by "@" and "@[]" the host itself */
    if (rs_span_equal(item, RS_SPAN("*")))
        import_unlisted(in, at,
                        "* is everybody, so it is not taken for yours");
    else
        import_unlisted(in, at, "a client by its name cannot be listed");
}

static void read_named(struct reading *r, struct import_at at,
                       struct rs_span name)
{
    struct reading inner = {r->ex, r->depth + 1, false, false};
    const struct exim_setting *list = exim_find(
        r->ex, at.class == RS_SITE_NETWORKS ? EXIM_HOSTS : EXIM_DOMAINS, name);

    if (rs_span_equal(name, RS_SPAN("include_unknown"))
        || rs_span_equal(name, RS_SPAN("ignore_unknown"))
        || rs_span_equal(name, RS_SPAN("include_defer"))
        || rs_span_equal(name, RS_SPAN("ignore_defer")))
        return;
    if (list == NULL || r->depth >= DEPTH_MAX) {
        import_unlisted(r->ex->in, &at,
                        list == NULL ? "it names a list that is not there"
                                     : "it refers to itself");
        return;
    }
    at.file = list->file;
    at.line = list->line;
    read_list(&inner, at, list->value);
}

static void read_item(struct reading *r, struct import_at at,
                      struct rs_span item)
{
    bool excludes = rs_take(&item, "!");
    struct rs_span type;

    if (excludes && r->depth > 0) {
        /* What a list excludes, the one that names it may yet include. */
        import_unlisted(r->ex->in, &at, "a list that it names has exclusions");
        if (at.negated)
            return;
    }
    at.negated ^= excludes;
    r->excludes = at.negated;
    item = rs_entry_trim(item);
    if (item.ptr == NULL || item.len == 0
        || memchr(item.ptr, IMPORT_GAP, item.len) != NULL)
        return;
    if (is_macro(item))
        import_unlisted(r->ex->in, &at, "%.*s is a macro without a definition",
                        RS_SPAN_ARG(import_shown(item)));
    else if (item.ptr[0] == '+')
        read_named(r, at, rs_span_skip(item, 1));
    else if (item.ptr[0] == '/' && !r->in_file)
        read_file(r, at, item);
    else if (item.ptr[0] != '^' && take_lookup(&item, &type))
        read_lookup(r, at, type, item);
    else if (at.class == RS_SITE_NETWORKS)
        read_host(r, &at, item);
    else
        read_domain(r, &at, item);
}

/* ---- lists ---- */

/* The separator of LIST, and the list without the words that change it. */
static char take_separator(struct rs_span *list)
{
    char separator = ':';

    *list = rs_entry_trim(*list);
    if (list->len > 1 && list->ptr[0] == '<'
        && (memchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", list->ptr[1], 32)
                != NULL
            || (unsigned char)list->ptr[1] < ' ')) {
        separator = list->ptr[1];
        *list = rs_span_skip(*list, 2);
    }
    return separator;
}

/* The next item; a separator that is doubled is part of it. */
static bool take_item(struct rs_span *list, char separator,
                      struct import_text *item)
{
    item->len = 0;
    if (list->len == 0)
        return false;
    while (list->len > 0) {
        char c = list->ptr[0];

        *list = rs_span_skip(*list, 1);
        if (c == separator) {
            if (list->len == 0 || list->ptr[0] != separator
                || (unsigned char)c < ' ')
                return true;
            *list = rs_span_skip(*list, 1);
        }
        import_put_char(item, c);
        /* Blanks in front do not count. */
        if (item->len == 1 && rs_entry_blank(c) && c != separator)
            item->len = 0;
    }
    return true;
}

static void read_list(struct reading *r, struct import_at at,
                      struct rs_span value)
{
    struct import_text text = {0}, item = {0};
    struct rs_span list;
    char separator;

    if (rs_span_equal(value, RS_SPAN("<value not displayable>"))) {
        import_unlisted(r->ex->in, &at, "it is hidden");
        return;
    }
    exim_expand(r->ex, value, &text);
    if (r->ex->gap != NULL)
        import_unlisted(r->ex->in, &at, "%s", r->ex->gap);
    list = import_text_span(&text);
    separator = take_separator(&list);
    r->excludes = false;
    while (take_item(&list, separator, &item))
        read_item(r, at, rs_entry_trim(import_text_span(&item)));
    if (r->excludes && r->depth == 0)
        import_unlisted(r->ex->in, &at,
                        "it ends with \"!\", which means everybody else");
    rs_free(item.ptr);
    rs_free(text.ptr);
}

void exim_read_list(struct exim *ex, const struct import_at *at,
                    const struct exim_setting *setting)
{
    struct reading r = {ex, 0, false, false};

    import_begin(ex->in, at->class);
    read_list(&r, *at, setting->value);
}

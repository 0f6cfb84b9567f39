/* Facts as they are read, and how they become facts of the site. */
#include "import_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

enum {
    REMARKS_MAX = 20, /* of one class: who has more sees the pattern */
    DOMAIN_MAX = 255,
    V4_BITS = 96,    /* before the 32 of IPv4 */
    V4_SHORTEST = 8, /* shorter blocks than these are everybody */
    V6_SHORTEST = 16
};

void import_told(struct rs_import *in)
{
    for (int i = 0; i < RS_SITE_CLASSES; i++)
        in->classes[i].told = true;
}

void import_begin(struct rs_import *in, enum rs_site_class class)
{
    in->classes[class].begin = in->classes[class].count;
    in->classes[class].excluded = 0;
}

/* ---- remarks ---- */

static void add_remark(struct rs_import *in, const struct import_at *at,
                       const char *behind, const char *fmt, va_list args)
{
    struct import_class *class = &in->classes[at->class];
    struct rs_span *list = rs_grow(class->remarks, class->remark_count,
                                   &class->remark_capacity, sizeof *list);
    char text[512], line[32] = "";

    if (list == NULL) {
        in->lost = true;
        return;
    }
    class->remarks = list;
    if (class->remark_count >= REMARKS_MAX)
        return;
    vsnprintf(text, sizeof text, fmt, args);
    if (at->line > 0)
        snprintf(line, sizeof line, ":%lu", at->line);
    list += class->remark_count++;
    *list = rs_arena_print(in->arena, "%s: %s%s (%s%s)", at->setting, text,
                           behind, at->file, line);
    in->lost |= list->ptr == NULL;
}

void import_unlisted(struct rs_import *in, const struct import_at *at,
                     const char *fmt, ...)
{
    va_list args;

    in->classes[at->class].unknown = true;
    va_start(args, fmt);
    add_remark(in, at, "; unknown", fmt, args);
    va_end(args);
}

void import_remark(struct rs_import *in, const struct import_at *at,
                   const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add_remark(in, at, "", fmt, args);
    va_end(args);
}

/* ---- facts ---- */

static void add_fact(struct rs_import *in, const struct import_at *at,
                     const struct import_fact *fact)
{
    struct import_class *class = &in->classes[at->class];
    struct import_fact *items =
        rs_grow(class->items, class->count, &class->capacity, sizeof *items);

    if (items == NULL) {
        in->lost = true;
        return;
    }
    class->items = items;
    items += class->count++;
    class->excluded += at->negated;
    *items = *fact;
    items->excluded = at->negated;
    items->source = in->source;
    items->value = rs_arena_copy(in->arena, fact->value);
    if (at->line > 0)
        items->evidence = rs_arena_print(in->arena, "%s:%lu %s", at->file,
                                         at->line, at->setting);
    else
        items->evidence = rs_arena_print(in->arena, "%s, default of %s",
                                         at->file, at->setting);
    in->lost |= items->value.ptr == NULL || items->evidence.ptr == NULL;
}

/* In the list that is read: the first item that holds a domain or an address
 * decides, and what a wider item before it holds is decided already.  FN says
 * whether its first argument holds all of its second. */
typedef bool holds_fn(const struct import_fact *wide,
                      const struct import_fact *fact);

static bool is_decided(const struct import_class *class, holds_fn *fn,
                       const struct import_fact *fact, bool negated)
{
    if (!negated && class->excluded == 0)
        return false; /* it would be the same again */
    for (size_t i = class->begin; i < class->count; i++)
        if (fn(&class->items[i], fact))
            return true;
    return false;
}

/* ---- domains ---- */

static bool holds_domain(const struct import_fact *wide,
                         const struct import_fact *fact)
{
    return rs_span_equal(wide->value, fact->value)
           || (wide->value.ptr[0] == '.'
               && rs_span_ends(fact->value, wide->value));
}

static void check_exclusions(struct rs_import *in, const struct import_at *at,
                             const struct import_fact *fact)
{
    const struct import_class *class = &in->classes[at->class];

    if (class->excluded == 0)
        return;
    for (size_t i = class->begin; i < class->count; i++)
        if (class->items[i].excluded && holds_domain(fact, &class->items[i]))
            import_remark(
                in, at, "%.*s is taken whole, although %.*s is not of it",
                RS_SPAN_ARG(fact->value), RS_SPAN_ARG(class->items[i].value));
}

static void add_domain(struct rs_import *in, const struct import_at *at,
                       struct rs_span name)
{
    struct import_fact fact = {.value = name};

    if (is_decided(&in->classes[at->class], holds_domain, &fact, at->negated))
        return;
    if (!at->negated)
        check_exclusions(in, at, &fact);
    add_fact(in, at, &fact);
}

static bool is_domain(struct rs_span s)
{
    if (s.len == 0 || s.len > DOMAIN_MAX || s.ptr[s.len - 1] == '.'
        || rs_span_find(s, RS_SPAN("..")) != NULL)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.'
              || c == '-' || c == '_' || (unsigned char)c >= 0x80))
            return false;
    }
    return true;
}

static bool is_local_name(struct rs_span name)
{
    return rs_span_find(name, RS_SPAN(".")) == NULL
           || rs_span_starts(name, RS_SPAN("localhost."));
}

void import_domain(struct rs_import *in, const struct import_at *at,
                   struct rs_span domain)
{
    char text[DOMAIN_MAX + 2] = ".";
    struct rs_span name = {text + 1, 0};

    if (domain.len > 0 && domain.ptr[0] == '[')
        return; /* the host by its address */
    if (domain.len > 0 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    if (rs_span_starts(domain, RS_SPAN("*.")))
        domain = rs_span_skip(domain, 1);
    for (; name.len < domain.len && name.len < DOMAIN_MAX; name.len++) {
        char c = domain.ptr[name.len];

        text[1 + name.len] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    if (domain.len > DOMAIN_MAX || !is_domain(name)) {
        import_remark(in, at, "an item is no domain and was left out");
        return;
    }
    if (at->dotted && is_local_name(name))
        return;
    add_domain(in, at, name);
    if (at->below && !is_local_name(name) && name.ptr[0] != '.')
        add_domain(in, at, (struct rs_span){text, name.len + 1});
}

/* ---- networks ---- */

static bool holds_block(const struct import_fact *wide,
                        const struct import_fact *fact)
{
    struct rs_addr prefix = rs_addr_prefix(&fact->prefix, wide->bits);

    return wide->bits <= fact->bits && rs_addr_equal(&prefix, &wide->prefix);
}

void import_prefix(struct rs_import *in, const struct import_at *at,
                   const struct rs_addr *prefix, unsigned bits)
{
    struct import_fact fact = {.prefix = rs_addr_prefix(prefix, bits),
                               .bits = bits};
    bool v4 = rs_addr_is_v4(prefix) && bits >= V4_BITS;
    char text[RS_ADDR_TEXT], block[RS_ADDR_TEXT + 8];
    unsigned length = bits - (v4 ? V4_BITS : 0);

    rs_addr_format(&fact.prefix, text);
    snprintf(block, sizeof block, "%s/%u", text[0] == '\0' ? "::" : text,
             length);
    if (!at->negated && length < (v4 ? V4_SHORTEST : V6_SHORTEST)) {
        import_unlisted(
            in, at, "%s is everybody, so it is not taken for yours", block);
        return;
    }
    fact.value = rs_span_of(bits == 128 ? text : block);
    if (!is_decided(&in->classes[at->class], holds_block, &fact, at->negated))
        add_fact(in, at, &fact);
}

bool import_block(struct rs_import *in, const struct import_at *at,
                  struct rs_span block)
{
    struct rs_span rest = block, address = block;
    bool v4 = rs_span_find(block, RS_SPAN(":")) == NULL;
    uint64_t length = v4 ? 32 : 128;
    struct rs_addr prefix;

    if (rs_take_until(&rest, '/', &address)
        && (!rs_take_number(&rest, length, &length) || rest.len > 0))
        return false;
    if (address.len == 0)
        return false;
    if (!rs_addr_parse(address, &prefix)
        && !rs_span_equal(address, RS_SPAN("::"))
        && !rs_span_equal(address, RS_SPAN("[::]")))
        return false;
    import_prefix(in, at, &prefix, (unsigned)length + (v4 ? V4_BITS : 0));
    return true;
}

/* ---- to the site ---- */

static int compare_facts(const void *a, const void *b)
{
    const struct import_fact *const *x = a, *const *y = b;
    int order = rs_span_compare((*x)->value, (*y)->value);

    return order != 0 ? order : (*x > *y) - (*x < *y);
}

static int compare_values(const void *a, const void *b)
{
    const struct import_fact *const *x = a, *const *y = b;

    return rs_span_compare((*x)->value, (*y)->value);
}

/* The domains of CLASS by name, each once, or NULL. */
static const struct import_fact **
sort_domains(const struct import_class *class, size_t *count)
{
    const struct import_fact **sorted =
        rs_alloc((class->count + 1) * sizeof *sorted);
    size_t n = 0;

    *count = 0;
    if (sorted == NULL)
        return NULL;
    for (size_t i = 0; i < class->count; i++)
        if (!class->items[i].excluded)
            sorted[n++] = &class->items[i];
    qsort(sorted, n, sizeof *sorted, compare_facts);
    for (size_t i = 0; i < n; i++)
        if (*count == 0
            || !rs_span_equal(sorted[*count - 1]->value, sorted[i]->value))
            sorted[(*count)++] = sorted[i];
    return sorted;
}

static enum rs_status tell_fact(struct rs_site *site, enum rs_site_class class,
                                const struct import_fact *fact,
                                struct rs_span value, struct rs_error *err)
{
    enum rs_status st =
        rs_site_import(site, class, value, fact->evidence, NULL);

    /* What is no domain after all is none of ours. */
    return st == RS_ERR_NOMEM ? rs_fail(err, st, NULL, 0, "out of memory")
                              : RS_OK;
}

/* In the order in which they were read; not those among OTHERS, sorted. */
static enum rs_status tell_domains(struct rs_import *in, struct rs_site *site,
                                   enum rs_site_class class,
                                   struct rs_error *err)
{
    const struct import_class *list = &in->classes[class];
    size_t count = 0, local_count = 0;
    const struct import_fact **sorted = sort_domains(list, &count);
    const struct import_fact **local =
        sort_domains(&in->classes[RS_SITE_LOCAL], &local_count);
    enum rs_status st = RS_OK;

    if (sorted == NULL || local == NULL)
        st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    for (size_t i = 0; i < list->count && st == RS_OK; i++) {
        const struct import_fact *fact = &list->items[i], **same;

        same = bsearch(&fact, sorted, count, sizeof *sorted, compare_values);
        if (same == NULL || *same != fact
            || (class == RS_SITE_RELAY
                && bsearch(&fact, local, local_count, sizeof *local,
                           compare_values)
                       != NULL))
            continue;
        st = tell_fact(site, class, fact, fact->value, err);
    }
    rs_free(sorted);
    rs_free(local);
    return st;
}

/* Does another configuration include what this one excludes? */
static bool is_included(const struct import_class *class,
                        const struct import_fact *fact)
{
    for (size_t i = 0; i < class->count; i++)
        if (!class->items[i].excluded && class->items[i].source != fact->source
            && holds_block(&class->items[i], fact))
            return true;
    return false;
}

static enum rs_status tell_networks(struct rs_import *in, struct rs_site *site,
                                    struct rs_error *err)
{
    const struct import_class *class = &in->classes[RS_SITE_NETWORKS];
    enum rs_status st = RS_OK;

    for (size_t i = 0; i < class->count && st == RS_OK; i++) {
        const struct import_fact *fact = &class->items[i];
        struct rs_span value = fact->value;

        /* Loopback is ours always. */
        if (rs_addr_is_loopback(&fact->prefix)
            || (fact->excluded && is_included(class, fact)))
            continue;
        if (fact->excluded)
            value = rs_arena_print(in->arena, "!%s", value.ptr);
        st = tell_fact(site, RS_SITE_NETWORKS, fact, value, err);
    }
    return st;
}

static enum rs_status tell_class(struct rs_import *in, struct rs_site *site,
                                 enum rs_site_class number,
                                 struct rs_error *err)
{
    const struct import_class *class = &in->classes[number];
    enum rs_status st = number == RS_SITE_NETWORKS
                            ? tell_networks(in, site, err)
                            : tell_domains(in, site, number, err);

    for (size_t i = 0; i < class->remark_count && st == RS_OK; i++)
        if (rs_site_remark(site, number, class->remarks[i]) != RS_OK)
            st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    if (st == RS_OK && class->told && !class->unknown)
        rs_site_settle(site, number);
    return st;
}

enum rs_status import_tell(struct rs_import *in, struct rs_site *site,
                           struct rs_error *err)
{
    enum rs_status st = RS_OK;

    if (in->lost)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    for (int i = 0; i < RS_SITE_CLASSES && st == RS_OK; i++)
        if (!rs_site_settled(site, (enum rs_site_class)i))
            st = tell_class(in, site, (enum rs_site_class)i, err);
    return st;
}

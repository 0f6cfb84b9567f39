/* The site: what is ours, told or learned. */
#include "site_parts.h"

#include <string.h>

#include "relaysleuth/memory.h"

struct rs_site *rs_site_new(void)
{
    const struct site_reason builtin = {.source = "builtin", .confidence = 1};
    struct rs_site *site = rs_alloc(sizeof(*site));
    struct rs_error err = {0};

    if (site == NULL)
        return NULL;
    site->arena = rs_arena_new();
    site->networks = rs_netset_new();
    site->backup = rs_netset_new();
    if (site->arena == NULL || site->networks == NULL || site->backup == NULL
        || site_add_block(site, RS_SPAN("127.0.0.0/8"), &builtin, &err)
               != RS_OK
        || site_add_block(site, RS_SPAN("::1"), &builtin, &err) != RS_OK) {
        rs_site_free(site);
        return NULL;
    }
    return site;
}

void rs_site_free(struct rs_site *site)
{
    if (site == NULL)
        return;
    rs_arena_free(site->arena);
    rs_netset_free(site->networks);
    rs_netset_free(site->backup);
    rs_free(site->block_why);
    rs_free(site->holes);
    rs_free(site->doubts);
    rs_free(site->local.items);
    rs_free(site->relay.items);
    rs_free(site->is_local);
    rs_free(site->is_relay);
    rs_free(site->refusing);
    rs_free(site->hops.keys);
    for (int i = 0; i < RS_SITE_CLASSES; i++)
        rs_free(site->remarks[i]);
    rs_free(site);
}

/* ---- what is told ---- */

/* ".example.org" stands for all domains below. */
bool site_is_domain(struct rs_span text)
{
    if (text.len == 0 || text.len > 255
        || rs_span_find(text, RS_SPAN("..")) != NULL)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c <= ' ' || strchr("@/:,;\"'<>()[]\\$*!=%", c) != NULL)
            return false;
    }
    return true;
}

enum rs_status site_add_domain(struct rs_site *site, struct domain_list *list,
                               struct rs_span domain,
                               const struct site_reason *why,
                               struct rs_error *err)
{
    struct site_domain *items =
        rs_grow(list->items, list->count, &list->capacity, sizeof(*items));
    char form[SITE_DOMAIN_MAX];
    struct rs_span name;

    if (items == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    list->items = items;
    name = site_domain_form(domain, form);
    if (name.ptr == NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is not a domain such as example.org",
                       RS_SPAN_ARG(domain));
    name = rs_arena_copy(site->arena, name);
    if (name.ptr == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    items[list->count++] = (struct site_domain){name, *why};
    return RS_OK;
}

bool site_list_holds(const struct domain_list *list, size_t count,
                     struct rs_span name)
{
    for (size_t i = 0; i < count; i++) {
        struct rs_span item = list->items[i].name;

        if (rs_span_equal(item, name)
            || (item.ptr[0] == '.' && rs_span_ends(name, item)))
            return true;
    }
    return false;
}

static enum rs_status tell_domain(struct rs_site *site,
                                  struct domain_list *list,
                                  struct rs_span domain, const char *source,
                                  struct rs_error *err)
{
    if (!site_is_domain(domain))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is not a domain such as example.org",
                       RS_SPAN_ARG(domain));
    return site_add_domain(
        site, list, domain,
        &(struct site_reason){.source = source, .confidence = 1}, err);
}

enum rs_status rs_site_add_local_domain(struct rs_site *site,
                                        struct rs_span domain,
                                        const char *source,
                                        struct rs_error *err)
{
    site->settled[RS_SITE_LOCAL] = true;
    return tell_domain(site, &site->local, domain, source, err);
}

enum rs_status rs_site_add_relay_domain(struct rs_site *site,
                                        struct rs_span domain,
                                        const char *source,
                                        struct rs_error *err)
{
    site->settled[RS_SITE_RELAY] = true;
    return tell_domain(site, &site->relay, domain, source, err);
}

enum rs_status site_add_block(struct rs_site *site, struct rs_span block,
                              const struct site_reason *why,
                              struct rs_error *err)
{
    size_t count = rs_netset_count(site->networks);
    struct site_reason *reasons = rs_grow(
        site->block_why, count, &site->block_capacity, sizeof(*reasons));
    enum rs_status st;

    if (reasons == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    site->block_why = reasons;
    st = rs_netset_add(site->networks, block, err);
    if (st == RS_OK && rs_netset_count(site->networks) > count)
        reasons[count] = *why;
    return st;
}

enum rs_status site_learn_block(struct rs_site *site, struct rs_span block,
                                const struct site_reason *why,
                                struct rs_error *err)
{
    enum rs_status st = site_add_block(site, block, why, NULL);

    if (st == RS_ERR_NOMEM)
        return rs_fail(err, st, NULL, 0, "out of memory");
    return RS_OK;
}

enum rs_status rs_site_add_network(struct rs_site *site, struct rs_span block,
                                   const char *source, struct rs_error *err)
{
    site->settled[RS_SITE_NETWORKS] = true;
    return site_add_block(
        site, block, &(struct site_reason){.source = source, .confidence = 1},
        err);
}

enum rs_status rs_site_add_backup_mx(struct rs_site *site,
                                     struct rs_span address,
                                     const char *source, struct rs_error *err)
{
    (void)source;
    return rs_netset_add(site->backup, address, err);
}

void rs_site_set_pop_window(struct rs_site *site, rs_time window)
{
    site->pop_window = window;
    site->pop_told = window > 0;
}

/* ---- questions ---- */

bool rs_site_is_local_domain(const struct rs_site *site, rs_sym domain)
{
    return domain < site->symbols && site->is_local[domain];
}

bool rs_site_is_relay_domain(const struct rs_site *site, rs_sym domain)
{
    return domain < site->symbols && site->is_relay[domain];
}

bool rs_site_is_own_domain(const struct rs_site *site, rs_sym domain)
{
    return rs_site_is_local_domain(site, domain)
           || rs_site_is_relay_domain(site, domain);
}

bool rs_site_has_domains(const struct rs_site *site)
{
    return site->local.count + site->relay.count > 0;
}

const struct rs_site_hole *rs_site_hole(const struct rs_site *site,
                                        const struct rs_addr *client)
{
    for (size_t i = 0; i < site->hole_count; i++)
        if (rs_addr_equal(&site->holes[i].client, client))
            return &site->holes[i];
    return NULL;
}

const struct rs_site_hole *rs_site_hole_at(const struct rs_site *site,
                                           size_t i)
{
    return i < site->hole_count ? &site->holes[i] : NULL;
}

const struct rs_site_doubt *rs_site_doubt(const struct rs_site *site,
                                          const struct rs_addr *client)
{
    for (size_t i = 0; i < site->doubt_count; i++)
        if (rs_addr_equal(&site->doubts[i].client, client))
            return &site->doubts[i];
    return NULL;
}

const struct rs_site_doubt *rs_site_doubt_at(const struct rs_site *site,
                                             size_t i)
{
    return i < site->doubt_count ? &site->doubts[i] : NULL;
}

const char *rs_site_network(const struct rs_site *site,
                            const struct rs_addr *client)
{
    if (rs_addr_is_absent(client) || rs_site_hole(site, client) != NULL)
        return NULL;
    return rs_netset_find(site->networks, client);
}

bool rs_site_is_backup_mx(const struct rs_site *site,
                          const struct rs_addr *client)
{
    return rs_netset_find(site->backup, client) != NULL;
}

rs_time rs_site_pop_window(const struct rs_site *site)
{
    return site->pop_window;
}

bool rs_site_pop_service(const struct rs_site *site, rs_sym service)
{
    if (site->pop_told)
        return true;
    for (size_t i = 0; i < site->refusing_count; i++)
        if (site->refusing[i] == service)
            return true;
    return false;
}

bool rs_site_inferred(const struct rs_site *site)
{
    return site->inferred;
}

/* ---- for the report ---- */

static void fill_reason(struct rs_fact *fact, const struct site_reason *why,
                        struct rs_arena *arena)
{
    fact->source = why->source;
    fact->confidence = why->confidence;
    if (why->evidence.ptr != NULL)
        fact->evidence = rs_arena_copy(arena, why->evidence);
}

static enum rs_status list_domains(const struct domain_list *list,
                                   struct rs_arena *arena,
                                   struct rs_fact_list *out)
{
    struct rs_fact *facts =
        rs_arena_alloc(arena, (list->count + 1) * sizeof(*facts));

    if (facts == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < list->count; i++) {
        facts[i].value = rs_arena_copy(arena, list->items[i].name);
        fill_reason(&facts[i], &list->items[i].why, arena);
    }
    *out = (struct rs_fact_list){facts, list->count};
    return RS_OK;
}

enum rs_status rs_site_facts(const struct rs_site *site,
                             struct rs_arena *arena, struct rs_report *report)
{
    size_t count = rs_netset_count(site->networks);
    struct rs_fact *facts =
        rs_arena_alloc(arena, (count + 1) * sizeof(*facts));

    if (facts == NULL
        || list_domains(&site->local, arena, &report->local_domains) != RS_OK
        || list_domains(&site->relay, arena, &report->relay_domains) != RS_OK)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        char text[RS_ADDR_TEXT];
        const char *name = "";
        bool excluded = false;

        rs_netset_block(site->networks, i, text, &name, &excluded);
        facts[i].value =
            rs_arena_print(arena, "%s%s", excluded ? "!" : "", text);
        fill_reason(&facts[i], &site->block_why[i], arena);
        if (*name != '\0')
            facts[i].name = rs_arena_copy(arena, rs_span_of(name));
    }
    report->networks = (struct rs_fact_list){facts, count};
    return RS_OK;
}

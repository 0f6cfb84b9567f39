/* The site as the configuration of a mail server has it. */
#include "relaysleuth/memory.h"
#include "site_parts.h"

static enum rs_status import_domain(struct rs_site *site,
                                    struct domain_list *list,
                                    struct rs_span domain,
                                    const struct site_reason *why,
                                    struct rs_error *err)
{
    if (!site_is_domain(domain))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is not a domain such as example.org",
                       RS_SPAN_ARG(domain));
    return site_add_domain(site, list, domain, why, err);
}

enum rs_status rs_site_import(struct rs_site *site, enum rs_site_class class,
                              struct rs_span value, struct rs_span evidence,
                              struct rs_error *err)
{
    struct site_reason why = {.source = "imported", .confidence = 1};

    why.evidence = rs_arena_copy(site->arena, evidence);
    if (why.evidence.ptr == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    switch (class) {
    case RS_SITE_LOCAL:
        return import_domain(site, &site->local, value, &why, err);
    case RS_SITE_RELAY:
        return import_domain(site, &site->relay, value, &why, err);
    case RS_SITE_NETWORKS: return site_add_block(site, value, &why, err);
    case RS_SITE_CLASSES: break;
    }
    return RS_OK;
}

void rs_site_settle(struct rs_site *site, enum rs_site_class class)
{
    site->settled[class] = true;
}

bool rs_site_settled(const struct rs_site *site, enum rs_site_class class)
{
    return site->settled[class];
}

enum rs_status rs_site_remark(struct rs_site *site, enum rs_site_class class,
                              struct rs_span text)
{
    struct rs_span *list =
        rs_grow(site->remarks[class], site->remark_count[class],
                &site->remark_capacity[class], sizeof(*list));

    if (list == NULL)
        return RS_ERR_NOMEM;
    site->remarks[class] = list;
    text = rs_arena_copy(site->arena, text);
    if (text.ptr == NULL)
        return RS_ERR_NOMEM;
    list[site->remark_count[class]++] = text;
    return RS_OK;
}

struct rs_span rs_site_remark_at(const struct rs_site *site,
                                 enum rs_site_class class, size_t i)
{
    return i < site->remark_count[class] ? site->remarks[class][i] : RS_ABSENT;
}

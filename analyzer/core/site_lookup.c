/* Many questions whether a domain is in a list. */
#include <stdlib.h>

#include "relaysleuth/memory.h"
#include "site_parts.h"

static int compare_names(const void *a, const void *b)
{
    return rs_span_compare(*(const struct rs_span *)a,
                           *(const struct rs_span *)b);
}

enum rs_status site_lookup_open(struct site_lookup *l,
                                const struct domain_list *list)
{
    *l = (struct site_lookup){.list = list};
    l->names = rs_alloc((list->count + 1) * sizeof(*l->names));
    if (l->names == NULL)
        return RS_ERR_NOMEM;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].name.ptr[0] != '.')
            l->names[l->count++] = list->items[i].name;
    qsort(l->names, l->count, sizeof(*l->names), compare_names);
    return RS_OK;
}

bool site_listed(const struct site_lookup *l, struct rs_span name)
{
    if (bsearch(&name, l->names, l->count, sizeof(name), compare_names)
        != NULL)
        return true;
    for (size_t i = 0; l->count < l->list->count && i < l->list->count; i++) {
        struct rs_span item = l->list->items[i].name;

        if (item.ptr[0] == '.' && rs_span_ends(name, item))
            return true;
    }
    return false;
}

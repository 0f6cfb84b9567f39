/* Names, and lists of them, hidden. */
#include "hide.h"

#include "../parsers/listing.h"
#include "scrub.h"

void *rs_hide_alloc(struct rs_hiding *h, size_t count, size_t size)
{
    void *room = rs_arena_alloc(h->ps.arena, (count + 1) * size);

    h->ps.failed |= room == NULL;
    return room;
}

/* The lists that everybody knows keep their names. */
static bool is_known_list(struct rs_span name)
{
    for (size_t i = 0; rs_listings[i].name != NULL; i++) {
        if (rs_span_equal(rs_span_of(rs_listings[i].name), name))
            return true;
    }
    return false;
}

struct rs_span rs_hide_name(struct rs_hiding *h, enum rs_hidden kind,
                            struct rs_span name)
{
    struct rs_span out = name;

    if (name.len == 0 || rs_span_equal(name, RS_SPAN("(other)")))
        return name;
    if (kind == RS_HIDE_TEXT)
        return rs_scrub_text(&h->ps, name);
    if (kind == RS_HIDE_LIST)
        return is_known_list(name) ? name : rs_scrub_text(&h->ps, name);
    if (rs_pseudonym_address(&h->ps, name, &out))
        return out;
    switch (kind) {
    case RS_HIDE_ADDRESS: return rs_pseudonym(&h->ps, "client", name);
    case RS_HIDE_ACCOUNT: return rs_pseudonym_mail(&h->ps, "account", name);
    case RS_HIDE_MAIL: return rs_pseudonym_mail(&h->ps, "user", name);
    case RS_HIDE_DOMAIN: return rs_pseudonym_domain(&h->ps, name);
    case RS_HIDE_UID: return rs_pseudonym(&h->ps, "uid", name);
    case RS_HIDE_HOST: return rs_pseudonym(&h->ps, "host", name);
    case RS_HIDE_LIST:
    case RS_HIDE_TEXT:
    case RS_HIDE_OTHER: break;
    }
    return rs_pseudonym(&h->ps, "name", name);
}

struct rs_ranked_list rs_hide_ranked(struct rs_hiding *h, enum rs_hidden kind,
                                     struct rs_ranked_list list)
{
    struct rs_ranked *items = rs_hide_alloc(h, list.count, sizeof *items);

    for (size_t i = 0; items != NULL && i < list.count; i++)
        items[i] = (struct rs_ranked){
            rs_hide_name(h, kind, list.items[i].value), list.items[i].count};
    return (struct rs_ranked_list){items, items == NULL ? 0 : list.count};
}

struct rs_span rs_hide_input(struct rs_hiding *h, size_t i)
{
    struct rs_span name = rs_arena_print(h->ps.arena, "input-%zu", i + 1);

    h->ps.failed |= name.ptr == NULL;
    return name;
}

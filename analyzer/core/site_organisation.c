/* Whose host it is, by its confirmed name. */
#include "relaysleuth/site.h"

#include "relaysleuth/hash.h"

/* Labels under which a country's registry gives names: example.co.uk. */
static const struct rs_span registry_labels[] = {
    {"ac", 2},  {"co", 2},  {"com", 3}, {"edu", 3}, {"gob", 3}, {"gov", 3},
    {"gv", 2},  {"ltd", 3}, {"me", 2},  {"mil", 3}, {"ne", 2},  {"net", 3},
    {"nhs", 3}, {"nom", 3}, {"or", 2},  {"org", 3}, {"plc", 3}, {"sch", 3},
};
#define REGISTRY_LABELS (sizeof(registry_labels) / sizeof(*registry_labels))

/* The last COUNT labels. */
static struct rs_span last_labels(struct rs_span name, int count)
{
    size_t i = name.len;

    while (i > 0 && (name.ptr[i - 1] != '.' || --count > 0))
        i--;
    return rs_span_skip(name, i);
}

static bool is_registry(struct rs_span domain)
{
    struct rs_span label;

    if (!rs_take_until(&domain, '.', &label) || domain.len != 2)
        return false;
    for (size_t i = 0; i < REGISTRY_LABELS; i++)
        if (rs_span_equal_nocase(label, registry_labels[i]))
            return true;
    return false;
}

/* Is NUMBER one of the numbers in NAME? */
static bool has_number(struct rs_span name, unsigned number)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned value = 0;
        size_t first = i;

        for (; i < name.len && name.ptr[i] >= '0' && name.ptr[i] <= '9'
               && value < 1000;
             i++)
            value = value * 10 + (unsigned)(name.ptr[i] - '0');
        if (i > first && value == number)
            return true;
    }
    return false;
}

/* host-203-0-113-19.adsl.example.net, 19.113.0.203.example.net */
static bool spells_address(struct rs_span name, const struct rs_addr *client)
{
    return rs_addr_is_v4(client) && has_number(name, client->byte[13])
           && has_number(name, client->byte[14])
           && has_number(name, client->byte[15]);
}

uint64_t rs_site_organisation(struct rs_span name,
                              const struct rs_addr *client)
{
    struct rs_span domain = last_labels(name, 2);

    if (name.len == 0 || spells_address(name, client))
        return 0;
    if (is_registry(domain))
        domain = last_labels(name, 3);
    return rs_hash_content_nocase(domain);
}

/* Where an account is at home. */
#include "relaysleuth/hash.h"

#include "home.h"

/* Whose network it is, by the client's name without its first label: a
 * provider gives the same user addresses of networks far apart.  Absent when
 * the name does not tell. */
static struct rs_addr provider_of(const struct rs_symbols *symbols,
                                  const struct rs_entry *e)
{
    struct rs_span name = RS_ABSENT, label;
    struct rs_addr provider = {{0}};
    uint64_t hash;

    if (e->client_name > RS_SYM_OTHER)
        name = rs_symbol_text(symbols, e->client_name);
    if (!rs_take_until(&name, '.', &label)
        || rs_span_find(name, RS_SPAN(".")) == NULL)
        return provider;
    hash = rs_hash_content_nocase(name);
    memcpy(provider.byte, &hash, sizeof(hash));
    return provider;
}

static void learn(struct home *home, const struct fresh *place)
{
    places_visit(&home->regions, place->region);
    if (!rs_addr_is_absent(&place->provider))
        places_visit(&home->providers, place->provider);
}

static void forget_first(struct home *home, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        learn(home, &home->fresh[i]);
    home->fresh_count -= count;
    memmove(home->fresh, home->fresh + count,
            home->fresh_count * sizeof(*home->fresh));
}

/* What is a day old is no news. */
static void pass_time(struct home *home, rs_time now)
{
    int64_t day = now / RS_DAY - (now % RS_DAY < 0);
    unsigned old = 0;

    while (old < home->fresh_count && now - home->fresh[old].since > RS_DAY)
        old++;
    forget_first(home, old);
    if (home->days > 0 && day <= home->day)
        return;
    if (home->found > home->most)
        home->most = home->found;
    home->found = 0;
    home->day = day;
    home->days++;
}

static bool is_known(const struct home *home, const struct fresh *place)
{
    return places_has(&home->regions, place->region)
           || (!rs_addr_is_absent(&place->provider)
               && places_has(&home->providers, place->provider));
}

static void note_fresh(struct home *home, const struct fresh *place)
{
    unsigned i = 0;

    while (i < home->fresh_count
           && !rs_addr_equal(&home->fresh[i].region, &place->region))
        i++;
    if (i < home->fresh_count)
        return;
    if (home->fresh_count == FRESH_MAX)
        forget_first(home, 1);
    home->fresh[home->fresh_count++] = *place;
    home->found++;
}

bool home_visit(struct home *home, const struct rs_symbols *symbols,
                const struct rs_entry *e)
{
    struct fresh place = {rs_addr_region(&e->client), provider_of(symbols, e),
                          e->time};
    bool known;

    pass_time(home, e->time);
    known = is_known(home, &place);
    if (home->days <= HOME_DAYS || known) {
        home->found += !known;
        learn(home, &place);
        return false;
    }
    note_fresh(home, &place);
    return true;
}

/* What is known of one subject's habits, in little memory. */
#include "habit.h"

enum {
    FILTER_BITS = 64 * FILTER_WORDS,
    FILTER_FULL = FILTER_BITS / 6, /* below it one in ten is a mistake */
    CHANCES_MAX = 400000,          /* older ones count less and less */
    LN2 = 693147                   /* millionths */
};

static bool has_bit(const struct filter *filter, uint64_t i)
{
    return (filter->bits[i / 64 % FILTER_WORDS] >> (i % 64) & 1) != 0;
}

static void set_bit(struct filter *filter, uint64_t i)
{
    filter->bits[i / 64 % FILTER_WORDS] |= UINT64_C(1) << (i % 64);
}

bool filter_has(const struct filter *filter, uint64_t hash)
{
    return has_bit(filter, hash) && has_bit(filter, hash >> 20)
           && has_bit(filter, hash >> 40);
}

void filter_add(struct filter *filter, uint64_t hash)
{
    if (filter_has(filter, hash))
        return;
    if (filter->added >= FILTER_FULL)
        memset(filter, 0, sizeof(*filter));
    set_bit(filter, hash);
    set_bit(filter, hash >> 20);
    set_bit(filter, hash >> 40);
    filter->added++;
}

static unsigned find_place(const struct places *places,
                           const struct rs_addr *network)
{
    unsigned i = 0;

    while (i < places->count && !rs_addr_equal(&places->networks[i], network))
        i++;
    return i;
}

bool places_has(const struct places *places, struct rs_addr network)
{
    return find_place(places, &network) < places->count;
}

bool places_visit(struct places *places, struct rs_addr network)
{
    unsigned at = find_place(places, &network);
    bool known = at < places->count;

    if (!known && places->count < PLACES_MAX)
        places->count++;
    if (at == PLACES_MAX)
        at--;
    memmove(places->networks + 1, places->networks,
            at * sizeof(*places->networks));
    places->networks[0] = network;
    return known;
}

void rate_learn(struct rate *rate, bool hit, uint32_t thousandths)
{
    if (rate->chances > CHANCES_MAX) {
        rate->chances /= 2;
        rate->hits /= 2;
    }
    rate->chances += thousandths;
    if (hit)
        rate->hits += thousandths;
}

/* Logarithm to base 2 of X > 0, in 65536ths: the bits of the fraction come
 * from squaring, so the result is the same on every machine. */
static int64_t log2_fixed(uint64_t x)
{
    int whole = 63 - __builtin_clzll(x);
    uint64_t mantissa = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
    int64_t result = whole;

    for (int i = 0; i < 16; i++) {
        mantissa = mantissa * mantissa >> 31;
        result <<= 1;
        if (mantissa >> 32) {
            mantissa >>= 1;
            result |= 1;
        }
    }
    return result;
}

int32_t log_ratio(uint64_t a, uint64_t b)
{
    return (int32_t)((log2_fixed(a) - log2_fixed(b)) * LN2 / 65536 / 1000);
}

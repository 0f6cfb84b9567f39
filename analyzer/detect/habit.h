/* What is known of one subject's habits. */
#ifndef RELAYSLEUTH_HABIT_H
#define RELAYSLEUTH_HABIT_H

#include "relaysleuth/address.h"

/* A set of hashes that forgets: nothing it holds is reported missing until
 * it is full; then it starts again. */
#define FILTER_WORDS 16
struct filter {
    uint64_t bits[FILTER_WORDS];
    uint32_t added;
};
bool filter_has(const struct filter *filter, uint64_t hash);
void filter_add(struct filter *filter, uint64_t hash);

/* The last networks that a subject came from. */
#define PLACES_MAX 16
struct places {
    struct rs_addr networks[PLACES_MAX]; /* the last used first */
    unsigned count;
};
/* Was it there before?  Now it is. */
bool places_visit(struct places *places, struct rs_addr network);
bool places_has(const struct places *places, struct rs_addr network);

/* How often something happened out of how many chances, in thousandths. */
struct rate {
    uint32_t hits, chances;
};
void rate_learn(struct rate *rate, bool hit, uint32_t thousandths);

/* 1000 times the natural logarithm of A / B; both above 0. */
int32_t log_ratio(uint64_t a, uint64_t b);

#endif

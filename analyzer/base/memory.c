/* The one door to the allocator, with a lever for tests to jam it. */
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

enum { FIRST_CAPACITY = 8 };

/* Allocations still to succeed; negative: never fail. */
static atomic_long allowance = -1;

static int must_fail(void)
{
    if (atomic_load_explicit(&allowance, memory_order_relaxed) < 0)
        return 0;
    return atomic_fetch_sub(&allowance, 1) == 0;
}

void rs_alloc_fail_after(long n)
{
    atomic_store(&allowance, n < 0 ? -1 : n);
}

void *rs_alloc(size_t size)
{
    return must_fail() ? NULL : calloc(1, size ? size : 1);
}

void *rs_resize(void *ptr, size_t size)
{
    return must_fail() ? NULL : realloc(ptr, size ? size : 1);
}

void rs_free(void *ptr)
{
    free(ptr);
}

void *rs_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity ? *capacity : FIRST_CAPACITY / 2;
    void *moved;

    if (count < *capacity)
        return array;
    if (wanted > SIZE_MAX / 2 / size)
        return NULL;
    wanted *= 2;
    moved = rs_resize(array, wanted * size);
    if (moved != NULL)
        *capacity = wanted;
    return moved;
}

/* Allocation.  All memory of the program goes through here, so that a test
 * can fail every call in turn. */
#ifndef RELAYSLEUTH_MEMORY_H
#define RELAYSLEUTH_MEMORY_H

#include <stddef.h>

void *rs_alloc(size_t size);             /* zeroed; NULL when there is none */
void *rs_resize(void *ptr, size_t size); /* not zeroed; PTR stays on failure */
void rs_free(void *ptr);                 /* accepts NULL */

/* Make room for one more element in an array of *CAPACITY elements of SIZE
 * bytes that holds COUNT; grows by doubling.  Returns the array, moved or
 * not, or NULL with the old array untouched. */
void *rs_grow(void *array, size_t count, size_t *capacity, size_t size);

/* Tests only: let N more allocations succeed, then fail one; negative means
 * never fail. */
void rs_alloc_fail_after(long n);

#endif

/* Bytes that outgrow memory: an append-only store that moves to an unlinked
 * temporary file past its share. */
#ifndef RELAYSLEUTH_CORE_SPILL_H
#define RELAYSLEUTH_CORE_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "relaysleuth/error.h"

struct rs_spill;

/* MEMORY is how much is kept before writing; TEMP_DIR (NULL: $TMPDIR or /tmp)
 * is borrowed.  Returns new, or NULL. */
struct rs_spill *rs_spill_new(size_t memory, const char *temp_dir);
void rs_spill_free(struct rs_spill *spill); /* accepts NULL */
void rs_spill_empty(struct rs_spill *spill); /* gives memory and disk back */

/* Copies SIZE bytes; *OFFSET (may be NULL) is where they stand. */
enum rs_status rs_spill_append(struct rs_spill *spill, const void *data,
                               size_t size, uint64_t *offset,
                               struct rs_error *err);
/* Bytes that were appended, back into BUF. */
enum rs_status rs_spill_read(struct rs_spill *spill, uint64_t offset,
                             void *buf, size_t size, struct rs_error *err);
uint64_t rs_spill_size(const struct rs_spill *spill);

#endif

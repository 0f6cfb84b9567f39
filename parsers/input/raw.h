/* The stored bytes of one input, readable more than once. */
#ifndef RELAYSLEUTH_INPUT_RAW_H
#define RELAYSLEUTH_INPUT_RAW_H

#include "relaysleuth/source.h"

struct rs_raw;

/* PATH is copied; "-" is standard input.  TEMP_DIR as in rs_source_open(). */
enum rs_status rs_raw_open(const char *path, const char *temp_dir,
                           struct rs_raw **out, struct rs_error *err);
/* As rs_source_open_pipe(). */
enum rs_status rs_raw_open_pipe(int fd, const char *name, const char *temp_dir,
                                struct rs_raw **out, struct rs_error *err);
void rs_raw_close(struct rs_raw *raw); /* accepts NULL */

/* Its bytes from where it stands. */
struct rs_stage rs_raw_stage(struct rs_raw *raw);

/* Give the descriptor back if reading again does not need it. */
void rs_raw_release(struct rs_raw *raw);
/* To the first byte again; RS_ERR_IO when the file was replaced or the copy
 * of a pipe is not complete. */
enum rs_status rs_raw_rewind(struct rs_raw *raw, struct rs_error *err);
/* The first bytes, at most SIZE; then stands before them. */
enum rs_status rs_raw_head(struct rs_raw *raw, char *buf, size_t size,
                           size_t *got, struct rs_error *err);
/* Bytes from offset AT, of a pipe only what was read already; *GOT 0 where
 * there are none.  Does not move. */
enum rs_status rs_raw_at(struct rs_raw *raw, uint64_t at, char *buf,
                         size_t size, size_t *got, struct rs_error *err);

uint64_t rs_raw_bytes(const struct rs_raw *raw); /* that were read */
const char *rs_raw_path(const struct rs_raw *raw);
rs_time rs_raw_modified(const struct rs_raw *raw); /* or RS_TIME_NONE */

#endif

/* Lines of a file, plain or compressed, or of a pipe. */
#ifndef RELAYSLEUTH_SOURCE_H
#define RELAYSLEUTH_SOURCE_H

#include "relaysleuth/arena.h"
#include "relaysleuth/error.h"
#include "relaysleuth/record.h"

/* Longer lines are cut here; the rest is skipped and counted. */
#define RS_LINE_MAX ((size_t)65536)

/* Where a filter reads from: the stored bytes, or the filter below it. */
struct rs_stage {
    /* Up to SIZE bytes; *GOT 0 with RS_EOF at the end.  An error may come
     * with *GOT > 0: those bytes are good. */
    enum rs_status (*read)(void *state, char *buf, size_t size, size_t *got,
                           struct rs_error *err);
    void *state;
};

struct rs_codec;

/* What turns an archive into text, or a form of logs into lines.  The one
 * that recognises the first bytes is used; with none, bytes pass as they
 * are. */
struct rs_filter {
    const char *name;             /* "gzip", as in the report */
    const struct rs_codec *codec; /* of archives, for the functions below */
    bool (*match)(const struct rs_filter *filter, struct rs_span head);
    /* BELOW stands at its first byte; what it reads from, and PATH, outlive
     * the state. */
    enum rs_status (*open)(const struct rs_filter *filter,
                           struct rs_stage below, const char *path,
                           void **state, struct rs_error *err);
    /* As in struct rs_stage. */
    enum rs_status (*read)(void *state, char *buf, size_t size, size_t *got,
                           struct rs_error *err);
    /* Time written into the archive, or RS_TIME_NONE; may be NULL. */
    rs_time (*stamp)(const void *state);
    void (*close)(void *state);
};
extern const struct rs_filter rs_filter_gzip;
extern const struct rs_filter rs_filter_xz;
extern const struct rs_filter rs_filter_zstd;
extern const struct rs_filter rs_filter_bzip2;
extern const struct rs_filter rs_filter_journal;

/* Archives, and forms of logs that are no lines; both NULL-terminated. */
extern const struct rs_filter *const rs_filters[];
extern const struct rs_filter *const rs_forms[];

#define RS_FILTER_HEAD 16 /* bytes that tell every format */
/* The filter of LIST for what begins with HEAD, or NULL. */
const struct rs_filter *rs_filter_choose(const struct rs_filter *const *list,
                                         struct rs_span head);
/* What to do with a known format that no filter here reads, as a sentence, or
 * NULL. */
const char *rs_filter_advice(struct rs_span head);

struct rs_source;

/* PATH "-" is standard input.  The path is copied.  INDEX goes into the
 * places of lines.  A source that cannot be read twice (a pipe) is copied to
 * an unlinked file in TEMP_DIR (NULL: $TMPDIR or /tmp) as it is read, up to
 * RS_SPOOL_MAX stored bytes. */
#define RS_SPOOL_MAX ((uint64_t)1 << 30)
enum rs_status rs_source_open(const char *path, uint32_t index,
                              const char *temp_dir, struct rs_source **out,
                              struct rs_error *err);
/* The same for a pipe that a child writes to; takes FD, also on failure.  NAME
 * stands for the path. */
enum rs_status rs_source_open_pipe(int fd, const char *name, uint32_t index,
                                   const char *temp_dir,
                                   struct rs_source **out,
                                   struct rs_error *err);
void rs_source_close(struct rs_source *src); /* accepts NULL */

/* The next line without its end (LF); PLACE is filled.  LINE stays valid
 * until the next call on the same source.  A last line without LF counts.
 * NUL bytes are kept.  RS_EOF at the end; RS_ERR_DAMAGED or RS_ERR_IO once,
 * after all lines before the damage (then RS_EOF). */
enum rs_status rs_source_next(struct rs_source *src, struct rs_span *line,
                              struct rs_place *place, struct rs_error *err);

/* Start again from the first byte.  RS_ERR_IO when that cannot be done. */
enum rs_status rs_source_rewind(struct rs_source *src, struct rs_error *err);

/* Longer texts are cut here. */
#define RS_QUOTE_MAX ((size_t)2000)
/* Copy into ARENA the lines at COUNT places, sorted by offset; absent where
 * there is no such line.  The source then stands at its end until it is
 * rewound. */
enum rs_status rs_source_quote(struct rs_source *src,
                               const struct rs_place *places, size_t count,
                               struct rs_arena *arena, struct rs_span *texts,
                               struct rs_error *err);

const char *rs_source_path(const struct rs_source *src);
const char *rs_source_compression(const struct rs_source *src); /* "none" */
bool rs_source_is_journal(const struct rs_source *src);
uint64_t rs_source_bytes(const struct rs_source *src); /* log text so far */
uint64_t rs_source_stored(const struct rs_source *src); /* as stored, so far */
uint64_t rs_source_cut_lines(const struct rs_source *src);
/* gzip header's time, else the file's; RS_TIME_NONE for a pipe. */
rs_time rs_source_stamp(const struct rs_source *src);
/* Digest of the first bytes (at most 1024) of log text; 0 when empty.  Valid
 * after the first rs_source_next(). */
uint64_t rs_source_fingerprint(const struct rs_source *src);

#endif

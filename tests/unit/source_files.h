/* Inputs that a test of sources makes: files in a folder of their own, pipes,
 * gzip members; and what is read of them. */
#ifndef RELAYSLEUTH_TESTS_SOURCE_FILES_H
#define RELAYSLEUTH_TESTS_SOURCE_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/source.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MTIME        1000000000 /* of every input file */

static char dir[64];

struct bytes {
    char *ptr;
    size_t len;
};

static inline void add(struct bytes *b, const void *data, size_t len)
{
    b->ptr = realloc(b->ptr, b->len + len + 1);
    assert_non_null(b->ptr);
    memcpy(b->ptr + b->len, data, len);
    b->len += len;
}

static inline void add_little_endian(struct bytes *b, uint32_t value,
                                     size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));

        add(b, &byte, 1);
    }
}

/* RFC 1952 section 8. */
static inline uint32_t crc32_of(const char *text, size_t len)
{
    uint32_t crc = 0xffffffffU;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

/* A gzip member of stored blocks (RFC 1951 section 3.2.4). */
static inline void add_member(struct bytes *b, const char *text, size_t len,
                              uint32_t mtime)
{
    add(b, "\x1f\x8b\x08\0", 4);
    add_little_endian(b, mtime, 4);
    add(b, "\0\3", 2);
    for (size_t at = 0, n; at == 0 || at < len; at += n) {
        n = len - at < 65535 ? len - at : 65535;
        add(b, at + n == len ? "\1" : "\0", 1);
        add_little_endian(b, (uint32_t)n, 2);
        add_little_endian(b, ~(uint32_t)n, 2);
        add(b, text + at, n);
        if (n == 0)
            break;
    }
    add_little_endian(b, crc32_of(text, len), 4);
    add_little_endian(b, (uint32_t)len, 4);
}

static inline const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static inline void write_file(const char *name, const char *ptr, size_t len)
{
    const struct timespec times[2] = {{MTIME, 0}, {MTIME, 0}};
    FILE *file = fopen(path_of(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(ptr, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static inline struct rs_source *open_file(const char *name)
{
    struct rs_source *src = NULL;

    assert_int_equal(rs_source_open(path_of(name), 7, dir, &src, NULL), RS_OK);
    return src;
}

static inline struct rs_source *open_bytes(const char *ptr, size_t len)
{
    write_file("input", ptr, len);
    return open_file("input");
}

/* Standard input becomes a pipe that holds these bytes. */
static inline struct rs_source *open_pipe(const char *ptr, size_t len)
{
    struct rs_source *src = NULL;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], ptr, len), len);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(rs_source_open("-", 7, dir, &src, NULL), RS_OK);
    return src;
}

/* All lines, each followed by '|', and the status at the end. */
static inline enum rs_status
read_lines(struct rs_source *src, struct bytes *out, struct rs_error *err)
{
    struct rs_place place;
    struct rs_span line;
    enum rs_status status;

    out->len = 0;
    add(out, "", 0);
    while ((status = rs_source_next(src, &line, &place, err)) == RS_OK) {
        add(out, line.ptr, line.len);
        add(out, "|", 1);
    }
    out->ptr[out->len] = '\0';
    return status;
}

static inline void expect_lines(struct rs_source *src, const char *expected,
                                size_t len)
{
    struct bytes out = {0};

    assert_int_equal(read_lines(src, &out, NULL), RS_EOF);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.ptr, expected, len);
    free(out.ptr);
}

static inline int make_dir(void **state)
{
    const char *base = getenv("TMPDIR");

    (void)state;
    snprintf(dir, sizeof dir, "%.40s/source-XXXXXX",
             base != NULL ? base : "/tmp");
    return mkdtemp(dir) == NULL;
}

static inline int remove_dir(void **state)
{
    static const char *const names[] = {"input", "plain", "new"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(path_of(names[i]));
    return rmdir(dir);
}

#endif

/* Chunks of memory that are carved from the front and freed together. */
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

#include "relaysleuth/arena.h"
#include "relaysleuth/memory.h"

/* Arenas of messages are many and mostly small: the chunks begin small. */
enum { FIRST_CHUNK = 512, LAST_CHUNK = 65536 };

struct chunk {
    struct chunk *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

struct rs_arena {
    struct chunk *chunks; /* the first is the one being filled */
    size_t chunk_size;    /* of the next one */
};

struct rs_arena *rs_arena_new(void)
{
    struct rs_arena *arena = rs_alloc(sizeof(*arena));

    if (arena != NULL)
        arena->chunk_size = FIRST_CHUNK;
    return arena;
}

void rs_arena_free(struct rs_arena *arena)
{
    if (arena == NULL)
        return;
    for (struct chunk *c = arena->chunks, *next; c != NULL; c = next) {
        next = c->next;
        rs_free(c);
    }
    rs_free(arena);
}

static struct chunk *new_chunk(size_t size)
{
    struct chunk *c = NULL;

    if (size <= SIZE_MAX - sizeof(*c))
        c = rs_alloc(sizeof(*c) + size);
    if (c != NULL)
        c->size = size;
    return c;
}

/* A chunk of its own, put behind the one being filled. */
static void *take_large(struct rs_arena *arena, size_t size)
{
    struct chunk *c = new_chunk(size);

    if (c == NULL)
        return NULL;
    c->used = size;
    if (arena->chunks == NULL) {
        arena->chunks = c;
    } else {
        c->next = arena->chunks->next;
        arena->chunks->next = c;
    }
    return c->bytes;
}

static bool add_chunk(struct rs_arena *arena)
{
    struct chunk *c = new_chunk(arena->chunk_size - sizeof(*c));

    if (c == NULL)
        return false;
    c->next = arena->chunks;
    arena->chunks = c;
    if (arena->chunk_size < LAST_CHUNK)
        arena->chunk_size *= 2;
    return true;
}

/* ALIGN is a power of two. */
static void *take(struct rs_arena *arena, size_t size, size_t align)
{
    struct chunk *c = arena->chunks;
    size_t start = c ? (c->used + align - 1) & ~(align - 1) : 0;

    if (c == NULL || start > c->size || size > c->size - start) {
        if (size > arena->chunk_size / 4)
            return take_large(arena, size);
        if (!add_chunk(arena))
            return NULL;
        c = arena->chunks;
        start = 0;
    }
    c->used = start + size;
    return c->bytes + start;
}

void *rs_arena_alloc(struct rs_arena *arena, size_t size)
{
    return take(arena, size, alignof(max_align_t));
}

struct rs_span rs_arena_copy(struct rs_arena *arena, struct rs_span s)
{
    char *copy;

    if (s.ptr == NULL || s.len == SIZE_MAX)
        return RS_ABSENT;
    copy = take(arena, s.len + 1, 1);
    if (copy == NULL)
        return RS_ABSENT;
    memcpy(copy, s.ptr, s.len);
    return (struct rs_span){copy, s.len};
}

struct rs_span rs_arena_print(struct rs_arena *arena, const char *fmt, ...)
{
    va_list args, again;
    char *text = NULL;
    int len;

    va_start(args, fmt);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, args);
    if (len >= 0)
        text = take(arena, (size_t)len + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    va_end(args);
    return text ? (struct rs_span){text, (size_t)len} : RS_ABSENT;
}

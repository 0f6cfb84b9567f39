/* Texts of findings, in which what was quoted is marked. */
#include "print.h"

#include <assert.h>
#include <stdio.h>

enum { TEXT_MAX = 512, MARKS_MAX = 12 };

struct printing {
    struct rs_mark marks[MARKS_MAX];
    size_t mark_count, len;
    char text[TEXT_MAX];
};

static void put(struct printing *p, struct rs_span s)
{
    size_t room = sizeof(p->text) - p->len;

    if (s.len > room)
        s.len = room;
    if (s.len > 0)
        memcpy(p->text + p->len, s.ptr, s.len);
    p->len += s.len;
}

static void put_marked(struct printing *p, struct rs_span s)
{
    size_t start = p->len;

    put(p, s);
    if (p->len == start)
        return;
    assert(p->mark_count < MARKS_MAX);
    p->marks[p->mark_count++] =
        (struct rs_mark){(uint32_t)start, (uint32_t)(p->len - start)};
}

static void put_number(struct printing *p, unsigned long long n)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%llu", n);
    put(p, rs_span_of(digits));
}

static void put_signed(struct printing *p, int n)
{
    if (n < 0)
        put(p, RS_SPAN("-"));
    put_number(p,
               n < 0 ? 0ull - (unsigned long long)n : (unsigned long long)n);
}

/* The arguments of a call, as a thing that can be passed on. */
struct arguments {
    va_list list;
};

static void put_span(struct printing *p, struct arguments *args)
{
    int len = va_arg(args->list, int);
    const char *ptr = va_arg(args->list, const char *);

    put_marked(p, (struct rs_span){ptr, len > 0 ? (size_t)len : 0});
}

/* One conversion at the front of *FMT, behind its "%". */
static void convert(struct printing *p, struct rs_span *fmt,
                    struct arguments *args)
{
    if (rs_take(fmt, "%"))
        put(p, RS_SPAN("%"));
    else if (rs_take(fmt, ".*s"))
        put_span(p, args);
    else if (rs_take(fmt, "s"))
        put_marked(p, rs_span_of(va_arg(args->list, const char *)));
    else if (rs_take(fmt, "llu"))
        put_number(p, va_arg(args->list, unsigned long long));
    else if (rs_take(fmt, "lu"))
        put_number(p, va_arg(args->list, unsigned long));
    else if (rs_take(fmt, "zu"))
        put_number(p, va_arg(args->list, size_t));
    else if (rs_take(fmt, "u"))
        put_number(p, va_arg(args->list, unsigned));
    else if (rs_take(fmt, "d"))
        put_signed(p, va_arg(args->list, int));
    else
        assert(!"a conversion that print.h does not list");
}

static struct rs_span settle(const struct printing *p, struct rs_arena *arena,
                             struct rs_marks *marks)
{
    struct rs_mark *copy =
        rs_arena_alloc(arena, (p->mark_count + 1) * sizeof(*copy));

    if (copy == NULL)
        return RS_ABSENT;
    memcpy(copy, p->marks, p->mark_count * sizeof(*copy));
    *marks = (struct rs_marks){copy, p->mark_count};
    return rs_arena_copy(arena, (struct rs_span){p->text, p->len});
}

struct rs_span print_marked(struct rs_arena *arena, struct rs_marks *marks,
                            const char *fmt, va_list args)
{
    struct printing p = {.len = 0};
    struct rs_span rest = rs_span_of(fmt), literal;
    struct arguments list;

    va_copy(list.list, args);
    while (rs_take_until(&rest, '%', &literal)) {
        put(&p, literal);
        convert(&p, &rest, &list);
    }
    va_end(list.list);
    put(&p, rest);
    return settle(&p, arena, marks);
}

struct rs_span print_about(struct rs_arena *arena, struct rs_marks *marks,
                           const char *pattern, struct rs_span word)
{
    struct printing p = {.len = 0};
    struct rs_span rest = rs_span_of(pattern), literal;

    while (rs_take_until_literal(&rest, RS_SPAN("%s"), &literal)) {
        put(&p, literal);
        put_marked(&p, word);
    }
    put(&p, rest);
    return settle(&p, arena, marks);
}

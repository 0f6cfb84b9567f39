/* What was not understood: shapes of lines and programs of others. */
#include "coverage.h"

#include <stdlib.h>

#include "relaysleuth/address.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

/* More kinds than this, times inputs, are counted together. */
#define CEILING   4096
#define SLOTS     (2 * CEILING) /* a power of two */
#define PROGRAM   ((size_t)40)
#define HEX_ID    6  /* shorter words of hex digits may be words */
#define QUEUE_ID  10 /* long queue ids have letters of both cases */
#define KIND_TEXT (PROGRAM + RS_SHAPE_TEXT + 2)

struct kind {
    uint64_t hash; /* of text and source */
    uint64_t count;
    struct rs_span text; /* absent: a free slot */
    uint32_t source;
};

struct kinds {
    struct kind slots[SLOTS];
    size_t used;
    uint64_t other;
};

struct rs_shapes {
    struct rs_arena *arena;
    struct kinds unknown, foreign;
};

struct rs_shapes *rs_shapes_new(void)
{
    struct rs_shapes *shapes = rs_alloc(sizeof *shapes);

    if (shapes == NULL)
        return NULL;
    shapes->arena = rs_arena_new();
    if (shapes->arena == NULL) {
        rs_free(shapes);
        return NULL;
    }
    return shapes;
}

void rs_shapes_free(struct rs_shapes *shapes)
{
    if (shapes == NULL)
        return;
    rs_arena_free(shapes->arena);
    rs_free(shapes);
}

static void count(struct rs_shapes *shapes, struct kinds *kinds,
                  struct rs_span text, uint32_t source)
{
    uint64_t hash =
        rs_siphash(rs_hash_table_key(), text.ptr, text.len) + source;
    struct kind *kind = &kinds->slots[hash % SLOTS];

    while (kind->text.ptr != NULL
           && (kind->hash != hash || kind->source != source
               || !rs_span_equal(kind->text, text)))
        kind = kind + 1 < kinds->slots + SLOTS ? kind + 1 : kinds->slots;
    if (kind->text.ptr == NULL && kinds->used < CEILING) {
        kind->text = rs_arena_copy(shapes->arena, text);
        kind->hash = hash;
        kind->source = source;
        kinds->used += kind->text.ptr != NULL;
    }
    if (kind->text.ptr != NULL)
        kind->count++;
    else
        kinds->other++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool in_word(char c)
{
    return is_digit(c) || is_letter(c)
           || (c != '\0' && strchr("._@-+%", c) != NULL);
}

/* What stands for WORD: a mask, or NULL when it is a plain word. */
static const char *mask_of(struct rs_span word)
{
    size_t digits = 0, letters = 0, hex = 0, dots = 0;

    for (size_t i = 0; i < word.len; i++) {
        digits += is_digit(word.ptr[i]);
        letters += is_letter(word.ptr[i]);
        hex += is_hex(word.ptr[i]);
        dots += word.ptr[i] == '.' && i > 0 && i + 1 < word.len;
    }
    if (memchr(word.ptr, '@', word.len) != NULL)
        return "X";
    if (digits == word.len)
        return "N";
    if (dots > 0 && letters > 0)
        return "X";
    if (hex == word.len && digits > 0 && word.len >= HEX_ID)
        return "X";
    if (digits + letters == word.len && digits > 0 && word.len >= QUEUE_ID)
        return "X";
    return NULL;
}

/* Text that is being made in a buffer; what does not fit is left out. */
struct draft {
    char *buf;
    size_t len, size;
};

static void put(struct draft *draft, const char *text, size_t len)
{
    size_t room = draft->size - draft->len;

    len = len < room ? len : room;
    memcpy(draft->buf + draft->len, text, len);
    draft->len += len;
}

/* Copy a plain word with its numbers masked. */
static void put_word(struct draft *draft, struct rs_span word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (!is_digit(word.ptr[i]))
            put(draft, &word.ptr[i], 1);
        else if (i == 0 || !is_digit(word.ptr[i - 1]))
            put(draft, "N", 1);
    }
}

static struct rs_span take_word(struct rs_span *text)
{
    struct rs_span word = {text->ptr, 0};

    while (word.len < text->len && in_word(word.ptr[word.len]))
        word.len++;
    while (word.len > 1 && strchr(".-", word.ptr[word.len - 1]) != NULL)
        word.len--;
    *text = rs_span_skip(*text, word.len);
    return word;
}

static bool take_address(struct draft *draft, struct rs_span *text)
{
    struct rs_span run = {text->ptr, 0};
    struct rs_addr addr;

    while (run.len < text->len
           && (is_hex(run.ptr[run.len]) || run.ptr[run.len] == ':'
               || run.ptr[run.len] == '.'))
        run.len++;
    while (run.len > 0 && strchr(".:", run.ptr[run.len - 1]) != NULL)
        run.len--;
    if (!rs_addr_parse(run, &addr))
        return false;
    *text = rs_span_skip(*text, run.len);
    put(draft, "IP", 2);
    return true;
}

/* Quoted or bracketed text: whoever wrote it, it is no part of the shape. */
static bool take_opaque(struct draft *draft, struct rs_span *text)
{
    struct rs_span inside;

    if (rs_take_path(text, &inside)) {
        put(draft, "<>", 2);
        return true;
    }
    if (text->ptr[0] != '"' || text->len < 2
        || memchr(text->ptr + 1, '"', text->len - 1) == NULL)
        return false;
    *text = rs_span_skip(*text, 1);
    rs_take_until(text, '"', &inside);
    put(draft, "\"\"", 2);
    return true;
}

struct rs_span rs_shape_of(struct rs_span text, char buf[RS_SHAPE_TEXT])
{
    struct draft draft = {.buf = buf, .size = RS_SHAPE_TEXT};

    while (text.len > 0 && draft.len < draft.size) {
        struct rs_span word;
        const char *mask;

        if (take_opaque(&draft, &text) || take_address(&draft, &text))
            continue;
        if (!in_word(text.ptr[0])) {
            put(&draft, text.ptr, 1);
            text = rs_span_skip(text, 1);
            continue;
        }
        word = take_word(&text);
        mask = mask_of(word);
        if (mask != NULL)
            put(&draft, mask, strlen(mask));
        else
            put_word(&draft, word);
    }
    return (struct rs_span){buf, draft.len};
}

void rs_shapes_unknown(struct rs_shapes *shapes, const struct rs_record *rec)
{
    char buf[KIND_TEXT], shape[RS_SHAPE_TEXT];
    struct draft draft = {.buf = buf, .size = sizeof buf};
    struct rs_span masked = rs_shape_of(rec->text, shape);
    size_t len = rec->program.len < PROGRAM ? rec->program.len : PROGRAM;

    put(&draft, rec->program.ptr, len);
    put(&draft, ": ", len > 0 ? 2 : 0);
    put(&draft, masked.ptr, masked.len);
    count(shapes, &shapes->unknown, (struct rs_span){buf, draft.len},
          rec->place.source);
}

void rs_shapes_foreign(struct rs_shapes *shapes, const struct rs_record *rec)
{
    struct rs_span program = rec->program;

    if (program.len == 0)
        program = RS_SPAN("(no program)");
    if (program.len > PROGRAM)
        program.len = PROGRAM;
    count(shapes, &shapes->foreign, program, rec->place.source);
}

static void forget(struct kinds *kinds, uint32_t source)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (kinds->slots[i].source == source)
            kinds->slots[i].count = 0;
    }
}

void rs_shapes_forget(struct rs_shapes *shapes, uint32_t source)
{
    forget(&shapes->unknown, source);
    forget(&shapes->foreign, source);
}

static int by_text(const void *a, const void *b)
{
    const struct rs_ranked *x = a, *y = b;

    return rs_span_compare(x->value, y->value);
}

static int by_count(const void *a, const void *b)
{
    const struct rs_ranked *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return by_text(a, b);
}

/* Sum up equal neighbours; returns how many are left. */
static size_t sum_up(struct rs_ranked *items, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && rs_span_equal(items[kept - 1].value, items[i].value))
            items[kept - 1].count += items[i].count;
        else
            items[kept++] = items[i];
    }
    return kept;
}

static struct rs_ranked_list top(const struct kinds *kinds, uint32_t source,
                                 size_t limit, struct rs_arena *arena)
{
    struct rs_ranked *items =
        rs_arena_alloc(arena, (kinds->used + 1) * sizeof *items);
    size_t n = 0;

    if (items == NULL)
        return (struct rs_ranked_list){NULL, 0};
    for (size_t i = 0; i < SLOTS; i++) {
        const struct kind *kind = &kinds->slots[i];

        if (kind->count > 0
            && (source == RS_SHAPES_ALL || kind->source == source))
            items[n++] = (struct rs_ranked){kind->text, kind->count};
    }
    qsort(items, n, sizeof *items, by_text);
    n = sum_up(items, n);
    if (kinds->other > 0 && source == RS_SHAPES_ALL)
        items[n++] = (struct rs_ranked){RS_SPAN("(other)"), kinds->other};
    qsort(items, n, sizeof *items, by_count);
    return (struct rs_ranked_list){items, n < limit ? n : limit};
}

struct rs_ranked_list rs_shapes_top_unknown(const struct rs_shapes *shapes,
                                            uint32_t source, size_t limit,
                                            struct rs_arena *arena)
{
    return top(&shapes->unknown, source, limit, arena);
}

struct rs_ranked_list rs_shapes_top_foreign(const struct rs_shapes *shapes,
                                            uint32_t source, size_t limit,
                                            struct rs_arena *arena)
{
    return top(&shapes->foreign, source, limit, arena);
}

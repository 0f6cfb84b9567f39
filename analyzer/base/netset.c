/* Named address blocks; the longest that holds an address decides. */
#include <stdio.h>

#include "relaysleuth/address.h"
#include "relaysleuth/arena.h"
#include "relaysleuth/memory.h"

enum {
    MAX_LENGTH = 128,
    V4_LENGTH = 96 /* of the prefix that all mapped IPv4 addresses share */
};

struct block {
    struct rs_addr prefix;
    unsigned length; /* of the prefix, in bits */
    bool excluded;
    const char *name; /* "" when it has none */
};

/* Blocks are found by bisection once for each length that is in use: few
 * are, and thousands of blocks are as quick as ten. */
struct rs_netset {
    struct block *blocks; /* in order of addition */
    size_t count, capacity;
    uint32_t *sorted; /* their indices, by prefix, then length */
    size_t sorted_capacity;
    uint8_t lengths[MAX_LENGTH + 1]; /* of all blocks, the longest first */
    size_t length_count;
    struct rs_arena *names;
};

struct rs_netset *rs_netset_new(void)
{
    struct rs_netset *set = rs_alloc(sizeof(*set));

    if (set == NULL)
        return NULL;
    set->names = rs_arena_new();
    if (set->names == NULL) {
        rs_free(set);
        return NULL;
    }
    return set;
}

void rs_netset_free(struct rs_netset *set)
{
    if (set == NULL)
        return;
    rs_arena_free(set->names);
    rs_free(set->blocks);
    rs_free(set->sorted);
    rs_free(set);
}

static int compare(const struct block *a, const struct block *b)
{
    int order = memcmp(a->prefix.byte, b->prefix.byte, sizeof(b->prefix.byte));

    if (order != 0)
        return order;
    return (a->length > b->length) - (a->length < b->length);
}

/* Where WANTED stands among the sorted, or belongs; *FOUND is the block of
 * the same prefix and length, or NULL. */
static size_t find_place(const struct rs_netset *set,
                         const struct block *wanted, struct block **found)
{
    size_t low = 0, high = set->count;

    *found = NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct block *block = &set->blocks[set->sorted[middle]];
        int order = compare(wanted, block);

        if (order == 0) {
            *found = block;
            return middle;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static const char *format(const struct rs_addr *prefix, unsigned length,
                          char buf[RS_ADDR_TEXT])
{
    bool v4 = length >= V4_LENGTH && rs_addr_is_v4(prefix);
    size_t len;

    rs_addr_format(prefix, buf);
    if (rs_addr_is_absent(prefix)) /* ::/0, which no address is */
        snprintf(buf, RS_ADDR_TEXT, "::");
    len = strlen(buf);
    if (length < MAX_LENGTH)
        snprintf(buf + len, RS_ADDR_TEXT - len, "/%u",
                 v4 ? length - V4_LENGTH : length);
    return buf;
}

/* "192.0.2.0/24" and the like: prefix and length, host bits as they come. */
static bool parse_block(struct rs_span text, struct block *out)
{
    struct rs_span addr = text, rest = text;
    bool v4 = rs_span_find(text, RS_SPAN(":")) == NULL;
    uint64_t length = v4 ? 32 : 128;

    if (rs_take_until(&rest, '/', &addr)
        && (!rs_take_number(&rest, length, &length) || rest.len > 0))
        return false;
    if (rs_span_find(addr, RS_SPAN("%")) != NULL
        || !rs_addr_parse(addr, &out->prefix))
        return false;
    out->length = (unsigned)length + (v4 ? V4_LENGTH : 0);
    return true;
}

static bool is_name(struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= ' ' || c == '!' || c == 0x7f)
            return false;
    }
    return s.len > 0;
}

static enum rs_status parse(struct rs_span text, struct block *out,
                            struct rs_span *name, struct rs_error *err)
{
    struct rs_span s = rs_span_trim(text);
    struct rs_addr kept;
    char right[RS_ADDR_TEXT];

    *name = RS_SPAN("");
    out->excluded = rs_take(&s, "!");
    if ((!out->excluded && rs_take_until(&s, '=', name) && !is_name(*name))
        || !parse_block(s, out))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is not an address or a network such as "
                       "192.0.2.0/24",
                       RS_SPAN_ARG(text));
    kept = rs_addr_prefix(&out->prefix, out->length);
    if (!rs_addr_equal(&kept, &out->prefix))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" has bits set behind its prefix; did you "
                       "mean %s?",
                       RS_SPAN_ARG(text), format(&kept, out->length, right));
    return RS_OK;
}

static bool make_room(struct rs_netset *set)
{
    struct block *blocks =
        rs_grow(set->blocks, set->count, &set->capacity, sizeof(*set->blocks));
    uint32_t *sorted;

    if (blocks == NULL)
        return false;
    set->blocks = blocks;
    sorted = rs_grow(set->sorted, set->count, &set->sorted_capacity,
                     sizeof(*set->sorted));
    if (sorted == NULL)
        return false;
    set->sorted = sorted;
    return true;
}

static void note_length(struct rs_netset *set, unsigned length)
{
    size_t i = 0;

    while (i < set->length_count && set->lengths[i] > length)
        i++;
    if (i < set->length_count && set->lengths[i] == length)
        return;
    memmove(set->lengths + i + 1, set->lengths + i, set->length_count - i);
    set->lengths[i] = (uint8_t)length;
    set->length_count++;
}

static bool insert(struct rs_netset *set, const struct block *block,
                   size_t place)
{
    if (!make_room(set))
        return false;
    memmove(set->sorted + place + 1, set->sorted + place,
            (set->count - place) * sizeof(*set->sorted));
    set->sorted[place] = (uint32_t)set->count;
    set->blocks[set->count++] = *block;
    note_length(set, block->length);
    return true;
}

enum rs_status rs_netset_add(struct rs_netset *set, struct rs_span text,
                             struct rs_error *err)
{
    struct block block = {0}, *same;
    struct rs_span name;
    enum rs_status status = parse(text, &block, &name, err);
    size_t place;

    if (status != RS_OK)
        return status;
    place = find_place(set, &block, &same);
    if (same != NULL && same->excluded != block.excluded)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is given both with and without !",
                       RS_SPAN_ARG(text));
    block.name = rs_arena_copy(set->names, name).ptr;
    if (block.name == NULL || (same == NULL && !insert(set, &block, place)))
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    if (same != NULL)
        same->name = block.name;
    return RS_OK;
}

const char *rs_netset_find(const struct rs_netset *set,
                           const struct rs_addr *addr)
{
    /* ::/0 is all of IPv6 and none of IPv4, mapped or not. */
    unsigned shortest = rs_addr_is_v4(addr) ? V4_LENGTH : 0;

    if (rs_addr_is_absent(addr))
        return NULL;
    for (size_t i = 0; i < set->length_count; i++) {
        struct block wanted = {.length = set->lengths[i]}, *found;

        if (wanted.length < shortest)
            break;
        wanted.prefix = rs_addr_prefix(addr, wanted.length);
        find_place(set, &wanted, &found);
        if (found != NULL)
            return found->excluded ? NULL : found->name;
    }
    return NULL;
}

size_t rs_netset_count(const struct rs_netset *set)
{
    return set->count;
}

const char *rs_netset_block(const struct rs_netset *set, size_t i,
                            char buf[RS_ADDR_TEXT], const char **name,
                            bool *excluded)
{
    const struct block *block = &set->blocks[i];

    *name = block->name;
    *excluded = block->excluded;
    return format(&block->prefix, block->length, buf);
}

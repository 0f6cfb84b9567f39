/* Which list a reply says that we are on. */
#include "relaysleuth/blocklist.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "listing.h"
#include "listing_text.h"
#include "relaysleuth/memory.h"

/* A pattern that needs more than this on one reply is given up. */
#define MATCH_LIMIT 20000
#define GROUPS      8

/* Few replies are about a list, and each has one of a hundred words if it is:
 * places whose first bytes no word begins with are passed over. */
#define WORD_BEGIN   ((size_t)4)
#define WORD_BUCKETS 1024

struct row {
    pcre2_code *code; /* NULL before the first use */
    struct rs_span word;
    uint16_t next; /* row and 1, in the bucket of its word's beginning */
    bool said;     /* the word stands in the reply at hand */
};

struct rs_blocklists {
    pcre2_match_context *limits;
    pcre2_match_data *match;
    size_t count;
    struct row *rows;
    uint16_t buckets[WORD_BUCKETS]; /* row and 1, or 0 */
};

static size_t bucket_of(const char *begin)
{
    uint32_t bytes;

    memcpy(&bytes, begin, sizeof bytes);
    return (uint32_t)(bytes * 0x9e3779b1u) >> 22; /* the highest ten bits */
}

static void index_words(struct rs_blocklists *lists)
{
    for (size_t i = 0; i < lists->count; i++) {
        struct row *row = &lists->rows[i];
        uint16_t *bucket;

        row->word = rs_span_of(rs_listings[i].word);
        assert(row->word.len >= WORD_BEGIN);
        bucket = &lists->buckets[bucket_of(row->word.ptr)];
        row->next = *bucket;
        *bucket = (uint16_t)(i + 1);
    }
}

struct rs_blocklists *rs_blocklists_new(void)
{
    struct rs_blocklists *lists = rs_alloc(sizeof(*lists));

    if (lists == NULL)
        return NULL;
    while (rs_listings[lists->count].name != NULL)
        lists->count++;
    lists->rows = rs_alloc(lists->count * sizeof(*lists->rows));
    lists->limits = pcre2_match_context_create(NULL);
    lists->match = pcre2_match_data_create(GROUPS, NULL);
    if (lists->rows == NULL || lists->limits == NULL || lists->match == NULL) {
        rs_blocklists_free(lists);
        return NULL;
    }
    index_words(lists);
    pcre2_set_match_limit(lists->limits, MATCH_LIMIT);
    return lists;
}

void rs_blocklists_free(struct rs_blocklists *lists)
{
    if (lists == NULL)
        return;
    for (size_t i = 0; lists->rows != NULL && i < lists->count; i++)
        pcre2_code_free(lists->rows[i].code);
    rs_free(lists->rows);
    pcre2_match_data_free(lists->match);
    pcre2_match_context_free(lists->limits);
    rs_free(lists);
}

/* The pattern of row I; a test compiles them all, so only memory can fail. */
static pcre2_code *code_of(struct rs_blocklists *lists, size_t i)
{
    const char *pattern = rs_listings[i].pattern;
    struct row *row = &lists->rows[i];
    int error;
    PCRE2_SIZE offset;

    if (row->code == NULL) {
        row->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                  PCRE2_CASELESS | PCRE2_DOTALL, &error,
                                  &offset, NULL);
        if (row->code != NULL)
            (void)pcre2_jit_compile(row->code, PCRE2_JIT_COMPLETE);
    }
    return row->code;
}

/* What GROUP of the last match took of TEXT, in the reply that it was read
 * from; absent when there is none. */
static struct rs_span group_of(const struct rs_blocklists *lists,
                               const pcre2_code *code, const char *group,
                               const struct rs_listing_text *text,
                               struct rs_span reply)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(lists->match);
    int n = pcre2_substring_number_from_name(code, (PCRE2_SPTR)group);
    size_t begin, end;

    if (n <= 0 || n >= GROUPS || at[2 * n] == PCRE2_UNSET
        || at[2 * n + 1] <= at[2 * n])
        return RS_ABSENT;
    begin = text->at[at[2 * n]];
    end = text->at[at[2 * n + 1] - 1] + (size_t)1;
    return (struct rs_span){reply.ptr + begin, end - begin};
}

static bool matches(struct rs_blocklists *lists, size_t i,
                    const struct rs_listing_text *text)
{
    const pcre2_code *code = code_of(lists, i);

    return code != NULL
           && pcre2_match(code, (PCRE2_SPTR)text->text, text->len, 0, 0,
                          lists->match, lists->limits)
                  >= 0;
}

/* Marks the rows whose words stand in TEXT; false when there are none. */
static bool find_words(struct rs_blocklists *lists,
                       const struct rs_listing_text *text)
{
    struct rs_span left = {text->lower, text->len};
    bool any = false;

    for (size_t i = 0; i < lists->count; i++)
        lists->rows[i].said = false;
    for (; left.len >= WORD_BEGIN; left = rs_span_skip(left, 1)) {
        uint16_t i = lists->buckets[bucket_of(left.ptr)];

        for (; i != 0; i = lists->rows[i - 1].next)
            if (rs_span_starts(left, lists->rows[i - 1].word))
                any = lists->rows[i - 1].said = true;
    }
    return any;
}

bool rs_blocklists_find(struct rs_blocklists *lists, struct rs_span reply,
                        struct rs_span *name, struct rs_addr *address)
{
    struct rs_listing_text text;
    struct rs_span list, ours;
    size_t i = 0;

    if (reply.len == 0)
        return false;
    rs_listing_read(reply, &text);
    if (!find_words(lists, &text))
        return false;
    while (i < lists->count
           && !(lists->rows[i].said && matches(lists, i, &text)))
        i++;
    if (i == lists->count)
        return false;
    list = group_of(lists, lists->rows[i].code, "list", &text, reply);
    ours = group_of(lists, lists->rows[i].code, "address", &text, reply);
    *name = list.ptr != NULL ? list : rs_span_of(rs_listings[i].name);
    *address = (struct rs_addr){{0}};
    if (ours.ptr != NULL)
        (void)rs_addr_parse(ours, address);
    return true;
}

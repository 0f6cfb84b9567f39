/* Which list a reply says that we are on. */
#include "relaysleuth/blocklist.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "listing.h"
#include "relaysleuth/memory.h"

/* Servers are told to keep a reply line under 512 bytes (RFC 5321 section
 * 4.5.3.1.5); some write several. */
#define REPLY_MAX ((size_t)1024)
/* A pattern that needs more than this on one reply is given up. */
#define MATCH_LIMIT 20000
#define GROUPS      8

struct rs_blocklists {
    pcre2_match_context *limits;
    pcre2_match_data *match;
    size_t count;
    pcre2_code **codes; /* by row; NULL before the first use */
};

struct rs_blocklists *rs_blocklists_new(void)
{
    struct rs_blocklists *lists = rs_alloc(sizeof(*lists));

    if (lists == NULL)
        return NULL;
    while (rs_listings[lists->count].name != NULL)
        lists->count++;
    lists->codes = rs_alloc(lists->count * sizeof(*lists->codes));
    lists->limits = pcre2_match_context_create(NULL);
    lists->match = pcre2_match_data_create(GROUPS, NULL);
    if (lists->codes == NULL || lists->limits == NULL
        || lists->match == NULL) {
        rs_blocklists_free(lists);
        return NULL;
    }
    pcre2_set_match_limit(lists->limits, MATCH_LIMIT);
    return lists;
}

void rs_blocklists_free(struct rs_blocklists *lists)
{
    if (lists == NULL)
        return;
    for (size_t i = 0; lists->codes != NULL && i < lists->count; i++)
        pcre2_code_free(lists->codes[i]);
    rs_free(lists->codes);
    pcre2_match_data_free(lists->match);
    pcre2_match_context_free(lists->limits);
    rs_free(lists);
}

/* The pattern of row I; a test compiles them all, so only memory can fail. */
static pcre2_code *code_of(struct rs_blocklists *lists, size_t i)
{
    const char *pattern = rs_listings[i].pattern;
    int error;
    PCRE2_SIZE offset;

    if (lists->codes[i] == NULL) {
        lists->codes[i] = pcre2_compile(
            (PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
            PCRE2_CASELESS | PCRE2_DOTALL, &error, &offset, NULL);
        if (lists->codes[i] != NULL)
            (void)pcre2_jit_compile(lists->codes[i], PCRE2_JIT_COMPLETE);
    }
    return lists->codes[i];
}

/* What GROUP of the last match took; absent when there is none. */
static struct rs_span group_of(const struct rs_blocklists *lists,
                               const pcre2_code *code, const char *group,
                               struct rs_span text)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(lists->match);
    int n = pcre2_substring_number_from_name(code, (PCRE2_SPTR)group);

    if (n <= 0 || n >= GROUPS || at[2 * n] == PCRE2_UNSET
        || at[2 * n + 1] < at[2 * n])
        return RS_ABSENT;
    return (struct rs_span){text.ptr + at[2 * n], at[2 * n + 1] - at[2 * n]};
}

static bool matches(struct rs_blocklists *lists, size_t i,
                    struct rs_span reply, struct rs_span *name,
                    struct rs_addr *address)
{
    const pcre2_code *code = code_of(lists, i);
    struct rs_span list, ours;

    if (code == NULL
        || pcre2_match(code, (PCRE2_SPTR)reply.ptr, reply.len, 0, 0,
                       lists->match, lists->limits)
               < 0)
        return false;
    list = group_of(lists, code, "list", reply);
    ours = group_of(lists, code, "address", reply);
    *name = list.ptr != NULL ? list : rs_span_of(rs_listings[i].name);
    *address = (struct rs_addr){{0}};
    if (ours.ptr != NULL)
        (void)rs_addr_parse(ours, address);
    return true;
}

static struct rs_span fold(struct rs_span text, char buf[REPLY_MAX])
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        buf[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct rs_span){buf, text.len};
}

bool rs_blocklists_find(struct rs_blocklists *lists, struct rs_span reply,
                        struct rs_span *name, struct rs_addr *address)
{
    char buf[REPLY_MAX];
    struct rs_span folded;

    if (reply.len > REPLY_MAX)
        reply.len = REPLY_MAX;
    if (reply.len == 0)
        return false;
    folded = fold(reply, buf);
    for (size_t i = 0; i < lists->count; i++)
        if (rs_span_find(folded, rs_span_of(rs_listings[i].word)) != NULL
            && matches(lists, i, reply, name, address))
            return true;
    return false;
}

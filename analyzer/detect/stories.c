/* Stories: findings that belong together.  Guessing that led to a login, the
 * login that led to the bulk, the bulk that led to a listing. */
#include <stdlib.h>

#include "relaysleuth/memory.h"

#include "relaysleuth/detector.h"

/* So long after one thing began, another is no consequence of it. */
#define CONSEQUENCE (7 * RS_DAY)
/* One in so many of the refusals makes a culprit of a listing. */
#define CULPRIT_PART 4

struct book {
    struct rs_finding *findings;
    size_t count;
    uint32_t *root; /* of each finding: the first of its story */
};

static bool is_rule(const struct rs_finding *f, const char *rule)
{
    return strcmp(f->rule, rule) == 0;
}

static bool is_family(const struct rs_finding *f, const char *family)
{
    return rs_span_starts(rs_span_of(f->rule), rs_span_of(family));
}

static const struct rs_related *related_of(const struct rs_finding *f,
                                           const char *kind)
{
    for (size_t i = 0; i < f->related_count; i++)
        if (strcmp(f->related[i].kind, kind) == 0)
            return &f->related[i];
    return NULL;
}

/* How often WHO is among the related things of KIND. */
static uint64_t count_in(const struct rs_finding *f, const char *kind,
                         struct rs_span who)
{
    const struct rs_related *related = related_of(f, kind);

    for (size_t i = 0; related != NULL && i < related->count; i++)
        if (rs_span_equal(related->items[i].value, who))
            return related->items[i].count;
    return 0;
}

static bool is_account(const struct rs_finding *f, struct rs_span account)
{
    return f->subject_type == RS_SUBJECT_ACCOUNT
           && rs_span_equal_nocase(f->subject, account);
}

/* A went on until after B began, and began before it was found. */
static bool may_lead_to(const struct rs_finding *a, const struct rs_finding *b)
{
    return a->first_seen <= b->detected_at
           && b->first_seen - a->last_seen <= CONSEQUENCE;
}

/* Guessing at accounts, one of which was entered. */
static bool guessed(const struct rs_finding *guess,
                    const struct rs_finding *breach)
{
    if (breach->subject_type == RS_SUBJECT_ACCOUNT)
        return is_account(guess, breach->subject)
               || count_in(guess, "accounts", breach->subject) > 0;
    return rs_span_equal(guess->subject, breach->subject);
}

/* What a thief does with an account that was entered. */
static bool used(const struct rs_finding *breach, const struct rs_finding *use)
{
    return use->subject_type == RS_SUBJECT_ACCOUNT
           && (is_account(breach, use->subject)
               || count_in(breach, "accounts", use->subject) > 0);
}

static bool is_use(const struct rs_finding *f)
{
    return is_family(f, "account.") || is_rule(f, "relay.pop_window");
}

static const char *kind_of(enum rs_subject_type type)
{
    switch (type) {
    case RS_SUBJECT_CLIENT: return "clients";
    case RS_SUBJECT_ACCOUNT: return "accounts";
    case RS_SUBJECT_UID: return "uids";
    case RS_SUBJECT_NETWORK:
    case RS_SUBJECT_SENDER:
    case RS_SUBJECT_SENDER_DOMAIN:
    case RS_SUBJECT_RECIPIENT_DOMAIN:
    case RS_SUBJECT_MESSAGE:
    case RS_SUBJECT_HOST:
    case RS_SUBJECT_SITE: break;
    }
    return NULL;
}

static uint64_t count_named(const struct rs_finding *f, const char *name)
{
    for (size_t i = 0; i < f->count_count; i++)
        if (strcmp(f->counts[i].name, name) == 0)
            return f->counts[i].value;
    return 0;
}

/* A great part of what was refused because of the listing was of CAUSE.  A
 * listing goes on while others add to it. */
static bool caused(const struct rs_finding *cause,
                   const struct rs_finding *listing)
{
    const char *kind = kind_of(cause->subject_type);

    return cause->first_seen <= listing->last_seen && kind != NULL
           && cause->severity >= RS_SEVERITY_MEDIUM
           && count_in(listing, kind, cause->subject) * CULPRIT_PART
                  >= count_named(listing, "recipients");
}

static bool leads_to(const struct rs_finding *a, const struct rs_finding *b)
{
    if (a == b)
        return false;
    if (is_rule(b, "reputation.listed"))
        return caused(a, b);
    if (!may_lead_to(a, b))
        return false;
    if (is_rule(b, "auth.breach"))
        return (is_rule(a, "auth.bruteforce") || is_rule(a, "auth.spray"))
               && guessed(a, b);
    if (is_use(b))
        return is_rule(a, "auth.breach") && used(a, b);
    if (is_family(b, "volume.") || is_family(b, "queue."))
        return a->severity >= RS_SEVERITY_MEDIUM
               && a->subject_type == b->subject_type
               && rs_span_equal(a->subject, b->subject);
    return false;
}

static uint32_t find_root(struct book *book, uint32_t i)
{
    while (book->root[i] != i) {
        book->root[i] = book->root[book->root[i]];
        i = book->root[i];
    }
    return i;
}

static void join(struct book *book, uint32_t i, uint32_t j)
{
    uint32_t a = find_root(book, i), b = find_root(book, j);

    if (a < b)
        book->root[b] = a;
    else
        book->root[a] = b;
}

static void link_all(struct book *book)
{
    for (uint32_t i = 0; i < book->count; i++)
        book->root[i] = i;
    for (uint32_t i = 0; i < book->count; i++)
        for (uint32_t j = 0; j < book->count; j++)
            if (leads_to(&book->findings[i], &book->findings[j]))
                join(book, i, j);
}

/* The cause comes before what it led to, though the first trace of that may
 * be older: a breach begins with the first guess. */
static int stage_of(const struct rs_finding *f)
{
    if (is_rule(f, "auth.breach"))
        return 1;
    if (is_family(f, "auth."))
        return 0;
    return is_rule(f, "reputation.listed") ? 3 : 2;
}

static int compare_parts(const void *a, const void *b, void *ctx)
{
    const struct rs_finding *findings = ctx;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = stage_of(&findings[i]) - stage_of(&findings[j]);

    if (order != 0)
        return order;
    if (findings[i].first_seen != findings[j].first_seen)
        return findings[i].first_seen < findings[j].first_seen ? -1 : 1;
    return i < j ? -1 : i > j;
}

/* The story whose first is ROOT, given to all that are in it. */
static enum rs_status write_story(struct book *book, struct rs_arena *arena,
                                  uint32_t root)
{
    uint32_t *list;
    size_t n = 0;

    for (uint32_t i = root; i < book->count; i++)
        n += find_root(book, i) == root;
    if (n < 2)
        return RS_OK;
    list = rs_arena_alloc(arena, n * sizeof(*list));
    if (list == NULL)
        return RS_ERR_NOMEM;
    n = 0;
    for (uint32_t i = root; i < book->count; i++)
        if (find_root(book, i) == root)
            list[n++] = i;
    qsort_r(list, n, sizeof(*list), compare_parts, book->findings);
    for (size_t k = 0; k < n; k++) {
        book->findings[list[k]].story = list;
        book->findings[list[k]].story_count = n;
    }
    return RS_OK;
}

enum rs_status rs_stories_find(struct rs_finding *findings, size_t count,
                               struct rs_arena *arena)
{
    struct book book = {findings, count, NULL};
    enum rs_status status = RS_OK;

    if (count < 2)
        return RS_OK;
    book.root = rs_alloc(count * sizeof(*book.root));
    if (book.root == NULL)
        return RS_ERR_NOMEM;
    link_all(&book);
    for (uint32_t i = 0; i < count && status == RS_OK; i++)
        if (find_root(&book, i) == i)
            status = write_story(&book, arena, i);
    rs_free(book.root);
    return status;
}

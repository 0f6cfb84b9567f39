/* What DNS blocklists say of addresses: questions, and what the answers
 * amount to. */
#include "lookup.h"

#include <stdlib.h>

#include "relaysleuth/memory.h"

/* Entries by which a list shows that it works, of each kind of address. */
enum { TEST_ABSENT, TEST_LISTED, TESTS };
#define KINDS 2

static struct rs_lookup_answer *answer_at(const struct rs_lookup *lookup,
                                          size_t target, size_t zone)
{
    return &lookup->answers[target * lookup->zone_count + zone];
}

const struct rs_lookup_answer *rs_lookup_answer(const struct rs_lookup *lookup,
                                                size_t target, size_t zone)
{
    return answer_at(lookup, target, zone);
}

/* The questions: KINDS times TESTS for each zone, then those of answer_at.
 */
struct asking {
    struct rs_lookup *lookup;
    struct rs_dns_question *questions;
    size_t tests, count;
    bool v6; /* some targets are of IPv6 */
};

static struct rs_dns_question *test_at(const struct asking *a, size_t zone,
                                       bool v6, int test)
{
    return &a->questions[(zone * KINDS + v6) * TESTS + (size_t)test];
}

static struct rs_dns_question *question_at(const struct asking *a,
                                           size_t target, size_t zone)
{
    return &a->questions[a->tests + target * a->lookup->zone_count + zone];
}

static bool takes(const struct rs_lookup_zone *zone,
                  const struct rs_lookup_target *target)
{
    return zone->list->ipv6 || rs_addr_is_v4(&target->address);
}

/* Kinds of addresses that ZONE is asked for; its entries of IPv4 show in any
 * case whether it works. */
static int kinds_of(const struct asking *a, size_t zone)
{
    return a->v6 && a->lookup->zones[zone].list->ipv6 ? KINDS : 1;
}

/* Questions without a name are not asked. */
static void write_tests(const struct asking *a, size_t zone)
{
    const struct rs_dnsbl *list = a->lookup->zones[zone].list;

    for (int v6 = 0; v6 < kinds_of(a, zone); v6++)
        for (int test = 0; test < TESTS; test++)
            rs_dnsbl_test_name(list->zone, v6, test == TEST_LISTED,
                               test_at(a, zone, v6, test)->name);
}

static void write_questions(struct asking *a)
{
    const struct rs_lookup *lookup = a->lookup;
    const struct rs_lookup_targets *targets = lookup->targets;

    for (size_t t = 0; t < targets->count; t++)
        a->v6 = a->v6 || !rs_addr_is_v4(&targets->items[t].address);
    for (size_t z = 0; z < lookup->zone_count; z++) {
        write_tests(a, z);
        for (size_t t = 0; t < targets->count; t++)
            if (takes(&lookup->zones[z], &targets->items[t]))
                rs_dnsbl_name(&targets->items[t].address,
                              lookup->zones[z].list->zone,
                              question_at(a, t, z)->name);
    }
}

/* Why QUESTION has no answer that could mean something, or NULL. */
static const char *trouble_of(const struct rs_dns_question *question)
{
    if (question->outcome == RS_DNS_FAILED)
        return question->failure;
    for (size_t i = 0; i < question->address_count; i++) {
        if (rs_dnsbl_refusal(question->addresses[i]) != NULL)
            return rs_dnsbl_refusal(question->addresses[i]);
        if (!rs_dnsbl_is_answer(question->addresses[i]))
            return "its answer is outside 127.0.0.0/8: the domain is no list"
                   " any more, or the resolver invents answers";
    }
    return NULL;
}

static bool is_listing(const struct rs_dnsbl *list,
                       const struct rs_dns_question *question)
{
    for (size_t i = 0; i < question->address_count; i++)
        if (rs_dnsbl_meaning(list, question->addresses[i]) != NULL)
            return true;
    return false;
}

/* What speaks against the zone as a whole: its test entries. */
static const char *find_fault(const struct asking *a, size_t zone)
{
    const struct rs_dnsbl *list = a->lookup->zones[zone].list;
    const char *trouble;
    bool listed = false;

    for (int v6 = 0; v6 < kinds_of(a, zone); v6++) {
        const struct rs_dns_question *absent =
            test_at(a, zone, v6, TEST_ABSENT);

        trouble = trouble_of(absent);
        if (trouble != NULL)
            return trouble;
        if (absent->outcome == RS_DNS_ANSWERED)
            return "it has 127.0.0.1, which no list may: it answers"
                   " everything";
        listed = listed || is_listing(list, test_at(a, zone, v6, TEST_LISTED));
    }
    if (listed)
        return NULL;
    trouble = trouble_of(test_at(a, zone, false, TEST_LISTED));
    return trouble != NULL ? trouble
                           : "it lacks 127.0.0.2, which every list has: it is"
                             " empty, or no list";
}

static int compare_codes(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Those that are a listing, or those that are none; sorted, since servers
 * turn them round. */
static size_t take_codes(const struct rs_dnsbl *list,
                         const struct rs_dns_question *question, bool listing,
                         uint32_t out[RS_DNS_ADDRESSES])
{
    size_t count = 0;

    for (size_t i = 0; i < question->address_count; i++)
        if ((rs_dnsbl_meaning(list, question->addresses[i]) != NULL)
            == listing)
            out[count++] = question->addresses[i];
    qsort(out, count, sizeof(out[0]), compare_codes);
    return count;
}

static void judge(const struct asking *a, size_t target, size_t zone)
{
    const struct rs_dns_question *question = question_at(a, target, zone);
    struct rs_lookup_zone *z = &a->lookup->zones[zone];
    struct rs_lookup_answer *answer = answer_at(a->lookup, target, zone);

    if (!takes(z, &a->lookup->targets->items[target])) {
        answer->result = RS_LOOKUP_UNSUPPORTED;
        return;
    }
    answer->why = z->unusable != NULL ? z->unusable : trouble_of(question);
    if (answer->why != NULL) {
        answer->result = RS_LOOKUP_NO_ANSWER;
        z->failed++;
        return;
    }
    answer->code_count = take_codes(z->list, question, true, answer->codes);
    answer->other_count = take_codes(z->list, question, false, answer->others);
    answer->result =
        answer->code_count > 0 ? RS_LOOKUP_LISTED : RS_LOOKUP_NOT_LISTED;
}

static void judge_all(const struct asking *a)
{
    struct rs_lookup *lookup = a->lookup;

    for (size_t z = 0; z < lookup->zone_count; z++) {
        lookup->zones[z].unusable = find_fault(a, z);
        for (size_t t = 0; t < lookup->targets->count; t++)
            judge(a, t, z);
    }
}

/* Of the second round are the reasons of what is listed. */
static void ask_for_reasons(const struct asking *a)
{
    const struct rs_lookup *lookup = a->lookup;

    for (size_t i = 0; i < a->tests; i++)
        a->questions[i].name[0] = '\0';
    for (size_t t = 0; t < lookup->targets->count; t++)
        for (size_t z = 0; z < lookup->zone_count; z++) {
            struct rs_dns_question *question = question_at(a, t, z);

            if (answer_at(lookup, t, z)->result != RS_LOOKUP_LISTED)
                question->name[0] = '\0';
            question->text = true;
        }
}

static void take_reasons(const struct asking *a)
{
    const struct rs_lookup *lookup = a->lookup;

    for (size_t t = 0; t < lookup->targets->count; t++)
        for (size_t z = 0; z < lookup->zone_count; z++) {
            const struct rs_dns_question *question = question_at(a, t, z);
            struct rs_lookup_answer *answer = answer_at(lookup, t, z);

            if (question->name[0] == '\0')
                continue;
            memcpy(answer->said, question->said, question->said_len);
            answer->said_len = question->said_len;
        }
}

static enum rs_status ask_all(struct asking *a, struct rs_dns *dns,
                              struct rs_error *err)
{
    enum rs_status st;

    write_questions(a);
    st = rs_dns_ask(dns, a->questions, a->count, err);
    if (st != RS_OK)
        return st;
    judge_all(a);
    ask_for_reasons(a);
    st = rs_dns_ask(dns, a->questions, a->count, err);
    if (st == RS_OK)
        take_reasons(a);
    return st;
}

enum rs_status rs_lookup_ask(struct rs_lookup *lookup, struct rs_dns *dns,
                             struct rs_error *err)
{
    size_t answers = lookup->targets->count * lookup->zone_count;
    struct asking a = {.lookup = lookup,
                       .tests = lookup->zone_count * KINDS * TESTS};
    enum rs_status st = RS_ERR_NOMEM;

    a.count = a.tests + answers;
    a.questions = rs_alloc(a.count * sizeof(*a.questions));
    lookup->answers = rs_alloc(answers * sizeof(*lookup->answers));
    if (a.questions != NULL && lookup->answers != NULL)
        st = ask_all(&a, dns, err);
    else
        rs_fail(err, st, NULL, 0, "out of memory");
    rs_free(a.questions);
    if (st != RS_OK)
        rs_lookup_free(lookup);
    return st;
}

void rs_lookup_free(struct rs_lookup *lookup)
{
    rs_free(lookup->answers);
    lookup->answers = NULL;
}

size_t rs_lookup_listed(const struct rs_lookup *lookup, size_t target)
{
    size_t listed = 0;

    for (size_t z = 0; z < lookup->zone_count; z++)
        listed += answer_at(lookup, target, z)->result == RS_LOOKUP_LISTED;
    return listed;
}

bool rs_lookup_complete(const struct rs_lookup *lookup)
{
    for (size_t z = 0; z < lookup->zone_count; z++)
        if (lookup->zones[z].failed > 0)
            return false;
    return true;
}

/* What lists say, as JSON. */
#include "json.h"
#include "lookup.h"

/* Takes VALUE; the document is missing something when it cannot. */
static void set(json_t *object, const char *key, json_t *value, bool *failed)
{
    *failed = json_object_set_new(object, key, value) != 0 || *failed;
}

static void append(json_t *array, json_t *value, bool *failed)
{
    *failed = json_array_append_new(array, value) != 0 || *failed;
}

static const char *result_name(enum rs_lookup_result result)
{
    switch (result) {
    case RS_LOOKUP_NOT_LISTED: return "not_listed";
    case RS_LOOKUP_LISTED: return "listed";
    case RS_LOOKUP_NO_ANSWER: return "no_answer";
    case RS_LOOKUP_UNSUPPORTED: return "unsupported";
    }
    return "";
}

static json_t *make_code(const struct rs_dnsbl *list, uint32_t code,
                         bool *failed)
{
    json_t *object = json_object();
    const char *meaning = rs_dnsbl_meaning(list, code);
    char text[RS_CODE_TEXT];

    set(object, "code", rs_json_word(rs_lookup_code(code, text)), failed);
    if (meaning != NULL && meaning[0] != '\0')
        set(object, "meaning", rs_json_word(meaning), failed);
    return object;
}

static json_t *make_codes(const struct rs_dnsbl *list, const uint32_t *codes,
                          size_t count, bool *failed)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        append(array, make_code(list, codes[i], failed), failed);
    return array;
}

static json_t *make_answer(const struct rs_dnsbl *list,
                           const struct rs_lookup_answer *answer, bool *failed)
{
    json_t *object = json_object();

    set(object, "zone", rs_json_word(list->zone), failed);
    set(object, "result", rs_json_word(result_name(answer->result)), failed);
    if (answer->code_count > 0)
        set(object, "codes",
            make_codes(list, answer->codes, answer->code_count, failed),
            failed);
    if (answer->other_count > 0)
        set(object, "ignored_codes",
            make_codes(list, answer->others, answer->other_count, failed),
            failed);
    if (answer->said_len > 0)
        set(object, "reason",
            rs_json_string((struct rs_span){answer->said, answer->said_len}),
            failed);
    if (answer->why != NULL)
        set(object, "error", rs_json_word(answer->why), failed);
    return object;
}

static json_t *make_target(const struct rs_lookup *lookup, size_t target,
                           bool *failed)
{
    const struct rs_lookup_target *t = &lookup->targets->items[target];
    json_t *object = json_object(), *answers = json_array();
    char text[RS_ADDR_TEXT];

    set(object, "address", rs_json_word(rs_addr_format(&t->address, text)),
        failed);
    set(object, "why", rs_json_word(rs_lookup_why_name(t->why)), failed);
    set(object, "listed", json_boolean(rs_lookup_listed(lookup, target) > 0),
        failed);
    for (size_t z = 0; z < lookup->zone_count; z++)
        append(answers,
               make_answer(lookup->zones[z].list,
                           rs_lookup_answer(lookup, target, z), failed),
               failed);
    set(object, "answers", answers, failed);
    return object;
}

static json_t *make_zone(const struct rs_lookup_zone *zone, bool *failed)
{
    json_t *object = json_object();

    set(object, "zone", rs_json_word(zone->list->zone), failed);
    set(object, "usable", json_boolean(zone->unusable == NULL), failed);
    if (zone->unusable != NULL)
        set(object, "error", rs_json_word(zone->unusable), failed);
    return object;
}

static json_t *make_document(const struct rs_lookup *lookup, bool *failed)
{
    const struct rs_lookup_targets *targets = lookup->targets;
    json_t *root = json_object(), *zones = json_array(),
           *addresses = json_array();

    for (size_t z = 0; z < lookup->zone_count; z++)
        append(zones, make_zone(&lookup->zones[z], failed), failed);
    for (size_t t = 0; t < targets->count; t++)
        append(addresses, make_target(lookup, t, failed), failed);
    set(root, "complete",
        json_boolean(rs_lookup_complete(lookup) && targets->too_many == 0),
        failed);
    set(root, "zones", zones, failed);
    set(root, "addresses", addresses, failed);
    return root;
}

enum rs_status rs_lookup_json(FILE *out, const struct rs_lookup *lookup)
{
    bool failed = false;
    json_t *root = make_document(lookup, &failed);

    /* What cannot be written is noticed when OUT is flushed. */
    if (!failed
        && json_dumpf(root, out, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0)
        fputc('\n', out);
    json_decref(root);
    return failed ? RS_ERR_NOMEM : RS_OK;
}

/* Which addresses are looked up: those named, and those of a report. */
#include <errno.h>
#include <jansson.h>

#include "lookup.h"
#include "relaysleuth/finding.h"
#include "relaysleuth/memory.h"

static bool has(const struct rs_lookup_targets *targets,
                const struct rs_addr *address)
{
    for (size_t i = 0; i < targets->count; i++)
        if (rs_addr_equal(&targets->items[i].address, address))
            return true;
    return false;
}

static void add(struct rs_lookup_targets *targets,
                const struct rs_addr *address, enum rs_lookup_why why)
{
    if (has(targets, address))
        return;
    if (targets->count == RS_LOOKUP_ADDRESSES) {
        targets->too_many++;
        return;
    }
    targets->items[targets->count++] =
        (struct rs_lookup_target){*address, why};
}

/* Why ADDRESS is not looked up, or NULL. */
static const char *objection(const struct rs_lookup_targets *targets,
                             const struct rs_addr *address)
{
    if (!targets->examples && rs_dnsbl_is_example(address))
        return "is an address of documentation";
    return rs_dnsbl_senseless(address);
}

enum rs_status rs_lookup_add(struct rs_lookup_targets *targets,
                             struct rs_span text, struct rs_error *err)
{
    struct rs_addr address;
    const char *why;

    if (!rs_addr_parse(text, &address))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is no IP address", RS_SPAN_ARG(text));
    why = objection(targets, &address);
    if (why != NULL)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "%.*s %s: no list outside knows it", RS_SPAN_ARG(text),
                       why);
    if (targets->count == RS_LOOKUP_ADDRESSES && !has(targets, &address))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "more than %d addresses are too many for one run",
                       RS_LOOKUP_ADDRESSES);
    add(targets, &address, RS_LOOKUP_NAMED);
    return RS_OK;
}

static struct rs_span text_of(const json_t *value)
{
    return json_is_string(value) ? (struct rs_span){json_string_value(value),
                                                    json_string_length(value)}
                                 : RS_ABSENT;
}

static void add_value(struct rs_lookup_targets *targets, const json_t *value,
                      enum rs_lookup_why why)
{
    struct rs_span text = text_of(value);
    struct rs_addr address;

    if (text.ptr == NULL || !rs_addr_parse(text, &address))
        targets->unread++;
    else if (objection(targets, &address) != NULL)
        targets->senseless++;
    else
        add(targets, &address, why);
}

/* The addresses by which others' refusals name us. */
static void add_own(struct rs_lookup_targets *targets, const json_t *finding)
{
    const json_t *list =
        json_object_get(json_object_get(finding, "related"), "addresses");
    size_t i;
    json_t *item;

    json_array_foreach(list, i, item)
        add_value(targets, json_object_get(item, "value"), RS_LOOKUP_OURS);
}

static bool is_alert(const json_t *finding)
{
    enum rs_severity severity;

    return rs_severity_read(text_of(json_object_get(finding, "severity")),
                            &severity)
           && severity >= RS_SEVERITY_MEDIUM;
}

static void add_offender(struct rs_lookup_targets *targets,
                         const json_t *finding)
{
    const json_t *subject = json_object_get(finding, "subject");

    if (rs_span_equal(text_of(json_object_get(subject, "type")),
                      RS_SPAN("client")))
        add_value(targets, json_object_get(subject, "value"),
                  RS_LOOKUP_OFFENDER);
}

static enum rs_status add_findings(struct rs_lookup_targets *targets,
                                   const json_t *report, const char *path,
                                   struct rs_error *err)
{
    const json_t *findings = json_object_get(report, "findings");
    size_t i;
    json_t *finding;

    if (!json_is_array(findings))
        return rs_fail(err, RS_ERR_CONFIG, path, 0,
                       "is no report that relaysleuth wrote with -r json: it"
                       " has no \"findings\"");
    json_array_foreach(
        findings, i,
        finding) if (rs_span_equal(text_of(json_object_get(finding, "rule")),
                                   RS_SPAN("reputation.listed")))
        add_own(targets, finding);
    json_array_foreach(findings, i, finding) if (is_alert(finding))
        add_offender(targets, finding);
    return RS_OK;
}

struct input {
    FILE *in;
    size_t left; /* of what may be read */
    int error;
};

/* json_load_callback_t */
static size_t read_some(void *buffer, size_t size, void *ctx)
{
    struct input *input = ctx;
    size_t n = size < input->left ? size : input->left;

    n = fread(buffer, 1, n, input->in);
    if (ferror(input->in)) {
        input->error = errno;
        return (size_t)-1;
    }
    input->left -= n;
    return n;
}

static enum rs_status read_report(struct input *input, const char *path,
                                  json_t **out, struct rs_error *err)
{
    json_error_t error;
    json_t *report =
        json_load_callback(read_some, input, JSON_REJECT_DUPLICATES, &error);

    if (report != NULL) {
        *out = report;
        return RS_OK;
    }
    if (input->error != 0)
        return rs_fail(err, RS_ERR_IO, path, 0, "cannot be read: %s",
                       strerror(input->error));
    if (input->left == 0)
        return rs_fail(err, RS_ERR_CONFIG, path, 0,
                       "is longer than a report can be");
    return rs_fail(err, RS_ERR_CONFIG, path,
                   error.line > 0 ? (unsigned long)error.line : 0,
                   "is no JSON: %s", error.text);
}

enum rs_status rs_lookup_add_report(struct rs_lookup_targets *targets,
                                    const char *path, struct rs_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct input input = {.left = RS_LOOKUP_REPORT};
    json_t *report = NULL;
    enum rs_status st;

    input.in = standard ? stdin : fopen(path, "re");
    if (input.in == NULL)
        return rs_fail(err, RS_ERR_IO, path, 0, "cannot be opened: %s",
                       strerror(errno));
    st = read_report(&input, path, &report, err);
    if (st == RS_OK)
        st = add_findings(targets, report, path, err);
    json_decref(report);
    if (!standard)
        fclose(input.in);
    return st;
}

const char *rs_lookup_why_name(enum rs_lookup_why why)
{
    switch (why) {
    case RS_LOOKUP_NAMED: return "named";
    case RS_LOOKUP_OURS: return "own";
    case RS_LOOKUP_OFFENDER: return "offender";
    }
    return "";
}

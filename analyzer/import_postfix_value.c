/* Values of Postfix's parameters: `$name`, `${name?{yes}:{no}}` and so on, as
 * postconf(5) has them, and the defaults that matter here. */
#include "import_postfix_parts.h"

#include <stdio.h>

#include "relaysleuth/memory.h"

enum { DEPTH_MAX = 16, STEPS_MAX = 1000 };

/* Before Postfix 3.0 the first of two. */
#define BY_LEVEL(old, new)                                                    \
    "${{$compatibility_level} <level {2} ? {" old "} : {" new "}}"

static const struct {
    const char *name, *value;
} defaults[] = {
    {"compatibility_level", "0"},
    {"config_directory", "/etc/postfix"},
    {"default_database_type", "hash"},
    {"inet_interfaces", "all"},
    {"mydestination", "$myhostname, localhost.$mydomain, localhost"},
    {"mynetworks_style", BY_LEVEL("subnet", "host")},
    {"parent_domain_matches_subdomains",
     "debug_peer_list,fast_flush_domains,mynetworks,"
     "permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,"
     "smtpd_access_maps"},
    {"relay_domains", BY_LEVEL("$mydestination", "")},
    {"smtpd_recipient_restrictions", ""},
    {"smtpd_relay_restrictions", ""},
    {"virtual_alias_domains", "$virtual_alias_maps"},
    {"virtual_alias_maps", "$virtual_maps"},
    {"virtual_mailbox_domains", "$virtual_mailbox_maps"},
    {"virtual_mailbox_maps", ""},
    {"virtual_maps", ""},
};

static bool expand(struct postfix *pf, struct rs_span text,
                   struct import_text *out, int depth);

bool postfix_find(const struct postfix *pf, struct rs_span name,
                  struct postfix_param *out)
{
    for (size_t i = pf->count; i > 0; i--)
        if (rs_span_equal(pf->params[i - 1].name, name)) {
            *out = pf->params[i - 1];
            return true;
        }
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (rs_span_equal(rs_span_of(defaults[i].name), name)) {
            *out = (struct postfix_param){name, rs_span_of(defaults[i].value),
                                          pf->file, 0};
            return true;
        }
    return false;
}

static void put_gap(struct postfix *pf, const char *name,
                    struct import_text *out)
{
    snprintf(pf->missing, sizeof pf->missing, "%s", name);
    import_put_char(out, IMPORT_GAP);
}

/* The host's name, completed with $mydomain as Postfix does it. */
static bool put_host_name(struct postfix *pf, struct import_text *out,
                          int depth)
{
    struct rs_span name = import_host_name(pf->in);
    struct postfix_param domain;

    if (name.ptr == NULL) {
        put_gap(pf, "myhostname", out);
        return true;
    }
    import_put(out, name);
    if (rs_span_find(name, RS_SPAN(".")) != NULL)
        return true;
    import_put_char(out, '.');
    if (postfix_find(pf, RS_SPAN("mydomain"), &domain))
        return expand(pf, domain.value, out, depth + 1);
    import_put(out, RS_SPAN("localdomain"));
    return true;
}

/* What stands behind the first dot of $myhostname. */
static bool put_domain(struct postfix *pf, struct import_text *out, int depth)
{
    struct import_text host = {0};
    bool fine = expand(pf, RS_SPAN("$myhostname"), &host, depth + 1);
    struct rs_span rest = import_text_span(&host), label;

    if (memchr(rest.ptr, IMPORT_GAP, rest.len) != NULL)
        put_gap(pf, "mydomain", out);
    else if (rs_take_until(&rest, '.', &label))
        import_put(out, rest);
    else
        import_put(out, RS_SPAN("localdomain"));
    rs_free(host.ptr);
    return fine;
}

static bool put_value(struct postfix *pf, struct rs_span name,
                      struct import_text *out, int depth)
{
    struct postfix_param param;

    if (depth > DEPTH_MAX || pf->steps++ > STEPS_MAX)
        return false;
    if (postfix_find(pf, name, &param))
        return expand(pf, rs_entry_trim(param.value), out, depth + 1);
    if (rs_span_equal(name, RS_SPAN("myhostname")))
        return put_host_name(pf, out, depth);
    if (rs_span_equal(name, RS_SPAN("mydomain")))
        return put_domain(pf, out, depth);
    return true; /* what is not set is empty */
}

/* The text for "yes" or "no" at the front of S, with or without braces. */
static struct rs_span take_branch(struct rs_span *s)
{
    struct rs_span branch;

    *s = rs_entry_trim(*s);
    if (!import_take_braces(s, '{', '}', &branch)) {
        branch = *s;
        *s = rs_span_skip(*s, s->len);
    }
    *s = rs_entry_trim(*s);
    return branch;
}

/* `?yes`, `?{yes}:{no}` or `:no`, for a condition that HOLDS. */
static bool put_branch(struct postfix *pf, struct rs_span rest, bool holds,
                       struct import_text *out, int depth)
{
    struct rs_span yes = RS_SPAN(""), no = RS_SPAN("");

    if (rs_take(&rest, "?"))
        yes = take_branch(&rest);
    if (rs_take(&rest, ":"))
        no = take_branch(&rest);
    return expand(pf, holds ? yes : no, out, depth + 1);
}

/* Compare dotted numbers, as compatibility levels are. */
static int compare_levels(struct rs_span a, struct rs_span b)
{
    for (int i = 0; i < 3; i++) {
        uint64_t x = 0, y = 0;

        (void)(rs_take_number(&a, UINT32_MAX, &x) && rs_take(&a, "."));
        (void)(rs_take_number(&b, UINT32_MAX, &y) && rs_take(&b, "."));
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static int compare_values(struct rs_span a, struct rs_span b, bool levels)
{
    uint64_t x, y;
    struct rs_span m = a, n = b;

    if (levels)
        return compare_levels(a, b);
    if (rs_take_number(&m, UINT32_MAX, &x) && m.len == 0
        && rs_take_number(&n, UINT32_MAX, &y) && n.len == 0)
        return (x > y) - (x < y);
    return rs_span_compare(a, b);
}

static bool holds(struct rs_span op, struct rs_span a, struct rs_span b)
{
    static const struct {
        const char *name;
        bool less, equal, greater;
    } ops[] = {{"==", false, true, false}, {"!=", true, false, true},
               {"<=", true, true, false},  {">=", false, true, true},
               {"<", true, false, false},  {">", false, false, true}};
    bool levels = rs_span_ends(op, RS_SPAN("level"));
    int order = compare_values(a, b, levels);

    if (levels)
        op.len -= 5;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (rs_span_equal(op, rs_span_of(ops[i].name)))
            return order == 0  ? ops[i].equal
                   : order < 0 ? ops[i].less
                               : ops[i].greater;
    return false;
}

/* `{a} == {b} ? {yes} : {no}` */
static bool put_comparison(struct postfix *pf, struct rs_span body,
                           struct import_text *out, int depth)
{
    struct rs_span left, right, op = {body.ptr, 0};
    struct import_text a = {0}, b = {0};
    bool fine = import_take_braces(&body, '{', '}', &left);

    body = rs_entry_trim(body);
    for (op.ptr = body.ptr; body.len > 0 && body.ptr[0] != '{'; op.len++)
        body = rs_span_skip(body, 1);
    fine = fine && import_take_braces(&body, '{', '}', &right)
           && expand(pf, rs_entry_trim(left), &a, depth + 1)
           && expand(pf, rs_entry_trim(right), &b, depth + 1);
    if (fine)
        fine = put_branch(pf, rs_entry_trim(body),
                          holds(rs_entry_trim(op), import_text_span(&a),
                                import_text_span(&b)),
                          out, depth);
    rs_free(a.ptr);
    rs_free(b.ptr);
    return fine;
}

/* What stands in the braces of `${...}`. */
static bool put_body(struct postfix *pf, struct rs_span body,
                     struct import_text *out, int depth)
{
    struct import_text value = {0};
    struct rs_span name;
    bool fine;

    if (depth > DEPTH_MAX || pf->steps++ > STEPS_MAX)
        return false;
    body = rs_entry_trim(body);
    if (body.len > 0 && body.ptr[0] == '{')
        return put_comparison(pf, body, out, depth);
    if (!import_take_name(&body, &name))
        return true;
    body = rs_entry_trim(body);
    if (body.len == 0)
        return put_value(pf, name, out, depth);
    fine = put_value(pf, name, &value, depth)
           && put_branch(pf, body, value.len > 0, out, depth);
    rs_free(value.ptr);
    return fine;
}

/* A value may go over several lines; what is put in place of a variable is on
 * one, so that the lines of the value can still be counted. */
static void flatten(struct import_text *out, size_t from)
{
    for (size_t i = from; i < out->len; i++)
        if (out->ptr[i] == '\n')
            out->ptr[i] = ' ';
}

static bool put_variable(struct postfix *pf, struct rs_span *text,
                         struct import_text *out, int depth)
{
    struct rs_span body;
    size_t from = out->len;
    bool fine = true;

    if (rs_take(text, "$"))
        import_put_char(out, '$');
    else if (import_take_braces(text, '{', '}', &body)
             || import_take_braces(text, '(', ')', &body))
        fine = put_body(pf, body, out, depth);
    else if (import_take_name(text, &body))
        fine = put_value(pf, body, out, depth);
    flatten(out, from);
    return fine;
}

static bool expand(struct postfix *pf, struct rs_span text,
                   struct import_text *out, int depth)
{
    struct rs_span before;

    if (depth > DEPTH_MAX)
        return false;
    while (rs_take_until(&text, '$', &before)) {
        import_put(out, before);
        if (!put_variable(pf, &text, out, depth))
            return false;
    }
    import_put(out, text);
    return !out->full;
}

bool postfix_expand(struct postfix *pf, struct rs_span text,
                    struct import_text *out)
{
    pf->steps = 0;
    pf->missing[0] = '\0';
    return expand(pf, text, out, 0);
}

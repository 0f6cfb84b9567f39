/* What of Exim's string expansion can be done without Exim: names that the
 * configuration tells, whether files exist, and what they hold. */
#include "import_exim_parts.h"

#include "relaysleuth/memory.h"

enum { DEPTH_MAX = 8 };

static void expand(struct exim *ex, struct rs_span text,
                   struct import_text *out, int depth);

static void put_gap(struct exim *ex, const char *why, struct import_text *out)
{
    ex->gap = why;
    import_put_char(out, IMPORT_GAP);
}

static void put_host_name(struct exim *ex, struct import_text *out)
{
    const struct exim_setting *told =
        exim_find(ex, EXIM_OPTION, RS_SPAN("primary_hostname"));
    struct rs_span name =
        told != NULL ? told->value : import_host_name(ex->in);

    /* Without its domain Exim asks the DNS for it. */
    if (rs_span_find(name, RS_SPAN(".")) != NULL)
        import_put(out, name);
    else
        put_gap(ex, "the full name of the host is not in the files", out);
}

static void put_variable(struct exim *ex, struct rs_span name,
                         struct import_text *out)
{
    const struct exim_setting *told;

    if (rs_span_equal(name, RS_SPAN("primary_hostname"))) {
        put_host_name(ex, out);
        return;
    }
    if (!rs_span_equal(name, RS_SPAN("qualify_domain"))) {
        put_gap(ex, "a part of it is known only when Exim runs", out);
        return;
    }
    told = exim_find(ex, EXIM_OPTION, name);
    if (told != NULL)
        import_put(out, told->value);
    else
        put_host_name(ex, out);
}

/* `if exists{FILE}{YES}{NO}`, the one condition that is understood. */
static bool put_if(struct exim *ex, struct rs_span body,
                   struct import_text *out, int depth)
{
    struct rs_span file, yes = RS_SPAN(""), no = RS_SPAN("");
    char found[RS_PATH];

    body = rs_entry_trim(body);
    if (!rs_take(&body, "exists"))
        return false;
    body = rs_entry_trim(body);
    if (!import_take_braces(&body, '{', '}', &file))
        return false;
    body = rs_entry_trim(body);
    if (!import_take_braces(&body, '{', '}', &yes))
        return false;
    body = rs_entry_trim(body);
    import_take_braces(&body, '{', '}', &no);
    file = rs_entry_trim(file);
    expand(ex, import_find(ex->in, file, found) ? yes : no, out, depth + 1);
    return true;
}

/* `readfile{FILE}{LINE END}` */
static bool put_file(struct exim *ex, struct rs_span body,
                     struct import_text *out)
{
    struct rs_span path, end = RS_SPAN("\n"), line;
    struct rs_entries file;
    unsigned long number;

    body = rs_entry_trim(body);
    if (!import_take_braces(&body, '{', '}', &path))
        return false;
    import_take_braces(&body, '{', '}', &end);
    if (!import_load(ex->in, rs_entry_trim(path), &file, NULL))
        return false;
    while (import_next_line(&file, &line, &number)) {
        import_put(out, line);
        import_put(out, end);
    }
    rs_entries_close(&file);
    return true;
}

/* What stands in the braces of `${...}`. */
static void put_body(struct exim *ex, struct rs_span body,
                     struct import_text *out, int depth)
{
    struct rs_span rest = rs_entry_trim(body), word;
    bool named = import_take_name(&rest, &word);

    if (named && rest.len == 0)
        put_variable(ex, word, out);
    else if (!(named && rs_span_equal(word, RS_SPAN("if"))
               && put_if(ex, rest, out, depth))
             && !(named && rs_span_equal(word, RS_SPAN("readfile"))
                  && put_file(ex, rest, out)))
        put_gap(ex, "a part of it is known only when Exim runs", out);
}

static void put_escape(struct rs_span *text, struct import_text *out)
{
    struct rs_span plain;
    char c;

    if (rs_take(text, "N")) {
        if (!rs_take_until_literal(text, RS_SPAN("\\N"), &plain)) {
            plain = *text;
            *text = rs_span_skip(*text, text->len);
        }
        import_put(out, plain);
        return;
    }
    if (text->len == 0)
        return;
    c = text->ptr[0];
    *text = rs_span_skip(*text, 1);
    import_put_char(out, c == 'n' ? '\n' : c == 't' ? '\t' : c);
}

static void expand(struct exim *ex, struct rs_span text,
                   struct import_text *out, int depth)
{
    struct rs_span part;

    if (depth > DEPTH_MAX) {
        put_gap(ex, "it is nested too deep", out);
        return;
    }
    while (text.len > 0) {
        if (rs_take(&text, "\\")) {
            put_escape(&text, out);
        } else if (!rs_take(&text, "$")) {
            import_put_char(out, text.ptr[0]);
            text = rs_span_skip(text, 1);
        } else if (import_take_braces(&text, '{', '}', &part)) {
            put_body(ex, part, out, depth);
        } else if (import_take_name(&text, &part)) {
            put_variable(ex, part, out);
        } else {
            put_gap(ex, "a \"$\" in it is no variable", out);
        }
    }
}

void exim_expand(struct exim *ex, struct rs_span text, struct import_text *out)
{
    ex->gap = NULL;
    expand(ex, text, out, 0);
    if (out->full)
        ex->gap = "it is too long";
}

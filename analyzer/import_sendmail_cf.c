/* sendmail.cf: classes, their files, macros and maps (Sendmail Installation
 * and Operation Guide, section 5). */
#include "import_sendmail_parts.h"

#include "relaysleuth/memory.h"

void sendmail_add_words(struct sendmail *sm, struct rs_span class,
                        struct rs_span text, const char *file,
                        unsigned long line)
{
    struct rs_span word;
    unsigned long number = line;

    while (rs_entry_take_item(&text, 0, &number, &word)) {
        struct sendmail_word *list =
            rs_grow(sm->words, sm->count, &sm->capacity, sizeof *list);

        if (list == NULL) {
            sm->in->lost = true;
            return;
        }
        sm->words = list;
        list[sm->count] = (struct sendmail_word){
            rs_arena_copy(sm->in->arena, class),
            rs_arena_copy(sm->in->arena, word), file, line};
        sm->in->lost |= list[sm->count].class.ptr == NULL
                        || list[sm->count].word.ptr == NULL;
        sm->count++;
    }
}

static void read_class_file(struct sendmail *sm, struct rs_span class,
                            struct rs_entries *file, bool whole_lines)
{
    struct rs_span line, text, word;
    unsigned long number, inner = 1;

    while (import_next_line(file, &line, &number)) {
        text = line;
        rs_take_until(&line, '#', &text);
        if (!whole_lines) {
            if (!rs_entry_take_item(&text, 0, &inner, &word))
                continue;
            text = word;
        }
        sendmail_add_words(sm, class, text, file->where, number);
    }
}

/* Of a class of files that cannot be read nothing is known. */
static void refuse(struct sendmail *sm, struct rs_span class,
                   struct rs_span what, const struct import_at *at,
                   const char *why)
{
    bool relays = rs_span_equal(class, RS_SPAN("R"));
    struct import_at here = *at;
    struct rs_span shown = import_shown(what);

    if (!relays && !rs_span_equal(class, RS_SPAN("w"))
        && !rs_span_equal(class, RS_SPAN("VirtHost")))
        return;
    here.class = relays ? RS_SITE_RELAY : RS_SITE_LOCAL;
    import_unlisted(sm->in, &here, "%.*s %s", RS_SPAN_ARG(shown), why);
    if (!relays)
        return;
    here.class = RS_SITE_NETWORKS;
    import_unlisted(sm->in, &here, "%.*s %s", RS_SPAN_ARG(shown), why);
}

void sendmail_read_class(struct sendmail *sm, struct rs_span class,
                         struct rs_span what, const char *file,
                         unsigned long line)
{
    struct rs_span name =
        rs_arena_print(sm->in->arena, "class %.*s", RS_SPAN_ARG(class));
    struct import_at at = {.setting = name.ptr, .file = file, .line = line};
    bool optional = rs_take(&what, "-o");
    struct rs_span path;
    struct rs_entries inner;
    const char *why;

    what = rs_entry_trim(what);
    if (name.ptr == NULL || !rs_entry_take_item(&what, 0, &line, &path)) {
        sm->in->lost |= name.ptr == NULL;
        return;
    }
    what = rs_entry_trim(what);
    if (path.ptr[0] != '/') { /* a program, a map, LDAP */
        refuse(sm, class, path, &at, "cannot be listed");
    } else if (import_load(sm->in, path, &inner, &why)) {
        read_class_file(sm, class, &inner,
                        what.len > 0 && !rs_span_equal(what, RS_SPAN("%s")));
        rs_entries_close(&inner);
    } else if (!optional || strcmp(why, "is not there") != 0) {
        refuse(sm, class, path, &at, why);
    }
}

struct rs_span sendmail_map_path(struct rs_span map)
{
    struct rs_span word, path = RS_ABSENT;
    unsigned long line = 0;

    while (rs_entry_take_item(&map, 0, &line, &word))
        path = word;
    if (rs_span_ends(path, RS_SPAN(".db")))
        path.len -= 3;
    return path;
}

/* "w", or "{VirtHost}". */
static bool take_class(struct rs_span *line, struct rs_span *class)
{
    if (import_take_braces(line, '{', '}', class))
        return true;
    if (line->len == 0)
        return false;
    *class = (struct rs_span){line->ptr, 1};
    *line = rs_span_skip(*line, 1);
    return true;
}

static void take_macro(struct sendmail *sm, struct rs_span line,
                       unsigned long number)
{
    struct rs_span name;
    struct rs_span *out;

    if (!take_class(&line, &name) || line.len == 0
        || memchr(line.ptr, '$', line.len) != NULL)
        return;
    if (rs_span_equal(name, RS_SPAN("j"))) {
        out = &sm->host;
        sm->host_line = number;
    } else if (rs_span_equal(name, RS_SPAN("m"))) {
        out = &sm->domain;
    } else {
        return;
    }
    *out = rs_arena_copy(sm->in->arena, rs_entry_trim(line));
    sm->in->lost |= out->ptr == NULL;
}

static void take_map(struct sendmail *sm, struct rs_span line)
{
    struct rs_span name, path;
    struct rs_span *out;
    unsigned long number = 0;

    if (!rs_entry_take_item(&line, 0, &number, &name))
        return;
    path = sendmail_map_path(line);
    if (path.ptr == NULL)
        return;
    if (rs_span_equal(name, RS_SPAN("access")))
        out = &sm->access;
    else if (rs_span_equal(name, RS_SPAN("mailertable")))
        out = &sm->mailertable;
    else
        return;
    *out = rs_arena_copy(sm->in->arena, path);
    sm->in->lost |= out->ptr == NULL;
}

/* The features are no longer there by name, but by the rules that they make.
 */
static void take_rule(struct sendmail *sm, struct rs_span line)
{
    if (rs_span_starts(line, RS_SPAN("R$+ < @ $* $=m >")))
        sm->entire_domain = true;
    if (rs_span_starts(line, RS_SPAN("R$+ < @ $=R >")))
        sm->hosts_only = true;
}

void sendmail_take_line(struct sendmail *sm, struct rs_span line,
                        const char *file, unsigned long number)
{
    struct rs_span rest, class;

    if (line.len < 2)
        return;
    rest = rs_span_skip(line, 1);
    switch (line.ptr[0]) {
    case 'C':
        if (take_class(&rest, &class))
            sendmail_add_words(sm, class, rest, file, number);
        break;
    case 'F':
        if (take_class(&rest, &class))
            sendmail_read_class(sm, class, rest, file, number);
        break;
    case 'D': take_macro(sm, rest, number); break;
    case 'K': take_map(sm, rest); break;
    case 'R': take_rule(sm, line); break;
    default: break;
    }
}

void sendmail_read_cf(struct sendmail *sm, struct rs_entries *file)
{
    struct rs_span line;
    unsigned long number;

    while (rs_entries_next_line(file, &line, &number))
        sendmail_take_line(sm, rs_entry_trim(line), file->where, number);
}

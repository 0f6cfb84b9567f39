/* Debian's update-exim4.conf.conf, with which update-exim4.conf(8) makes the
 * configuration out of a template: a copy of /etc has these where Exim's own
 * file is not. */
#include "import_exim_parts.h"
#include "relaysleuth/memory.h"

static const struct part {
    const char *variable, *list, *macro;
    enum exim_kind kind;
    const char *before; /* what is put before the value */
    bool colons;        /* semicolons are taken for colons */
} parts[] = {
    {"dc_other_hostnames", "local_domains", "MAIN_LOCAL_DOMAINS", EXIM_DOMAINS,
     "@:localhost:", true},
    {"dc_relay_domains", "relay_to_domains", "MAIN_RELAY_TO_DOMAINS",
     EXIM_DOMAINS, "", false},
    {"dc_relay_nets", "relay_from_hosts", "MAIN_RELAY_NETS", EXIM_HOSTS, "",
     false},
};

/* Without the quotes of the shell. */
static struct rs_span unquote(struct rs_span s)
{
    s = rs_entry_trim(s);
    if (s.len >= 2 && (s.ptr[0] == '\'' || s.ptr[0] == '"')
        && s.ptr[s.len - 1] == s.ptr[0])
        return (struct rs_span){s.ptr + 1, s.len - 2};
    return s;
}

/* VALUE as Exim's list. */
static void put_list(const struct part *part, struct rs_span value,
                     struct import_text *out)
{
    bool semicolons = memchr(value.ptr, ';', value.len) != NULL;

    import_put(out, rs_span_of(part->before));
    if (semicolons && !part->colons && value.ptr[0] != '<')
        import_put(out, RS_SPAN("<; "));
    for (size_t i = 0; i < value.len; i++)
        import_put_char(
            out, part->colons && value.ptr[i] == ';' ? ':' : value.ptr[i]);
}

static const struct part *part_of(struct rs_span variable)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (rs_span_equal(variable, rs_span_of(parts[i].variable)))
            return &parts[i];
    return NULL;
}

static void add_part(struct exim *ex, const struct part *part,
                     struct rs_span value, const char *file,
                     unsigned long line)
{
    struct exim_setting setting = {.kind = part->kind,
                                   .name = rs_span_of(part->list),
                                   .file = file,
                                   .line = line};
    struct import_text text = {0};

    put_list(part, value, &text);
    setting.value = import_text_span(&text);
    exim_add_setting(ex, &setting);
    rs_free(text.ptr);
}

void exim_read_debian(struct exim *ex, struct rs_entries *file)
{
    struct rs_span line, name;
    unsigned long number;

    while (import_next_line(file, &line, &number)) {
        const struct part *part;

        if (!rs_take_until(&line, '=', &name))
            continue;
        part = part_of(name);
        if (part != NULL)
            add_part(ex, part, unquote(line), file->where, number);
    }
}

/* ---- the template ---- */

static void put_seed(struct exim *ex, struct rs_span name,
                     struct rs_span value)
{
    const struct part *part = part_of(name);
    struct import_text text = {0};

    if (part != NULL) {
        put_list(part, value, &text);
        exim_define(ex, rs_span_of(part->macro), import_text_span(&text),
                    ex->seeds->where);
    } else if (rs_span_equal(name, RS_SPAN("dc_eximconfig_configtype"))) {
        import_put(&text, RS_SPAN("DCconfig_"));
        import_put(&text, value);
        exim_define(ex, import_text_span(&text), RS_SPAN("1"),
                    ex->seeds->where);
    } else if (name.len > 0 && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z'
               && !rs_span_equal(name, RS_SPAN("CFILEMODE"))) {
        exim_define(ex, name, value, ex->seeds->where);
    }
    rs_free(text.ptr);
}

void exim_put_seeds(struct exim *ex)
{
    struct rs_span line, name;
    unsigned long number;

    ex->template = true;
    if (ex->seeds == NULL)
        return;
    while (import_next_line(ex->seeds, &line, &number))
        if (rs_take_until(&line, '=', &name))
            put_seed(ex, name, unquote(line));
}

/* Is some list what update-exim4.conf has to put in? */
static bool lacks_seeds(const struct exim *ex)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct exim_setting *list =
            exim_find(ex, parts[i].kind, rs_span_of(parts[i].list));

        if (list != NULL && !exim_has_macro(ex, rs_span_of(parts[i].macro))
            && rs_span_find(list->value, rs_span_of(parts[i].macro)) != NULL)
            return true;
    }
    return false;
}

static void read_again(struct exim *ex, struct rs_entries *file)
{
    struct rs_entries local;

    ex->setting_count = ex->macro_count = 0;
    ex->depth = ex->beyond = 0;
    ex->ended = false;
    if (import_load(ex->in, RS_SPAN("exim4.conf.localmacros"), &local, NULL)) {
        exim_read_file(ex, &local);
        rs_entries_close(&local);
    }
    file->pos = 0;
    file->line = 1;
    exim_read_file(ex, file);
}

enum rs_status exim_fill_template(struct exim *ex, struct rs_entries *file,
                                  struct rs_error *err)
{
    struct rs_entries seeds;

    if (!lacks_seeds(ex))
        return RS_OK;
    if (!import_load(ex->in, RS_SPAN("update-exim4.conf.conf"), &seeds, NULL))
        return rs_fail(err, RS_ERR_CONFIG, file->where, 0,
                       "is Debian's template and needs update-exim4.conf.conf"
                       " beside it: put that there, or name"
                       " /var/lib/exim4/config.autogenerated");
    ex->seeds = &seeds;
    read_again(ex, file);
    ex->seeds = NULL;
    rs_entries_close(&seeds);
    return RS_OK;
}

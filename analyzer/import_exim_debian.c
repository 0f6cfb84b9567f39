/* Debian's update-exim4.conf.conf, from which update-exim4.conf(8) makes the
 * configuration: a copy of /etc has this where Exim's own file is not. */
#include "import_exim_parts.h"
#include "relaysleuth/memory.h"

static const struct part {
    const char *variable, *list;
    enum exim_kind kind;
    const char *before; /* what is put before the value */
    bool colons;        /* semicolons are taken for colons */
} parts[] = {
    {"dc_other_hostnames", "local_domains", EXIM_DOMAINS,
     "@:localhost:", true},
    {"dc_relay_domains", "relay_to_domains", EXIM_DOMAINS, "", false},
    {"dc_relay_nets", "relay_from_hosts", EXIM_HOSTS, "", false},
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

static void add_part(struct exim *ex, const struct part *part,
                     struct rs_span value, const char *file,
                     unsigned long line)
{
    struct exim_setting setting = {.kind = part->kind,
                                   .name = rs_span_of(part->list),
                                   .file = file,
                                   .line = line};
    bool semicolons = memchr(value.ptr, ';', value.len) != NULL;
    struct import_text text = {0};

    import_put(&text, rs_span_of(part->before));
    if (semicolons && !part->colons && value.ptr[0] != '<')
        import_put(&text, RS_SPAN("<; "));
    for (size_t i = 0; i < value.len; i++)
        import_put_char(
            &text, part->colons && value.ptr[i] == ';' ? ':' : value.ptr[i]);
    setting.value = import_text_span(&text);
    exim_add_setting(ex, &setting);
    rs_free(text.ptr);
}

void exim_read_debian(struct exim *ex, struct rs_entries *file)
{
    struct rs_span line, name;
    unsigned long number;

    while (import_next_line(file, &line, &number)) {
        if (!rs_take_until(&line, '=', &name))
            continue;
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (rs_span_equal(name, rs_span_of(parts[i].variable)))
                add_part(ex, &parts[i], unquote(line), file->where, number);
    }
}

/* sendmail.mc, from which m4(1) makes sendmail.cf: the macros that name
 * domains and files (cf/README in Sendmail). */
#include "import_sendmail_parts.h"

#include "relaysleuth/memory.h"

enum { ARGUMENTS = 2 };

/* What sendmail.mc says and its defaults. */
struct mc {
    struct sendmail *sm;
    const char *file;
    unsigned long line;
    struct rs_span names_file, relays_file;
    bool uses_names_file;
};

typedef void call_fn(struct mc *mc, const struct rs_span args[ARGUMENTS]);

static struct rs_span keep(struct mc *mc, struct rs_span s)
{
    struct rs_span kept = rs_arena_copy(mc->sm->in->arena, s);

    mc->sm->in->lost |= kept.ptr == NULL;
    return kept;
}

static void call_define(struct mc *mc, const struct rs_span args[ARGUMENTS])
{
    if (rs_span_equal(args[0], RS_SPAN("confDOMAIN_NAME"))) {
        mc->sm->host = keep(mc, args[1]);
        mc->sm->host_line = mc->line;
    }
    if (rs_span_equal(args[0], RS_SPAN("confCW_FILE")))
        mc->names_file = keep(mc, args[1]);
    if (rs_span_equal(args[0], RS_SPAN("confCR_FILE")))
        mc->relays_file = keep(mc, args[1]);
}

static void call_feature(struct mc *mc, const struct rs_span args[ARGUMENTS])
{
    static const struct {
        const char *name, *path;
    } maps[] = {{"access_db", "/etc/mail/access"},
                {"mailertable", "/etc/mail/mailertable"}};
    struct sendmail *sm = mc->sm;
    struct rs_span *const out[] = {&sm->access, &sm->mailertable};

    if (rs_span_equal(args[0], RS_SPAN("use_cw_file")))
        mc->uses_names_file = true;
    if (rs_span_equal(args[0], RS_SPAN("relay_entire_domain")))
        sm->entire_domain = true;
    if (rs_span_equal(args[0], RS_SPAN("relay_hosts_only")))
        sm->hosts_only = true;
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct rs_span path = sendmail_map_path(args[1]);

        if (rs_span_equal(args[0], rs_span_of(maps[i].name)))
            *out[i] = path.len > 0 ? keep(mc, path) : rs_span_of(maps[i].path);
    }
}

static void call_names(struct mc *mc, const struct rs_span args[ARGUMENTS])
{
    sendmail_add_words(mc->sm, RS_SPAN("w"), args[0], mc->file, mc->line);
}

static void call_relays(struct mc *mc, const struct rs_span args[ARGUMENTS])
{
    sendmail_add_words(mc->sm, RS_SPAN("R"), args[0], mc->file, mc->line);
}

static void call_relay_file(struct mc *mc,
                            const struct rs_span args[ARGUMENTS])
{
    sendmail_read_class(mc->sm, RS_SPAN("R"), args[0], mc->file, mc->line);
}

static void call_virtual(struct mc *mc, const struct rs_span args[ARGUMENTS])
{
    sendmail_add_words(mc->sm, RS_SPAN("VirtHost"), args[0], mc->file,
                       mc->line);
}

static void call_virtual_file(struct mc *mc,
                              const struct rs_span args[ARGUMENTS])
{
    sendmail_read_class(mc->sm, RS_SPAN("VirtHost"), args[0], mc->file,
                        mc->line);
}

static const struct {
    const char *name;
    call_fn *call;
} calls[] = {
    {"FEATURE", call_feature},
    {"LOCAL_DOMAIN", call_names},
    {"RELAY_DOMAIN", call_relays},
    {"RELAY_DOMAIN_FILE", call_relay_file},
    {"VIRTUSER_DOMAIN", call_virtual},
    {"VIRTUSER_DOMAIN_FILE", call_virtual_file},
    {"define", call_define},
};

/* One argument, its outer quotes removed; false behind the last.  TEXT begins
 * behind "(" or ",". */
static bool take_argument(struct rs_span *text, struct import_text *out)
{
    unsigned quotes = 0, brackets = 0;

    for (*text = rs_entry_trim(*text); text->len > 0;) {
        char c = text->ptr[0];

        *text = rs_span_skip(*text, 1);
        if (c == '`' && quotes++ == 0)
            continue;
        if (c == '\'' && quotes > 0 && --quotes == 0)
            continue;
        if (quotes == 0 && brackets == 0 && (c == ',' || c == ')'))
            return c == ',';
        brackets += quotes == 0 && c == '(';
        brackets -= quotes == 0 && c == ')';
        import_put_char(out, c);
    }
    return false;
}

/* A macro call at the front of LINE, which goes to the end of the file. */
static void take_call(struct mc *mc, struct rs_span line)
{
    struct import_text texts[ARGUMENTS] = {{0}, {0}};
    struct rs_span args[ARGUMENTS], name;
    bool more = import_take_name(&line, &name) && rs_take(&line, "(");
    size_t i = 0;

    while (i < sizeof calls / sizeof *calls
           && !rs_span_equal(name, rs_span_of(calls[i].name)))
        i++;
    if (!more || i == sizeof calls / sizeof *calls)
        return;
    for (size_t a = 0; a < ARGUMENTS && more; a++)
        more = take_argument(&line, &texts[a]);
    for (size_t a = 0; a < ARGUMENTS; a++)
        args[a] = rs_entry_trim(import_text_span(&texts[a]));
    calls[i].call(mc, args);
    for (size_t a = 0; a < ARGUMENTS; a++)
        rs_free(texts[a].ptr);
}

/* What goes into sendmail.cf as it stands begins with its letter. */
static bool is_cf_line(struct rs_span line)
{
    return rs_span_starts(line, RS_SPAN("Cw"))
           || rs_span_starts(line, RS_SPAN("CR"))
           || rs_span_starts(line, RS_SPAN("C{"))
           || rs_span_starts(line, RS_SPAN("Fw"))
           || rs_span_starts(line, RS_SPAN("FR"))
           || rs_span_starts(line, RS_SPAN("F{"))
           || rs_span_starts(line, RS_SPAN("Dj"))
           || rs_span_starts(line, RS_SPAN("Dm"));
}

static void take_files(struct mc *mc)
{
    if (mc->uses_names_file)
        sendmail_read_class(mc->sm, RS_SPAN("w"), mc->names_file, mc->file,
                            mc->line);
    sendmail_read_class(mc->sm, RS_SPAN("R"), mc->relays_file, mc->file,
                        mc->line);
}

void sendmail_read_mc(struct sendmail *sm, struct rs_entries *file)
{
    struct mc mc = {.sm = sm,
                    .file = file->where,
                    .names_file = RS_SPAN("/etc/mail/local-host-names %[#]"),
                    .relays_file = RS_SPAN("-o /etc/mail/relay-domains %[#]")};
    struct rs_span line;

    sendmail_add_words(sm, RS_SPAN("w"), RS_SPAN("localhost"), mc.file, 0);
    while (import_next_line(file, &line, &mc.line)) {
        if (is_cf_line(line))
            sendmail_take_line(sm, line, mc.file, mc.line);
        else if (line.len > 0 && line.ptr[0] != '#')
            take_call(&mc, (struct rs_span){
                               line.ptr,
                               (size_t)(file->text + file->len - line.ptr)});
    }
    mc.line = 0;
    take_files(&mc);
}

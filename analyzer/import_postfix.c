/* Postfix's configuration: main.cf and master.cf, as they are or as
 * postconf(1) prints them. */
#include "import_postfix_parts.h"

#include <stdio.h>
#include <unistd.h>

#include "relaysleuth/memory.h"

static const char *const homes[] = {
    "/usr/local/etc/postfix", "/usr/pkg/etc/postfix", "/etc/postfix", NULL};

/* The settings that say what is ours. */
static const struct setting {
    const char *name;
    enum rs_site_class class;
    bool dotted; /* its default is a table of recipients, too */
} settings[] = {
    {"mydestination", RS_SITE_LOCAL, false},
    {"virtual_alias_domains", RS_SITE_LOCAL, true},
    {"virtual_mailbox_domains", RS_SITE_LOCAL, true},
    {"relay_domains", RS_SITE_RELAY, false},
    {"mynetworks", RS_SITE_NETWORKS, false},
};

/* What one service of master.cf sets is kept by a name of its own. */
#define OF_SERVICE RS_SPAN("-o mynetworks")

/* ---- files ---- */

static void add_param(struct postfix *pf, const struct postfix_param *param)
{
    struct postfix_param *list =
        rs_grow(pf->params, pf->count, &pf->capacity, sizeof *list);

    if (list == NULL) {
        pf->in->lost = true;
        return;
    }
    pf->params = list;
    list[pf->count] = *param;
    list[pf->count].name = rs_arena_copy(pf->in->arena, param->name);
    list[pf->count].value = rs_arena_copy(pf->in->arena, param->value);
    pf->in->lost |=
        list[pf->count].name.ptr == NULL || list[pf->count].value.ptr == NULL;
    pf->count++;
}

/* "mynetworks=192.0.2.0/24", or the same with blanks, in braces. */
static void read_option(struct postfix *pf, struct rs_span word,
                        const char *file, unsigned long line)
{
    struct postfix_param param = {
        .name = OF_SERVICE, .file = file, .line = line};
    struct rs_span name;

    if (import_take_braces(&word, '{', '}', &name))
        word = rs_entry_trim(name);
    if (!rs_take_until(&word, '=', &name)
        || !rs_span_equal(rs_entry_trim(name), RS_SPAN("mynetworks")))
        return;
    param.value = rs_entry_trim(word);
    add_param(pf, &param);
}

/* A service of master.cf: seven words, a program, its options.  False when it
 * is none. */
static bool read_service(struct postfix *pf, struct rs_span line,
                         const char *file, unsigned long number)
{
    struct rs_span word;
    bool smtpd = false, option = false;
    int count = 0;

    while (rs_entry_take_item(&line, RS_ITEM_BRACES, &number, &word)) {
        if (++count == 8)
            smtpd = rs_span_equal(word, RS_SPAN("smtpd"));
        if (smtpd && option)
            read_option(pf, word, file, number);
        option = count > 8 && rs_span_equal(word, RS_SPAN("-o"));
    }
    pf->services += count >= 8;
    return count >= 8;
}

/* A line of main.cf, of master.cf, or of postconf, whose -P prints
 * "smtp/inet/mynetworks = ...". */
static bool read_line(struct postfix *pf, struct rs_span line,
                      const char *file, unsigned long number)
{
    struct postfix_param param = {.value = line, .file = file, .line = number};
    struct rs_span rest, first;
    unsigned long inner = 0;

    if (rs_entry_blank(line.ptr[0]))
        return false;
    if (!rs_take_until(&param.value, '=', &param.name))
        return read_service(pf, line, file, number);
    param.name = rs_entry_trim(param.name);
    rest = param.name;
    rs_entry_take_item(&rest, 0, &inner, &first);
    if (rest.len > 0)
        return read_service(pf, line, file, number);
    if (rs_span_ends(param.name, RS_SPAN("/mynetworks")))
        param.name = OF_SERVICE;
    else if (memchr(param.name.ptr, '/', param.name.len) != NULL)
        return true;
    add_param(pf, &param);
    return true;
}

static void read_lines(struct postfix *pf, struct rs_entries *file)
{
    struct import_at at = {
        .class = RS_SITE_LOCAL, .setting = "main.cf", .file = file->where};
    struct rs_span line;

    while (rs_entries_next_line(file, &line, &at.line))
        if (!read_line(pf, line, file->where, at.line))
            import_remark(pf->in, &at, "a line is no setting");
}

/* ---- postconf ---- */

/* Take what it prints for what the files leave out. */
static void read_answers(struct postfix *pf, struct rs_entries *out)
{
    struct postfix_param param = {.file = "postconf"}, known;
    struct rs_parameter entry;
    enum rs_status st;

    while ((st = rs_entries_next(out, &entry, NULL)) != RS_EOF) {
        if (st != RS_OK
            || (postfix_find(pf, entry.name, &known) && known.line > 0))
            continue;
        param.name = entry.name;
        param.value = entry.value;
        add_param(pf, &param);
    }
}

/* What only this machine knows: its name and its networks. */
static void ask_postconf(struct postfix *pf)
{
    static const char *const programs[] = {"/usr/sbin/postconf",
                                           "/usr/local/sbin/postconf",
                                           "/usr/pkg/sbin/postconf"};
    const char *argv[] = {
        NULL,       "-x",         "-c",         pf->in->root.real,
        "mydomain", "myhostname", "mynetworks", NULL};
    struct import_text text = {0};
    struct rs_entries out;

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (argv[0] == NULL && access(programs[i], X_OK) == 0)
            argv[0] = programs[i];
    if (argv[0] != NULL && import_run(argv, &text)
        && rs_entries_copy(&out, "postconf", import_text_span(&text), NULL)
               == RS_OK) {
        read_answers(pf, &out);
        rs_entries_close(&out);
    }
    rs_free(text.ptr);
}

/* ---- what is ours ---- */

/* Where a default only names another parameter, what is told is told there. */
static void follow(const struct postfix *pf, struct postfix_param *param,
                   struct import_at *at)
{
    struct postfix_param other;
    struct rs_span value = param->value, name;

    while (param->line == 0 && rs_take(&value, "$")
           && import_take_name(&value, &name) && value.len == 0
           && postfix_find(pf, name, &other)) {
        at->setting = rs_arena_copy(pf->in->arena, name).ptr;
        pf->in->lost |= at->setting == NULL;
        *param = other;
        value = other.value;
    }
    at->file = param->file;
    at->line = param->line;
}

static bool expand(struct postfix *pf, const struct import_at *at,
                   struct rs_span value, struct import_text *out)
{
    if (!postfix_expand(pf, value, out)) {
        import_unlisted(pf->in, at, "it refers to itself, or is too long");
        return false;
    }
    if (pf->missing[0] != '\0')
        import_unlisted(pf->in, at, "$%s is not in the files", pf->missing);
    return true;
}

/* Is WORD an item of the parameter NAME? */
static bool has_word(struct postfix *pf, const char *name, struct rs_span word)
{
    struct postfix_param param = {.value = RS_SPAN("")};
    struct import_text text = {0};
    struct rs_span rest, item;
    unsigned long line = 0;
    bool has = false;

    if (postfix_find(pf, rs_span_of(name), &param)
        && postfix_expand(pf, param.value, &text)) {
        rest = import_text_span(&text);
        while (!has && rs_entry_take_item(&rest, RS_ITEM_COMMAS, &line, &item))
            has = rs_span_equal(item, word);
    }
    rs_free(text.ptr);
    return has;
}

static void read_value(struct postfix *pf, const struct import_at *at,
                       struct rs_span value)
{
    struct import_text text = {0};

    if (expand(pf, at, value, &text))
        postfix_read_list(pf->in, at, import_text_span(&text));
    rs_free(text.ptr);
}

static void read_setting(struct postfix *pf, const struct setting *setting)
{
    struct import_at at = {.class = setting->class,
                           .setting = setting->name,
                           .dotted = setting->dotted};
    struct postfix_param param;

    if (!postfix_find(pf, rs_span_of(setting->name), &param))
        return;
    follow(pf, &param, &at);
    at.below = at.class == RS_SITE_RELAY
               && has_word(pf, "parent_domain_matches_subdomains",
                           RS_SPAN("relay_domains"));
    read_value(pf, &at, param.value);
}

/* Without mynetworks: the host itself, or networks that only it knows. */
static void read_style(struct postfix *pf)
{
    struct import_at at = {
        .class = RS_SITE_NETWORKS, .setting = "mynetworks", .file = pf->file};
    struct postfix_param param;

    if (!postfix_find(pf, RS_SPAN("mynetworks"), &param)
        && !has_word(pf, "mynetworks_style", RS_SPAN("host")))
        import_unlisted(pf->in, &at,
                        "it is not set, and the host's own networks are not"
                        " in the files");
}

/* Services may trust other clients, each by a list of its own. */
static void read_services(struct postfix *pf)
{
    struct import_at at = {.class = RS_SITE_NETWORKS, .setting = "mynetworks"};

    for (size_t i = 0; i < pf->count; i++) {
        if (!rs_span_equal(pf->params[i].name, OF_SERVICE))
            continue;
        at.file = pf->params[i].file;
        at.line = pf->params[i].line;
        read_value(pf, &at, pf->params[i].value);
    }
}

static void check_backup(struct postfix *pf)
{
    static const char *const names[] = {"smtpd_relay_restrictions",
                                        "smtpd_recipient_restrictions"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct import_at at = {.class = RS_SITE_RELAY, .setting = names[i]};
        struct postfix_param param;

        if (!postfix_find(pf, rs_span_of(names[i]), &param)
            || !has_word(pf, names[i], RS_SPAN("permit_mx_backup")))
            continue;
        at.file = param.file;
        at.line = param.line;
        import_unlisted(pf->in, &at,
                        "permit_mx_backup lets in whatever domain has this"
                        " host as its MX");
    }
}

static void read_settings(struct postfix *pf)
{
    import_told(pf->in);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        read_setting(pf, &settings[i]);
    read_style(pf);
    check_backup(pf);
}

/* Where only the services were printed, nothing else is told. */
static void read_facts(struct postfix *pf)
{
    bool any = false;

    for (size_t i = 0; i < pf->count; i++)
        any = any || !rs_span_equal(pf->params[i].name, OF_SERVICE);
    if (any)
        read_settings(pf);
    read_services(pf);
}

/* ---- the configuration ---- */

static enum rs_status read_main(struct postfix *pf, const char *path,
                                struct rs_error *err)
{
    struct rs_entries file;
    enum rs_status st = import_open(pf->in, path, &file, err);

    if (st != RS_OK)
        return st;
    pf->file = file.where;
    read_lines(pf, &file);
    rs_entries_close(&file);
    if (pf->count + pf->services == 0)
        return rs_fail(err, RS_ERR_CONFIG, path, 0,
                       "holds no setting of Postfix");
    return RS_OK;
}

static void read_master(struct postfix *pf)
{
    struct rs_entries file;

    if (!import_load(pf->in, RS_SPAN("master.cf"), &file, NULL)
        && !import_load(pf->in, RS_SPAN("postconf-Mf"), &file, NULL))
        return;
    read_lines(pf, &file);
    rs_entries_close(&file);
}

/* The file of FOLDER that holds the settings. */
static enum rs_status find_main(struct rs_import *in, const char *folder,
                                char out[RS_PATH], struct rs_error *err)
{
    static const char *const names[] = {"main.cf", "postconf-n", "postconf"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (import_find(in, rs_span_of(names[i]), out))
            return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, folder, 0,
                   "no main.cf is there; name the folder that has it, or a"
                   " file that postconf -n wrote");
}

static enum rs_status read_folder(struct postfix *pf, const char *path,
                                  struct rs_error *err)
{
    char main_cf[RS_PATH];
    enum rs_status st = import_root_open(pf->in, path, homes, err);

    if (st == RS_OK)
        st = find_main(pf->in, path, main_cf, err);
    if (st == RS_OK)
        st = read_main(pf, main_cf, err);
    if (st != RS_OK)
        return st;
    read_master(pf);
    if (pf->in->root.live)
        ask_postconf(pf);
    return RS_OK;
}

static enum rs_status read_file(struct postfix *pf, const char *path,
                                struct rs_error *err)
{
    char folder[RS_PATH];
    enum rs_status st =
        import_root_open(pf->in, import_folder(path, folder), homes, err);

    return st == RS_OK ? read_main(pf, path, err) : st;
}

static enum rs_status read_postfix(struct rs_import *in, const char *path,
                                   struct rs_error *err)
{
    struct postfix pf = {.in = in};
    enum rs_status st = import_is_folder(path) ? read_folder(&pf, path, err)
                                               : read_file(&pf, path, err);

    if (st == RS_OK)
        read_facts(&pf);
    rs_free(pf.params);
    return st;
}

const struct rs_importer rs_importer_postfix = {
    .name = "postfix",
    .path = "DIR",
    .summary =
        "/etc/postfix, of a copy of it, or of a file that postconf -n, -x or"
        " -Mf wrote",
    .read = read_postfix,
};

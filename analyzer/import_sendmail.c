/* Sendmail's configuration: a folder such as /etc/mail, or its sendmail.cf or
 * sendmail.mc alone. */
#include "import_sendmail_parts.h"

#include <stdio.h>

#include "relaysleuth/memory.h"

static const char *const homes[] = {"/usr/local/etc/mail", "/usr/pkg/etc/mail",
                                    "/etc/mail", "/etc", NULL};

/* ---- mailertable ---- */

static void add_name(struct sendmail *sm, struct rs_span name,
                     struct rs_span **list, size_t *count, size_t *capacity)
{
    struct rs_span *items = rs_grow(*list, *count, capacity, sizeof *items);

    if (items == NULL) {
        sm->in->lost = true;
        return;
    }
    *list = items;
    items[*count] = rs_arena_copy(sm->in->arena, name);
    sm->in->lost |= items[*count].ptr == NULL;
    ++*count;
}

/* "example.org local:postmaster": of what we take mail for, it is delivered
 * here; with "error:" it is refused. */
static void read_mailertable(struct sendmail *sm)
{
    struct rs_entries file;
    struct rs_span line, key, mailer, rest;
    unsigned long number, inner = 0;

    if (sm->mailertable.ptr == NULL
        || !import_load(sm->in, sm->mailertable, &file, NULL))
        return;
    while (rs_entries_next_line(&file, &line, &number)) {
        if (!rs_entry_take_item(&line, 0, &inner, &key)
            || !rs_entry_take_item(&line, 0, &inner, &rest)
            || !rs_take_until(&rest, ':', &mailer))
            continue;
        if (rs_span_equal(mailer, RS_SPAN("local")))
            add_name(sm, key, &sm->local, &sm->local_count,
                     &sm->local_capacity);
        if (rs_span_equal(mailer, RS_SPAN("error")))
            add_name(sm, key, &sm->refused, &sm->refused_count,
                     &sm->refused_capacity);
    }
    rs_entries_close(&file);
}

/* ---- classes ---- */

static bool is_of(const struct sendmail_word *word, const char *class)
{
    return rs_span_equal(word->class, rs_span_of(class))
           && word->word.ptr[0] != '$';
}

static struct import_at place_of(const struct sendmail_word *word,
                                 enum rs_site_class class, const char *setting)
{
    return (struct import_at){.class = class,
                              .setting = setting,
                              .file = word->file,
                              .line = word->line};
}

static void tell_names(struct sendmail *sm)
{
    import_begin(sm->in, RS_SITE_LOCAL);
    for (size_t i = 0; i < sm->count; i++) {
        const struct sendmail_word *word = &sm->words[i];
        struct import_at at = place_of(word, RS_SITE_LOCAL, "class w");

        if (is_of(word, "VirtHost"))
            at.setting = "class VirtHost";
        else if (!is_of(word, "w"))
            continue;
        import_domain(sm->in, &at, word->word);
    }
}

/* A name there is a domain that mail is taken for, and whose hosts may relay;
 * these are known by their names only when they come. */
static void tell_relays(struct sendmail *sm)
{
    import_begin(sm->in, RS_SITE_RELAY);
    import_begin(sm->in, RS_SITE_NETWORKS);
    for (size_t i = 0; i < sm->count; i++) {
        const struct sendmail_word *word = &sm->words[i];
        struct import_at at = place_of(word, RS_SITE_NETWORKS, "class R");
        struct rs_addr prefix;
        unsigned bits;

        if (!is_of(word, "R"))
            continue;
        if (sendmail_take_block(word->word, &prefix, &bits))
            import_prefix(sm->in, &at, &prefix, bits);
        else
            sendmail_add_domain(sm, at, word->word);
    }
}

/* With relay_entire_domain mail is taken for what is behind the first dot of
 * the host, and all below.  The domain itself is most often one that is
 * delivered here: where that is not known, it is not said to be passed on. */
static void tell_whole_domain(struct sendmail *sm, struct import_at at,
                              struct rs_span domain)
{
    struct rs_span below =
        rs_arena_print(sm->in->arena, ".%.*s", RS_SPAN_ARG(domain));

    sm->in->lost |= below.ptr == NULL;
    at.setting = "class m";
    sendmail_add_domain(
        sm, at, sm->in->classes[RS_SITE_LOCAL].unknown ? below : domain);
}

/* The host's own name, whole and short. */
static void tell_host(struct sendmail *sm)
{
    struct import_at at = {.class = RS_SITE_LOCAL,
                           .setting = "$j",
                           .file = sm->file,
                           .line = sm->host_line};
    struct rs_span host =
        sm->host.ptr != NULL ? sm->host : import_host_name(sm->in);
    struct rs_span domain = host, label;

    if (host.ptr == NULL)
        import_unlisted(sm->in, &at,
                        "the host's own name is not in the files");
    else
        import_domain(sm->in, &at, host);
    if (rs_take_until(&domain, '.', &label))
        import_domain(sm->in, &at, label);
    else
        domain = RS_ABSENT;
    if (sm->domain.ptr != NULL)
        domain = sm->domain;
    if (sm->entire_domain && domain.ptr != NULL)
        tell_whole_domain(sm, at, domain);
}

static void tell(struct sendmail *sm)
{
    import_told(sm->in);
    read_mailertable(sm);
    tell_names(sm);
    tell_relays(sm);
    tell_host(sm);
    if (sm->access.ptr != NULL)
        sendmail_read_access(sm);
}

/* ---- files ---- */

/* Without a file that says which, the usual ones. */
static enum rs_status read_usual(struct sendmail *sm, struct rs_error *err)
{
    static const char *const classes[][2] = {
        {"w", "/etc/mail/local-host-names %[#]"},
        {"R", "-o /etc/mail/relay-domains %[#]"}};
    char found[RS_PATH];

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        sendmail_read_class(sm, rs_span_of(classes[i][0]),
                            rs_span_of(classes[i][1]), sm->file, 0);
    sm->access = RS_SPAN("/etc/mail/access");
    sm->mailertable = RS_SPAN("/etc/mail/mailertable");
    if (!import_find(sm->in, sm->access, found))
        sm->access = RS_ABSENT;
    if (sm->count == 0 && sm->access.ptr == NULL)
        return rs_fail(err, RS_ERR_CONFIG, sm->file, 0,
                       "no configuration of Sendmail is there; name the folder"
                       " that has sendmail.cf, sendmail.mc or access");
    return RS_OK;
}

/* A line of it begins with a macro of m4; sendmail.cf has such in comments. */
static bool is_mc(struct rs_span text)
{
    static const char *const words[] = {"\ndivert(", "\ndefine(", "\nFEATURE(",
                                        "\nOSTYPE("};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_span_starts(text, rs_span_of(words[i] + 1))
            || rs_span_find(text, rs_span_of(words[i])) != NULL)
            return true;
    return false;
}

static void read_text(struct sendmail *sm, struct rs_entries *file)
{
    sm->file = file->where;
    if (is_mc((struct rs_span){file->text, file->len}))
        sendmail_read_mc(sm, file);
    else
        sendmail_read_cf(sm, file);
    rs_entries_close(file);
}

static enum rs_status read_folder(struct sendmail *sm, const char *path,
                                  struct rs_error *err)
{
    static const char *const names[] = {"sendmail.cf", "/etc/sendmail.cf",
                                        "sendmail.mc"};
    struct rs_entries file;
    enum rs_status st = import_root_open(sm->in, path, homes, err);

    sm->file = path;
    if (st != RS_OK)
        return st;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (import_load(sm->in, rs_span_of(names[i]), &file, NULL)) {
            read_text(sm, &file);
            return RS_OK;
        }
    return read_usual(sm, err);
}

static enum rs_status read_file(struct sendmail *sm, const char *path,
                                struct rs_error *err)
{
    char folder[RS_PATH];
    struct rs_entries file;
    enum rs_status st;

    st = import_root_open(sm->in, import_folder(path, folder), homes, err);
    if (st == RS_OK)
        st = import_open(sm->in, path, &file, err);
    if (st != RS_OK)
        return st;
    read_text(sm, &file);
    if (sm->count == 0)
        return rs_fail(err, RS_ERR_CONFIG, path, 0,
                       "holds no setting of Sendmail");
    return RS_OK;
}

static enum rs_status read_sendmail(struct rs_import *in, const char *path,
                                    struct rs_error *err)
{
    struct sendmail sm = {.in = in};
    enum rs_status st = import_is_folder(path) ? read_folder(&sm, path, err)
                                               : read_file(&sm, path, err);

    if (st == RS_OK)
        tell(&sm);
    rs_free(sm.words);
    rs_free(sm.local);
    rs_free(sm.refused);
    return st;
}

const struct rs_importer rs_importer_sendmail = {
    .name = "sendmail",
    .path = "DIR",
    .summary =
        "/etc/mail, of a copy of it, or of its sendmail.cf or sendmail.mc",
    .read = read_sendmail,
};

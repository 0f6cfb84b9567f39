/* Sendmail's access map: who may relay, and whereto (cf/README in Sendmail,
 * "ANTI-SPAM CONFIGURATION CONTROL"). */
#include "import_sendmail_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"

/* A client by its address; the longest key that is found decides. */
struct client {
    struct rs_addr prefix;
    unsigned bits;
    bool relays;
    unsigned long line;
};

struct access {
    struct sendmail *sm;
    struct import_at relay, networks;
    struct client *clients;
    size_t count, capacity;
};

/* ---- keys ---- */

static bool take_octets(struct rs_span text, struct rs_addr *prefix,
                        unsigned *bits)
{
    uint64_t octet;
    unsigned count = 0;

    *prefix = (struct rs_addr){{0}};
    memset(prefix->byte + 10, 0xff, 2);
    do {
        if (count == 4 || !rs_take_number(&text, 255, &octet))
            return false;
        prefix->byte[12 + count++] = (uint8_t)octet;
    } while (rs_take(&text, "."));
    *bits = 96 + 8 * count;
    return text.len == 0;
}

static bool take_groups(struct rs_span text, struct rs_addr *prefix,
                        unsigned *bits)
{
    char whole[RS_ADDR_TEXT];
    unsigned colons = 0;

    *bits = 128;
    if (rs_addr_parse(text, prefix))
        return true;
    for (size_t i = 0; i < text.len; i++)
        colons += text.ptr[i] == ':';
    if (text.len == 0 || text.len > 39 || colons > 6)
        return false;
    snprintf(whole, sizeof whole, "%.*s::", RS_SPAN_ARG(text));
    *bits = 16 * (colons + 1);
    return rs_addr_parse(rs_span_of(whole), prefix);
}

bool sendmail_take_block(struct rs_span text, struct rs_addr *prefix,
                         unsigned *bits)
{
    struct rs_span tag = {text.ptr, text.len < 5 ? text.len : 5};

    if (rs_span_equal_nocase(tag, RS_SPAN("IPv6:")))
        return take_groups(rs_span_skip(text, 5), prefix, bits);
    return take_octets(text, prefix, bits);
}

/* ---- domains ---- */

static bool is_among(const struct rs_span *list, size_t count,
                     struct rs_span domain)
{
    for (size_t i = 0; i < count; i++)
        if (rs_span_equal_nocase(list[i], domain))
            return true;
    return false;
}

void sendmail_add_domain(struct sendmail *sm, struct import_at at,
                         struct rs_span domain)
{
    if (is_among(sm->refused, sm->refused_count, domain))
        return;
    at.class = is_among(sm->local, sm->local_count, domain) ? RS_SITE_LOCAL
                                                            : RS_SITE_RELAY;
    at.below = !sm->hosts_only;
    import_domain(sm->in, &at, domain);
}

/* ---- the map ---- */

static void add_client(struct access *a, const struct client *client)
{
    struct client *list =
        rs_grow(a->clients, a->count, &a->capacity, sizeof *list);

    if (list == NULL) {
        a->sm->in->lost = true;
        return;
    }
    a->clients = list;
    list[a->count++] = *client;
}

static bool is_loopback_name(struct rs_span name)
{
    return rs_span_equal_nocase(name, RS_SPAN("localhost"))
           || rs_span_equal_nocase(name, RS_SPAN("localhost.localdomain"));
}

static void take_client(struct access *a, struct rs_span key, bool relays,
                        bool only_client)
{
    struct client client = {.relays = relays, .line = a->networks.line};

    if (sendmail_take_block(key, &client.prefix, &client.bits))
        add_client(a, &client);
    else if (relays && memchr(key.ptr, '/', key.len) != NULL)
        import_remark(a->sm->in, &a->networks,
                      "a network is not written like this in an access map,"
                      " and is never found");
    else if (relays && only_client && !is_loopback_name(key))
        import_unlisted(a->sm->in, &a->networks,
                        "a client by its name cannot be listed");
}

/* "Connect:192.0.2 RELAY"; without a tag it is for clients and recipients. */
static void take_entry(struct access *a, struct rs_span key, bool relays)
{
    struct rs_span rest = key, tag;
    struct rs_addr prefix;
    unsigned bits;

    if (sendmail_take_block(key, &prefix, &bits)
        || !rs_take_until(&rest, ':', &tag)) {
        take_client(a, key, relays, false);
        if (relays && !sendmail_take_block(key, &prefix, &bits)
            && memchr(key.ptr, '@', key.len) == NULL
            && memchr(key.ptr, '/', key.len) == NULL)
            sendmail_add_domain(a->sm, a->relay, key);
    } else if (rest.len == 0) {
        return; /* the default of a tag */
    } else if (rs_span_equal_nocase(tag, RS_SPAN("Connect"))) {
        take_client(a, rest, relays, true);
    } else if (relays && rs_span_equal_nocase(tag, RS_SPAN("To"))
               && memchr(rest.ptr, '@', rest.len) == NULL) {
        sendmail_add_domain(a->sm, a->relay, rest);
    }
}

/* Longest first, then in the order of the file. */
static int compare_clients(const void *x, const void *y)
{
    const struct client *a = x, *b = y;

    if (a->bits != b->bits)
        return a->bits > b->bits ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* Would it relay but for its own entry? */
static bool is_exception(const struct access *a, const struct client *client)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct client *wide = &a->clients[i];
        struct rs_addr prefix = rs_addr_prefix(&client->prefix, wide->bits);

        if (wide->relays && wide->bits < client->bits
            && rs_addr_equal(&prefix, &wide->prefix))
            return true;
    }
    return false;
}

static void tell_clients(struct access *a)
{
    if (a->count > 0)
        qsort(a->clients, a->count, sizeof *a->clients, compare_clients);
    import_begin(a->sm->in, RS_SITE_NETWORKS);
    for (size_t i = 0; i < a->count; i++) {
        const struct client *client = &a->clients[i];

        a->networks.line = client->line;
        a->networks.negated = !client->relays;
        if (client->relays || is_exception(a, client))
            import_prefix(a->sm->in, &a->networks, &client->prefix,
                          client->bits);
    }
}

static void refuse(struct access *a, const char *why)
{
    struct rs_span path = import_shown(a->sm->access);

    import_unlisted(a->sm->in, &a->relay,
                    "the text of %.*s %s, and databases are not read",
                    RS_SPAN_ARG(path), why);
    import_unlisted(a->sm->in, &a->networks,
                    "the text of %.*s %s, and databases are not read",
                    RS_SPAN_ARG(path), why);
}

static void read_entries(struct access *a, struct rs_entries *file)
{
    struct rs_span line, key, value;
    unsigned long number, inner = 1;

    a->relay.file = a->networks.file = file->where;
    import_begin(a->sm->in, RS_SITE_RELAY);
    while (rs_entries_next_line(file, &line, &number)) {
        a->relay.line = a->networks.line = number;
        if (rs_entry_take_item(&line, 0, &inner, &key)
            && rs_entry_take_item(&line, 0, &inner, &value))
            take_entry(a, key, rs_span_equal_nocase(value, RS_SPAN("RELAY")));
    }
}

void sendmail_read_access(struct sendmail *sm)
{
    struct access a = {.sm = sm,
                       .relay = {.class = RS_SITE_RELAY,
                                 .setting = "access",
                                 .file = sm->file},
                       .networks = {.class = RS_SITE_NETWORKS,
                                    .setting = "access",
                                    .file = sm->file}};
    struct rs_entries file;
    const char *why;

    if (import_load(sm->in, sm->access, &file, &why)) {
        read_entries(&a, &file);
        rs_entries_close(&file);
        tell_clients(&a);
    } else {
        refuse(&a, why);
    }
    rs_free(a.clients);
}

/* The ledger: sections, their entries, counters and fragments. */
#include "relaysleuth/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "hops.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "twins.h"

/* Shares of the memory given: open messages take a quarter as well, and the
 * text of symbols becomes slots and numbers of about its own size. */
#define SHARE_ENTRIES(memory)   ((memory) / 4)
#define SHARE_FRAGMENTS(memory) ((memory) / 16)
#define SHARE_SYMBOLS(memory)   ((memory) / 6)

#define COMPARE(a, b)                                                         \
    do {                                                                      \
        if ((a) != (b))                                                       \
            return (a) < (b) ? -1 : 1;                                        \
    } while (0)

static int compare_entries(const void *left, const void *right)
{
    const struct rs_entry *a = left, *b = right;

    COMPARE(a->time, b->time);
    COMPARE(a->kind, b->kind);
    COMPARE(a->content, b->content);
    COMPARE(a->place.source, b->place.source);
    COMPARE(a->place.offset, b->place.offset);
    return 0;
}

struct rs_ledger *rs_ledger_new(const struct rs_ledger_limits *limits)
{
    struct rs_ledger *ledger = rs_alloc(sizeof(*ledger));
    size_t memory = limits->memory;

    if (ledger == NULL)
        return NULL;
    ledger->limits = *limits;
    ledger->symbols = rs_symbols_new(SHARE_SYMBOLS(memory));
    ledger->entries =
        rs_runs_new(sizeof(struct rs_entry), SHARE_ENTRIES(memory),
                    limits->temp_dir, compare_entries);
    ledger->fragments =
        rs_spill_new(SHARE_FRAGMENTS(memory), limits->temp_dir);
    ledger->fragment_list =
        rs_spill_new(SHARE_FRAGMENTS(memory), limits->temp_dir);
    if (ledger->symbols == NULL || ledger->entries == NULL
        || ledger->fragments == NULL || ledger->fragment_list == NULL) {
        rs_ledger_free(ledger);
        return NULL;
    }
    return ledger;
}

void rs_ledger_free(struct rs_ledger *ledger)
{
    if (ledger == NULL)
        return;
    for (size_t i = 0; i < ledger->section_count; i++)
        counters_free(&ledger->sections[i].counters);
    rs_free(ledger->sections);
    rs_free(ledger->hosts);
    hops_free(ledger->hops);
    twins_forget(ledger);
    rs_symbols_free(ledger->symbols);
    rs_runs_free(ledger->entries);
    rs_spill_free(ledger->fragments);
    rs_spill_free(ledger->fragment_list);
    rs_free(ledger);
}

struct rs_symbols *rs_ledger_symbols(struct rs_ledger *ledger)
{
    return ledger->symbols;
}

enum rs_status ledger_begin(struct rs_ledger *ledger, uint32_t source,
                            uint32_t *index, struct rs_error *err)
{
    struct section *list = rs_grow(ledger->sections, ledger->section_count,
                                   &ledger->section_capacity, sizeof(*list));

    if (list == NULL)
        return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    ledger->sections = list;
    *index = (uint32_t)ledger->section_count++;
    list[*index] = (struct section){
        .source = source,
        .first = RS_TIME_NONE,
        .last = RS_TIME_NONE,
    };
    return RS_OK;
}

static bool same_stretch(const struct rs_section_id *a,
                         const struct rs_section_id *b)
{
    return a->fingerprint == b->fingerprint && a->begin == b->begin
           && a->end == b->end;
}

static bool has_stretch(const struct rs_ledger *ledger,
                        const struct rs_section_id *id)
{
    for (size_t i = 0; i < ledger->section_count; i++) {
        const struct section *s = &ledger->sections[i];

        if (s->sealed && !s->dropped && same_stretch(&s->id, id))
            return true;
    }
    return false;
}

void ledger_seal(struct rs_ledger *ledger, uint32_t index,
                 const struct rs_section_id *id)
{
    struct section *s = &ledger->sections[index];

    if (has_stretch(ledger, id))
        s->dropped = true;
    s->id = *id;
    s->sealed = true;
}

void rs_ledger_drop_source(struct rs_ledger *ledger, uint32_t source)
{
    for (size_t i = 0; i < ledger->section_count; i++)
        if (ledger->sections[i].source == source)
            ledger->sections[i].dropped = true;
}

/* All that an entry says, in one number that no run or file changes. */
static uint64_t digest(const struct rs_symbols *symbols,
                       const struct rs_entry *e)
{
    const rs_sym texts[] = {
        e->host,   e->client_name,   e->account,          e->service,
        e->sender, e->sender_domain, e->recipient_domain, e->given_domain};
    /* Whether a line is written twice does not change what it says. */
    unsigned flags =
        e->kind == RS_ENTRY_RECIPIENT
            ? e->flags
            : e->flags & ~(unsigned)(RS_ENTRY_TWICE | RS_ENTRY_TWIN);
    uint64_t words[4], h;

    memcpy(words, e->client.byte, 16);
    memcpy(words + 2, e->next_hop.byte, 16);
    h = rs_hash_mix((uint64_t)e->arrived, e->journey);
    h = rs_hash_mix(h, e->recipient_hash);
    for (size_t i = 0; i < 4; i++)
        h = rs_hash_mix(h, words[i]);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        h = rs_hash_mix(h, rs_symbol_content(symbols, texts[i]));
    h = rs_hash_mix(h, (uint64_t)e->size << 32 | e->count);
    h = rs_hash_mix(h, (uint64_t)e->dsn << 48 | (uint64_t)e->reply_code << 32
                           | (uint64_t)e->root << 24
                           | (uint64_t)e->outcome << 16
                           | (uint64_t)e->transport << 8 | e->refusal);
    if (e->directory != RS_SYM_NONE)
        h = rs_hash_mix(h, rs_symbol_content(symbols, e->directory));
    return rs_hash_mix(h, (uint64_t)(flags >> 8) << 24
                              | (uint64_t)e->aimed << 16
                              | (uint64_t)e->trick << 8 | (flags & 255));
}

enum rs_status ledger_add(struct rs_ledger *ledger, uint32_t section,
                          struct rs_entry *entry, struct rs_error *err)
{
    entry->section = section;
    entry->content = digest(ledger->symbols, entry);
    return rs_runs_add(ledger->entries, entry, err);
}

enum rs_status ledger_add_fragment(struct rs_ledger *ledger, uint32_t section,
                                   struct packed_when when,
                                   struct rs_span bytes, struct rs_error *err)
{
    struct fragment f;
    enum rs_status st;

    memset(&f, 0, sizeof(f));
    f.when = when;
    f.section = section;
    f.size = (uint32_t)bytes.len;
    st = rs_spill_append(ledger->fragments, bytes.ptr, bytes.len, &f.offset,
                         err);
    if (st != RS_OK)
        return st;
    return rs_spill_append(ledger->fragment_list, &f, sizeof(f), NULL, err);
}

enum rs_status ledger_count(struct rs_ledger *ledger, uint32_t section,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n)
{
    return counters_add(&ledger->sections[section].counters, counter, key,
                        time, n);
}

void ledger_note_host(struct rs_ledger *ledger, rs_sym host)
{
    rs_sym *list;

    for (size_t i = ledger->host_count; i-- > 0;)
        if (ledger->hosts[i] == host)
            return;
    if (ledger->host_count == LEDGER_HOSTS_MAX)
        return;
    list = rs_grow(ledger->hosts, ledger->host_count, &ledger->host_capacity,
                   sizeof(*list));
    if (list == NULL)
        return; /* a name less in the report */
    ledger->hosts = list;
    list[ledger->host_count++] = host;
}

void ledger_note_line(struct rs_ledger *ledger, uint32_t section, rs_time time,
                      rs_sym host)
{
    struct section *s = &ledger->sections[section];

    if (s->first == RS_TIME_NONE || time < s->first)
        s->first = time;
    if (s->last == RS_TIME_NONE || time > s->last)
        s->last = time;
    if (host != RS_SYM_NONE)
        ledger_note_host(ledger, host);
}

rs_time rs_ledger_start(const struct rs_ledger *ledger)
{
    rs_time start = RS_TIME_NONE;

    for (size_t i = 0; i < ledger->section_count; i++) {
        const struct section *s = &ledger->sections[i];

        if (s->dropped || s->first == RS_TIME_NONE)
            continue;
        if (start == RS_TIME_NONE || s->first < start)
            start = s->first;
    }
    return start;
}

rs_time rs_ledger_end(const struct rs_ledger *ledger)
{
    rs_time end = RS_TIME_NONE;

    for (size_t i = 0; i < ledger->section_count; i++)
        if (!ledger->sections[i].dropped && ledger->sections[i].last > end)
            end = ledger->sections[i].last;
    return end;
}

size_t rs_ledger_hosts(const struct rs_ledger *ledger, const rs_sym **hosts)
{
    *hosts = ledger->hosts;
    return ledger->host_count;
}

uint64_t rs_ledger_evicted(const struct rs_ledger *ledger)
{
    return ledger->evicted;
}

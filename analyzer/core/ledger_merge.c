/* Merging: the union of the sections of two ledgers. */
#include <string.h>

#include "counters.h"
#include "relaysleuth/memory.h"

#define NOT_TAKEN UINT32_MAX

/* How the numbers of B read in A. */
struct translation {
    struct rs_ledger *a;
    const struct rs_ledger *b;
    rs_sym *symbol;    /* by symbol of B; 0: not yet translated */
    uint32_t *section; /* by section of B, or NOT_TAKEN */
    enum rs_status status;
    struct rs_error *err;
};

static rs_sym translate(void *ctx, rs_sym sym)
{
    struct translation *tr = ctx;

    if (sym == RS_SYM_NONE || sym == RS_SYM_OTHER)
        return sym;
    if (tr->symbol[sym] == RS_SYM_NONE)
        tr->symbol[sym] =
            rs_intern(tr->a->symbols, rs_symbol_text(tr->b->symbols, sym));
    return tr->symbol[sym];
}

static bool has_section(const struct rs_ledger *a,
                        const struct rs_section_id *id)
{
    for (size_t i = 0; i < a->section_count; i++) {
        const struct section *s = &a->sections[i];

        if (s->sealed && !s->dropped && s->id.fingerprint == id->fingerprint
            && s->id.begin == id->begin && s->id.end == id->end)
            return true;
    }
    return false;
}

static enum rs_status take_sections(struct translation *tr)
{
    for (size_t i = 0; i < tr->b->section_count; i++) {
        const struct section *from = &tr->b->sections[i];
        struct section *into;
        enum rs_status st;

        tr->section[i] = NOT_TAKEN;
        if (from->dropped || !from->sealed || has_section(tr->a, &from->id))
            continue;
        st = ledger_begin(tr->a, from->source, &tr->section[i], tr->err);
        if (st != RS_OK)
            return st;
        into = &tr->a->sections[tr->section[i]];
        into->id = from->id;
        into->sealed = true;
        into->first = from->first;
        into->last = from->last;
        if (counters_merge(&into->counters, &from->counters, translate, tr)
            != RS_OK)
            return rs_fail(tr->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    }
    tr->a->twins = tr->a->twins || tr->b->twins;
    for (size_t i = 0; i < tr->b->host_count; i++)
        ledger_note_host(tr->a, translate(tr, tr->b->hosts[i]));
    return RS_OK;
}

static bool take_entry(void *ctx, const void *record)
{
    struct translation *tr = ctx;
    struct rs_entry e;
    uint32_t section;

    memcpy(&e, record, sizeof(e));
    section = tr->section[e.section];
    if (section == NOT_TAKEN)
        return true;
    e.host = translate(tr, e.host);
    e.client_name = translate(tr, e.client_name);
    e.account = translate(tr, e.account);
    e.service = translate(tr, e.service);
    e.sender = translate(tr, e.sender);
    e.sender_domain = translate(tr, e.sender_domain);
    e.recipient_domain = translate(tr, e.recipient_domain);
    e.given_domain = translate(tr, e.given_domain);
    e.blocklist = translate(tr, e.blocklist);
    e.listed = translate(tr, e.listed);
    e.directory = translate(tr, e.directory);
    tr->status = ledger_add(tr->a, section, &e, tr->err);
    return tr->status == RS_OK;
}

static enum rs_status take_fragment(struct translation *tr,
                                    const struct fragment *f)
{
    uint32_t section = tr->section[f->section];
    enum rs_status st;
    char *bytes;

    if (section == NOT_TAKEN)
        return RS_OK;
    bytes = rs_alloc(f->size);
    if (bytes == NULL)
        return rs_fail(tr->err, RS_ERR_NOMEM, NULL, 0, "out of memory");
    st = rs_spill_read(tr->b->fragments, f->offset, bytes, f->size, tr->err);
    if (st == RS_OK)
        st = ledger_add_fragment(tr->a, section, f->when,
                                 (struct rs_span){bytes, f->size}, tr->err);
    rs_free(bytes);
    return st;
}

static enum rs_status take_fragments(struct translation *tr)
{
    uint64_t size = rs_spill_size(tr->b->fragment_list);
    enum rs_status st = RS_OK;

    for (uint64_t at = 0; at < size && st == RS_OK;
         at += sizeof(struct fragment)) {
        struct fragment f;

        st = rs_spill_read(tr->b->fragment_list, at, &f, sizeof(f), tr->err);
        if (st == RS_OK)
            st = take_fragment(tr, &f);
    }
    return st;
}

enum rs_status rs_ledger_merge(struct rs_ledger *a, const struct rs_ledger *b,
                               struct rs_error *err)
{
    struct translation tr = {.a = a, .b = b, .status = RS_OK, .err = err};
    enum rs_status st = RS_ERR_NOMEM;

    tr.symbol = rs_alloc(rs_symbols_count(b->symbols) * sizeof(rs_sym));
    tr.section = rs_alloc((b->section_count + 1) * sizeof(uint32_t));
    if (tr.symbol == NULL || tr.section == NULL) {
        rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        goto done;
    }
    st = take_sections(&tr);
    if (st == RS_OK)
        st = rs_runs_scan(b->entries, take_entry, &tr, err);
    if (st == RS_OK)
        st = tr.status;
    if (st == RS_OK)
        st = take_fragments(&tr);
done:
    rs_free(tr.symbol);
    rs_free(tr.section);
    return st;
}

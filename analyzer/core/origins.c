/* Who brought a message in, by its own arrival. */
#include <string.h>

#include "relaysleuth/hash.h"
#include "tracker_parts.h"

/* The first event of M that is of KIND. */
static bool first_of(struct rs_tracker *t, const struct message *m,
                     enum rs_event_kind kind, struct unpacked *out)
{
    struct rs_span bytes = {m->events.data, m->events.len};
    size_t at = 0;

    while (at < bytes.len) {
        if (packed_is(bytes, at, kind))
            return packed_next(bytes, &at, out, t->ledger->symbols);
        at = packed_skip(bytes, at);
    }
    return false;
}

bool settle_arrival(struct rs_tracker *t, const struct message *m,
                    struct unpacked *out)
{
    return first_of(t, m, RS_EV_ARRIVAL, out);
}

/* The first of several signatures stands for all. */
rs_sym settle_signer(struct rs_tracker *t, const struct message *m)
{
    struct unpacked u;

    return first_of(t, m, RS_EV_SIGNED, &u)
               ? rs_intern_nocase(t->ledger->symbols, u.ev.domain)
               : RS_SYM_NONE;
}

void settle_own_origin(struct rs_tracker *t, struct message *m,
                       struct origin *out)
{
    struct rs_symbols *symbols = t->ledger->symbols;
    struct unpacked u;

    memset(out, 0, sizeof(*out));
    out->arrived = m->arrived;
    out->journey = rs_hash_mix(m->key, (uint64_t)m->arrived);
    if (!settle_arrival(t, m, &u))
        return;
    out->place = u.rec.place;
    out->queue = rs_hash_content(u.ev.queue_id);
    out->service = rs_intern(symbols, u.ev.service);
    if (u.ev.uid.ptr != NULL) {
        out->root = RS_ROOT_UID;
        out->notice = u.ev.notice;
        out->account = rs_intern(symbols, u.ev.uid);
        out->directory = rs_intern(symbols, u.ev.directory);
        return;
    }
    out->root = u.ev.account.ptr != NULL || u.ev.authenticated
                    ? RS_ROOT_SASL
                    : RS_ROOT_CLIENT;
    out->account = rs_intern_nocase(symbols, u.ev.account);
    out->client = u.ev.client;
    if (!rs_addr_is_absent(&u.ev.orig_client) && out->root == RS_ROOT_CLIENT) {
        out->client = u.ev.orig_client;
        out->named = true; /* its name is not in the log */
    }
}

void settle_name_origin(struct rs_tracker *t, struct message *m)
{
    struct unpacked u;

    if (m->origin.named)
        return;
    m->origin.named = true;
    if (settle_arrival(t, m, &u))
        m->origin.client_name =
            rs_intern_nocase(t->ledger->symbols, u.ev.client_name);
}

/* Behind a filter or a proxy a signer knows but that one. */
void settle_sign_origin(struct rs_tracker *t, struct message *m)
{
    if (m->is_signed && m->origin.link == LINK_NONE
        && rs_addr_equal(&m->client, &m->origin.client))
        m->origin.signer = settle_signer(t, m);
}

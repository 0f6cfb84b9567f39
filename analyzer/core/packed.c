/* Events as bytes: a fixed head, the lengths of the texts that are there, the
 * texts. */
#include "packed.h"

#include <string.h>

#include "relaysleuth/memory.h"

#define TEXT_MAX ((size_t)4096) /* what is kept of one text */

/* The texts of an event that the tracker needs, in packed order. */
static const size_t event_texts[] = {
    offsetof(struct rs_event, queue_id),
    offsetof(struct rs_event, child_id),
    offsetof(struct rs_event, client_name),
    offsetof(struct rs_event, account),
    offsetof(struct rs_event, mechanism),
    offsetof(struct rs_event, service),
    offsetof(struct rs_event, uid),
    offsetof(struct rs_event, sender),
    offsetof(struct rs_event, recipient),
    offsetof(struct rs_event, orig_recipient),
    offsetof(struct rs_event, owner),
    offsetof(struct rs_event, dsn),
    offsetof(struct rs_event, message_id),
    offsetof(struct rs_event, blocklist),
    offsetof(struct rs_event, session_id),
    offsetof(struct rs_event, directory),
    offsetof(struct rs_event, domain),
};
#define EVENT_TEXTS (sizeof(event_texts) / sizeof(event_texts[0]))
#define TEXTS       (EVENT_TEXTS + 1) /* and the host */

struct head {
    uint32_t size; /* of the whole record */
    uint32_t count, recipients;
    uint16_t port, reply_code;
    uint32_t pid;
    uint8_t note, kind, outcome, transport, refusal, witness, server, proxy,
        consumed;
    uint16_t flags;
    uint64_t octets, twin;
    rs_time time;
    struct packed_when when;
    struct rs_place place;
    struct rs_addr client, orig_client, next_hop, listed;
    uint32_t texts; /* which are there, the first in the lowest bit */
    uint32_t text_count;
};

/* Bits of head.flags. */
enum {
    FORWARDED = 1,
    REWRITTEN = 2,
    SESSION = 4,
    AUTHENTICATED = 8,
    UNIQUE_ID = 16,
    UNCOUNTED = 32,
    ENDS = 64,
    AHEAD = 128,
    COMMANDED = 256,
    AIMED = 512,
    NOTICE = 1024
};

/* Text I of EV; the last is the host. */
static const struct rs_span *text_at(const struct rs_event *ev, size_t i)
{
    if (i == EVENT_TEXTS)
        return &ev->record->host;
    return (const void *)((const char *)ev + event_texts[i]);
}

static void set_text(struct rs_event *ev, size_t i, struct rs_span text)
{
    memcpy((char *)ev + event_texts[i], &text, sizeof(text));
}

void packed_free(struct packed_list *list)
{
    rs_free(list->data);
    *list = (struct packed_list){0};
}

void packed_trim(struct packed_list *list)
{
    char *data = list->len > 0 ? rs_resize(list->data, list->len) : NULL;

    if (data == NULL)
        return;
    list->data = data;
    list->capacity = list->len;
}

static char *make_room(struct packed_list *list, size_t size)
{
    size_t capacity = list->capacity == 0 ? 512 : list->capacity;
    char *data;

    while (capacity < list->len + size)
        capacity *= 2;
    if (capacity > list->capacity) {
        data = rs_resize(list->data, capacity);
        if (data == NULL)
            return NULL;
        list->data = data;
        list->capacity = capacity;
    }
    return list->data + list->len;
}

static char *put(char *out, const void *bytes, size_t size)
{
    memcpy(out, bytes, size);
    return out + size;
}

/* Write the head and the texts of EV. */
static enum rs_status add(struct packed_list *list, struct head *head,
                          const struct rs_event *ev, size_t *offset)
{
    const char *texts[TEXTS];
    uint16_t lengths[TEXTS];
    size_t n = 0, size = sizeof(*head);
    char *out;

    for (size_t i = 0; i < TEXTS; i++) {
        const struct rs_span *text = text_at(ev, i);

        if (text->ptr == NULL)
            continue;
        texts[n] = text->ptr;
        lengths[n] = (uint16_t)(text->len > TEXT_MAX ? TEXT_MAX : text->len);
        size += sizeof(*lengths) + lengths[n++];
        head->texts |= 1u << i;
    }
    head->text_count = (uint32_t)n;
    head->size = (uint32_t)size;
    out = make_room(list, size);
    if (out == NULL)
        return RS_ERR_NOMEM;
    if (offset != NULL)
        *offset = list->len;
    out = put(out, head, sizeof(*head));
    out = put(out, lengths, n * sizeof(*lengths));
    for (size_t i = 0; i < n; i++)
        out = put(out, texts[i], lengths[i]);
    list->len += size;
    return RS_OK;
}

/* All that is to be known of the next hop's name, which is not kept. */
static bool is_aimed(const struct rs_event *ev)
{
    return ev->aimed
           || (ev->next_hop_name.len > 0 && ev->kind == RS_EV_DELIVERY
               && rs_mail_trick_names(ev->recipient, ev->next_hop_name));
}

static uint16_t pack_flags(const struct rs_event *ev)
{
    return (
        uint16_t)((ev->forwarded ? FORWARDED : 0)
                  | (ev->rewritten ? REWRITTEN : 0)
                  | (ev->session ? SESSION : 0)
                  | (ev->authenticated ? AUTHENTICATED : 0)
                  | (ev->unique_id ? UNIQUE_ID : 0)
                  | (ev->uncounted ? UNCOUNTED : 0) | (ev->ends ? ENDS : 0)
                  | (ev->ahead ? AHEAD : 0) | (ev->commanded ? COMMANDED : 0)
                  | (is_aimed(ev) ? AIMED : 0) | (ev->notice ? NOTICE : 0));
}

static void unpack_flags(uint16_t flags, struct rs_event *ev)
{
    ev->forwarded = (flags & FORWARDED) != 0;
    ev->rewritten = (flags & REWRITTEN) != 0;
    ev->session = (flags & SESSION) != 0;
    ev->authenticated = (flags & AUTHENTICATED) != 0;
    ev->unique_id = (flags & UNIQUE_ID) != 0;
    ev->uncounted = (flags & UNCOUNTED) != 0;
    ev->ends = (flags & ENDS) != 0;
    ev->ahead = (flags & AHEAD) != 0;
    ev->commanded = (flags & COMMANDED) != 0;
    ev->aimed = (flags & AIMED) != 0;
    ev->notice = (flags & NOTICE) != 0;
}

enum rs_status packed_add_event(struct packed_list *list,
                                enum packed_note note,
                                const struct rs_event *ev,
                                struct packed_when when, size_t *offset)
{
    struct head head;

    memset(&head, 0, sizeof(head));
    head.when = when;
    head.count = ev->count;
    head.recipients = ev->recipients;
    head.port = ev->next_hop_port;
    head.reply_code = ev->reply_code;
    head.note = (uint8_t)note;
    head.kind = (uint8_t)ev->kind;
    head.outcome = (uint8_t)ev->outcome;
    head.transport = (uint8_t)ev->transport;
    head.refusal = (uint8_t)ev->refusal;
    head.witness = (uint8_t)ev->witness;
    head.server = (uint8_t)ev->server;
    head.proxy = (uint8_t)ev->proxy;
    head.flags = pack_flags(ev);
    head.pid = ev->record->pid;
    head.octets = ev->size;
    head.twin = ev->twin;
    head.time = ev->record->time;
    head.place = ev->record->place;
    head.client = ev->client;
    head.orig_client = ev->orig_client;
    head.next_hop = ev->next_hop;
    head.listed = ev->listed;
    return add(list, &head, ev, offset);
}

static void complete_address(struct rs_addr *addr, const struct rs_addr *from)
{
    if (rs_addr_is_absent(addr))
        *addr = *from;
}

void packed_complete(struct rs_event *ev, const struct rs_event *from)
{
    for (size_t i = 0; i < EVENT_TEXTS; i++)
        if (text_at(ev, i)->ptr == NULL && text_at(from, i)->ptr != NULL)
            set_text(ev, i, *text_at(from, i));
    complete_address(&ev->client, &from->client);
    complete_address(&ev->orig_client, &from->orig_client);
    complete_address(&ev->next_hop, &from->next_hop);
    if (ev->next_hop_port == 0)
        ev->next_hop_port = from->next_hop_port;
    if (ev->outcome == RS_OUTCOME_NONE)
        ev->outcome = from->outcome;
    if (ev->transport == RS_TRANSPORT_NONE)
        ev->transport = from->transport;
    if (ev->size == 0)
        ev->size = from->size;
    ev->notice = ev->notice || from->notice;
}

enum rs_status packed_add_origin(struct packed_list *list,
                                 const struct origin *origin,
                                 const struct rs_symbols *symbols,
                                 uint64_t key, struct packed_when when)
{
    struct rs_record rec = {.pid = 0};
    struct rs_event ev = {
        .record = &rec,
        .client_name = rs_symbol_text(symbols, origin->client_name),
        .account = rs_symbol_text(symbols, origin->account),
        .service = rs_symbol_text(symbols, origin->service),
        .recipient = rs_symbol_text(symbols, origin->given_domain),
        .directory = rs_symbol_text(symbols, origin->directory),
        .domain = rs_symbol_text(symbols, origin->signer),
        .owner = {(const char *)origin, sizeof(*origin)}, /* the rest of it */
    };
    struct head head;

    memset(&head, 0, sizeof(head));
    head.note = PACKED_INHERIT;
    head.when = when;
    head.octets = key;
    return add(list, &head, &ev, NULL);
}

/* TEXT points at the lengths of the texts. */
static void unpack_texts(const struct head *head, const char *text,
                         struct unpacked *out)
{
    const char *lengths = text;

    text += head->text_count * sizeof(uint16_t);
    for (size_t i = 0; i < TEXTS; i++) {
        uint16_t len;

        if ((head->texts >> i & 1) == 0)
            continue;
        memcpy(&len, lengths, sizeof(len));
        lengths += sizeof(len);
        if (i == EVENT_TEXTS)
            out->rec.host = (struct rs_span){text, len};
        else
            set_text(&out->ev, i, (struct rs_span){text, len});
        text += len;
    }
}

static void unpack_event(const struct head *head, struct unpacked *out)
{
    struct rs_event *ev = &out->ev;

    memset(ev, 0, sizeof(*ev));
    memset(&out->rec, 0, sizeof(out->rec));
    out->rec.time = head->time;
    out->rec.place = head->place;
    out->rec.pid = head->pid;
    out->rec.count = 1;
    ev->record = &out->rec;
    ev->kind = (enum rs_event_kind)head->kind;
    ev->outcome = (enum rs_outcome)head->outcome;
    ev->transport = (enum rs_transport)head->transport;
    ev->refusal = (enum rs_refusal)head->refusal;
    ev->witness = (enum rs_witness)head->witness;
    ev->server = (enum rs_server)head->server;
    ev->proxy = (enum rs_proxy_try)head->proxy;
    unpack_flags(head->flags, ev);
    ev->count = head->count;
    ev->recipients = head->recipients;
    ev->next_hop_port = head->port;
    ev->reply_code = head->reply_code;
    ev->size = head->octets;
    ev->twin = head->twin;
    ev->client = head->client;
    ev->orig_client = head->orig_client;
    ev->next_hop = head->next_hop;
    ev->listed = head->listed;
}

/* What packed_add_origin() made an event of. */
static void unpack_origin(struct unpacked *out, struct rs_symbols *symbols)
{
    const struct rs_event *ev = &out->ev;

    memcpy(&out->origin, ev->owner.ptr, sizeof(out->origin));
    out->origin.client_name = rs_intern(symbols, ev->client_name);
    out->origin.account = rs_intern(symbols, ev->account);
    out->origin.service = rs_intern(symbols, ev->service);
    out->origin.given_domain = rs_intern(symbols, ev->recipient);
    out->origin.directory = rs_intern(symbols, ev->directory);
    out->origin.signer = rs_intern(symbols, ev->domain);
}

bool packed_next(struct rs_span bytes, size_t *at, struct unpacked *out,
                 struct rs_symbols *symbols)
{
    struct head head;

    if (*at >= bytes.len)
        return false;
    memcpy(&head, bytes.ptr + *at, sizeof(head));
    out->note = (enum packed_note)head.note;
    out->consumed = head.consumed != 0;
    out->when = head.when;
    unpack_event(&head, out);
    unpack_texts(&head, bytes.ptr + *at + sizeof(head), out);
    if (out->note == PACKED_INHERIT) {
        unpack_origin(out, symbols);
        out->key = head.octets;
    }
    *at += head.size;
    return true;
}

bool packed_is(struct rs_span bytes, size_t at, enum rs_event_kind kind)
{
    const char *head = bytes.ptr + at;

    return (uint8_t)head[offsetof(struct head, note)] == PACKED_EVENT
           && (uint8_t)head[offsetof(struct head, kind)] == kind;
}

size_t packed_skip(struct rs_span bytes, size_t at)
{
    uint32_t size;

    memcpy(&size, bytes.ptr + at + offsetof(struct head, size), sizeof(size));
    return at + size;
}

void packed_consume(struct packed_list *list, size_t offset)
{
    list->data[offset + offsetof(struct head, consumed)] = 1;
}

/* Events as bytes: how the tracker keeps them and how fragments hold them. */
#ifndef RELAYSLEUTH_CORE_PACKED_H
#define RELAYSLEUTH_CORE_PACKED_H

#include "relaysleuth/event.h"
#include "relaysleuth/ledger.h"

/* What a packed record is.  The first is a parser's event; the others are
 * notes of the tracker to itself. */
enum packed_note {
    PACKED_EVENT,
    PACKED_INHERIT, /* the queue entry's origin, learned from its parent */
    PACKED_SESSION, /* what tells of a session that may go on in the next
                       section, or the end of one that began earlier */
    PACKED_WAITING, /* an event, no queue entry's, that lacks what an earlier
                       section may tell of its session */
    PACKED_TAIL,    /* the last line of a host, should it be repeated */
    PACKED_TWIN,    /* a line that may be written twice, and was once */
    PACKED_REPEAT   /* a repetition whose line is in an earlier section */
};

/* Why one queue entry is the child of another. */
enum link_kind {
    LINK_NONE,
    LINK_REINJECTED,  /* back from a content filter */
    LINK_PIPED,       /* back from a command: filter or mailing list */
    LINK_FORWARDED,   /* our alias or .forward */
    LINK_NOTIFICATION /* our DSN */
};

/* Who brought a message in: what all its queue entries share. */
struct origin {
    enum rs_root root;
    enum link_kind link; /* how the queue entry itself came to be */
    uint32_t ordinal;    /* of this child among its parent's; 0 for a root */
    rs_time arrived;
    uint64_t journey;
    uint64_t queue; /* hash of its first queue id on this host */
    struct rs_place place;
    struct rs_addr client;
    rs_sym client_name, account, service, directory;
    rs_sym signer; /* domain for which our signer vouched when it was asked
                      about the client: see settle_sign_origin() */
    /* The recipient that the client gave, once something of ours made another
     * out of it. */
    uint64_t given_hash; /* 0: nothing did */
    rs_sym given_domain;
    enum rs_trick given_trick;
    /* LINK_PIPED: hash of the envelope sender before. */
    uint64_t piped_sender;
    bool unsized;  /* LINK_REINJECTED: nobody told the size before */
    bool notice;   /* with the null sender it is a DSN of ours */
    bool notified; /* a DSN of ours is among the ancestors */
    bool named;    /* client_name was looked up: see settle_name_origin() */
};

/* When a record was made: the latest time read until then, and its number.
 * Unlike the time of its line this never runs backwards. */
struct packed_when {
    rs_time order;
    uint64_t seq;
};

/* A growing run of packed records. */
struct packed_list {
    char *data;
    size_t len, capacity;
};

/* An unpacked record; spans borrow from the packed bytes.  ev.record points
 * to rec, so it must stay where it is. */
struct unpacked {
    enum packed_note note;
    bool consumed; /* the link that this event names has been followed */
    struct packed_when when;
    struct rs_record rec;
    struct rs_event ev;
    struct origin origin; /* PACKED_INHERIT; symbols of the given table */
    uint64_t key;         /* PACKED_INHERIT: of the queue entry */
};

void packed_free(struct packed_list *list);
/* Give back what it was given in advance. */
void packed_trim(struct packed_list *list);

/* Append an event.  *OFFSET (may be NULL) is where it stands. */
enum rs_status packed_add_event(struct packed_list *list,
                                enum packed_note note,
                                const struct rs_event *ev,
                                struct packed_when when, size_t *offset);
/* Give EV what FROM, an unpacked event, has and EV lacks. */
void packed_complete(struct rs_event *ev, const struct rs_event *from);
/* The origin of the queue entry with the tracker's KEY. */
enum rs_status packed_add_origin(struct packed_list *list,
                                 const struct origin *origin,
                                 const struct rs_symbols *symbols,
                                 uint64_t key, struct packed_when when);

/* Read the record at *AT and move *AT behind it; false at the end.  The names
 * of an origin are interned in SYMBOLS. */
bool packed_next(struct rs_span bytes, size_t *at, struct unpacked *out,
                 struct rs_symbols *symbols);
/* Is the record at AT an event of KIND?  AT must be a record's. */
bool packed_is(struct rs_span bytes, size_t at, enum rs_event_kind kind);
/* Where the record behind the one at AT begins. */
size_t packed_skip(struct rs_span bytes, size_t at);
/* Mark the record at OFFSET as consumed. */
void packed_consume(struct packed_list *list, size_t offset);

#endif

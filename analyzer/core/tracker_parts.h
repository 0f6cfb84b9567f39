/* The inside of the tracker. */
#ifndef RELAYSLEUTH_CORE_TRACKER_PARTS_H
#define RELAYSLEUTH_CORE_TRACKER_PARTS_H

#include "ledger_parts.h"
#include "recent.h"

/* How long, in log time, one queue entry may wait for another that belongs to
 * it: a content filter answers within a transaction; RFC 5321 section
 * 4.5.3.2.6 lets that last ten minutes.  An hour leaves room for queues in
 * front of the filter. */
#define LINK_WAIT RS_HOUR
/* A command that gives a message back does so before it ends. */
#define PIPE_WAIT (10 * RS_SECOND)
/* Where no line tells the end of a queue entry, so long after all that was
 * asked for is done with another recipient, made by an alias, may be told:
 * one process attempts all, and RFC 5321 section 4.5.3.2.6 gives each ten
 * minutes. */
#define COUNT_WAIT (15 * RS_MINUTE)
/* Lines of different daemons may be written out of order by this much. */
#define DISORDER (5 * RS_SECOND)
/* RFC 5321 section 6.3: more hops than this are a loop. */
#define HOPS_MAX 100
/* So many with one Message-ID are looked at to find the only one that fits:
 * whoever sends the same one a thousand times shall not slow us down. */
#define SAME_ID_MAX 1000

/* One queue entry on one host.  Its events are kept packed; the rest is what
 * links and settling need. */
struct message {
    struct message *hash_next;     /* same slot of the table */
    struct message *older, *newer; /* all messages, by last event */
    uint64_t key;                  /* host and queue id */
    bool in_table;                 /* false once its id was given away */
    bool started;                  /* its arrival was read */
    bool queued;                   /* the queue manager had it */
    bool removed;
    bool origin_known;
    bool waiting;   /* for a parent: it came from a filter's address */
    bool foreign;   /* what it hangs on is not in this stretch */
    bool probe;     /* address verification, no mail */
    bool uncounted; /* no line tells its end */
    bool refused;   /* a refusal waits for the client */
    bool deferred;  /* some recipient was, once */
    bool is_signed; /* our signer vouched for it */
    uint32_t asked; /* recipients; 0: not told */
    uint32_t done;  /* outcomes that are final */
    struct wait *count_wait; /* runs once `done` reaches `asked` */
    rs_time arrived;         /* first event */
    struct rs_addr client;
    uint64_t message_id; /* 0: not seen */
    struct origin origin;
    struct message *parent; /* linked, while its origin is not known */
    struct message *first_child, *last_child;    /* linked to this one */
    struct message *next_child, *previous_child; /* of the same parent */
    struct message *giver;    /* while origins are passed on: who gave it */
    enum link_kind link_kind; /* to the parent */
    uint32_t link_ordinal;
    size_t link_offset;       /* of the parent's event that named us */
    uint32_t children;        /* ever linked */
    uint64_t last_key;        /* of the newest of them */
    bool hop_child;           /* it was found by Message-ID */
    bool unheard;             /* a child was named that nobody waits for */
    struct wait *waits;       /* for children that were announced */
    struct wait *parent_wait; /* for a parent, while `waiting` */
    struct packed_list events;
};

enum wait_kind {
    WAIT_CHILD,  /* a queue id was announced: where is it? */
    WAIT_HOP,    /* handed to a filter that said no queue id */
    WAIT_NOTICE, /* it bounced: is there a DSN? */
    WAIT_COUNT,  /* all recipients are done with: does another follow? */
    WAIT_PARENT  /* a message from a filter's address: whose is it? */
};

/* Somebody who waits, found by key until the deadline. */
struct wait {
    struct wait *hash_next, **hash_at;
    struct wait *queue_next, *queue_previous; /* in order of deadline */
    struct wait *message_next, **message_at;  /* of the same message */
    uint64_t key;
    enum wait_kind kind;
    enum link_kind link;
    struct message *message;
    size_t offset; /* of the event that announced it */
    rs_time time, deadline;
    struct rs_addr next_hop;
};

struct wait_queue {
    struct wait *head, *tail;
};

/* Buffers of settled messages, for the next ones. */
#define SPARES    ((size_t)64)
#define SPARE_MAX ((size_t)8192) /* larger ones are given back */

/* The last line of a host, in case "last message repeated" follows. */
struct host_tail {
    rs_sym host;
    struct packed_list events;
};

struct rs_tracker {
    struct rs_ledger *ledger;
    struct rs_error *err; /* of the call in progress; may be NULL */
    uint32_t section;
    uint32_t source;
    bool replaying;
    rs_time now;          /* the latest time read */
    rs_time refusal_left; /* to the fragments, without its client, last */
    rs_sym host;          /* of the last line */
    uint64_t seq;
    struct message **table;
    size_t table_size, message_count;
    struct message *oldest, *newest;
    size_t memory, memory_max; /* of messages and their events */
    struct wait **waits;
    size_t waits_size, wait_count;
    struct wait_queue long_waits, short_waits, count_waits;
    struct packed_list spare[SPARES];
    size_t spare_count;
    void *scratch; /* of settle(), kept between its calls */
    size_t scratch_capacity;
    struct sessions *sessions; /* NULL before the first */
    struct twins *twins;       /* the same */
    struct host_tail *tails;
    size_t tail_count, tail_capacity, tail_at;
};

/* tracker.c */
struct packed_when tracker_when(struct rs_tracker *t);
uint64_t tracker_key(struct rs_tracker *t, struct rs_span host,
                     struct rs_span id);
/* Leave EVENTS to the section as fragments. */
enum rs_status tracker_leave(struct rs_tracker *t,
                             const struct packed_list *events);

/* Leave EV, as a record of its own. */
enum rs_status tracker_leave_event(struct rs_tracker *t, enum packed_note note,
                                   const struct rs_event *ev);

/* tracker_entry.c */
/* EV of a queue entry.  KNOWN: nothing in an earlier section tells more of it;
 * CONSUMED: the link that it names has been followed. */
enum rs_status tracker_entry_event(struct rs_tracker *t,
                                   const struct rs_event *ev, bool known,
                                   bool consumed);

/* messages.c */
struct message *messages_find(const struct rs_tracker *t, uint64_t key);
struct message *messages_create(struct rs_tracker *t, uint64_t key,
                                rs_time time);
/* M is the one that an event was last seen of. */
void messages_touch(struct rs_tracker *t, struct message *m);
/* M's queue id was given to another: it is not found by it any more. */
void messages_release(struct rs_tracker *t, struct message *m);
void messages_forget(struct rs_tracker *t, struct message *m);
void messages_clear(struct rs_tracker *t);

/* waits.c */
/* The chain in which all waits for KEY stand. */
struct wait **waits_slot(const struct rs_tracker *t, uint64_t key);
/* A copy of WANT with its deadline; NULL without memory. */
struct wait *waits_add(struct rs_tracker *t, const struct wait *want);
/* Out of its chain, and in again after its key was changed. */
void waits_remove(struct wait *w);
void waits_insert(struct rs_tracker *t, struct wait *w);
/* W is over. */
void waits_end(struct rs_tracker *t, struct wait *w);

/* sessions.c */
/* Does EV begin a session that has a name, tell something of one, end one, or
 * lack what other lines of its session may tell? */
bool sessions_opens(const struct rs_event *ev);
bool sessions_tells(const struct rs_event *ev);
bool sessions_ends(const struct rs_event *ev);
bool sessions_asks(const struct rs_event *ev);
/* Remember what EV tells of its session. */
enum rs_status sessions_note(struct rs_tracker *t, const struct rs_event *ev);
/* Fill in what EV lacks and its session tells; it borrows from there, until
 * the session ends.  False when an earlier section may tell more. */
bool sessions_fill(struct rs_tracker *t, struct rs_event *ev);
/* EV is the last of its session. */
enum rs_status sessions_end(struct rs_tracker *t, const struct rs_event *ev);
/* Leave what was told of sessions that may go on to the fragments. */
enum rs_status sessions_leave(struct rs_tracker *t);
void sessions_clear(struct rs_tracker *t);
void sessions_free(struct rs_tracker *t);

/* twins.c */
/* As facts_add(), of a line that may be written twice. */
enum rs_status twins_add(struct rs_tracker *t, const struct rs_event *ev);
/* EV, of an earlier section, waits for its twin. */
enum rs_status twins_note(struct rs_tracker *t, const struct rs_event *ev);
/* Leave lines whose twin may follow to the fragments. */
enum rs_status twins_leave(struct rs_tracker *t);
void twins_clear(struct rs_tracker *t);
void twins_free(struct rs_tracker *t);

/* links.c */
/* M was created or learned something: does anybody wait for it? */
enum rs_status links_arrived(struct rs_tracker *t, struct message *m);
enum rs_status links_message_id(struct rs_tracker *t, struct message *m);
/* The event at OFFSET of M, just added, may name a child. */
enum rs_status links_event(struct rs_tracker *t, struct message *m,
                           const struct rs_event *ev, size_t offset,
                           bool consumed);
/* M's origin is known: pass it on to its children. */
enum rs_status links_origin_known(struct rs_tracker *t, struct message *m);
/* Give up waits whose deadline has passed. */
enum rs_status links_expire(struct rs_tracker *t, rs_time now);
/* M's recipients are done with: it ends unless another outcome follows. */
enum rs_status links_counted(struct rs_tracker *t, struct message *m,
                             rs_time time);
/* M leaves: whoever is linked to it cannot be settled here. */
void links_cut(struct rs_tracker *t, struct message *m);
/* No line is to come: decide the origin of M, which has no parent. */
enum rs_status links_decide(struct rs_tracker *t, struct message *m);

/* settle.c */
/* Can no other line change what is known of M? */
bool settle_is_ready(const struct message *m);
/* Is a recipient of M deferred, as far as is known? */
bool settle_is_deferred(struct rs_tracker *t, struct message *m);
/* Write M's entries and forget it, if it is ready. */
enum rs_status settle_try(struct rs_tracker *t, struct message *m);
/* Write M's entries as they are. */
enum rs_status settle(struct rs_tracker *t, struct message *m);

/* origins.c */
/* The event that told of M's arrival. */
bool settle_arrival(struct rs_tracker *t, const struct message *m,
                    struct unpacked *out);
/* The domain for which our signer vouched for M itself, or RS_SYM_NONE. */
rs_sym settle_signer(struct rs_tracker *t, const struct message *m);
/* The origin that M's own arrival tells. */
void settle_own_origin(struct rs_tracker *t, struct message *m,
                       struct origin *out);

/* Add the client's name.  Strangers have many: only what is kept of them is
 * worth a symbol. */
void settle_name_origin(struct rs_tracker *t, struct message *m);

/* Add the domain of a signature that was made in the sight of the client. */
void settle_sign_origin(struct rs_tracker *t, struct message *m);

/* facts.c */
/* Events that need no other line: logins, refusals, connections. */
bool facts_is_one(enum rs_event_kind kind);
/* Those of them that become entries: worth repeating. */
bool facts_is_kept(enum rs_event_kind kind);
enum rs_status facts_add(struct rs_tracker *t, const struct rs_event *ev);
/* The same of a line that may be written twice, with FLAGS of the entry.  A
 * twin is not counted. */
enum rs_status facts_add_marked(struct rs_tracker *t,
                                const struct rs_event *ev, unsigned flags);
/* Count what ENTRY tells. */
enum rs_status facts_count(struct rs_ledger *ledger, uint32_t section,
                           const struct rs_entry *entry);
rs_sym facts_intern_domain(struct rs_tracker *t, struct rs_span address);
uint16_t facts_dsn(struct rs_span text);
/* N signatures as DOMAIN by a signer of HOST behind the queue. */
enum rs_status facts_count_signed(struct rs_tracker *t, rs_sym host,
                                  rs_sym domain, uint32_t n);

#endif

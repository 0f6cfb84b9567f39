/* The ledger: everything learned from the logs, in mergeable form.
 *
 * A ledger is a set of sealed sections, one per stretch of one source.  It
 * holds no findings, no verdicts and no configuration.  A section has entries
 * (facts in time order), counters (for what needs no order) and fragments:
 * the events of whatever a line outside the stretch may still change.
 * Closing the ledger replays all fragments, in order of time, through the
 * same tracker that read the stretches; so cutting a log anywhere changes
 * nothing.  Entries and fragments past their share of memory go in sorted
 * runs to an unlinked temporary file. */
#ifndef RELAYSLEUTH_LEDGER_H
#define RELAYSLEUTH_LEDGER_H

#include "relaysleuth/event.h"
#include "relaysleuth/symbols.h"

enum rs_entry_kind {
    RS_ENTRY_LOGIN,        /* a login succeeded: root SASL, or UNKNOWN for that
                              to a mailbox */
    RS_ENTRY_LOGIN_FAILED, /* `count` times */
    RS_ENTRY_REFUSAL,      /* `count` refused commands or messages */
    RS_ENTRY_MISUSE,       /* the client broke the protocol */
    RS_ENTRY_RECIPIENT,    /* one recipient of a message: an outcome */
    RS_ENTRY_RETURNED      /* a mailbox of ours got a notification, mail with
                              the null sender, from outside */
};

/* What stands behind a message: the fact that the log names. */
enum rs_root {
    RS_ROOT_UNKNOWN,  /* its beginning is not in the log */
    RS_ROOT_CLIENT,   /* an SMTP client that did not log in */
    RS_ROOT_SASL,     /* an SMTP client that did: account */
    RS_ROOT_UID,      /* a process of the host: account is its uid */
    RS_ROOT_OURSELVES /* a DSN; client and account are of the message that
                         caused it */
};

enum rs_entry_flag {
    RS_ENTRY_FIRST = 1,       /* first entry of this recipient */
    RS_ENTRY_TWICE = 1,       /* no RECIPIENT: its line may be written twice;
                                 never seen in a closed ledger */
    RS_ENTRY_LAST = 2,        /* its last known outcome */
    RS_ENTRY_TWIN = 2,        /* and this may be the second time; the same */
    RS_ENTRY_MESSAGE = 4,     /* first entry of the whole journey */
    RS_ENTRY_NULL_SENDER = 8, /* reverse-path <> */
    RS_ENTRY_FORWARDED = 16,  /* our alias, list or .forward made this
                                 recipient out of another */
    RS_ENTRY_FILTER_HOP = 32, /* handed to a content filter; what came of it
                                 is not in the log */
    RS_ENTRY_PASSWORD_SERVICE = 64, /* LOGIN_FAILED: RS_WITNESS_... */
    RS_ENTRY_AHEAD = 64,            /* MISUSE: the event's `ahead` */
    RS_ENTRY_REWRITTEN_TRICK = 128, /* the recipient that the client gave was
                                       an address trick: see `trick` */
    RS_ENTRY_SIGNED = 256,   /* RECIPIENT: our signer, asked while the first
                                hop took the message, signed it as the
                                sender's domain */
    RS_ENTRY_PASSED_ON = 512 /* RECIPIENT: another host of ours took the
                                message first */
};

/* One fact.  Strings are symbols of the ledger's table; recipients and
 * senders are known by hash and domain, senders also as text while the table
 * has room.  Entries are ordered by (time, kind, content); places only break
 * ties. */
struct rs_entry {
    rs_time time;     /* of the line that told it */
    rs_time arrived;  /* RECIPIENT: when the journey began; else = time */
    uint64_t content; /* digest of all that is not a place */
    uint64_t journey; /* RECIPIENT: identifies the message; else 0 */
    uint64_t recipient_hash; /* rs_hash_content_nocase of the address */
    uint64_t taken;  /* RECIPIENT: the journey's first queue id on this host
                        and Message-ID, hashed; 0 when one is not known */
    uint64_t handed; /* RECIPIENT: the same of the queue id that the next hop
                        said it gave */
    struct rs_addr client;   /* of the journey's first hop */
    struct rs_addr next_hop; /* RECIPIENT */
    struct rs_place place;   /* of the line that told it */
    struct rs_place origin;  /* RECIPIENT: of the arrival; line 0: unseen */
    rs_sym host;
    rs_sym client_name;   /* confirmed name; RS_SYM_NONE when there is none */
    rs_sym account;       /* login name as logged; or the uid */
    rs_sym service;       /* smtpd, submission, imap, pop3, ... */
    rs_sym sender;        /* whole address */
    rs_sym sender_domain; /* lower case */
    rs_sym recipient_domain; /* lower case */
    rs_sym given_domain;     /* of the recipient that the client gave, when
                                another was made of it */
    rs_sym blocklist;    /* RECIPIENT: on which, says the next hop, we are */
    rs_sym listed;       /* and our address there, as text */
    rs_sym directory;    /* RECIPIENT: where the process that brought it in
                            was started */
    uint32_t size;       /* octets, RECIPIENT */
    uint32_t count;      /* LOGIN_FAILED, REFUSAL, MISUSE; else 1 */
    uint32_t section;    /* index in the ledger */
    uint16_t dsn;        /* RFC 3463 as class*10000 + subject*100 + detail,
                            detail capped at 99; 0 when not known */
    uint16_t reply_code; /* REFUSAL */
    uint8_t kind;        /* enum rs_entry_kind */
    uint8_t root;        /* enum rs_root */
    uint8_t outcome;     /* enum rs_outcome */
    uint8_t transport;   /* enum rs_transport */
    uint8_t refusal;     /* enum rs_refusal */
    uint8_t trick;       /* enum rs_trick of the recipient given; of MISUSE,
                            which has none, enum rs_proxy_try */
    uint8_t aimed;       /* RECIPIENT: 1: the next hop's name is in the domain
                            that the trick names */
    uint8_t server;      /* enum rs_server: whose log told it */
    uint16_t flags;      /* enum rs_entry_flag */
};

/* What is only counted, per bucket of time: of a second in a short or quiet
 * log, of RS_BUCKET at most: about as fine as a picture of the whole log can
 * show. */
#define RS_BUCKET (5 * RS_MINUTE)
enum rs_counter {
    RS_COUNT_MESSAGES, /* journeys, by arrival */
    RS_COUNT_BYTES,
    RS_COUNT_INBOUND_SENT, /* recipients from outside clients that a local
                              transport took: no entry is kept of these, but
                              RETURNED of some */
    RS_COUNT_INBOUND_DEFERRED,
    RS_COUNT_INBOUND_BOUNCED,
    RS_COUNT_REFUSALS,
    RS_COUNT_LOGINS,
    RS_COUNT_LOGIN_FAILURES,    /* RS_WITNESS_SERVER */
    RS_COUNT_PASSWORD_FAILURES, /* RS_WITNESS_PASSWORD_SERVICE */
    RS_COUNT_CONNECTS,
    RS_COUNT_BOUNCES, /* recipients, all kinds of mail */
    /* From here on by a key, not by time. */
    RS_COUNT_LOCAL_DOMAIN, /* by domain: recipients that a local transport,
                              no command, delivered, or that were refused as
                              unknown here */
    RS_COUNT_RELAY_DOMAIN, /* by domain: recipients sent by the service for
                              relay domains */
    RS_COUNT_PIPED_DOMAIN, /* by domain: recipients that a command got, and
                              nothing more is known of */
    RS_COUNT_SIGNED_IN,    /* by host: messages that a signer signed while the
                              server took them */
    RS_COUNT_SIGNED_LATER, /* by `HOST DOMAIN`: signatures of a signer behind
                              the queue, to which all clients look alike */
    RS_COUNT_STRANGERS,    /* by host: recipients from outside clients without
                              a login that a local transport took or refused */
    RS_COUNT_SIGNED_STRANGERS, /* by host: of them, those of signed mail */
    RS_COUNTERS
};

struct rs_ledger;

struct rs_ledger_limits {
    size_t memory;        /* bytes for entries, fragments, open messages and
                             symbols together */
    const char *temp_dir; /* NULL: $TMPDIR or /tmp; borrowed */
};

/* Where a section stands in the world: equal ids are the same stretch. */
struct rs_section_id {
    uint64_t fingerprint; /* of the source */
    uint64_t begin, end;  /* byte range of decompressed text */
};

struct rs_ledger *rs_ledger_new(const struct rs_ledger_limits *limits);
void rs_ledger_free(struct rs_ledger *ledger); /* accepts NULL */
struct rs_symbols *rs_ledger_symbols(struct rs_ledger *ledger);

/* Take over the sections of B that A does not have.  B stays as it was.
 * Commutative, associative and idempotent in what a closed ledger shows. */
enum rs_status rs_ledger_merge(struct rs_ledger *a, const struct rs_ledger *b,
                               struct rs_error *err);

/* Forget all that came from input SOURCE (it proved to be a copy).  Before
 * the ledger is closed. */
void rs_ledger_drop_source(struct rs_ledger *ledger, uint32_t source);

/* Join the fragments and sort.  Only a closed ledger is judged; nothing can
 * be added to it. */
enum rs_status rs_ledger_close(struct rs_ledger *ledger, struct rs_error *err);

/* Call FN for every entry of a closed ledger, in order; FN returns false to
 * stop.  Can be repeated. */
typedef bool rs_entry_fn(void *ctx, const struct rs_entry *entry);
enum rs_status rs_ledger_scan(struct rs_ledger *ledger, rs_entry_fn *fn,
                              void *ctx, struct rs_error *err);

/* Call FN for every counter of a closed ledger, sorted by (counter, key text,
 * bucket).  KEY is RS_SYM_NONE for counters that have none; START is when
 * the bucket begins, 0 for counters by domain or host. */
typedef void rs_counter_fn(void *ctx, enum rs_counter counter, rs_sym key,
                           rs_time start, uint64_t value);
enum rs_status rs_ledger_counters(struct rs_ledger *ledger, rs_counter_fn *fn,
                                  void *ctx);
/* How wide the buckets of a closed ledger are: 1, 5, 10 or 30 s, 1 or 5 min.
 */
enum rs_status rs_ledger_bucket(const struct rs_ledger *ledger,
                                rs_time *width);
uint64_t rs_ledger_total(const struct rs_ledger *ledger,
                         enum rs_counter counter);

/* First and last time, and the logging hosts (sorted by text). */
rs_time rs_ledger_start(const struct rs_ledger *ledger); /* or RS_TIME_NONE */
rs_time rs_ledger_end(const struct rs_ledger *ledger);
size_t rs_ledger_hosts(const struct rs_ledger *ledger, const rs_sym **hosts);
/* Messages that had to be judged on part of their lines for want of memory. */
uint64_t rs_ledger_evicted(const struct rs_ledger *ledger);

#endif

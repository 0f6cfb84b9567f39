/* What the rules share: bounded tables, rankings, evidence, findings. */
#ifndef RELAYSLEUTH_DETECT_H
#define RELAYSLEUTH_DETECT_H

#include "relaysleuth/detector.h"

/* Tables.  Strangers fill them: past the ceiling the items with the least
 * weight go, and are counted. */

struct key {
    uint64_t a, b;
};

struct key key_of_address(const struct rs_addr *addr);
struct rs_addr key_address(struct key key);
struct key key_of_number(uint64_t number); /* a symbol, a hash */

/* How many are kept of those that the site knows (accounts, hosts), and of
 * those that come from anywhere.  Past it the ones with the least evidence
 * go. */
#define SUBJECTS_MAX  ((size_t)32768)
#define STRANGERS_MAX ((size_t)16384)

struct table;

/* An item has SIZE bytes and begins with its struct key.  WEIGHT ranks items
 * (NULL: by age); CLEAR releases what an item owns (NULL: nothing). */
struct table_kind {
    size_t size, ceiling;
    uint64_t (*weight)(const void *item);
    void (*clear)(void *item);
};

struct table *table_new(const struct table_kind *kind);
void table_free(struct table *table); /* accepts NULL */
/* Without items, as it was when it was new; memory for few is kept. */
void table_empty(struct table *table);
/* Valid until the next table_put(); NULL when there is none. */
void *table_find(const struct table *table, struct key key);
/* The same; makes a zeroed item when there is none.  NULL: no memory. */
void *table_put(struct table *table, struct key key);
size_t table_count(const struct table *table);
void *table_item(const struct table *table, size_t i); /* in order of age */
uint64_t table_evicted(const struct table *table);

/* Rankings: how often each of many things came.  Starts as {0}. */

struct tally {
    struct table *table;
};

enum rs_status tally_add(struct tally *tally, struct key key, uint64_t count);
/* All of OTHER as well. */
enum rs_status tally_join(struct tally *tally, const struct tally *other);
uint64_t tally_different(const struct tally *tally);
void tally_empty(struct tally *tally); /* to be filled anew */
void tally_clear(struct tally *tally);

enum naming {
    NAMED_BY_ADDRESS,
    NAMED_BY_NETWORK, /* as rs_addr_network() has it */
    NAMED_BY_SYMBOL
};

/* The ten that came most often. */
enum rs_status tally_rank(const struct tally *tally, enum naming naming,
                          const struct rs_case *kase,
                          struct rs_ranked_list *out);

/* A level that halves in a day: evidence of the last day or so counts. */
struct level {
    int64_t hour;
    uint64_t value; /* thousandths */
};
void level_add(struct level *level, rs_time now, uint64_t thousandths);
/* VALUE after HOURS; negative values decay as well. */
int64_t decayed(int64_t value, int64_t hours);
int64_t hour_of(rs_time t);

/* The lines that tell a story. */
enum trail_line {
    TRAIL_BEFORE, /* what was refused before */
    TRAIL_ARRIVAL,
    TRAIL_OUTCOME,
    TRAIL_DECIDED, /* the evidence sufficed */
    TRAIL_LAST_ARRIVAL,
    TRAIL_LAST,
    TRAIL_LINES
};

struct trail {
    struct rs_evidence lines[TRAIL_LINES]; /* place.line 0: not there */
    unsigned servers; /* bits of enum rs_server: who wrote them */
};

/* LINE is where ENTRY stands. */
void trail_set(struct trail *trail, enum trail_line line,
               const struct rs_entry *entry);
/* First and last of the arrivals and outcomes. */
void trail_recipient(struct trail *trail, const struct rs_entry *entry);
/* LATER is the same story: its last lines are the last. */
void trail_go_on(struct trail *trail, const struct trail *later);

/* First and last line of a story, and where the evidence sufficed. */
struct period {
    rs_time first, last, detected;
};

/* A finding in the making.  Functions that run out of memory say so at
 * draft_commit(). */
#define DRAFT_COUNTS  12
#define DRAFT_RELATED 6
#define DRAFT_ADVICE  4

struct draft {
    struct rs_case *kase;
    struct rs_finding finding;
    struct rs_count counts[DRAFT_COUNTS];
    struct rs_related related[DRAFT_RELATED];
    struct rs_evidence evidence[TRAIL_LINES];
    struct rs_span advice[DRAFT_ADVICE];
    unsigned servers; /* of the trail */
    struct rs_marks advice_marks[DRAFT_ADVICE];
    bool failed;
};

/* RULE and the severity of the finding must stand in the table of rules.c. */
void draft_begin(struct draft *draft, struct rs_case *kase, const char *rule,
                 enum rs_severity severity);
void draft_subject(struct draft *draft, enum rs_subject_type type,
                   struct rs_span subject);
void draft_subject_address(struct draft *draft, const struct rs_addr *addr);
void draft_period(struct draft *draft, const struct period *period);
void draft_count(struct draft *draft, const char *name, uint64_t value);
void draft_related(struct draft *draft, const char *kind,
                   const struct tally *tally, enum naming naming);
void draft_trail(struct draft *draft, const struct trail *trail);
/* The conversions are those of print.h.  What strings put in is marked; all
 * else must be the same whatever the log says. */
void draft_title(struct draft *draft, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void draft_advise(struct draft *draft, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* PATTERN as print_about() has it. */
void draft_advise_about(struct draft *draft, const char *pattern,
                        struct rs_span word);
enum rs_status draft_commit(struct draft *draft);

/* Clients for which there is no finding of their own, summed.  Starts as
 * {0}; whoever is done clears the addresses. */
struct rest {
    uint64_t clients, attempts;
    struct period period;
    struct tally addresses;
    struct trail trail; /* of the first, where the rule tells it */
};

enum rs_status rest_add(struct rest *rest, struct key client,
                        uint64_t attempts, const struct period *period);
/* Begin a finding of low severity about the clients of HOST; what the attempts
 * are called is for the rule to say. */
void draft_rest(struct draft *draft, struct rs_case *kase, const char *rule,
                const struct rest *rest, rs_sym host);

/* The subject where advice can hold it: a plain safe word, else OTHERWISE. */
struct rs_span draft_word(const struct draft *draft, const char *otherwise);
/* The same of the first of the related "scripts"; absent without any. */
struct rs_span draft_folder(const struct draft *draft, const char *otherwise);
#define PLURAL(n) ((n) == 1 ? "" : "s")

/* Told facts of the site are surer than learned ones. */
double draft_sure(const struct rs_case *kase, double told, double learned);

/* Can a finding of that period be reported?  Only those whose number is
 * limited ask; what is not reported is left out afterwards. */
bool is_reported(const struct rs_case *kase, const struct period *period);

/* Is it an outside client, known by its address? */
bool is_outside(const struct rs_case *kase, const struct rs_addr *client);

extern const struct rs_detector rs_detector_relay;
extern const struct rs_detector rs_detector_account;
extern const struct rs_detector rs_detector_auth;
extern const struct rs_detector rs_detector_bulk;
extern const struct rs_detector rs_detector_bounce;
extern const struct rs_detector rs_detector_harvest;
extern const struct rs_detector rs_detector_reputation;
extern const struct rs_detector rs_detector_loop;
extern const struct rs_detector rs_detector_queue;
extern const struct rs_detector rs_detector_volume;
extern const struct rs_detector rs_detector_phishing;
extern const struct rs_detector rs_detector_pool;
extern const struct rs_detector rs_detector_forged;

#endif

/* The inside of a ledger, for the tracker that fills it. */
#ifndef RELAYSLEUTH_CORE_LEDGER_PARTS_H
#define RELAYSLEUTH_CORE_LEDGER_PARTS_H

#include "packed.h"
#include "relaysleuth/tracker.h"
#include "runs.h"

/* Counters of one section: open addressing, key 0 is free. */
struct counter_slot {
    uint64_t key; /* counter, then symbol or bucket; never 0 */
    uint64_t value;
};

struct counter_table {
    struct counter_slot *slots;
    size_t count, capacity;
    size_t timed; /* slots of counters by time */
    size_t width; /* of their buckets, as an index */
};

struct section {
    struct rs_section_id id;
    uint32_t source;
    bool sealed;
    bool dropped;        /* a copy, or forgotten: nothing of it counts */
    rs_time first, last; /* RS_TIME_NONE before the first line */
    struct counter_table counters;
};

/* Where the bytes of one fragment record are. */
struct fragment {
    struct packed_when when;
    uint64_t offset;
    uint32_t size;
    uint32_t section;
    uint32_t rank; /* of the section, once the ledger closes */
    uint32_t reserved;
};

struct hops;
/* So many hosts are told apart and named: a forged log may have another on
 * each line. */
#define LEDGER_HOSTS_MAX ((size_t)1024)

struct twin_hosts;

struct rs_ledger {
    struct rs_ledger_limits limits;
    struct rs_symbols *symbols;
    struct section *sections;
    size_t section_count, section_capacity;
    rs_sym *hosts;
    size_t host_count, host_capacity;
    struct rs_runs *entries;
    struct rs_spill *fragments;     /* their bytes */
    struct rs_spill *fragment_list; /* struct fragment, as they came */
    bool twins;                     /* some line may be written twice */
    struct hops *hops;              /* of a closed ledger; NULL: none */
    struct twin_hosts *twin_hosts;  /* the same */
    bool closed;
    uint64_t evicted;
};

/* Begin a section; *INDEX is its number. */
enum rs_status ledger_begin(struct rs_ledger *ledger, uint32_t source,
                            uint32_t *index, struct rs_error *err);
/* Seal it under ID, or forget it when the ledger has that stretch. */
void ledger_seal(struct rs_ledger *ledger, uint32_t index,
                 const struct rs_section_id *id);

/* Fills in section and content. */
enum rs_status ledger_add(struct rs_ledger *ledger, uint32_t section,
                          struct rs_entry *entry, struct rs_error *err);
enum rs_status ledger_add_fragment(struct rs_ledger *ledger, uint32_t section,
                                   struct packed_when when,
                                   struct rs_span bytes, struct rs_error *err);
/* KEY is RS_SYM_NONE for counters by time. */
enum rs_status ledger_count(struct rs_ledger *ledger, uint32_t section,
                            enum rs_counter counter, rs_sym key, rs_time time,
                            uint64_t n);
void ledger_note_host(struct rs_ledger *ledger, rs_sym host);
void ledger_note_line(struct rs_ledger *ledger, uint32_t section, rs_time time,
                      rs_sym host);

/* Replay fragments, in order, into a tracker that settles everything in the
 * end.  One call a ledger. */
enum rs_status tracker_replay(struct rs_tracker *tracker,
                              const struct unpacked *fragment);
struct rs_tracker *tracker_new_replaying(struct rs_ledger *ledger,
                                         uint32_t section);
enum rs_status tracker_finish(struct rs_tracker *tracker,
                              struct rs_error *err);

#endif

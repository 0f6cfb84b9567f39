/* The inside of settling. */
#ifndef RELAYSLEUTH_CORE_SETTLE_PARTS_H
#define RELAYSLEUTH_CORE_SETTLE_PARTS_H

#include "tracker_parts.h"

/* One outcome of one recipient, and what became of it later. */
struct outcome {
    struct rs_entry entry;
    uint64_t recipient; /* as delivered and as given, in one number */
    size_t before;      /* number of its earlier outcome, from 1; 0: none */
    bool superseded;    /* a later outcome of the same recipient follows */
    bool gone;          /* a child queue entry speaks for this recipient */
    bool local;         /* taken, or refused, by a local transport */
};

struct settling {
    struct rs_tracker *t;
    struct message *m;
    struct outcome *outcomes;
    size_t count, capacity;
    size_t *index; /* by recipient: number of its last outcome; 0: free */
    size_t index_size;
    uint64_t size; /* octets */
    bool enveloped;
    struct rs_span sender; /* of the packed events */
    bool bare;             /* the sender was given without brackets */
    bool aborted;          /* unless an outcome follows */
    bool refused;          /* as a whole */
    rs_sym host;
};

/* U is a delivery, which stands at AT of the packed events. */
enum rs_status settle_delivery(struct settling *s, const struct unpacked *u,
                               size_t at);

#endif

/* The inside of the rules on relaying. */
#ifndef RELAYSLEUTH_DETECT_RELAY_PARTS_H
#define RELAYSLEUTH_DETECT_RELAY_PARTS_H

#include "watch.h"

/* What a client got through. */
struct opening {
    uint64_t messages, recipients, sent, bounced, deferred;
    uint64_t refused_before; /* refusals before the first was handed on */
    struct period period;
    struct tally senders, recipient_domains;
};

struct stranger {
    struct key key; /* address */
    struct level tries;
    uint64_t refused, taken; /* attempts: refused here, and taken in vain */
    uint64_t tricks[RS_TRICK_NO_DOMAIN + 1];
    struct period period; /* of the attempts */
    bool is_probe, logged_in;
    bool told; /* as one of many */
    struct trail trail;
    struct opening *open;
};

struct relay {
    struct rs_case *kase;
    struct table *strangers;
    struct table *journeys; /* of strangers: keys alone */
    struct watch *windows;  /* relay.pop_window */
    rs_sym host;            /* the first that logged any of it */
};

/* Did another server take mail of the stranger's? */
static inline bool relay_is_open(const struct stranger *s)
{
    return s->open != NULL && s->open->sent > 0;
}

/* How much there is to tell of a stranger. */
uint64_t relay_weight(const struct stranger *stranger);
/* Clients of one network that relay a little each. */
struct neighbourhood {
    struct key key; /* network */
    uint64_t clients;
};

/* What was found, as findings. */
enum rs_status relay_tell(struct relay *relay);
/* Many that relay a little each, as one; they are told then. */
enum rs_status relay_tell_snowshoe(struct relay *relay);
void relay_advise_open(struct draft *draft);

#endif

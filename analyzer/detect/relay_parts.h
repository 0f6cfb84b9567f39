/* The inside of the rules on relaying. */
#ifndef RELAYSLEUTH_DETECT_RELAY_PARTS_H
#define RELAYSLEUTH_DETECT_RELAY_PARTS_H

#include "watch.h"

enum {
    PROBES = 3000,    /* plain attempts in about a day, thousandths */
    PROBE_SLACK = 100 /* they need not come in the same second */
};

/* What a client got through. */
struct opening {
    uint64_t messages, recipients, sent, bounced, deferred;
    uint64_t refused_before; /* refusals before the first was handed on */
    struct period period;
    struct tally senders, recipient_domains;
};

/* What a client asked of us as of a proxy. */
struct proxying {
    uint64_t tries[RS_PROXY_SOCKS + 1][2]; /* by kind; [1]: RS_ENTRY_AHEAD */
    struct level requests[2];              /* the same of RS_PROXY_HTTP */
    struct period period;
    bool is_probe;
    struct trail trail;
};

/* Strangers who got mail through and for whom there is no room any more. */
struct lost {
    struct rest rest;
    enum rs_status status; /* of counting them */
    bool closed;           /* it is told; the others just go */
};

struct stranger {
    struct key key;    /* address */
    struct lost *lost; /* where it goes */
    struct level tries;
    uint64_t refused, taken; /* attempts: refused here, and taken in vain */
    uint64_t tricks[RS_TRICK_NO_DOMAIN + 1];
    struct period period; /* of the attempts */
    bool is_probe, logged_in;
    bool told; /* as one of many */
    struct trail trail;
    struct opening *open;
    struct proxying *proxying; /* NULL: it did not try */
};

struct relay {
    struct rs_case *kase;
    struct table *strangers;
    struct lost lost;
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

/* E is a try to use us as a proxy. */
enum rs_status relay_proxy_note(struct stranger *s, const struct rs_entry *e);
uint64_t relay_proxy_tries(const struct stranger *s);
/* "HTTP requests 3, CONNECT 1", or "". */
void relay_proxy_list(const struct stranger *s, char *buf, size_t size);
void relay_proxy_count(struct draft *draft, const struct stranger *s);
/* Of all attempts, by mail and to use us as a proxy. */
struct period relay_probe_period(const struct stranger *s);
struct trail relay_probe_trail(const struct stranger *s);

/* S, which is open, is one of those that are not told alone. */
enum rs_status relay_rest_add(struct rest *rest, const struct stranger *s);
/* What was found, as findings. */
enum rs_status relay_tell(struct relay *relay);
/* Many that relay a little each, as one; they are told then. */
enum rs_status relay_tell_snowshoe(struct relay *relay);
void relay_advise_open(struct draft *draft);

#endif

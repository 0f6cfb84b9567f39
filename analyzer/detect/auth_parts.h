/* The inside of the rules on logins. */
#ifndef RELAYSLEUTH_DETECT_AUTH_PARTS_H
#define RELAYSLEUTH_DETECT_AUTH_PARTS_H

#include "detect.h"
#include "habit.h"

/* The server and the password service behind it tell the same failure twice:
 * the larger of the two sums is nearest to the truth. */
struct failures {
    uint64_t server, service;
};

struct guessed {
    struct key key; /* account */
    struct failures failures;
};

struct guesser {
    struct key key; /* address */
    struct failures failures;
    struct level server, service;
    struct period period;
    bool detects;           /* enough failures came at once */
    bool welcome;           /* it logged in before it ever failed */
    struct table *accounts; /* struct guessed */
    struct trail trail;
};

struct target {
    struct key key; /* account */
    struct failures failures;
    struct level server, service;
    struct period period;
    bool detects;
    struct tally clients; /* that failed */
    struct places places; /* where it logged in from */
    struct trail trail;
};

struct breach {
    struct rs_addr client;
    rs_sym account;
    uint64_t failures, crowd; /* CROWD: clients that guessed */
    struct period period;
    struct trail trail;
};

struct auth {
    struct rs_case *kase;
    struct table *guessers, *targets;
    struct breach *breaches;
    size_t breach_count, breach_capacity;
    rs_sym host; /* the first that logged a failure */
};

static inline uint64_t auth_failed(const struct failures *f)
{
    return f->server > f->service ? f->server : f->service;
}

/* What was found, as findings. */
enum rs_status auth_tell(struct auth *auth);

enum {
    AUTH_SPRAYED = 5,      /* different accounts: a spray */
    AUTH_MANY_CLIENTS = 4, /* that guess at one account: distributed */
    AUTH_BREACHING = 6     /* failures before a success that is no luck */
};

#endif

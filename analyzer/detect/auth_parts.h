/* The inside of the rules on logins. */
#ifndef RELAYSLEUTH_DETECT_AUTH_PARTS_H
#define RELAYSLEUTH_DETECT_AUTH_PARTS_H

#include "detect.h"
#include "habit.h"
#include "pace.h"

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
    bool welcome;           /* its users are at home there */
    uint32_t guests;        /* accounts that first logged in there */
    uint64_t spent;         /* failures without a name, told as a breach */
    rs_time sprayed;        /* when it last counted as one of many */
    struct table *accounts; /* struct guessed */
    struct trail trail;
};

struct target {
    struct key key; /* account */
    struct failures failures;
    struct level server, service;
    struct period period;
    bool detects;
    struct tally clients;  /* that failed */
    struct pace crowd;     /* of different ones, */
    rs_time crowd_since;   /* in its present run */
    struct places places;  /* where it logged in from */
    struct failures slips; /* there, */
    rs_time slipped;       /* and the last of them */
    rs_time sprayed;       /* when it last counted as one of many */
    size_t breach;         /* the last, and one; 0: there is none */
    struct trail trail;
};

/* How sure is it that the one who got in is not the owner? */
enum doubt {
    NO_BREACH,
    BREACH_SURE,
    BREACH_AMID,  /* others guessed, not this client */
    BREACH_COMMON /* many users guess at their own passwords just now */
};

struct breach {
    struct rs_addr client; /* the first, */
    struct tally clients;  /* and all */
    rs_sym account;
    enum doubt doubt;
    uint64_t failures, crowd;  /* CROWD: clients that guessed */
    uint64_t recipients, sent; /* of mail from there, since */
    size_t before;             /* another of the account, and one; or 0 */
    struct period period;
    struct trail trail;
};

/* Guesses at many accounts of the site by many clients, each of which does
 * little. */
struct spray {
    struct pace pace;
    rs_sym host; /* that logged the first of this run */
    uint64_t attempts;
    struct period period;
    struct tally accounts, clients;
    struct trail trail;
};

struct auth {
    struct rs_case *kase;
    struct table *guessers, *targets;
    struct breach *breaches;
    size_t breach_count, breach_capacity;
    struct pace slips; /* of users who fail at home, and then succeed */
    struct spray spray;
    rs_sym host; /* the first that logged a failure */
};

static inline uint64_t auth_failed(const struct failures *f)
{
    return f->server > f->service ? f->server : f->service;
}

/* auth_spray.c: let time pass, and a failure of GUESSER at an account that
 * exists, where it never was. */
enum rs_status auth_spray_pass(struct auth *auth, rs_time now);
enum rs_status auth_spray_note(struct auth *auth, struct guesser *guesser,
                               struct target *target,
                               const struct rs_entry *entry);
/* All has been seen. */
enum rs_status auth_spray_end(struct auth *auth);

/* What was found, as findings. */
enum rs_status auth_tell(struct auth *auth);
void auth_advise_guessing(struct draft *draft);

enum {
    AUTH_SPRAYED = 5,      /* different accounts: a spray */
    AUTH_MANY_CLIENTS = 4, /* that guess at one account: distributed */
    AUTH_BREACHING = 6     /* failures before a success that is no luck */
};

#endif

/* The inside of the watch. */
#ifndef RELAYSLEUTH_DETECT_WATCH_PARTS_H
#define RELAYSLEUTH_DETECT_WATCH_PARTS_H

#include "home.h"
#include "watch.h"

enum evidence {
    UNKNOWN, /* the recipient does not exist, or does no more */
    REFUSED, /* the other server wants no mail like this, or of ours */
    SENDER,  /* an envelope sender that is not the subject's */
    PLACE,   /* a network that the subject never sent from */
    STREWN,  /* one more, after some others on the same day */
    NOVEL,   /* from a new place to somebody the subject never wrote to */
    EVIDENCES
};

struct sums {
    uint64_t messages, recipients, sent, deferred, bounced, unknown, refused;
};

/* The same of one message: there are many, and the largest counts end at the
 * ceiling. */
struct seen {
    uint16_t recipients, sent, deferred, bounced, unknown, refused;
};

/* A message of which not all recipients may have been seen. */
struct letter {
    struct key key; /* journey */
    struct {
        int64_t sum;      /* of all recipients */
        int32_t given;    /* what the subject's score got of it */
        uint64_t weights; /* thousandths */
    } of[EVIDENCES];
    uint64_t story;   /* that counted it */
    struct seen seen; /* of its recipients */
    bool away;        /* it came from a place that is new to the subject */
};

struct profile {
    struct key key;
    int64_t hour;
    int32_t score[EVIDENCES];
    int32_t low; /* total where the story began */
    struct rate rates[EVIDENCES];
    struct filter senders, recipients, missed;
    struct places places;
    struct home home;
    struct story *now;  /* since nothing last spoke against it */
    struct story *told; /* an alarm that more may still belong to */
    uint64_t last_told; /* serial of the last story that was */
    int64_t active_spell, hit_spell; /* of the weather */
    bool alarmed;
};

struct watch {
    const struct watch_rule *rule;
    struct rs_case *kase;
    struct table *profiles, *letters;
    uint64_t stories; /* so far */
};

/* watch_score.c */

int32_t score_total(const struct profile *profile);
/* Let time pass for the subject's score, and for the weather. */
void score_pass_time(struct watch *watch, struct profile *profile,
                     rs_time now);
/* What the message of ENTRY, and its recipient, say against the subject. */
int32_t score_message(struct watch *watch, struct profile *profile,
                      struct letter *letter, const struct rs_entry *entry);
int32_t score_recipient(struct watch *watch, struct profile *profile,
                        struct letter *letter, const struct rs_entry *entry);
/* An alarm explains the subject's own refusals. */
void score_forgive_weather(struct watch *watch, struct profile *profile);
/* The share of refused recipients that habit explains, in thousandths. */
uint64_t score_habit(const struct profile *profile);
bool score_says_unknown(uint16_t dsn);
uint32_t score_says_refused(uint16_t dsn); /* in thousandths */

/* watch_story.c: what a finding will tell. */

/* What is told of mail. */
struct batch {
    struct sums sums;
    struct tally senders, recipient_domains, scripts;
};

struct story {
    uint64_t serial;
    struct period period;
    int32_t peak;
    uint32_t calm;           /* messages since the last piece of evidence */
    struct batch mail, tail; /* TAIL: after the last piece of evidence */
    struct trail trail;
    struct table *visitors; /* clients */
    struct table *places;   /* their networks */
};

/* What an entry adds to it. */
struct step {
    const struct rs_judged *judged;
    struct letter *letter;
    int32_t gain;   /* of the score */
    bool fresh;     /* the first recipient of its message here */
    bool abandoned; /* a story that was not told counted the others */
    bool known;     /* the subject sent from its client before */
    bool run;       /* it goes on at the pace of an alarm */
};

/* Does ENTRY follow on the mail of the story without a pause? */
bool story_goes_on(const struct story *story, const struct rs_entry *entry);
struct story *story_new(uint64_t serial, const struct rs_entry *entry);
void story_free(struct story *story); /* accepts NULL */
/* Nothing will be told of STORY: it becomes a new one, which costs less than
 * to free it. */
void story_restart(struct story *story, uint64_t serial,
                   const struct rs_entry *entry);
enum rs_status story_add(struct story *story, const struct step *step);
/* A later alarm of the same subject is the same story: add FROM to TO. */
enum rs_status story_join(struct story *to, struct story *from);
/* Make a finding of the story told of the subject. */
enum rs_status story_tell(struct watch *watch, const struct profile *profile);

#endif

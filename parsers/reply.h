/* SMTP replies as logs quote them: their codes, and what they are about. */
#ifndef RELAYSLEUTH_PARSERS_REPLY_H
#define RELAYSLEUTH_PARSERS_REPLY_H

#include "relaysleuth/event.h"

/* What a reply with certain words is about. */
struct rs_reply_meaning {
    const char *words;
    enum rs_refusal refusal;
};

/* An RFC 3463 status, "5.7.1", off the front of S. */
bool rs_reply_take_dsn(struct rs_span *s, struct rs_span *out);
/* `550 5.7.1 ` off the front of S into EV, each where it is there. */
void rs_reply_take_codes(struct rs_span *s, struct rs_event *ev);

/* The queue id that the next hop names at the end of its reply, behind
 * `queued as `; absent when there is none. */
struct rs_span rs_reply_queued_as(struct rs_span reply);

/* The first of TABLE whose words (lower case) are in TEXT, whatever its case,
 * decides; RS_REFUSAL_NONE when there is none. */
enum rs_refusal rs_reply_find(const struct rs_reply_meaning *table,
                              size_t count, struct rs_span text);
#define RS_REPLY_FIND(table, text)                                            \
    rs_reply_find((table), sizeof(table) / sizeof((table)[0]), (text))

/* Words of tables, filters and policies that say more about TEXT than its
 * opening does, or RS_REFUSAL_NONE. */
enum rs_refusal rs_reply_hint(struct rs_span text);
/* The same for a filter's or an administrator's own words; OTHERWISE when
 * they say nothing. */
enum rs_refusal rs_reply_of_filter(struct rs_span text,
                                   enum rs_refusal otherwise);
/* A recipient was refused: is there no such mailbox, or was it a policy,
 * which says nothing of guessed addresses? */
enum rs_refusal rs_reply_about_recipient(struct rs_span text);

#endif

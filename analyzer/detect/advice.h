/* What to do, in the words of the mail server at hand. */
#ifndef ADVICE_H
#define ADVICE_H

#include "detect.h"

enum advice {
    ADVICE_CLOSE_RELAY,
    ADVICE_SEE_WHO_MAY_RELAY,
    ADVICE_STAY_CLOSED,
    ADVICE_HOLD_QUEUE,
    ADVICE_DELETE_QUEUE,
    ADVICE_HOLD_OR_DELETE,
    ADVICE_DELETE_BOUNCES,
    ADVICE_SEND_AS_THEMSELVES,
    ADVICE_LIMIT_OUTGOING,
    ADVICE_BAN_GUESSERS,
    ADVICE_BAN_GUESSER, /* the client */
    ADVICE_LOGIN_WHERE_NEEDED,
    ADVICE_SLOW_LOGINS,
    ADVICE_SLOW_RECIPIENTS,
    ADVICE_REFUSE_UNKNOWN,
    ADVICE_SHUT_OUT_USER,     /* the local user */
    ADVICE_SHUT_OUT_MACHINE,  /* the client, of ours */
    ADVICE_SHUT_OUT_STRANGER, /* the client */
    ADVICE_SHUT_OUT_IF,       /* the client, if it goes on */
    ADVICE_SHRINK_NETWORKS,
    ADVICE_NAME_SCRIPTS,
    ADVICE_END_POP,
    ADVICE_SHUT_OUT_THEIR_CLIENTS
};

/* Give the draft, whose trail is there, an advice about WORD: safe text that
 * stands for the subject, absent where the advice speaks of none.  Its words
 * are those of the server that wrote the trail, or all of the log; of no
 * server's when there are several. */
void advise(struct draft *draft, enum advice advice, struct rs_span word);

#endif

/* What a reply is about, whoever logged it. */
#ifndef RELAYSLEUTH_REPLY_H
#define RELAYSLEUTH_REPLY_H

#include "relaysleuth/span.h"

/* Does REPLY say, in the words that servers have for it, that the message goes
 * round in circles?  Few give it the status of RFC 3463, 5.4.6. */
bool rs_reply_is_loop(struct rs_span reply);

#endif

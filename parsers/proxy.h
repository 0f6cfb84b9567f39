/* Who takes a mail server for an open proxy: what clients send that speak
 * HTTP or SOCKS. */
#ifndef RELAYSLEUTH_PARSERS_PROXY_H
#define RELAYSLEUTH_PARSERS_PROXY_H

#include "relaysleuth/event.h"

/* SAID is what a client sent first, or a command of its, as the log shows it:
 * made printable (`\005`, or `?` for what must not be shown), and perhaps
 * cut.  Nothing but its opening counts. */
enum rs_proxy_try rs_proxy_read(struct rs_span said);

#endif

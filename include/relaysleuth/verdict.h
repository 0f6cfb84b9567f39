/* The verdict on one recipient, from facts of the log alone. */
#ifndef RELAYSLEUTH_VERDICT_H
#define RELAYSLEUTH_VERDICT_H

#include "relaysleuth/site.h"

/* Recent POP and IMAP logins by address, as the fold goes on in time. */
struct rs_grants;

struct rs_grants *rs_grants_new(rs_time window);
void rs_grants_free(struct rs_grants *grants);
/* Remember a successful login to a mailbox.  Is ENTRY one? */
bool rs_grants_note(struct rs_grants *grants, const struct rs_symbols *symbols,
                    const struct rs_entry *entry);
/* The account that logged in last from the client of ENTRY within the window
 * before the message arrived, or RS_SYM_NONE. */
rs_sym rs_grants_account(const struct rs_grants *grants,
                         const struct rs_entry *entry);

/* ENTRY is a RS_ENTRY_RECIPIENT; GRANTS may be NULL. */
enum rs_verdict rs_judge(const struct rs_site *site,
                         const struct rs_grants *grants,
                         const struct rs_entry *entry);

/* Did another host's server take the recipient?  Outcome sent, by SMTP, not
 * our own filter, mailbox or inner host. */
bool rs_handed_on(const struct rs_site *site, const struct rs_entry *entry);

/* What was refused by ENTRY, a RS_ENTRY_REFUSAL.  Where the server does not
 * say whether it was a mailbox or relaying, or gives a stranger a reason in
 * words of its administrator, the recipient's domain does, if we know what is
 * ours; never RS_REFUSAL_DESTINATION. */
enum rs_refusal rs_refused(const struct rs_site *site,
                           const struct rs_entry *entry);

#endif

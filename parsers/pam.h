/* PAM's modules speak under the name of the program that asked them. */
#ifndef RELAYSLEUTH_PARSERS_PAM_H
#define RELAYSLEUTH_PARSERS_PAM_H

#include "form.h"

/* Parse what a PAM module wrote for a password service: `pam_unix(imap:auth):
 * ...`.  RS_UNKNOWN when it is no such text, or no mail service. */
enum rs_parsed rs_pam_parse(struct rs_span text, const struct rs_record *rec,
                            struct rs_sink sink);

#endif

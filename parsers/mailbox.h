/* What the files of the parser of mailbox servers share. */
#ifndef RELAYSLEUTH_MAILBOX_H
#define RELAYSLEUTH_MAILBOX_H

#include "form.h"

/* What each of them logs. */
extern const struct rs_form rs_mailbox_uw[]; /* imapd, ipop3d */
extern const struct rs_form rs_mailbox_cyrus[];
extern const struct rs_form rs_mailbox_qpopper[];
extern const struct rs_form rs_mailbox_vpopmail[]; /* behind `vchkpw: ` */
extern const struct rs_form rs_mailbox_solid[];
extern const struct rs_form rs_mailbox_perdition[];
extern const struct rs_form rs_mailbox_popa3d[];
extern const struct rs_form rs_mailbox_teapop[];
extern const struct rs_form rs_mailbox_gnu[];
extern const struct rs_form rs_mailbox_vm[];
extern const struct rs_form rs_mailbox_cucipop[];
extern const struct rs_form rs_mailbox_saslauthd[];

/* Is REC from a program whose name Courier's servers have too, and its text
 * one of these servers'? */
bool rs_mailbox_owns(const struct rs_record *rec);

#endif

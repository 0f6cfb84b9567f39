/* What the files of the Courier parser share. */
#ifndef RELAYSLEUTH_COURIER_H
#define RELAYSLEUTH_COURIER_H

#include "form.h"

/* Of the mail server, in the logs of all its programs. */
#define RS_COURIER_SERVICE RS_SPAN("esmtpd")

/* Parse what the POP and IMAP servers wrote in the name of SERVICE, and their
 * password service. */
enum rs_parsed rs_courier_mailbox(struct rs_span text, struct rs_span service,
                                  const struct rs_record *rec,
                                  struct rs_sink sink);
enum rs_parsed rs_courier_password(struct rs_span text,
                                   const struct rs_record *rec,
                                   struct rs_sink sink);

/* The same of the mail server: the SMTP server, the queue, the deliveries of
 * a module. */
enum rs_parsed rs_courier_smtpd(struct rs_span text,
                                const struct rs_record *rec,
                                struct rs_sink sink);
enum rs_parsed rs_courier_queue(struct rs_span text,
                                const struct rs_record *rec,
                                struct rs_sink sink);
enum rs_parsed rs_courier_delivery(struct rs_span text,
                                   enum rs_transport transport,
                                   const struct rs_record *rec,
                                   struct rs_sink sink);

/* Their tables. */
extern const struct rs_form rs_courier_mailbox_forms[];
extern const struct rs_form rs_courier_password_forms[];
extern const struct rs_form rs_courier_smtpd_forms[];
extern const struct rs_form rs_courier_smtpd_troubles[];
extern const struct rs_form rs_courier_queue_forms[];

/* Is REC from a program whose name other servers have too?  And is its text
 * Courier's? */
bool rs_courier_shares(const struct rs_record *rec);
bool rs_courier_owns(const struct rs_record *rec);

#endif

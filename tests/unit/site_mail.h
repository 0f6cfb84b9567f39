/* Mail of a day, for tests of what is learned from habits.  Includes
 * fake_ledger.h, whose warning counts here as well. */
#ifndef RELAYSLEUTH_TESTS_SITE_MAIL_H
#define RELAYSLEUTH_TESTS_SITE_MAIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "relaysleuth/site.h"

#include "fake_ledger.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static inline struct rs_entry taken(struct rs_ledger *ledger,
                                    const char *client, const char *from,
                                    const char *to, rs_time time)
{
    return (struct rs_entry){
        .kind = RS_ENTRY_RECIPIENT,
        .root = RS_ROOT_CLIENT,
        .time = time,
        .arrived = time,
        .client = fake_addr(client),
        .sender_domain = fake_sym(ledger, from),
        .recipient_domain = fake_sym(ledger, to),
        .recipient_hash = rs_hash_mix((uint64_t)time, 1),
        .next_hop = fake_addr("192.0.2.80"),
        .transport = RS_TRANSPORT_SMTP,
        .outcome = RS_SENT,
        .flags = RS_ENTRY_FIRST | RS_ENTRY_LAST | RS_ENTRY_MESSAGE,
    };
}

static inline void refuse(struct rs_ledger *ledger, const char *domain,
                          rs_time time)
{
    struct rs_entry e = {.kind = RS_ENTRY_REFUSAL,
                         .refusal = RS_REFUSAL_RELAY,
                         .time = time,
                         .client = fake_addr("203.0.113.200"),
                         .recipient_domain = fake_sym(ledger, domain),
                         .count = 1};

    fake_add(ledger, &e);
}

static inline void note_login(struct rs_ledger *ledger, const char *client,
                              rs_time time)
{
    struct rs_entry e = {.kind = RS_ENTRY_LOGIN,
                         .time = time,
                         .client = fake_addr(client),
                         .account = fake_sym(ledger, "alice"),
                         .service = fake_sym(ledger, "pop3")};

    fake_add(ledger, &e);
}

#endif

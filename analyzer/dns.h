/* Asking the DNS: many questions at once, none for longer than told.  The
 * only part of the program that uses the network. */
#ifndef RELAYSLEUTH_DNS_H
#define RELAYSLEUTH_DNS_H

#include "dnsbl.h"
#include "relaysleuth/time.h"

#define RS_DNS_ADDRESSES 16
#define RS_DNS_TEXT      512

struct rs_dns_settings {
    struct rs_addr server; /* absent: those of the system */
    uint16_t port;
    rs_time query; /* the longest for one question */
    rs_time whole; /* and for all of them, from rs_dns_open on */
};

enum rs_dns_outcome {
    RS_DNS_UNASKED,
    RS_DNS_ANSWERED,
    RS_DNS_NOTHING, /* there is no such name, or nothing of that type */
    RS_DNS_FAILED
};

struct rs_dns_question {
    char name[RS_DNS_NAME];
    bool text; /* TXT, else A */
    enum rs_dns_outcome outcome;
    const char *failure; /* why it failed: words that live for ever */
    uint32_t addresses[RS_DNS_ADDRESSES]; /* in host order */
    size_t address_count;
    char said[RS_DNS_TEXT]; /* the first TXT record, cut to fit */
    size_t said_len;
};

struct rs_dns;

/* RS_ERR_CONFIG where the program was built without a resolver. */
enum rs_status rs_dns_open(const struct rs_dns_settings *settings,
                           struct rs_dns **out, struct rs_error *err);
void rs_dns_close(struct rs_dns *dns); /* accepts NULL */
/* Ask all QUESTIONS that have a name; each has an outcome afterwards.
 * RS_ERR_NOMEM, or RS_ERR_IO when waiting for answers is impossible. */
enum rs_status rs_dns_ask(struct rs_dns *dns,
                          struct rs_dns_question *questions, size_t count,
                          struct rs_error *err);

#endif

/* In place of dns_cares.c where there is no c-ares. */
#include "dns.h"

enum rs_status rs_dns_open(const struct rs_dns_settings *settings,
                           struct rs_dns **out, struct rs_error *err)
{
    (void)settings;
    (void)out;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "this program was built without c-ares, the library that "
                   "it asks the DNS with");
}

void rs_dns_close(struct rs_dns *dns)
{
    (void)dns;
}

enum rs_status rs_dns_ask(struct rs_dns *dns,
                          struct rs_dns_question *questions, size_t count,
                          struct rs_error *err)
{
    (void)dns;
    (void)questions;
    (void)count;
    return rs_fail(err, RS_ERR_UNSUPPORTED, NULL, 0,
                   "there is no way to ask the DNS");
}

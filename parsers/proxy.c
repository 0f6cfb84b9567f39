/* Requests to a proxy, in what a client of the mail server sent. */
#include "proxy.h"

/* Methods of RFC 9110 section 9.3, RFC 5789 and, as scanners use it, RFC 4918.
 * None of them is a command of SMTP. */
static const struct verb {
    const char *name;
    enum rs_proxy_try kind;
} verbs[] = {
    {"GET", RS_PROXY_HTTP},      {"POST", RS_PROXY_HTTP},
    {"HEAD", RS_PROXY_HTTP},     {"OPTIONS", RS_PROXY_HTTP},
    {"PUT", RS_PROXY_HTTP},      {"DELETE", RS_PROXY_HTTP},
    {"TRACE", RS_PROXY_HTTP},    {"PATCH", RS_PROXY_HTTP},
    {"PROPFIND", RS_PROXY_HTTP}, {"CONNECT", RS_PROXY_CONNECT},
};

/* `GET /`: a method alone is no request. */
static enum rs_proxy_try read_verb(struct rs_span said)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct rs_span name = rs_span_of(verbs[i].name);

        if (said.len > name.len + 1 && said.ptr[name.len] == ' '
            && said.ptr[name.len + 1] != ' '
            && rs_span_equal_nocase((struct rs_span){said.ptr, name.len},
                                    name))
            return verbs[i].kind;
    }
    return RS_PROXY_NONE;
}

/* The next byte that the client sent: as it is, or `\ooo`. */
static bool take_byte(struct rs_span *s, unsigned *out)
{
    unsigned byte = 0;
    size_t n = 1;

    if (s->len == 0)
        return false;
    if (*s->ptr != '\\') {
        *out = (unsigned char)*s->ptr;
        *s = rs_span_skip(*s, 1);
        return true;
    }
    for (; n < 4 && n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '7'; n++)
        byte = byte * 8 + (unsigned)(s->ptr[n] - '0');
    if (n == 1)
        return false; /* `\r` and the like: none of those counted below */
    *out = byte;
    *s = rs_span_skip(*s, n);
    return true;
}

/* Version 5 and how many methods (RFC 1928 section 3), of which ten are
 * registered; or version 4 and CONNECT. */
static bool is_socks(struct rs_span said)
{
    unsigned version, what;

    if (!take_byte(&said, &version) || !take_byte(&said, &what))
        return false;
    return (version == 5 && what >= 1 && what <= 10)
           || (version == 4 && what == 1);
}

enum rs_proxy_try rs_proxy_read(struct rs_span said)
{
    return is_socks(said) ? RS_PROXY_SOCKS : read_verb(said);
}

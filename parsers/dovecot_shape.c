/* Matches whole texts of Dovecot against shapes. */
#include "dovecot.h"

static const char *const statistics[] = {
    "in",           "out",          "deleted",    "expunged",   "trashed",
    "hdr_count",    "hdr_bytes",    "body_count", "body_bytes", "bytes",
    "top",          "retr",         "del",        "size",       "appended",
    "append_count", "append_bytes", "rset",
};

/* What the system and the TLS library say. */
static const struct rs_dovecot_shape faults[] = {
    {.pattern = "Disconnected"},
    {.pattern = "Connection closed"},
    {.pattern = "Connection reset by peer"},
    {.pattern = "Connection refused"},
    {.pattern = "Connection timed out"},
    {.pattern = "Operation timed out"},
    {.pattern = "Broken pipe"},
    {.pattern = "Success"},
    {.pattern = "EOF"},
    {.pattern = "Timeout"},
    {.pattern = "No route to host"},
    {.pattern = "Network is unreachable"},
    {.pattern = "Host is down"},
    {.pattern = "Invalid argument"},
    {.pattern = "Permission denied"},
    {.pattern = "Permission denied (%*)"},
    {.pattern = "Operation not permitted"},
    {.pattern = "No such file or directory"},
    {.pattern = "Not a directory"},
    {.pattern = "Is a directory"},
    {.pattern = "File exists"},
    {.pattern = "File too large"},
    {.pattern = "Input/output error"},
    {.pattern = "Protocol error"},
    {.pattern = "Transport endpoint is not connected"},
    {.pattern = "Resource temporarily unavailable"},
    {.pattern = "No space left on device"},
    {.pattern = "Disk quota exceeded"},
    {.pattern = "Read-only file system"},
    {.pattern = "Stale file handle"},
    {.pattern = "Stale NFS file handle"},
    {.pattern = "Cannot allocate memory"},
    {.pattern = "Too many open files"},
    {.pattern = "Software caused connection abort"},
    {.pattern = "error:%w:SSL routines:%*"},
    {.pattern = "error:%w:%*:%*:%*"},
    {.pattern = "Received invalid SSL certificate: %*"},
    {.pattern = NULL},
};

/* The calls that lib-ssl-iostream names before it. */
static const struct rs_dovecot_shape errors[] = {
    {.pattern = "Connection closed: %f"},
    {.pattern = "Disconnected: %f"},
    {.pattern = "read(%w) failed: %f"},
    {.pattern = "write(%w) failed: %f"},
    {.pattern = "read() failed: %f"},
    {.pattern = "SSL_accept() failed: %f"},
    {.pattern = "SSL_accept() syscall failed: %f"},
    {.pattern = "SSL_accept failed: %f"},
    {.pattern = "SSL_read() failed: %f"},
    {.pattern = "SSL_read() syscall failed: %f"},
    {.pattern = "SSL_read failed: %f"},
    {.pattern = "SSL_write() failed: %f"},
    {.pattern = "SSL_write() syscall failed: %f"},
    {.pattern = "SSL_shutdown() failed: %f"},
    {.pattern = "%f"},
    {.pattern = NULL},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_digits(struct rs_span *s, const char *extra)
{
    size_t n = 0;

    while (n < s->len
           && (is_digit(s->ptr[n])
               || (n > 0 && s->ptr[n] != '\0' && strchr(extra, s->ptr[n]))))
        n++;
    if (n == 0 || !is_digit(*s->ptr))
        return false;
    *s = rs_span_skip(*s, n);
    return true;
}

static bool take_word(struct rs_span *s, char stop)
{
    size_t n = 0;

    while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != stop)
        n++;
    *s = rs_span_skip(*s, n);
    return n > 0;
}

static bool take_address(struct rs_span *s)
{
    struct rs_span word = *s;
    struct rs_addr ignored;
    size_t n = 0;

    while (n < s->len && memchr(" ,)>", s->ptr[n], 4) == NULL)
        n++;
    word.len = n;
    if (n > 0 && !rs_addr_parse(word, &ignored))
        return false;
    *s = rs_span_skip(*s, n);
    return true;
}

static bool take_statistic(struct rs_span *s)
{
    struct rs_span at = *s, name;
    size_t n = 0;

    while (n < at.len
           && ((at.ptr[n] >= 'a' && at.ptr[n] <= 'z') || at.ptr[n] == '_'))
        n++;
    name = rs_span_to(at, at.ptr + n);
    at = rs_span_skip(at, n);
    if (!rs_take(&at, "="))
        return false;
    for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++) {
        if (!rs_span_equal(name, rs_span_of(statistics[i])))
            continue;
        if (!take_digits(&at, "/"))
            return false;
        *s = at;
        return true;
    }
    return false;
}

static bool take_statistics(struct rs_span *s)
{
    if (!take_statistic(s))
        return false;
    for (;;) {
        struct rs_span at = *s;

        rs_take(&at, ",");
        if (!rs_take(&at, " ") || !take_statistic(&at))
            return true;
        *s = at;
    }
}

/* A shape of TABLE that is all of S. */
static bool take_shape(const struct rs_dovecot_shape *table, struct rs_span *s)
{
    if (rs_dovecot_match(table, *s) == NULL)
        return false;
    *s = rs_span_skip(*s, s->len);
    return true;
}

/* One byte, or one % element, off the front of both. */
static bool take_element(const char **shape, struct rs_span *s)
{
    const char *p = *shape;
    bool ok = false;

    if (*p != '%') {
        ok = s->len > 0 && *s->ptr == *p;
        if (ok)
            *s = rs_span_skip(*s, 1);
        *shape = p + 1;
        return ok;
    }
    switch (p[1]) {
    case 'd': ok = take_digits(s, ""); break;
    case 'n': ok = take_digits(s, ".+/%"); break;
    case 'w': ok = take_word(s, p[2]); break;
    case 'i': ok = take_address(s); break;
    case 's': ok = take_statistics(s); break;
    case 'e': ok = take_shape(errors, s); break;
    case 'f': ok = take_shape(faults, s); break;
    }
    *shape = p + 2;
    return ok;
}

/* Only the last %* needs another try: what stood before it matched as early
 * as it could. */
static bool matches(const char *shape, struct rs_span s)
{
    const char *retry = NULL;
    struct rs_span from = s;

    for (;;) {
        if (shape[0] == '%' && shape[1] == '*') {
            shape += 2;
            if (*shape == '\0')
                return true;
            retry = shape;
            from = s;
        } else if (*shape == '\0' && s.len == 0) {
            return true;
        } else if (*shape == '\0' || !take_element(&shape, &s)) {
            if (retry == NULL || from.len == 0)
                return false;
            from = rs_span_skip(from, 1);
            s = from;
            shape = retry;
        }
    }
}

const struct rs_dovecot_shape *
rs_dovecot_match(const struct rs_dovecot_shape *table, struct rs_span text)
{
    for (; table->pattern != NULL; table++)
        if (matches(table->pattern, text))
            return table;
    return NULL;
}

/* IP addresses as text and back, and the ways to write a mail address. */
#include <stdio.h>

#include "relaysleuth/address.h"

enum {
    V4_AT = 12, /* where the four bytes of IPv4 stand */
    GROUPS = 8
};

static const uint8_t mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One number of a dotted quad.  010 is eight to some and ten to others:
 * leading zeros are refused. */
/* 0 to 255, without leading zeros: some read those as octal. */
static bool take_octet(struct rs_span *s, uint8_t *out)
{
    unsigned value = 0;
    size_t n = 0;

    for (; n < s->len && n < 4 && is_digit(s->ptr[n]); n++)
        value = value * 10 + (unsigned)(s->ptr[n] - '0');
    if (n == 0 || value > 255 || (n > 1 && *s->ptr == '0'))
        return false;
    *out = (uint8_t)value;
    *s = rs_span_skip(*s, n);
    return true;
}

static bool parse_v4(struct rs_span s, uint8_t out[4])
{
    for (int i = 0; i < 4; i++)
        if ((i > 0 && !rs_take(&s, ".")) || !take_octet(&s, &out[i]))
            return false;
    return s.len == 0;
}

static bool take_group(struct rs_span *s, uint8_t out[2])
{
    unsigned value = 0;
    size_t i;
    int digit;

    for (i = 0; i < s->len && (digit = hex_value(s->ptr[i])) >= 0; i++) {
        if (i == 4)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    if (i == 0)
        return false;
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    *s = rs_span_skip(*s, i);
    return true;
}

/* Groups between colons up to `::` or the end, of which the last may be a
 * dotted quad.  Returns how many bytes they fill, or -1. */
static int take_groups(struct rs_span *s, uint8_t *out, int room)
{
    int used = 0;

    if (s->len == 0 || rs_span_starts(*s, RS_SPAN("::")))
        return 0;
    do {
        if (room - used >= 4 && parse_v4(*s, out + used)) {
            *s = rs_span_skip(*s, s->len);
            return used + 4;
        }
        if (room - used < 2 || !take_group(s, out + used))
            return -1;
        used += 2;
    } while (!rs_span_starts(*s, RS_SPAN("::")) && rs_take(s, ":"));
    return used;
}

static bool parse_v6(struct rs_span s, uint8_t out[16])
{
    uint8_t head[16] = {0}, tail[16] = {0};
    int before = take_groups(&s, head, 16), after = 0;

    if (before < 0)
        return false;
    if (rs_take(&s, "::")) {
        /* RFC 5952 section 4.2.2 has `::` for two groups or more; one is
         * still read. */
        after = take_groups(&s, tail, 14 - before);
        if (before > 14 || after < 0)
            return false;
    } else if (before != 16) {
        return false;
    }
    if (s.len != 0)
        return false;
    memcpy(out, head, 16);
    memcpy(out + 16 - after, tail, (size_t)after);
    return true;
}

/* "%eth0" at the end of S is cut off; false when it is malformed. */
static bool drop_zone_index(struct rs_span *s)
{
    struct rs_span rest = *s, addr;

    if (!rs_take_until(&rest, '%', &addr))
        return true;
    if (rest.len == 0 || rest.len > 32)
        return false;
    for (size_t i = 0; i < rest.len; i++)
        if ((unsigned char)rest.ptr[i] <= ' ' || rest.ptr[i] == '%'
            || (unsigned char)rest.ptr[i] >= 0x7f)
            return false;
    *s = addr;
    return true;
}

static bool drop_brackets(struct rs_span *s)
{
    if (!rs_take(s, "["))
        return true;
    if (s->len == 0 || s->ptr[s->len - 1] != ']')
        return false;
    s->len--;
    return true;
}

static bool drop_tag(struct rs_span *s)
{
    static const struct rs_span tag = {"IPv6:", 5};
    struct rs_span front = {s->ptr, tag.len};

    if (s->len < tag.len || s->ptr[tag.len - 1] != ':'
        || !rs_span_equal_nocase(front, tag))
        return false;
    *s = rs_span_skip(*s, tag.len);
    return true;
}

bool rs_addr_parse(struct rs_span text, struct rs_addr *out)
{
    struct rs_addr addr = {{0}};
    bool tagged = drop_tag(&text);

    if (!drop_brackets(&text))
        return false;
    tagged = tagged || drop_tag(&text);
    if (!tagged && parse_v4(text, addr.byte + V4_AT)) {
        memcpy(addr.byte, mapped, V4_AT);
    } else if (!drop_zone_index(&text) || !parse_v6(text, addr.byte)) {
        return false;
    }
    *out = addr;
    return true;
}

static unsigned group(const struct rs_addr *addr, int i)
{
    return (unsigned)addr->byte[2 * i] << 8 | addr->byte[2 * i + 1];
}

/* The first longest run of two or more zero groups (RFC 5952 section 4.2);
 * returns its start, or GROUPS when there is none. */
static int longest_zeros(const struct rs_addr *addr, int *length)
{
    int start = GROUPS, best = 1;

    for (int i = 0, run = 0; i < GROUPS; i++) {
        run = group(addr, i) == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            start = i + 1 - run;
        }
    }
    *length = best;
    return start;
}

static void format_v6(const struct rs_addr *addr, char *buf)
{
    int length, zeros = longest_zeros(addr, &length);
    char *end = buf;

    for (int i = 0; i < GROUPS; i++) {
        if (i == zeros) {
            *end++ = ':';
            i += length - 1;
            if (i == GROUPS - 1)
                *end++ = ':';
            continue;
        }
        end += snprintf(end, RS_ADDR_TEXT - (size_t)(end - buf), "%s%x",
                        i > 0 ? ":" : "", group(addr, i));
    }
    *end = '\0';
}

const char *rs_addr_format(const struct rs_addr *addr, char buf[RS_ADDR_TEXT])
{
    const uint8_t *v4 = addr->byte + V4_AT;

    if (rs_addr_is_absent(addr))
        buf[0] = '\0';
    else if (rs_addr_is_v4(addr))
        snprintf(buf, RS_ADDR_TEXT, "%u.%u.%u.%u", v4[0], v4[1], v4[2], v4[3]);
    else
        format_v6(addr, buf);
    return buf;
}

bool rs_addr_is_absent(const struct rs_addr *addr)
{
    static const struct rs_addr absent;

    return rs_addr_equal(addr, &absent);
}

bool rs_addr_is_v4(const struct rs_addr *addr)
{
    return memcmp(addr->byte, mapped, V4_AT) == 0;
}

bool rs_addr_is_loopback(const struct rs_addr *addr)
{
    static const struct rs_addr one = {{[15] = 1}};

    return rs_addr_is_v4(addr) ? addr->byte[V4_AT] == 127
                               : rs_addr_equal(addr, &one);
}

struct rs_addr rs_addr_prefix(const struct rs_addr *addr, unsigned bits)
{
    struct rs_addr kept = *addr;
    size_t whole = bits / 8; /* bytes */

    if (whole < sizeof(kept.byte)) {
        kept.byte[whole] &= (uint8_t)(0xff00 >> bits % 8);
        memset(kept.byte + whole + 1, 0, sizeof(kept.byte) - whole - 1);
    }
    return kept;
}

/* RFC 1918, 3927 and 6598; of IPv6 RFC 4193 and 4291. */
static bool is_private_v4(const uint8_t *b)
{
    return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16)
           || (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254)
           || (b[0] == 100 && (b[1] & 0xc0) == 64);
}

bool rs_addr_is_private(const struct rs_addr *addr)
{
    const uint8_t *b = addr->byte;

    if (rs_addr_is_v4(addr))
        return is_private_v4(b + 12);
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
}

bool rs_addr_equal(const struct rs_addr *a, const struct rs_addr *b)
{
    return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

struct rs_addr rs_addr_network(const struct rs_addr *addr)
{
    return rs_addr_prefix(addr, rs_addr_is_v4(addr) ? 96 + 24 : 64);
}

struct rs_addr rs_addr_region(const struct rs_addr *addr)
{
    return rs_addr_prefix(addr, rs_addr_is_v4(addr) ? 96 + 16 : 32);
}

void rs_mail_split(struct rs_span address, struct rs_span *local,
                   struct rs_span *domain)
{
    size_t quoted = rs_quoted_local_length(address);
    struct rs_span rest = rs_span_skip(address, quoted);
    const char *at = rest.len ? memrchr(rest.ptr, '@', rest.len) : NULL;

    if (at == NULL) {
        *local = address;
        *domain = RS_ABSENT;
        return;
    }
    *local = rs_span_to(address, at);
    *domain = rs_span_skip(address, local->len + 1);
}

static bool has(struct rs_span s, char c)
{
    return s.len > 0 && memchr(s.ptr, c, s.len) != NULL;
}

bool rs_domains_align(struct rs_span a, struct rs_span b)
{
    struct rs_span longer = a.len < b.len ? b : a;
    struct rs_span shorter = a.len < b.len ? a : b;
    size_t more = longer.len - shorter.len;

    if (shorter.len == 0 || more == 0)
        return shorter.len > 0 && rs_span_equal_nocase(a, b);
    if (!has(shorter, '.'))
        return longer.ptr[shorter.len] == '.'
               && rs_span_equal_nocase(
                   (struct rs_span){longer.ptr, shorter.len}, shorter);
    return longer.ptr[more - 1] == '.'
           && rs_span_equal_nocase(rs_span_skip(longer, more), shorter);
}

enum rs_trick rs_mail_trick(struct rs_span address)
{
    struct rs_span quoted = {address.ptr, rs_quoted_local_length(address)};
    struct rs_span local, domain;

    rs_mail_split(address, &local, &domain);
    if (address.len == 0) /* the null sender */
        return RS_TRICK_NONE;
    if (address.ptr[0] == '@' && has(address, ':'))
        return RS_TRICK_SOURCE_ROUTE;
    if (has(quoted, '@'))
        return RS_TRICK_QUOTED;
    if (has(local, '%'))
        return RS_TRICK_PERCENT;
    if (has(local, '!'))
        return RS_TRICK_BANG;
    if (has(local, '@'))
        return RS_TRICK_DOUBLE_AT;
    if (domain.len == 0)
        return RS_TRICK_NO_DOMAIN;
    return domain.ptr[0] == '[' ? RS_TRICK_LITERAL : RS_TRICK_NONE;
}

/* Behind the last sign that separates it from a local part, else in front of
 * the first bang. */
static struct rs_span inner_domain(struct rs_span local)
{
    struct rs_span domain = RS_ABSENT, rest = local;

    for (size_t i = local.len; i-- > 0 && domain.ptr == NULL;)
        if (local.ptr[i] == '%' || local.ptr[i] == '@')
            domain = rs_span_skip(local, i + 1);
    if (domain.ptr == NULL && !rs_take_until(&rest, '!', &domain))
        return RS_ABSENT;
    return domain;
}

static struct rs_span trick_domain(struct rs_span address)
{
    enum rs_trick trick = rs_mail_trick(address);
    struct rs_span local, domain;

    if (trick == RS_TRICK_NONE || trick == RS_TRICK_NO_DOMAIN)
        return RS_ABSENT;
    rs_mail_split(address, &local, &domain);
    if (trick == RS_TRICK_SOURCE_ROUTE || trick == RS_TRICK_LITERAL)
        return domain;
    if (local.len > 1 && local.ptr[0] == '"'
        && local.ptr[local.len - 1] == '"')
        local = (struct rs_span){local.ptr + 1, local.len - 2};
    return inner_domain(local);
}

static struct rs_span without_dot(struct rs_span name)
{
    name.len -= name.len > 0 && name.ptr[name.len - 1] == '.';
    return name;
}

bool rs_mail_trick_names(struct rs_span address, struct rs_span host)
{
    struct rs_span domain = without_dot(trick_domain(address));
    struct rs_span name = without_dot(host), end;

    if (domain.len == 0 || name.len < domain.len)
        return false;
    end = rs_span_skip(name, name.len - domain.len);
    return rs_span_equal_nocase(end, domain)
           && (end.len == name.len || end.ptr[-1] == '.');
}

const char *rs_trick_name(enum rs_trick trick)
{
    switch (trick) {
    case RS_TRICK_NONE: return "plain";
    case RS_TRICK_PERCENT: return "percent hack";
    case RS_TRICK_BANG: return "bang path";
    case RS_TRICK_SOURCE_ROUTE: return "source route";
    case RS_TRICK_QUOTED: return "quoted address";
    case RS_TRICK_DOUBLE_AT: return "double @";
    case RS_TRICK_LITERAL: return "address literal";
    case RS_TRICK_NO_DOMAIN: return "no domain";
    }
    return "";
}

/* DNS blocklists: names to ask for, and what answers mean. */
#include "dnsbl.h"

#include <stdio.h>

#define ANSWERS      0x7f000000u /* 127.0.0.0/8 */
#define REFUSALS     0x7fffff00u /* 127.255.255.0/24 */
#define LABEL_MAX    63
#define CODE_DEFAULT "127.0.0.2-127.0.0.255"

static bool is_label_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'
           || c == '_';
}

/* Labels of RFC 1035 with at least one dot between them. */
static bool is_zone(const char *zone)
{
    size_t label = 0, dots = 0;

    for (; *zone != '\0'; zone++) {
        if (*zone == '.') {
            if (label == 0)
                return false;
            label = 0;
            dots++;
        } else if (!is_label_byte(*zone) || ++label > LABEL_MAX) {
            return false;
        }
    }
    return label > 0 && dots > 0;
}

static enum rs_status copy_zone(struct rs_span text, char *out,
                                struct rs_error *err)
{
    if (rs_span_ends(text, RS_SPAN(".")))
        text.len--;
    if (text.len > RS_DNSBL_ZONE_MAX)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "a zone has at most %d bytes", RS_DNSBL_ZONE_MAX);
    rs_span_fold(text, out);
    out[text.len] = '\0';
    if (memchr(text.ptr, '\0', text.len) != NULL || !is_zone(out))
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is no zone of the DNS", RS_SPAN_ARG(text));
    return RS_OK;
}

static bool read_answer(struct rs_span text, uint32_t *out)
{
    struct rs_addr addr;

    if (!rs_addr_parse(text, &addr) || !rs_addr_is_v4(&addr))
        return false;
    *out = (uint32_t)addr.byte[12] << 24 | (uint32_t)addr.byte[13] << 16
           | (uint32_t)addr.byte[14] << 8 | addr.byte[15];
    return rs_dnsbl_is_answer(*out) && rs_dnsbl_refusal(*out) == NULL;
}

static enum rs_status read_code(struct rs_span text, struct rs_dnsbl_code *out,
                                struct rs_error *err)
{
    struct rs_span rest = text, first = text, last = text;

    if (rs_take_until(&rest, '-', &first))
        last = rest;
    out->meaning = "";
    if (!read_answer(first, &out->first) || !read_answer(last, &out->last)
        || out->first > out->last)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "\"%.*s\" is no answer of a list: those are in"
                       " 127.0.0.0/8, and 127.255.255.0/24 are refusals",
                       RS_SPAN_ARG(text));
    return RS_OK;
}

static enum rs_status read_codes(struct rs_span text,
                                 struct rs_dnsbl_code *codes,
                                 struct rs_error *err)
{
    struct rs_span code;
    size_t count = 0;
    bool more = true;

    while (more) {
        enum rs_status st;

        more = rs_take_until(&text, ',', &code);
        if (!more)
            code = text;
        if (count == RS_DNSBL_CODES)
            return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                           "a zone has at most %d codes", RS_DNSBL_CODES);
        st = read_code(code, &codes[count++], err);
        if (st != RS_OK)
            return st;
    }
    codes[count] = (struct rs_dnsbl_code){0, 0, NULL};
    return RS_OK;
}

static const struct rs_dnsbl *find_known(const char *zone)
{
    for (const struct rs_dnsbl *list = rs_dnsbls; list->zone != NULL; list++)
        if (strcmp(list->zone, zone) == 0)
            return list;
    return NULL;
}

/* What the table says of a code also holds where it was told again. */
static void explain(struct rs_dnsbl_code *code, const struct rs_dnsbl *known)
{
    const char *meaning =
        known == NULL ? NULL : rs_dnsbl_meaning(known, code->first);

    if (meaning != NULL)
        code->meaning = meaning;
}

enum rs_status rs_dnsbl_read(struct rs_span text, struct rs_dnsbl_told *out,
                             struct rs_error *err)
{
    struct rs_span codes = text, zone = text;
    bool told = rs_take_until(&codes, '=', &zone);
    enum rs_status st = copy_zone(zone, out->zone, err);
    const struct rs_dnsbl *known;

    if (st != RS_OK)
        return st;
    known = find_known(out->zone);
    out->list = (struct rs_dnsbl){out->zone, out->codes, true, "", ""};
    if (known != NULL)
        out->list = *known;
    if (known != NULL && !told)
        return RS_OK;
    st = read_codes(told ? codes : rs_span_of(CODE_DEFAULT), out->codes, err);
    out->list.codes = out->codes;
    for (size_t i = 0; st == RS_OK && out->codes[i].meaning != NULL; i++)
        explain(&out->codes[i], known);
    return st;
}

static const char *name_v4(const uint8_t b[4], const char *zone,
                           char buf[RS_DNS_NAME])
{
    snprintf(buf, RS_DNS_NAME, "%u.%u.%u.%u.%s", b[3], b[2], b[1], b[0], zone);
    return buf;
}

static const char *name_v6(const uint8_t b[16], const char *zone,
                           char buf[RS_DNS_NAME])
{
    size_t used = 0;

    for (int i = 15; i >= 0; i--)
        used += (size_t)snprintf(buf + used, RS_DNS_NAME - used, "%x.%x.",
                                 b[i] & 15u, b[i] >> 4);
    snprintf(buf + used, RS_DNS_NAME - used, "%s", zone);
    return buf;
}

const char *rs_dnsbl_name(const struct rs_addr *addr, const char *zone,
                          char buf[RS_DNS_NAME])
{
    return rs_addr_is_v4(addr) ? name_v4(addr->byte + 12, zone, buf)
                               : name_v6(addr->byte, zone, buf);
}

const char *rs_dnsbl_test_name(const char *zone, bool v6, bool listed,
                               char buf[RS_DNS_NAME])
{
    uint8_t entry[16] = {[10] = 0xff, [11] = 0xff, [12] = 127};

    entry[15] = listed ? 2 : 1;
    return v6 ? name_v6(entry, zone, buf) : name_v4(entry + 12, zone, buf);
}

const char *rs_dnsbl_meaning(const struct rs_dnsbl *list, uint32_t code)
{
    const struct rs_dnsbl_code *codes = list->codes;

    for (size_t i = 0; codes[i].meaning != NULL; i++)
        if (code >= codes[i].first && code <= codes[i].last)
            return codes[i].meaning;
    return NULL;
}

const char *rs_dnsbl_refusal(uint32_t code)
{
    if ((code & 0xffffff00u) != REFUSALS)
        return NULL;
    switch (code & 0xffu) {
    case 252: return "it says that the name of the zone is wrong";
    case 254: return "it refuses queries through public resolvers";
    case 255: return "it refuses, since it was asked too often";
    default: return "it refuses to answer";
    }
}

bool rs_dnsbl_is_answer(uint32_t code)
{
    return (code & 0xff000000u) == ANSWERS;
}

bool rs_dnsbl_is_example(const struct rs_addr *addr)
{
    static const uint8_t nets[][3] = {
        {192, 0, 2}, {198, 51, 100}, {203, 0, 113}};
    static const uint8_t v6[4] = {0x20, 0x01, 0x0d, 0xb8};

    if (!rs_addr_is_v4(addr))
        return memcmp(addr->byte, v6, sizeof v6) == 0;
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
        if (memcmp(addr->byte + 12, nets[i], sizeof nets[i]) == 0)
            return true;
    return false;
}

/* RFC 1122 section 3.2.1.3 and RFC 5771; RFC 4291 section 2.7. */
static bool is_no_host(const struct rs_addr *addr)
{
    const uint8_t *b = addr->byte;

    return rs_addr_is_v4(addr) ? b[12] == 0 || b[12] >= 224 : b[0] == 0xff;
}

const char *rs_dnsbl_senseless(const struct rs_addr *addr)
{
    if (rs_addr_is_loopback(addr))
        return "is a loopback address";
    if (rs_addr_is_private(addr))
        return "is a private address";
    if (rs_addr_is_absent(addr) || is_no_host(addr))
        return "is no address of a host";
    return NULL;
}

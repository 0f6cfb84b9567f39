/* Time zones: fixed offsets, TZif files (RFC 8536) and the system's. */
#include <stdio.h>
#include <stdlib.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/time.h"
#include "zone_rule.h"

#define SYSTEM_ZONE "/etc/localtime"
#define DATABASE    "/usr/share/zoneinfo"

enum {
    DAY = 86400,
    HEADER = 44,        /* bytes of a TZif header */
    MAX_FILE = 1 << 18, /* the largest of 2026 has 4 KiB */
    MAX_TYPES = 256,    /* RFC 8536 section 3.2: types are bytes */
    MAX_OFFSET = 26 * 3600
};

struct transition {
    int64_t at;
    int offset; /* from then on */
};

struct rs_zone {
    struct transition *transitions; /* in order of time */
    size_t count;
    int first_offset; /* before them all */
    bool has_rule;    /* for the time after the last */
    struct rs_zone_rule rule;
};

/* What a TZif header counts, in the order of the file. */
struct counts {
    uint32_t is_ut, is_std, leap, time, type, chars;
};

static uint64_t big_endian(const char *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static bool take_header(struct rs_span *s, struct counts *out)
{
    uint32_t n[6];

    if (s->len < HEADER || !rs_span_starts(*s, RS_SPAN("TZif"))
        || s->ptr[4] < '2')
        return false;
    for (size_t i = 0; i < 6; i++) {
        n[i] = (uint32_t)big_endian(s->ptr + 20 + 4 * i, 4);
        if (n[i] > MAX_FILE)
            return false;
    }
    *s = rs_span_skip(*s, HEADER);
    *out = (struct counts){n[0], n[1], n[2], n[3], n[4], n[5]};
    return true;
}

/* Bytes of the data block behind a header whose times have SIZE bytes. */
static size_t block_size(const struct counts *n, size_t size)
{
    return n->time * (size + 1) + n->type * 6 + n->chars + n->leap * (size + 4)
           + n->is_std + n->is_ut;
}

static bool read_types(const char *types, uint32_t count, int *offsets)
{
    for (uint32_t i = 0; i < count; i++) {
        offsets[i] = (int32_t)(uint32_t)big_endian(types + 6 * i, 4);
        if (offsets[i] < -MAX_OFFSET || offsets[i] > MAX_OFFSET)
            return false;
    }
    return true;
}

/* BLOCK is long enough for what N counts. */
static enum rs_status read_block(struct rs_zone *zone, const char *block,
                                 const struct counts *n)
{
    const char *indices = block + n->time * 8;
    int offsets[MAX_TYPES];

    /* Files that count leap seconds ("right/...") are on another scale. */
    if (n->type < 1 || n->type > MAX_TYPES || n->leap > 0
        || !read_types(indices + n->time, n->type, offsets))
        return RS_ERR_DAMAGED;
    zone->first_offset = offsets[0];
    zone->transitions = rs_alloc(n->time * sizeof(*zone->transitions));
    if (zone->transitions == NULL)
        return RS_ERR_NOMEM;
    for (zone->count = 0; zone->count < n->time; zone->count++) {
        struct transition *t = &zone->transitions[zone->count];
        unsigned char type = (unsigned char)indices[zone->count];

        t->at = (int64_t)big_endian(block + 8 * zone->count, 8);
        if (type >= n->type || (zone->count > 0 && t->at <= t[-1].at))
            return RS_ERR_DAMAGED;
        t->offset = offsets[type];
    }
    return RS_OK;
}

static enum rs_status parse_tzif(struct rs_zone *zone, struct rs_span s)
{
    struct rs_span footer;
    struct counts n;
    enum rs_status status;

    if (!take_header(&s, &n) || block_size(&n, 4) > s.len)
        return RS_ERR_DAMAGED;
    s = rs_span_skip(s, block_size(&n, 4));
    if (!take_header(&s, &n) || block_size(&n, 8) > s.len)
        return RS_ERR_DAMAGED;
    status = read_block(zone, s.ptr, &n);
    if (status != RS_OK)
        return status;
    s = rs_span_skip(s, block_size(&n, 8));
    if (!rs_take(&s, "\n") || !rs_take_until(&s, '\n', &footer))
        return RS_ERR_DAMAGED;
    zone->has_rule = footer.len > 0;
    if (zone->has_rule && !rs_zone_rule_parse(footer, &zone->rule))
        return RS_ERR_DAMAGED;
    return RS_OK;
}

/* RS_EOF: there is no such file (or it is a folder, or empty). */
static enum rs_status read_tzif(struct rs_zone *zone, const char *path)
{
    enum rs_status status = RS_ERR_NOMEM;
    FILE *file = fopen(path, "rbe");
    char *bytes = NULL;
    size_t len;

    if (file == NULL)
        return RS_EOF;
    bytes = rs_alloc(MAX_FILE);
    if (bytes != NULL) {
        len = fread(bytes, 1, MAX_FILE, file);
        status = len ? parse_tzif(zone, (struct rs_span){bytes, len}) : RS_EOF;
    }
    rs_free(bytes);
    fclose(file);
    return status;
}

static void set_fixed(struct rs_zone *zone, int offset)
{
    zone->has_rule = true;
    zone->rule = (struct rs_zone_rule){.standard = offset};
}

static bool is_utc(const char *name)
{
    static const char *const aliases[] = {
        "UTC",  "Etc/UTC",  "GMT",       "Etc/GMT",       "UCT", "Etc/UCT",
        "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "Z"};

    for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
        if (strcmp(name, aliases[i]) == 0)
            return true;
    return false;
}

/* "+01:00", "+0100" or "+01": seconds east of UTC. */
static bool parse_offset(struct rs_span s, int *out)
{
    int sign = rs_take(&s, "-") ? -1 : 1;
    struct rs_span hours;
    uint64_t h, m = 0;

    if ((sign > 0 && !rs_take(&s, "+")) || s.len < 2)
        return false;
    hours = rs_span_to(s, s.ptr + 2);
    s = rs_span_skip(s, 2);
    if (!rs_take_number(&hours, 23, &h) || hours.len > 0)
        return false;
    if (rs_take(&s, ":") && s.len == 0)
        return false;
    if (s.len > 0 && (s.len != 2 || !rs_take_number(&s, 59, &m) || s.len > 0))
        return false;
    *out = sign * (int)(h * 3600 + m * 60);
    return true;
}

static enum rs_status read_named(struct rs_zone *zone, const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[512];
    int len;

    if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
        return RS_EOF;
    len = snprintf(path, sizeof(path), "%s/%s",
                   folder && *folder ? folder : DATABASE, name);
    if (len < 0 || (size_t)len >= sizeof(path))
        return RS_EOF;
    return read_tzif(zone, path);
}

static enum rs_status open_name(struct rs_zone *zone, const char *name)
{
    int offset;

    if (is_utc(name))
        set_fixed(zone, 0);
    else if (parse_offset(rs_span_of(name), &offset))
        set_fixed(zone, offset);
    else
        return read_named(zone, name);
    return RS_OK;
}

/* The value of $TZ: more than a name may be there. */
static enum rs_status open_variable(struct rs_zone *zone, const char *value)
{
    enum rs_status status;

    if (*value == ':')
        value++;
    if (*value == '\0')
        value = "UTC";
    if (strcmp(value, SYSTEM_ZONE) == 0) /* common: it saves a system call */
        return read_tzif(zone, SYSTEM_ZONE);
    status = open_name(zone, value);
    if (status != RS_EOF)
        return status;
    zone->has_rule = rs_zone_rule_parse(rs_span_of(value), &zone->rule);
    return zone->has_rule ? RS_OK : RS_EOF;
}

static enum rs_status open_system(struct rs_zone *zone)
{
    enum rs_status status = read_tzif(zone, SYSTEM_ZONE);

    if (status != RS_EOF)
        return status;
    set_fixed(zone, 0);
    return RS_OK;
}

static enum rs_status complain(struct rs_error *err, enum rs_status status,
                               const char *where, const char *name)
{
    if (status == RS_EOF)
        return rs_fail(err, RS_ERR_CONFIG, where, 0,
                       "unknown time zone \"%s\" (a name such as "
                       "Europe/Berlin, or +01:00; the tz database must be "
                       "installed)",
                       name);
    if (status == RS_ERR_NOMEM)
        return rs_fail(err, status, where, 0, "out of memory");
    return rs_fail(err, status, where, 0,
                   "the file of time zone \"%s\" is damaged or of a kind "
                   "that is not read",
                   name);
}

enum rs_status rs_zone_open(const char *name, struct rs_zone **out,
                            struct rs_error *err)
{
    const char *variable = name ? NULL : getenv("TZ");
    struct rs_zone *zone = rs_alloc(sizeof(*zone));
    enum rs_status status = RS_ERR_NOMEM;

    if (zone != NULL && name != NULL)
        status = open_name(zone, name);
    else if (zone != NULL && variable != NULL)
        status = open_variable(zone, variable);
    else if (zone != NULL)
        status = open_system(zone);
    if (status != RS_OK) {
        rs_zone_free(zone);
        return complain(err, status, variable ? "TZ" : NULL,
                        name       ? name
                        : variable ? variable
                                   : SYSTEM_ZONE);
    }
    *out = zone;
    return RS_OK;
}

void rs_zone_free(struct rs_zone *zone)
{
    if (zone == NULL)
        return;
    rs_free(zone->transitions);
    rs_free(zone);
}

int rs_zone_offset(const struct rs_zone *zone, int64_t seconds)
{
    size_t low = 0, high = zone->count; /* transitions before LOW are past */

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone->transitions[middle].at <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->count && zone->has_rule)
        return rs_zone_rule_offset(&zone->rule, seconds);
    return low > 0 ? zone->transitions[low - 1].offset : zone->first_offset;
}

void rs_zone_resolve(const struct rs_zone *zone, const struct rs_civil *local,
                     int64_t *earlier, int64_t *later)
{
    int64_t seconds = rs_civil_seconds(local);
    int before = rs_zone_offset(zone, seconds - DAY);
    int after = rs_zone_offset(zone, seconds + DAY);
    bool is_before = rs_zone_offset(zone, seconds - before) == before;
    bool is_after = rs_zone_offset(zone, seconds - after) == after;

    if (is_before && is_after) {
        *earlier = seconds - before;
        *later = seconds - after;
        return;
    }
    /* In a gap neither holds: a clock that was not set forward names it. */
    *earlier = seconds - (is_after ? after : before);
    *later = *earlier;
}

/* Which lines of a file stand in a larger one. */
#include "copies_parts.h"

#include "inputs.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/text.h"

/* Lines are remembered by their digest, this many at once; of more, each
 * pass over the files looks at a part of all digests. */
#define SLOTS_MAX ((size_t)1 << 21)
#define USED_MAX  (SLOTS_MAX / 2)
#define PROGRAMS  ((size_t)65536) /* bits; a program is known by one */

/* So much of a text is compared: syslog cuts what is longer (Exim at 870
 * bytes, stamp and all). */
#define TEXT_MAX 512

/* Lines that are alike are the same only where so many of a file are. */
#define ALIKE_PART  3
#define ALIKE_WHOLE 4

/* A digest, and how sure it is. */
struct key {
    uint64_t digest;
    bool alike; /* it leaves something out */
};
#define KEYS_MAX 2

struct owner {
    uint64_t digest; /* 0: a free slot */
    uint32_t rank;   /* of the lowest file with such a line */
    uint32_t near;   /* and with one a second before or after */
};

struct table {
    struct rs_run *run;
    struct peer *peers;
    size_t count;
    struct owner *owners;
    size_t slots, used;             /* slots: a power of two */
    uint64_t part, parts;           /* of the digests */
    bool hostless;                  /* some file does not name its host */
    uint8_t programs[PROGRAMS / 8]; /* of the larger files */
};

static uint64_t hash(struct rs_span s)
{
    return rs_siphash(rs_hash_table_key(), s.ptr, s.len);
}

/* The text with control characters as rsyslog writes them (`#011`), without
 * the blanks at its end that journald leaves out. */
static struct rs_span plain_text(struct rs_span text, char buf[TEXT_MAX])
{
    char octal[RS_OCTAL];
    size_t len = 0;

    while (text.len > 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    for (size_t i = 0; i < text.len; i++) {
        struct rs_span c = {text.ptr + i, 1};

        if (rs_is_control(*c.ptr))
            c = rs_text_octal(*c.ptr, octal);
        if (len + c.len > TEXT_MAX)
            break;
        memcpy(buf + len, c.ptr, c.len);
        len += c.len;
    }
    return (struct rs_span){buf, len};
}

/* Some loggers write the whole name of a host, some its first part. */
static struct rs_span short_host(struct rs_span host)
{
    struct rs_span first = host;

    return rs_take_until(&host, '.', &first) ? first : host;
}

/* Exim calls itself so in its own files only. */
static struct rs_span family(struct rs_span program)
{
    return rs_span_starts(program, RS_SPAN("exim")) ? RS_SPAN("exim")
                                                    : program;
}

/* What a line has beside its time. */
struct content {
    uint64_t full; /* all of it */
    uint64_t bare; /* without host and pid */
    uint64_t program;
    bool hostless;
};

static struct content content_of(const struct rs_record *rec)
{
    struct content c = {.full = hash(short_host(rec->host)),
                        .hostless = rec->host.len == 0};
    char buf[TEXT_MAX];
    uint64_t text = hash(plain_text(rec->text, buf));

    c.program = hash(family(rec->program));
    c.full = rs_hash_mix(c.full, rec->count);
    c.full = rs_hash_mix(c.full, hash(rec->program));
    c.full = rs_hash_mix(c.full, rec->pid);
    c.full = rs_hash_mix(c.full, text);
    c.bare = rs_hash_mix(rs_hash_mix(c.program, rec->count), text);
    return c;
}

/* At SECOND; never the digest of a free slot. */
static uint64_t digest_at(uint64_t content, int64_t second)
{
    return rs_hash_mix((uint64_t)second, content) | 1;
}

/* The keys of a line at SECOND.  The file of a program itself names no host
 * and seldom a pid: such a line is looked for among those of syslog, and the
 * other way round, so that two hosts' lines are never taken for each
 * other's.  LARGER: it is the larger file's. */
static size_t keys_of(const struct table *table, const struct content *c,
                      int64_t second, bool larger, struct key keys[KEYS_MAX])
{
    bool own_file = larger ? !c->hostless : c->hostless;

    keys[0] = (struct key){digest_at(c->full, second), false};
    if (!table->hostless)
        return 1;
    keys[1] = (struct key){
        digest_at(rs_hash_mix(c->bare, own_file ? 1 : 2), second), true};
    return 2;
}

static bool is_of_part(const struct table *table, uint64_t digest)
{
    return (digest >> 1) % table->parts == table->part;
}

static struct owner *find(const struct table *table, uint64_t digest)
{
    size_t i = (size_t)(digest >> 20) & (table->slots - 1);

    while (table->owners[i].digest != 0 && table->owners[i].digest != digest)
        i = (i + 1) & (table->slots - 1);
    return &table->owners[i];
}

/* What is done with a line of the file of RANK. */
typedef void line_fn(struct table *table, uint32_t rank,
                     const struct content *c, const struct rs_record *rec);

static void insert(struct table *table, uint32_t rank, const struct content *c,
                   const struct rs_record *rec)
{
    struct key keys[KEYS_MAX];
    size_t count = keys_of(table, c, rec->time / RS_SECOND, false, keys);

    for (size_t i = 0; i < count; i++) {
        struct owner *owner = find(table, keys[i].digest);

        if (!is_of_part(table, keys[i].digest) || owner->digest != 0
            || table->used + 1 >= table->slots)
            continue;
        *owner = (struct owner){keys[i].digest, rank, UINT32_MAX};
        table->used++;
    }
}

static void claim_at(struct table *table, uint32_t rank,
                     const struct content *c, int64_t second, bool exact)
{
    struct key keys[KEYS_MAX];
    size_t count = keys_of(table, c, second, true, keys);

    for (size_t i = 0; i < count; i++) {
        struct owner *owner;

        if (!is_of_part(table, keys[i].digest))
            continue;
        owner = find(table, keys[i].digest);
        if (owner->digest == 0)
            continue;
        if (exact && !keys[i].alike && rank < owner->rank)
            owner->rank = rank;
        else if (rank < owner->near)
            owner->near = rank;
    }
}

static size_t program_bit(const struct content *c)
{
    return (size_t)(c->program % PROGRAMS);
}

/* Larger files come after the smaller ones are in. */
static void claim(struct table *table, uint32_t rank, const struct content *c,
                  const struct rs_record *rec)
{
    int64_t second = rec->time / RS_SECOND;
    size_t bit = program_bit(c);

    table->programs[bit / 8] |= (uint8_t)(1u << bit % 8);
    claim_at(table, rank, c, second, true);
    claim_at(table, rank, c, second - 1, false);
    claim_at(table, rank, c, second + 1, false);
}

static void vote(struct peer *peer, uint32_t holder)
{
    if (peer->votes == 0)
        peer->holder = holder;
    if (peer->holder == holder)
        peer->votes++;
    else
        peer->votes--;
}

/* Would a larger file have the line, if it had all? */
static bool is_comparable(const struct table *table, const struct peer *peer,
                          const struct content *c, rs_time time)
{
    size_t bit = program_bit(c);

    return (table->programs[bit / 8] >> bit % 8 & 1) != 0
           && time >= peer->begin - RS_SECOND && time <= peer->end + RS_SECOND;
}

static void mark_key(struct table *table, uint32_t rank, struct key key,
                     uint32_t line)
{
    struct peer *peer = &table->peers[rank];
    const struct owner *owner = find(table, key.digest);
    uint8_t bit = (uint8_t)(1u << line % 8);

    if (owner->digest == 0)
        return;
    if (owner->rank < rank && !key.alike) {
        peer->bits[line / 8] |= bit;
        vote(peer, owner->rank);
    } else if (owner->near < rank) {
        peer->alike[line / 8] |= bit;
        vote(peer, owner->near);
    }
}

static void mark(struct table *table, uint32_t rank, const struct content *c,
                 const struct rs_record *rec)
{
    struct peer *peer = &table->peers[rank];
    struct key keys[KEYS_MAX];
    size_t count = keys_of(table, c, rec->time / RS_SECOND, false, keys);

    /* A log may grow while it is read: what came later is not looked at. */
    if (rec->place.line > peer->file->input.lines)
        return;
    if (is_of_part(table, keys[0].digest)) {
        peer->whole++;
        peer->comparable += is_comparable(table, peer, c, rec->time);
    }
    for (size_t i = 0; i < count; i++)
        if (is_of_part(table, keys[i].digest))
            mark_key(table, rank, keys[i], rec->place.line);
}

static void each_line(struct table *table, uint32_t rank, line_fn *fn)
{
    struct rs_run *run = table->run;
    struct rs_file *file = table->peers[rank].file;
    struct rs_lines lines;

    if (rs_lines_begin(&lines, run, file, NULL) != RS_OK) {
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: could not be compared with the"
                                        " other logs of its host",
                                        file->input.path.ptr));
        return;
    }
    while (rs_lines_next(&lines, NULL) == RS_OK) {
        struct content c;

        /* In the program's own file further parts are no lines; where a
         * line is left out, its repetitions repeat nothing. */
        if (lines.form != RS_ENVELOPED || lines.record.continued)
            continue;
        c = content_of(&lines.record);
        fn(table, rank, &c, &lines.record);
    }
}

/* One pass over all files for one part of the digests. */
static void compare_part(struct table *table)
{
    const struct peer *peers = table->peers;

    memset(table->owners, 0, table->slots * sizeof *table->owners);
    table->used = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        if (peers[i].has_larger)
            each_line(table, i, insert);
    }
    for (uint32_t i = 0; i < table->count; i++) {
        if (peers[i].has_smaller)
            each_line(table, i, claim);
    }
    for (uint32_t i = 0; i < table->count; i++) {
        if (peers[i].has_larger)
            each_line(table, i, mark);
    }
}

static uint64_t count_bits(const uint8_t *bits, size_t size)
{
    uint64_t count = 0;

    for (size_t i = 0; i < size; i++)
        for (unsigned byte = bits[i]; byte != 0; byte &= byte - 1)
            count++;
    return count;
}

/* By chance some lines are alike in any two logs; in a copy nearly all are. */
static void settle(struct peer *peer)
{
    size_t size = (size_t)peer->file->input.lines / 8 + 1;
    uint64_t sure = count_bits(peer->bits, size), both;

    for (size_t i = 0; i < size; i++)
        peer->alike[i] |= peer->bits[i];
    both = count_bits(peer->alike, size);
    if (both > sure && both * ALIKE_WHOLE >= peer->comparable * ALIKE_PART) {
        memcpy(peer->bits, peer->alike, size);
        sure = both;
    }
    peer->found = sure;
}

bool rs_copies_hostless(const struct rs_file *file)
{
    if (file->host_count > RS_FILE_HOSTS)
        return true; /* perhaps */
    for (size_t i = 0; i < file->host_count; i++)
        if (file->hosts[i].len == 0)
            return true;
    return false;
}

/* Count the lines of the smaller files and give them their bits. */
static bool prepare(struct table *table, uint64_t *lines)
{
    for (size_t i = 0; i < table->count; i++) {
        struct peer *peer = &table->peers[i];
        size_t size = (size_t)peer->file->input.lines / 8 + 1;

        table->hostless = table->hostless || rs_copies_hostless(peer->file);
        if (!peer->has_larger)
            continue;
        peer->bits = rs_alloc(size);
        peer->alike = rs_alloc(size);
        if (peer->bits == NULL || peer->alike == NULL)
            return false;
        *lines += peer->file->stamped;
    }
    return true;
}

enum rs_status rs_copies_compare(struct rs_run *run, struct peer *peers,
                                 size_t count)
{
    struct table *table = rs_alloc(sizeof *table);
    enum rs_status st = RS_ERR_NOMEM;
    uint64_t lines = 0, digests;

    if (table == NULL)
        return RS_ERR_NOMEM;
    *table = (struct table){.run = run, .peers = peers, .count = count};
    if (!prepare(table, &lines))
        goto done;
    st = RS_OK;
    if (lines == 0)
        goto done;
    digests = lines * (table->hostless ? KEYS_MAX : 1);
    table->slots = 64;
    while (table->slots < SLOTS_MAX && table->slots / 2 < digests)
        table->slots *= 2;
    table->parts = digests / USED_MAX + 1;
    table->owners = rs_alloc(table->slots * sizeof *table->owners);
    if (table->owners == NULL) {
        st = RS_ERR_NOMEM;
        goto done;
    }
    for (; table->part < table->parts; table->part++)
        compare_part(table);
    for (size_t i = 0; i < count; i++)
        if (peers[i].has_larger)
            settle(&peers[i]);
done:
    rs_free(table->owners);
    rs_free(table);
    return st;
}

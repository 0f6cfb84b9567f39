/* Inputs that repeat others: Debian's mail.warn repeats mail.log. */
#include "copies.h"

#include <stdlib.h>

#include "feed.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

/* Rotation is not quite sharp: files that follow each other may share so
 * much time and are not compared. */
#define ROTATION (5 * RS_SECOND)
/* Lines are remembered by their digest, this many at once; of more, each
 * pass over the files looks at a part of all digests. */
#define SLOTS_MAX ((size_t)1 << 21)
#define LINES_MAX (SLOTS_MAX / 2)

/* A file as one of those compared.  Ranks go from the largest down: a line
 * counts in the file of lowest rank that has it. */
struct peer {
    struct rs_file *file;
    size_t turn;      /* in the order of reading */
    bool has_larger;  /* a file of lower rank may hold its lines */
    bool has_smaller; /* it may hold lines of a file of higher rank */
    uint64_t found;   /* lines that do stand in another */
    uint32_t holder;  /* which holds most of them (by majority vote) */
    uint64_t votes;
    uint8_t *bits; /* of the lines found: see rs_feed_again() */
};

struct owner {
    uint64_t digest; /* 0: a free slot */
    uint32_t rank;
};

struct copies {
    struct rs_run *run;
    struct peer *peers; /* by rank */
    size_t count;
    struct owner *owners;
    size_t slots, used;   /* slots: a power of two */
    uint64_t part, parts; /* of the digests */
};

static bool share_host(const struct rs_file *a, const struct rs_file *b)
{
    if (a->host_count > RS_FILE_HOSTS || b->host_count > RS_FILE_HOSTS)
        return true;
    for (size_t i = 0; i < a->host_count; i++) {
        for (size_t j = 0; j < b->host_count; j++) {
            if (rs_span_equal(a->hosts[i], b->hosts[j]))
                return true;
        }
    }
    return false;
}

static bool lies_within(const struct rs_input *a, const struct rs_input *b)
{
    return a->first >= b->first && a->last <= b->last;
}

static bool may_share_lines(const struct rs_file *x, const struct rs_file *y)
{
    const struct rs_input *a = &x->input, *b = &y->input;
    rs_time begin, end;

    if (x->stamped == 0 || y->stamped == 0 || !share_host(x, y))
        return false;
    begin = a->first > b->first ? a->first : b->first;
    end = a->last < b->last ? a->last : b->last;
    return lies_within(a, b) || lies_within(b, a)
           || (end > begin && end - begin > ROTATION);
}

/* Are two logs equal to the byte?  What both are silent about was told when
 * they were read first. */
static bool same_text(struct rs_source *a, struct rs_source *b)
{
    enum rs_status of_a = rs_source_rewind(a, NULL);
    enum rs_status of_b = rs_source_rewind(b, NULL);

    while (of_a == RS_OK && of_b == RS_OK) {
        struct rs_span x, y;
        struct rs_place place;

        of_a = rs_source_next(a, &x, &place, NULL);
        of_b = rs_source_next(b, &y, &place, NULL);
        if (of_a == RS_OK && of_b == RS_OK && !rs_span_equal(x, y))
            return false;
    }
    return of_a == RS_EOF && of_b == RS_EOF;
}

/* Did the ledger take a section of one for a section of the other?  It does
 * so with stretches that are the same. */
static bool begin_alike(const struct peer *a, const struct peer *b)
{
    return rs_source_fingerprint(a->file->source)
           == rs_source_fingerprint(b->file->source);
}

/* The shortest way to know a whole copy: logrotate may leave a log beside its
 * archive. */
static bool is_same(const struct peer *a, const struct peer *b)
{
    const struct rs_input *x = &a->file->input, *y = &b->file->input;

    return x->bytes == y->bytes && x->lines == y->lines && x->first == y->first
           && begin_alike(a, b) && same_text(a->file->source, b->file->source);
}

static void find_same(struct copies *copies)
{
    struct peer *peers = copies->peers;

    for (uint32_t i = 1; i < copies->count; i++) {
        for (uint32_t j = 0; j < i && peers[i].found == 0; j++) {
            if (peers[j].found == 0 && is_same(&peers[i], &peers[j])) {
                peers[i].found = peers[i].file->stamped;
                peers[i].holder = j;
            }
        }
    }
}

static void relate(struct copies *copies)
{
    struct peer *peers = copies->peers;

    for (size_t i = 0; i < copies->count; i++) {
        for (size_t j = i + 1; j < copies->count; j++) {
            if (peers[i].found == 0 && peers[j].found == 0
                && may_share_lines(peers[i].file, peers[j].file)) {
                peers[i].has_smaller = true;
                peers[j].has_larger = true;
            }
        }
    }
}

static uint64_t hash(struct rs_span s)
{
    return rs_siphash(rs_hash_table_key(), s.ptr, s.len);
}

/* The same line written by two loggers differs in its stamp only. */
static uint64_t digest_of(const struct rs_lines *lines)
{
    const struct rs_record *rec = &lines->record;
    int64_t second = rec->time / RS_SECOND;
    uint64_t digest = rs_hash_mix((uint64_t)second, hash(rec->host));

    digest = rs_hash_mix(digest, rec->count);
    if (lines->form == RS_ENVELOPED) {
        digest = rs_hash_mix(digest, hash(rec->program));
        digest = rs_hash_mix(digest, rec->pid);
        digest = rs_hash_mix(digest, hash(rec->text));
    }
    return digest | 1; /* never that of a free slot */
}

static struct owner *find(const struct copies *copies, uint64_t digest)
{
    size_t i = (size_t)(digest >> 20) & (copies->slots - 1);

    while (copies->owners[i].digest != 0 && copies->owners[i].digest != digest)
        i = (i + 1) & (copies->slots - 1);
    return &copies->owners[i];
}

/* What is done with a line of the file of RANK. */
typedef void line_fn(struct copies *copies, uint32_t rank, uint64_t digest,
                     uint32_t line);

static void insert(struct copies *copies, uint32_t rank, uint64_t digest,
                   uint32_t line)
{
    struct owner *owner = find(copies, digest);

    (void)line;
    if (owner->digest != 0 || copies->used + 1 >= copies->slots)
        return;
    *owner = (struct owner){digest, rank};
    copies->used++;
}

/* Larger files come after the smaller ones are in. */
static void claim(struct copies *copies, uint32_t rank, uint64_t digest,
                  uint32_t line)
{
    struct owner *owner = find(copies, digest);

    (void)line;
    if (owner->digest != 0 && rank < owner->rank)
        owner->rank = rank;
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

static void mark(struct copies *copies, uint32_t rank, uint64_t digest,
                 uint32_t line)
{
    struct peer *peer = &copies->peers[rank];
    const struct owner *owner = find(copies, digest);

    /* A log may grow while it is read: what came later is not looked at. */
    if (owner->digest == 0 || owner->rank >= rank
        || line > peer->file->input.lines)
        return;
    peer->found++;
    peer->bits[line / 8] |= (uint8_t)(1u << line % 8);
    vote(peer, owner->rank);
}

static void each_line(struct copies *copies, uint32_t rank, line_fn *fn)
{
    struct rs_run *run = copies->run;
    struct rs_file *file = copies->peers[rank].file;
    struct rs_lines lines;

    if (rs_lines_begin(&lines, run, file, NULL) != RS_OK) {
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: could not be compared with the"
                                        " other logs of its host",
                                        file->input.path.ptr));
        return;
    }
    while (rs_lines_next(&lines, NULL) == RS_OK) {
        uint64_t digest;

        if (lines.form == RS_NO_ENVELOPE)
            continue;
        digest = digest_of(&lines);
        if ((digest >> 1) % copies->parts == copies->part)
            fn(copies, rank, digest, lines.record.place.line);
    }
}

/* One pass over all files for one part of the digests. */
static void compare_part(struct copies *copies)
{
    const struct peer *peers = copies->peers;

    memset(copies->owners, 0, copies->slots * sizeof *copies->owners);
    copies->used = 0;
    for (uint32_t i = 0; i < copies->count; i++) {
        if (peers[i].has_larger)
            each_line(copies, i, insert);
    }
    for (uint32_t i = 0; i < copies->count; i++) {
        if (peers[i].has_smaller && !peers[i].has_larger)
            each_line(copies, i, claim);
    }
    for (uint32_t i = 0; i < copies->count; i++) {
        if (peers[i].has_larger)
            each_line(copies, i, mark);
    }
}

static bool give_bits(struct peer *peer)
{
    if (peer->bits == NULL)
        peer->bits = rs_alloc((size_t)peer->file->input.lines / 8 + 1);
    return peer->bits != NULL;
}

static enum rs_status compare(struct copies *copies)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < copies->count; i++) {
        struct peer *peer = &copies->peers[i];

        if (!peer->has_larger)
            continue;
        if (!give_bits(peer))
            return RS_ERR_NOMEM;
        lines += peer->file->stamped;
    }
    if (lines == 0)
        return RS_OK;
    copies->slots = 64;
    while (copies->slots < SLOTS_MAX && copies->slots / 2 < lines)
        copies->slots *= 2;
    copies->parts = lines / LINES_MAX + 1;
    copies->owners = rs_alloc(copies->slots * sizeof *copies->owners);
    if (copies->owners == NULL)
        return RS_ERR_NOMEM;
    for (; copies->part < copies->parts; copies->part++)
        compare_part(copies);
    return RS_OK;
}

static bool lost_a_section(const struct copies *copies,
                           const struct peer *peer)
{
    for (size_t i = 0; i < copies->count; i++) {
        const struct peer *other = &copies->peers[i];

        if (other->found > 0 && begin_alike(peer, other))
            return true;
    }
    return false;
}

static enum rs_status take_out(struct copies *copies, struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (size_t i = 0; i < copies->count; i++) {
        if (copies->peers[i].found > 0)
            rs_ledger_drop_source(copies->run->ledger,
                                  copies->peers[i].file->index);
    }
    for (size_t i = 0; i < copies->count && st == RS_OK; i++) {
        struct peer *peer = &copies->peers[i];
        struct rs_file *file = peer->file;

        if (peer->found == file->stamped)
            file->input.copy_of = copies->peers[peer->holder].file->input.path;
        else if (peer->found == 0 && !lost_a_section(copies, peer))
            continue;
        else if (!give_bits(peer))
            st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        else
            st = rs_feed_again(copies->run, file, peer->bits, err);
    }
    return st;
}

/* The larger first; of equals the one that was read first, since the ledger
 * took the later one's sections for those of the first. */
static int by_size(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;

    if (x->file->stamped != y->file->stamped)
        return x->file->stamped > y->file->stamped ? -1 : 1;
    return x->turn < y->turn ? -1 : 1;
}

static void rank(struct copies *copies, struct rs_file **files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (files[i]->stamped == 0)
            continue;
        copies->peers[copies->count++] =
            (struct peer){.file = files[i], .turn = i};
    }
    qsort(copies->peers, copies->count, sizeof *copies->peers, by_size);
}

enum rs_status rs_copies_remove(struct rs_run *run, struct rs_file **files,
                                size_t count, struct rs_error *err)
{
    struct copies copies = {.run = run};
    enum rs_status st = RS_ERR_NOMEM;

    copies.peers = rs_alloc((count + 1) * sizeof *copies.peers);
    if (copies.peers != NULL) {
        rank(&copies, files, count);
        find_same(&copies);
        relate(&copies);
        st = compare(&copies);
    }
    if (st == RS_OK)
        st = take_out(&copies, err);
    else
        rs_fail(err, st, NULL, 0, "out of memory");
    for (size_t i = 0; i < copies.count; i++)
        rs_free(copies.peers[i].bits);
    rs_free(copies.owners);
    rs_free(copies.peers);
    return st;
}

/* Inputs that repeat others: Debian's mail.warn repeats mail.log, a journal
 * and a file say the same, Exim writes its own files beside syslog. */
#include "copies.h"

#include <stdlib.h>

#include "copies_parts.h"
#include "feed.h"
#include "relaysleuth/memory.h"

/* Rotation is not quite sharp: files that follow each other may share so
 * much time and are not compared. */
#define ROTATION (5 * RS_SECOND)

struct copies {
    struct rs_run *run;
    struct peer *peers; /* by rank */
    size_t count;
};

static bool same_host(struct rs_span a, struct rs_span b)
{
    struct rs_span x = a, y = b;

    /* A program's own file names none; some loggers add the domain. */
    if (a.len == 0 || b.len == 0)
        return true;
    rs_take_until(&a, '.', &x);
    rs_take_until(&b, '.', &y);
    return rs_span_equal(x, y);
}

static bool share_host(const struct rs_file *a, const struct rs_file *b)
{
    if (a->host_count > RS_FILE_HOSTS || b->host_count > RS_FILE_HOSTS)
        return true;
    for (size_t i = 0; i < a->host_count; i++) {
        for (size_t j = 0; j < b->host_count; j++) {
            if (same_host(a->hosts[i], b->hosts[j]))
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
                peers[i].found = peers[i].whole = peers[i].file->stamped;
                peers[i].holder = j;
            }
        }
    }
}

static void relate_two(struct peer *larger, struct peer *smaller)
{
    const struct rs_input *input = &larger->file->input;

    if (!smaller->has_larger || input->first < smaller->begin)
        smaller->begin = input->first;
    if (!smaller->has_larger || input->last > smaller->end)
        smaller->end = input->last;
    larger->has_smaller = true;
    smaller->has_larger = true;
}

static void relate(struct copies *copies)
{
    struct peer *peers = copies->peers;

    for (size_t i = 0; i < copies->count; i++) {
        for (size_t j = i + 1; j < copies->count; j++) {
            if (peers[i].found == 0 && peers[j].found == 0
                && may_share_lines(peers[i].file, peers[j].file))
                relate_two(&peers[i], &peers[j]);
        }
    }
}

static bool give_bits(struct peer *peer)
{
    if (peer->bits == NULL)
        peer->bits = rs_alloc((size_t)peer->file->input.lines / 8 + 1);
    return peer->bits != NULL;
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

static bool is_copy(const struct peer *peer)
{
    return peer->found > 0 && peer->found == peer->whole;
}

/* The path of the file that PEER's lines are counted in: what it was found in
 * may be a copy too. */
static struct rs_span counted_in(const struct copies *copies,
                                 const struct peer *peer)
{
    do {
        peer = &copies->peers[peer->holder];
    } while (is_copy(peer));
    return peer->file->input.path;
}

static void tell(const struct copies *copies, const struct peer *peer)
{
    struct rs_input *input = &peer->file->input;

    if (is_copy(peer)) {
        input->copy_of = counted_in(copies, peer);
    } else if (peer->found > 0) {
        input->copied = peer->found;
        input->copied_from = counted_in(copies, peer);
    }
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

        tell(copies, peer);
        if (is_copy(peer))
            continue;
        if (peer->found == 0 && !lost_a_section(copies, peer))
            continue;
        else if (!give_bits(peer))
            st = rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
        else
            st = rs_feed_again(copies->run, file, peer->bits, err);
    }
    return st;
}

/* The larger first; of equals the one that names its host, then the one that
 * was read first, since the ledger took the later one's sections for those of
 * the first. */
static int by_size(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    bool x_hostless = rs_copies_hostless(x->file);

    if (x->file->stamped != y->file->stamped)
        return x->file->stamped > y->file->stamped ? -1 : 1;
    if (x_hostless != rs_copies_hostless(y->file))
        return x_hostless ? 1 : -1;
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
        st = rs_copies_compare(run, copies.peers, copies.count);
    }
    if (st == RS_OK)
        st = take_out(&copies, err);
    else
        rs_fail(err, st, NULL, 0, "out of memory");
    for (size_t i = 0; i < copies.count; i++) {
        rs_free(copies.peers[i].bits);
        rs_free(copies.peers[i].alike);
    }
    rs_free(copies.peers);
    return st;
}

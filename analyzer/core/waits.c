/* Who waits for what: found by key, and ended in order of deadline. */
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

struct wait **waits_slot(const struct rs_tracker *t, uint64_t key)
{
    return &t->waits[key & (t->waits_size - 1)];
}

void waits_insert(struct rs_tracker *t, struct wait *w)
{
    struct wait **slot = waits_slot(t, w->key);

    w->hash_next = *slot;
    w->hash_at = slot;
    if (*slot != NULL)
        (*slot)->hash_at = &w->hash_next;
    *slot = w;
}

static void grow_waits(struct rs_tracker *t)
{
    size_t old_size = t->waits_size;
    struct wait **old = t->waits;
    struct wait **waits = rs_alloc(old_size * 2 * sizeof(struct wait *));

    if (waits == NULL)
        return; /* slower, not wrong */
    t->waits = waits;
    t->waits_size = old_size * 2;
    for (size_t i = 0; i < old_size; i++) {
        while (old[i] != NULL) {
            struct wait *w = old[i];

            old[i] = w->hash_next;
            waits_insert(t, w);
        }
    }
    rs_free(old);
}

void waits_remove(struct wait *w)
{
    *w->hash_at = w->hash_next;
    if (w->hash_next != NULL)
        w->hash_next->hash_at = w->hash_at;
}

static struct wait_queue *queue_of(struct rs_tracker *t, const struct wait *w)
{
    if (w->kind == WAIT_COUNT)
        return &t->count_waits;
    return w->link == LINK_PIPED ? &t->short_waits : &t->long_waits;
}

static rs_time patience(const struct wait *w)
{
    if (w->kind == WAIT_COUNT)
        return COUNT_WAIT;
    return w->link == LINK_PIPED ? PIPE_WAIT : LINK_WAIT;
}

struct wait *waits_add(struct rs_tracker *t, const struct wait *want)
{
    struct wait *w = rs_alloc(sizeof(*w));
    struct wait_queue *queue = queue_of(t, want);

    if (w == NULL)
        return NULL;
    if (t->wait_count > t->waits_size)
        grow_waits(t);
    *w = *want;
    w->deadline = want->time + patience(want);
    waits_insert(t, w);
    w->queue_previous = queue->tail;
    if (queue->tail != NULL)
        queue->tail->queue_next = w;
    else
        queue->head = w;
    queue->tail = w;
    t->wait_count++;
    t->memory += sizeof(*w);
    return w;
}

static void leave_queue(struct wait_queue *queue, struct wait *w)
{
    if (w->queue_previous != NULL)
        w->queue_previous->queue_next = w->queue_next;
    else
        queue->head = w->queue_next;
    if (w->queue_next != NULL)
        w->queue_next->queue_previous = w->queue_previous;
    else
        queue->tail = w->queue_previous;
}

/* W is over. */
void waits_end(struct rs_tracker *t, struct wait *w)
{
    if (w->message->count_wait == w)
        w->message->count_wait = NULL;
    if (w->message->parent_wait == w) {
        w->message->parent_wait = NULL;
    } else {
        *w->message_at = w->message_next;
        if (w->message_next != NULL)
            w->message_next->message_at = w->message_at;
    }
    waits_remove(w);
    leave_queue(queue_of(t, w), w);
    t->wait_count--;
    t->memory -= sizeof(*w);
    rs_free(w);
}

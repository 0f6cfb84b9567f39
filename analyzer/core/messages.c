/* Open queue entries: found by key, and in order of their last event. */
#include "relaysleuth/memory.h"
#include "tracker_parts.h"

static struct message **slot_of(const struct rs_tracker *t, uint64_t key)
{
    return &t->table[key & (t->table_size - 1)];
}

struct message *messages_find(const struct rs_tracker *t, uint64_t key)
{
    struct message *m = *slot_of(t, key);

    while (m != NULL && m->key != key)
        m = m->hash_next;
    return m;
}

static void grow_table(struct rs_tracker *t)
{
    size_t old_size = t->table_size;
    struct message **old = t->table;
    struct message **table = rs_alloc(old_size * 2 * sizeof(struct message *));

    if (table == NULL)
        return; /* slower, not wrong */
    t->table = table;
    t->table_size = old_size * 2;
    for (size_t i = 0; i < old_size; i++) {
        while (old[i] != NULL) {
            struct message *m = old[i];
            struct message **slot = slot_of(t, m->key);

            old[i] = m->hash_next;
            m->hash_next = *slot;
            *slot = m;
        }
    }
    rs_free(old);
}

void messages_release(struct rs_tracker *t, struct message *m)
{
    struct message **at = slot_of(t, m->key);

    if (!m->in_table)
        return;
    while (*at != m)
        at = &(*at)->hash_next;
    *at = m->hash_next;
    m->in_table = false;
}

static void list_remove(struct rs_tracker *t, struct message *m)
{
    if (m->older != NULL)
        m->older->newer = m->newer;
    else
        t->oldest = m->newer;
    if (m->newer != NULL)
        m->newer->older = m->older;
    else
        t->newest = m->older;
}

static void list_append(struct rs_tracker *t, struct message *m)
{
    m->older = t->newest;
    m->newer = NULL;
    if (t->newest != NULL)
        t->newest->newer = m;
    else
        t->oldest = m;
    t->newest = m;
}

static void keep_buffer(struct rs_tracker *t, struct packed_list *events)
{
    if (t->spare_count == SPARES || events->capacity > SPARE_MAX) {
        packed_free(events);
        return;
    }
    events->len = 0;
    t->spare[t->spare_count++] = *events;
}

void messages_forget(struct rs_tracker *t, struct message *m)
{
    links_cut(t, m);
    messages_release(t, m);
    list_remove(t, m);
    t->memory -= sizeof(*m) + m->events.capacity;
    t->message_count--;
    keep_buffer(t, &m->events);
    rs_free(m);
}

struct message *messages_create(struct rs_tracker *t, uint64_t key,
                                rs_time time)
{
    struct message *m = rs_alloc(sizeof(*m));
    struct message **slot;

    if (m == NULL)
        return NULL;
    if (t->message_count > t->table_size)
        grow_table(t);
    slot = slot_of(t, key);
    m->key = key;
    m->arrived = time;
    m->in_table = true;
    m->hash_next = *slot;
    *slot = m;
    list_append(t, m);
    if (t->spare_count > 0)
        m->events = t->spare[--t->spare_count];
    t->memory += sizeof(*m) + m->events.capacity;
    t->message_count++;
    return m;
}

void messages_touch(struct rs_tracker *t, struct message *m)
{
    list_remove(t, m);
    list_append(t, m);
}

void messages_clear(struct rs_tracker *t)
{
    while (t->oldest != NULL)
        messages_forget(t, t->oldest);
}

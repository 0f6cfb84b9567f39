/* relay.probe: strangers who look for an open proxy on the port of SMTP. */
#include <stdio.h>

#include "relaysleuth/memory.h"

#include "relay_parts.h"

static const char *const names[] = {
    [RS_PROXY_HTTP] = "HTTP requests",
    [RS_PROXY_CONNECT] = "CONNECT",
    [RS_PROXY_SOCKS] = "SOCKS",
};

/* Plain HTTP is what scanners of the web say to any port; a way to another
 * host is asked for by nobody else. */
static bool suffices(const struct proxying *p, const struct rs_entry *e)
{
    bool ahead = (e->flags & RS_ENTRY_AHEAD) != 0;

    return e->trick != RS_PROXY_HTTP
           || p->requests[ahead].value >= PROBES - PROBE_SLACK;
}

enum rs_status relay_proxy_note(struct stranger *s, const struct rs_entry *e)
{
    bool ahead = (e->flags & RS_ENTRY_AHEAD) != 0;
    struct proxying *p = s->proxying;

    if (e->trick > RS_PROXY_SOCKS)
        return RS_OK;
    if (p == NULL)
        p = s->proxying = rs_alloc(sizeof(*p));
    if (p == NULL)
        return RS_ERR_NOMEM;
    if (p->trail.lines[TRAIL_BEFORE].place.line == 0) {
        p->period.first = e->time;
        trail_set(&p->trail, TRAIL_BEFORE, e);
    }
    p->period.last = e->time;
    trail_set(&p->trail, TRAIL_LAST, e);
    p->tries[e->trick][ahead] += e->count;
    if (e->trick == RS_PROXY_HTTP)
        level_add(&p->requests[ahead], e->time, 1000 * (uint64_t)e->count);
    if (p->is_probe || !suffices(p, e))
        return RS_OK;
    p->is_probe = true;
    p->period.detected = e->time;
    trail_set(&p->trail, TRAIL_DECIDED, e);
    return RS_OK;
}

/* What is told ahead and again as a command was tried once. */
static uint64_t tries_of(const struct stranger *s, int kind)
{
    const struct proxying *p = s->proxying;

    if (p == NULL)
        return 0;
    return p->tries[kind][0] > p->tries[kind][1] ? p->tries[kind][0]
                                                 : p->tries[kind][1];
}

uint64_t relay_proxy_tries(const struct stranger *s)
{
    uint64_t tries = 0;

    for (int i = RS_PROXY_NONE + 1; i <= RS_PROXY_SOCKS; i++)
        tries += tries_of(s, i);
    return tries;
}

void relay_proxy_list(const struct stranger *s, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';
    for (int i = RS_PROXY_NONE + 1; i <= RS_PROXY_SOCKS && used < size; i++) {
        uint64_t tries = tries_of(s, i);
        int len = 0;

        if (tries > 0)
            len = snprintf(buf + used, size - used, "%s%s %llu",
                           used > 0 ? ", " : "", names[i],
                           (unsigned long long)tries);
        used += len > 0 ? (size_t)len : 0;
    }
}

void relay_proxy_count(struct draft *draft, const struct stranger *s)
{
    for (int i = RS_PROXY_NONE + 1; i <= RS_PROXY_SOCKS; i++)
        if (tries_of(s, i) > 0)
            draft_count(draft, names[i], tries_of(s, i));
}

struct period relay_probe_period(const struct stranger *s)
{
    const struct proxying *p = s->proxying;
    struct period period = s->period;

    if (p == NULL)
        return period;
    if (s->refused + s->taken == 0)
        return p->period;
    if (p->period.first < period.first)
        period.first = p->period.first;
    if (p->period.last > period.last)
        period.last = p->period.last;
    if (p->is_probe && (!s->is_probe || p->period.detected < period.detected))
        period.detected = p->period.detected;
    return period;
}

struct trail relay_probe_trail(const struct stranger *s)
{
    struct trail trail = s->trail;
    size_t at = 0;

    if (s->proxying == NULL)
        return trail;
    trail.servers |= s->proxying->trail.servers;
    for (size_t i = 0; i < TRAIL_LINES; i++) {
        while (at < TRAIL_LINES && trail.lines[at].place.line != 0)
            at++;
        if (at < TRAIL_LINES)
            trail.lines[at] = s->proxying->trail.lines[i];
    }
    return trail;
}

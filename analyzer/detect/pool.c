/* account.compromised of a host: several accounts are used through the same
 * addresses, where none of their owners ever was.
 *
 * One who has the passwords of many accounts sends a little with each of them,
 * so that none stands out, but through the addresses that he has.  Colleagues
 * who travel share one new address, or two; each of the members here was at
 * two that three share at least.  Where somebody else is at home, as behind
 * the NAT of a carrier, newcomers meet every day. */
#include "relaysleuth/memory.h"

#include "advice.h"
#include "home.h"
#include "watch_parts.h"

enum {
    GUESTS = 12,   /* accounts of an address that are remembered */
    SHARING = 3,   /* accounts, or nobody shares */
    RESIDENTS = 2, /* at home there: it is a place of many */
    LINKS = 2,     /* shared addresses of a member */
    MEMBERS = 4,   /* or it is a journey of few */
    REGIONS = 4,   /* in so many, it is no journey at all */
    SPAM = 3,      /* recipients, and */
    SPAM_PART = 20 /* one in so many: it is spam */
};
static const rs_time memory = RS_DAY;
static const rs_time lease = 7 * RS_DAY; /* of who is at home */

struct guest {
    struct key account;
    rs_time last;
};

/* An address, or a network of IPv6, that is new to those who use it. */
struct spot {
    struct key key;
    rs_time last, first;               /* FIRST: of the recipients */
    struct guest residents[RESIDENTS]; /* who are at home there, last first */
    uint64_t recipients, refused;
    struct guest guests[GUESTS];
    unsigned count;
};

struct user {
    struct key key; /* account */
    struct home home;
    struct {
        struct key spot;
        rs_time last;
    } links[LINKS]; /* shared addresses where it was lately */
};

struct pool {
    struct rs_case *kase;
    struct table *users, *spots;
    /* The story; what its tallies hold is 0 outside of one. */
    struct tally accounts, clients, regions, domains;
    uint64_t recipients, refused;
    struct period period;
    struct trail trail;
    rs_sym host;
    bool detects;
};

static uint64_t user_weight(const void *item)
{
    return ((const struct user *)item)->home.days;
}

static uint64_t spot_weight(const void *item)
{
    return ((const struct spot *)item)->count;
}

static const struct table_kind user_kind = {
    .size = sizeof(struct user),
    .ceiling = SUBJECTS_MAX,
    .weight = user_weight,
};

static const struct table_kind spot_kind = {
    .size = sizeof(struct spot),
    .ceiling = STRANGERS_MAX,
    .weight = spot_weight,
};

static void clear_story(struct pool *p)
{
    tally_clear(&p->accounts);
    tally_clear(&p->clients);
    tally_clear(&p->regions);
    tally_clear(&p->domains);
    p->recipients = p->refused = 0;
    p->detects = false;
    memset(&p->trail, 0, sizeof(p->trail));
}

static void pool_close(void *state)
{
    struct pool *p = state;

    if (p == NULL)
        return;
    clear_story(p);
    table_free(p->users);
    table_free(p->spots);
    rs_free(p);
}

static enum rs_status pool_open(struct rs_case *kase, void **state)
{
    struct pool *p = rs_alloc(sizeof(*p));

    if (p == NULL)
        return RS_ERR_NOMEM;
    p->kase = kase;
    p->users = table_new(&user_kind);
    p->spots = table_new(&spot_kind);
    if (p->users == NULL || p->spots == NULL) {
        pool_close(p);
        return RS_ERR_NOMEM;
    }
    *state = p;
    return RS_OK;
}

/* ---- who shares ---- */

static void forget_guests(struct spot *s, rs_time now)
{
    if (s->last != 0 && now - s->last > memory) {
        s->recipients = s->refused = 0;
        s->count = 0;
    }
    s->last = now;
}

static void note_guest(struct spot *s, struct key account, rs_time now)
{
    unsigned i = 0;

    while (i < s->count && s->guests[i].account.a != account.a)
        i++;
    if (i == GUESTS)
        return;
    s->count += i == s->count;
    s->guests[i] = (struct guest){account, now};
}

static unsigned count_guests(const struct spot *s, rs_time now)
{
    unsigned count = 0;

    for (unsigned i = 0; i < s->count; i++)
        count += now - s->guests[i].last <= memory;
    return count;
}

/* Do several come there who are at home there?  One may be so by chance, in
 * the network of the thief. */
static bool is_public(const struct spot *s, rs_time now)
{
    const struct guest *last = &s->residents[RESIDENTS - 1];

    return last->account.a != 0 && now - last->last <= lease;
}

/* Note that U was at the shared spot; is it a member now? */
static bool link_user(struct user *u, struct key spot, rs_time now)
{
    unsigned oldest = 0, links = 0;

    for (unsigned i = 0; i < LINKS; i++) {
        if (u->links[i].spot.a == spot.a && u->links[i].spot.b == spot.b) {
            oldest = i;
            break;
        }
        if (u->links[i].last < u->links[oldest].last)
            oldest = i;
    }
    u->links[oldest].spot = spot;
    u->links[oldest].last = now;
    for (unsigned i = 0; i < LINKS; i++)
        links += u->links[i].last != 0 && now - u->links[i].last <= memory;
    return links == LINKS;
}

static enum rs_status link_guests(struct pool *p, const struct spot *s,
                                  rs_time now)
{
    enum rs_status status = RS_OK;

    for (unsigned i = 0; status == RS_OK && i < s->count; i++) {
        const struct guest *guest = &s->guests[i];
        struct user *u = table_find(p->users, guest->account);

        if (u != NULL && now - guest->last <= memory
            && link_user(u, s->key, guest->last))
            status = tally_add(&p->accounts, guest->account, 1);
    }
    return status;
}

/* ---- the story ---- */

static enum rs_status tell(struct pool *p)
{
    uint64_t accounts = tally_different(&p->accounts);
    uint64_t clients = tally_different(&p->clients);
    struct draft draft;

    draft_begin(&draft, p->kase, "account.compromised",
                p->refused >= SPAM ? RS_SEVERITY_HIGH : RS_SEVERITY_MEDIUM);
    draft.finding.confidence = p->refused >= SPAM ? 0.8 : 0.6;
    draft_subject(&draft, RS_SUBJECT_HOST,
                  rs_symbol_text(p->kase->symbols, p->host));
    draft_period(&draft, &p->period);
    draft_count(&draft, "recipients", p->recipients);
    draft_count(&draft, "rejected", p->refused);
    draft_count(&draft, "accounts", accounts);
    draft_count(&draft, "clients", clients);
    draft_related(&draft, "accounts", &p->accounts, NAMED_BY_SYMBOL);
    draft_related(&draft, "clients", &p->clients, NAMED_BY_ADDRESS);
    draft_related(&draft, "recipient_domains", &p->domains, NAMED_BY_SYMBOL);
    draft_trail(&draft, &p->trail);
    draft_title(&draft,
                "%llu accounts were used from the same %llu addresses, where "
                "they never were before: %llu recipients, %llu refused",
                (unsigned long long)accounts, (unsigned long long)clients,
                (unsigned long long)p->recipients,
                (unsigned long long)p->refused);
    draft_advise(&draft, "ask two of the owners; if they were not there, "
                         "change the passwords of all these accounts and end "
                         "their sessions");
    advise(&draft, ADVICE_HOLD_QUEUE, RS_ABSENT);
    draft_advise(&draft, "find where the passwords were lost: one page or one "
                         "list mostly got them all");
    return draft_commit(&draft);
}

static enum rs_status end_story(struct pool *p)
{
    enum rs_status status = p->detects ? tell(p) : RS_OK;

    clear_story(p);
    return status;
}

static bool is_refused(const struct rs_entry *e)
{
    return (e->flags & RS_ENTRY_LAST) != 0 && e->outcome == RS_BOUNCED
           && (score_says_unknown(e->dsn) || score_says_refused(e->dsn) > 0);
}

static void weigh(struct pool *p, const struct rs_entry *e)
{
    bool spam = p->refused >= SPAM && p->refused * SPAM_PART >= p->recipients;

    if (p->detects || tally_different(&p->accounts) < MEMBERS
        || (!spam && tally_different(&p->regions) < REGIONS))
        return;
    p->detects = true;
    p->period.detected = e->time;
    trail_set(&p->trail, TRAIL_DECIDED, e);
}

/* Mail through an address that is shared. */
static enum rs_status go_on(struct pool *p, struct spot *s,
                            const struct rs_entry *e)
{
    struct rs_addr region = rs_addr_region(&e->client);
    enum rs_status status = link_guests(p, s, e->time);

    if (tally_different(&p->clients) == 0) {
        p->period.first = e->arrived;
        p->host = e->host;
    }
    if (s->recipients > 0 && s->first < p->period.first)
        p->period.first = s->first;
    p->period.last = e->time;
    p->recipients += s->recipients;
    p->refused += s->refused;
    s->recipients = s->refused = 0;
    trail_recipient(&p->trail, e);
    if (status == RS_OK)
        status = tally_add(&p->clients, key_of_address(&e->client), 1);
    if (status == RS_OK)
        status = tally_add(&p->regions, key_of_address(&region), 1);
    if (status == RS_OK && e->recipient_domain > RS_SYM_OTHER)
        status = tally_add(&p->domains, key_of_number(e->recipient_domain), 1);
    weigh(p, e);
    return status;
}

static struct spot *put_spot(struct pool *p, const struct rs_entry *e)
{
    struct rs_addr network =
        rs_addr_is_v4(&e->client) ? e->client : rs_addr_network(&e->client);
    struct spot *s = table_put(p->spots, key_of_address(&network));

    if (s != NULL)
        forget_guests(s, e->time);
    return s;
}

static enum rs_status note(struct pool *p, struct key account,
                           const struct rs_entry *e)
{
    struct spot *s = put_spot(p, e);

    if (s == NULL)
        return RS_ERR_NOMEM;
    note_guest(s, account, e->time);
    if (s->recipients == 0)
        s->first = e->arrived;
    s->recipients += (e->flags & RS_ENTRY_FIRST) != 0;
    s->refused += is_refused(e);
    return is_public(s, e->time) || count_guests(s, e->time) < SHARING
               ? RS_OK
               : go_on(p, s, e);
}

/* U comes from where it is at home.  A member is at home with the thief. */
static enum rs_status note_resident(struct pool *p, const struct user *u,
                                    const struct rs_entry *e)
{
    struct spot *s;

    if (u->home.days <= HOME_DAYS || u->links[0].last != 0)
        return RS_OK;
    s = put_spot(p, e);
    if (s == NULL)
        return RS_ERR_NOMEM;
    if (s->residents[0].account.a != u->key.a)
        s->residents[1] = s->residents[0];
    s->residents[0] = (struct guest){u->key, e->time};
    return RS_OK;
}

static enum rs_status pool_entry(void *state, const struct rs_judged *judged)
{
    const struct rs_entry *e = judged->entry;
    struct key account = key_of_number(e->account);
    struct pool *p = state;
    struct user *u;
    enum rs_status status = RS_OK;

    if (e->kind != RS_ENTRY_RECIPIENT || e->root != RS_ROOT_SASL
        || e->account <= RS_SYM_OTHER || !is_outside(p->kase, &e->client))
        return RS_OK;
    u = table_put(p->users, account);
    if (u == NULL)
        return RS_ERR_NOMEM;
    if (tally_different(&p->clients) > 0 && e->time - p->period.last > memory)
        status = end_story(p);
    if (status != RS_OK)
        return status;
    return home_visit(&u->home, p->kase->symbols, e) ? note(p, account, e)
                                                     : note_resident(p, u, e);
}

static enum rs_status pool_finish(void *state, struct rs_case *kase)
{
    (void)kase;
    return end_story(state);
}

const struct rs_detector rs_detector_pool = {
    .name = "pool",
    .summary = "accounts that are used together from places new to them",
    .open = pool_open,
    .entry = pool_entry,
    .finish = pool_finish,
    .close = pool_close,
};

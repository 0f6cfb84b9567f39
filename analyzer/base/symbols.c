/* The table of interned strings. */
#include "relaysleuth/symbols.h"
#include "relaysleuth/arena.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"

enum { FIRST_SLOTS = 64, NOCASE_MAX = 1024 };

struct symbol {
    const char *text;
    uint64_t content;
    uint32_t len;
};

/* Half of the hash saves most looks at the text, and is enough to place a
 * slot anew when the table grows. */
struct slot {
    uint32_t tag;
    rs_sym sym; /* RS_SYM_NONE: free */
};

struct rs_symbols {
    struct symbol *symbols; /* [0] and [1] are NONE and OTHER */
    size_t count, capacity;
    struct slot *slots;
    size_t mask; /* number of slots - 1; the number is a power of two */
    struct rs_arena *texts;
    size_t room; /* bytes of text that may still be kept */
    uint64_t lost;
};

static void set_symbol(struct rs_symbols *tab, rs_sym sym, struct rs_span text)
{
    tab->symbols[sym] = (struct symbol){.text = text.ptr,
                                        .content = rs_hash_content(text),
                                        .len = (uint32_t)text.len};
}

struct rs_symbols *rs_symbols_new(size_t ceiling)
{
    struct rs_symbols *tab = rs_alloc(sizeof(*tab));

    if (tab == NULL)
        return NULL;
    tab->room = ceiling;
    tab->mask = FIRST_SLOTS - 1;
    tab->slots = rs_alloc(FIRST_SLOTS * sizeof(*tab->slots));
    tab->symbols = rs_grow(NULL, 0, &tab->capacity, sizeof(*tab->symbols));
    tab->texts = rs_arena_new();
    if (!tab->slots || !tab->symbols || !tab->texts) {
        rs_symbols_free(tab);
        return NULL;
    }
    tab->symbols[RS_SYM_NONE] = (struct symbol){0};
    set_symbol(tab, RS_SYM_OTHER, RS_SPAN("(other)"));
    tab->count = RS_SYM_OTHER + 1;
    return tab;
}

void rs_symbols_free(struct rs_symbols *tab)
{
    if (tab == NULL)
        return;
    rs_arena_free(tab->texts);
    rs_free(tab->symbols);
    rs_free(tab->slots);
    rs_free(tab);
}

static bool holds(const struct rs_symbols *tab, rs_sym sym,
                  struct rs_span text)
{
    const struct symbol *s = &tab->symbols[sym];

    return s->len == text.len && memcmp(s->text, text.ptr, text.len) == 0;
}

/* The slot that holds TEXT or is free for it. */
static struct slot *find_slot(const struct rs_symbols *tab,
                              struct rs_span text, uint32_t tag)
{
    size_t i = tag & tab->mask;

    while (
        tab->slots[i].sym != RS_SYM_NONE
        && !(tab->slots[i].tag == tag && holds(tab, tab->slots[i].sym, text)))
        i = (i + 1) & tab->mask;
    return &tab->slots[i];
}

/* Keep at least a quarter of the slots free, also after one more. */
static bool make_slots(struct rs_symbols *tab)
{
    size_t size = tab->mask + 1, mask = 2 * size - 1;
    struct slot *slots;

    if (tab->count < size / 4 * 3)
        return true;
    slots = rs_alloc(2 * size * sizeof(*slots));
    if (slots == NULL)
        return false;
    for (size_t old = 0; old < size; old++) {
        size_t i = tab->slots[old].tag & mask;

        if (tab->slots[old].sym == RS_SYM_NONE)
            continue;
        while (slots[i].sym != RS_SYM_NONE)
            i = (i + 1) & mask;
        slots[i] = tab->slots[old];
    }
    rs_free(tab->slots);
    tab->slots = slots;
    tab->mask = mask;
    return true;
}

/* Room for one more symbol and its text, or false. */
static bool make_room(struct rs_symbols *tab, size_t len)
{
    struct symbol *symbols;

    if (len > tab->room || len > UINT32_MAX || tab->count >= UINT32_MAX)
        return false;
    symbols = rs_grow(tab->symbols, tab->count, &tab->capacity,
                      sizeof(*tab->symbols));
    if (symbols == NULL)
        return false;
    tab->symbols = symbols;
    return make_slots(tab);
}

static rs_sym add_symbol(struct rs_symbols *tab, struct rs_span text,
                         uint32_t tag)
{
    struct rs_span copy = RS_ABSENT;
    rs_sym sym = (rs_sym)tab->count;

    if (make_room(tab, text.len))
        copy = rs_arena_copy(tab->texts, text);
    if (copy.ptr == NULL) {
        tab->lost++;
        return RS_SYM_OTHER;
    }
    *find_slot(tab, text, tag) = (struct slot){tag, sym};
    set_symbol(tab, sym, copy);
    tab->room -= text.len;
    tab->count++;
    return sym;
}

rs_sym rs_intern(struct rs_symbols *tab, struct rs_span text)
{
    uint32_t tag;
    rs_sym sym;

    if (text.ptr == NULL)
        return RS_SYM_NONE;
    tag = (uint32_t)rs_siphash(rs_hash_table_key(), text.ptr, text.len);
    sym = find_slot(tab, text, tag)->sym;
    return sym != RS_SYM_NONE ? sym : add_symbol(tab, text, tag);
}

rs_sym rs_intern_nocase(struct rs_symbols *tab, struct rs_span text)
{
    char folded[NOCASE_MAX];

    if (text.ptr == NULL)
        return RS_SYM_NONE;
    if (text.len > NOCASE_MAX)
        text.len = NOCASE_MAX;
    rs_span_fold(text, folded);
    return rs_intern(tab, (struct rs_span){folded, text.len});
}

struct rs_span rs_symbol_text(const struct rs_symbols *tab, rs_sym sym)
{
    return (struct rs_span){tab->symbols[sym].text, tab->symbols[sym].len};
}

uint64_t rs_symbol_content(const struct rs_symbols *tab, rs_sym sym)
{
    return tab->symbols[sym].content;
}

rs_sym rs_symbols_count(const struct rs_symbols *tab)
{
    return (rs_sym)tab->count;
}

uint64_t rs_symbols_lost(const struct rs_symbols *tab)
{
    return tab->lost;
}

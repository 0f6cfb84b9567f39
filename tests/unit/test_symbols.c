/* Symbols, and what they stand on: hashes, arenas and memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "relaysleuth/arena.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/symbols.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* SipHash-1-3 of the bytes 0, 1, ... LEN - 1 under the key 0, 1, ... 15. */
static const struct {
    size_t len;
    uint64_t hash;
} vectors[] = {
    {0, UINT64_C(0xabac0158050fc4dc)},  {1, UINT64_C(0xc9f49bf37d57ca93)},
    {2, UINT64_C(0x82cb9b024dc7d44d)},  {3, UINT64_C(0x8bf80ab8e7ddf7fb)},
    {7, UINT64_C(0xd3927d989bb11140)},  {8, UINT64_C(0x369095118d299a8e)},
    {9, UINT64_C(0x25a48eb36c063de4)},  {15, UINT64_C(0xd320d86d2a519956)},
    {16, UINT64_C(0xcc4fdd1a7d908b66)}, {63, UINT64_C(0x9d199062b7bbb3a8)},
};

static void matches_siphash(void **state)
{
    const struct rs_hash_key key = {UINT64_C(0x0706050403020100),
                                    UINT64_C(0x0f0e0d0c0b0a0908)};
    unsigned char bytes[64];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    for (size_t i = 0; i < COUNT(vectors); i++)
        if (rs_siphash(&key, bytes, vectors[i].len) != vectors[i].hash)
            fail_msg("%zu bytes", vectors[i].len);
}

static void hashes_contents(void **state)
{
    /* Saved ledgers hold such hashes: these may never change. */
    const uint64_t empty = UINT64_C(0x87eceebe64cb179d);
    const uint64_t domain = UINT64_C(0xc7392b3e0411e1d8);

    (void)state;
    assert_true(rs_hash_content(RS_SPAN("")) == empty);
    assert_true(rs_hash_content(RS_ABSENT) == empty);
    assert_true(rs_hash_content(RS_SPAN("example.org")) == domain);
    assert_true(rs_hash_content_nocase(RS_SPAN("eXample.oRG")) == domain);
    assert_true(rs_hash_content(RS_SPAN("eXample.oRG")) != domain);
    assert_ptr_equal(rs_hash_table_key(), rs_hash_table_key());
    assert_true(rs_hash_mix(1, 2) != rs_hash_mix(2, 1));
    assert_true(rs_hash_mix(0, 0) != rs_hash_mix(0, 1));
}

/* Every byte at every place of a word and behind it. */
static void folds_letters_only(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256 * 12; i++) {
        char given[12] = "aZ\xc3\x9c@[`{.09x", lower[12];
        char byte = (char)(i % 256);

        given[i / 256] = byte;
        for (size_t j = 0; j < sizeof(given); j++)
            lower[j] = given[j] >= 'A' && given[j] <= 'Z'
                           ? (char)(given[j] + 'a' - 'A')
                           : given[j];
        if (rs_hash_content_nocase((struct rs_span){given, 12})
            != rs_hash_content((struct rs_span){lower, 12}))
            fail_msg("byte %02x at %u", i % 256, i / 256);
    }
}

static void assert_text(const struct rs_symbols *tab, rs_sym sym,
                        const char *text)
{
    assert_true(rs_span_equal(rs_symbol_text(tab, sym), rs_span_of(text)));
}

static void interns(void **state)
{
    struct rs_symbols *tab = rs_symbols_new(1000);
    rs_sym a, empty;

    (void)state;
    assert_int_equal(rs_symbols_count(tab), 2);
    a = rs_intern(tab, RS_SPAN("example.org"));
    assert_int_equal(a, 2);
    assert_int_equal(rs_intern(tab, RS_SPAN("example.org")), a);
    assert_int_equal(rs_intern_nocase(tab, RS_SPAN("EXAMPLE.org")), a);
    assert_int_equal(rs_intern(tab, RS_SPAN("EXAMPLE.org")), 3);
    empty = rs_intern(tab, RS_SPAN(""));
    assert_int_equal(empty, 4);
    assert_int_equal(rs_intern(tab, RS_SPAN("")), empty);
    assert_int_equal(rs_intern(tab, RS_SPAN("a\0b")), 5);
    assert_int_equal(rs_intern(tab, RS_SPAN("a\0c")), 6);
    assert_int_equal(rs_intern(tab, RS_ABSENT), RS_SYM_NONE);
    assert_int_equal(rs_intern_nocase(tab, RS_ABSENT), RS_SYM_NONE);
    assert_int_equal(rs_symbols_count(tab), 7);
    assert_text(tab, a, "example.org");
    assert_text(tab, empty, "");
    assert_text(tab, RS_SYM_NONE, NULL);
    assert_text(tab, RS_SYM_OTHER, "(other)");
    assert_true(rs_symbol_content(tab, RS_SYM_NONE) == 0);
    assert_true(rs_symbol_content(tab, a)
                == rs_hash_content(RS_SPAN("example.org")));
    assert_int_equal(rs_symbols_lost(tab), 0);
    rs_symbols_free(tab);
}

static void cuts_long_text_without_case(void **state)
{
    struct rs_symbols *tab = rs_symbols_new(10000);
    char text[2000];
    rs_sym sym;

    (void)state;
    memset(text, 'X', sizeof(text));
    sym = rs_intern_nocase(tab, (struct rs_span){text, sizeof(text)});
    assert_int_equal(rs_symbol_text(tab, sym).len, 1024);
    assert_int_equal(rs_symbol_text(tab, sym).ptr[1023], 'x');
    sym = rs_intern(tab, (struct rs_span){text, sizeof(text)});
    assert_int_equal(rs_symbol_text(tab, sym).len, sizeof(text));
    rs_symbols_free(tab);
}

static void keeps_the_ceiling(void **state)
{
    struct rs_symbols *tab = rs_symbols_new(10);

    (void)state;
    assert_int_equal(rs_intern(tab, RS_SPAN("sixsix")), 2);
    assert_int_equal(rs_intern(tab, RS_SPAN("fives")), RS_SYM_OTHER);
    assert_int_equal(rs_intern(tab, RS_SPAN("four")), 3);
    assert_int_equal(rs_intern(tab, RS_SPAN("x")), RS_SYM_OTHER);
    assert_int_equal(rs_intern(tab, RS_SPAN("x")), RS_SYM_OTHER);
    assert_int_equal(rs_intern(tab, RS_SPAN("sixsix")), 2);
    assert_int_equal(rs_symbols_lost(tab), 3);
    assert_int_equal(rs_symbols_count(tab), 4);
    rs_symbols_free(tab);
}

static void interns_many(void **state)
{
    enum { MANY = 100000 };
    struct rs_symbols *tab = rs_symbols_new(SIZE_MAX);
    struct rs_span first;
    char text[32];

    (void)state;
    for (unsigned i = 0; i < 2 * MANY; i++) {
        snprintf(text, sizeof(text), "u%u@example.org", i % MANY);
        assert_int_equal(rs_intern(tab, rs_span_of(text)), 2 + i % MANY);
        if (i == 0)
            first = rs_symbol_text(tab, 2);
    }
    assert_ptr_equal(rs_symbol_text(tab, 2).ptr, first.ptr);
    for (unsigned i = 0; i < MANY; i += 997) {
        snprintf(text, sizeof(text), "u%u@example.org", i);
        assert_text(tab, 2 + i, text);
    }
    rs_symbols_free(tab);
}

/* With the Nth allocation failing; false when none was left to fail. */
static bool intern_short_of_memory(long n)
{
    struct rs_symbols *tab;
    bool lost = true;
    char text[8];

    rs_alloc_fail_after(n);
    tab = rs_symbols_new(SIZE_MAX);
    for (unsigned i = 0; tab != NULL && i < 200; i++) {
        snprintf(text, sizeof(text), "u%u", i);
        rs_intern(tab, rs_span_of(text));
    }
    if (tab != NULL) {
        lost = rs_symbols_lost(tab) > 0;
        assert_int_equal(rs_symbols_count(tab) + rs_symbols_lost(tab), 202);
    }
    rs_alloc_fail_after(-1);
    rs_symbols_free(tab);
    return lost;
}

static void survives_short_memory(void **state)
{
    long n = 0;

    (void)state;
    while (intern_short_of_memory(n))
        n++;
    assert_in_range(n, 8, 20);
}

static void carves(void **state)
{
    static const size_t sizes[] = {1, 3, 0, 100, 511, 512, 513, 70000, 1};
    struct rs_arena *arena = rs_arena_new();
    unsigned char *blocks[COUNT(sizes)];

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        blocks[i] = rs_arena_alloc(arena, sizes[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(blocks[i][j], 0);
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(blocks[i][j], i + 1);
    assert_null(rs_arena_alloc(arena, SIZE_MAX));
    assert_null(rs_arena_alloc(arena, SIZE_MAX - 8));
    rs_arena_free(arena);
    rs_arena_free(NULL);
}

static void copies(void **state)
{
    struct rs_arena *arena = rs_arena_new();
    struct rs_span copy = rs_arena_copy(arena, RS_SPAN("sender"));
    struct rs_span none = rs_arena_copy(arena, RS_ABSENT), printed;

    (void)state;
    assert_int_equal(copy.len, 6);
    assert_string_equal(copy.ptr, "sender");
    assert_null(none.ptr);
    copy = rs_arena_copy(arena, RS_SPAN(""));
    assert_string_equal(copy.ptr, "");
    printed = rs_arena_print(arena, "%s=%d", "size", 42);
    assert_int_equal(printed.len, 7);
    assert_string_equal(printed.ptr, "size=42");
    printed = rs_arena_print(arena, "%0*d", 3000, 7);
    assert_int_equal(printed.len, 3000);
    assert_string_equal(printed.ptr + 2998, "07");
    rs_alloc_fail_after(0);
    assert_null(rs_arena_print(arena, "%0*d", 3000, 7).ptr);
    rs_arena_free(arena);
}

static void fails_on_demand(void **state)
{
    void *first, *second, *third;

    (void)state;
    rs_alloc_fail_after(1);
    first = rs_alloc(8);
    second = rs_alloc(8);
    third = rs_resize(NULL, 8);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    rs_free(first);
    rs_free(third);
    rs_free(NULL);
}

static void grows(void **state)
{
    size_t capacity = 0;
    uint32_t *array = rs_grow(NULL, 0, &capacity, sizeof(*array)), *same;

    (void)state;
    assert_non_null(array);
    assert_true(capacity > 0);
    array[0] = 7;
    same = rs_grow(array, capacity - 1, &capacity, sizeof(*array));
    assert_ptr_equal(same, array);
    for (size_t before = capacity; before == capacity;)
        array = rs_grow(array, capacity, &capacity, sizeof(*array));
    assert_int_equal(array[0], 7);
    rs_free(array);
    capacity = SIZE_MAX / 4;
    assert_null(rs_grow(NULL, capacity, &capacity, sizeof(*array)));
    assert_true(capacity == SIZE_MAX / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_siphash),
        cmocka_unit_test(hashes_contents),
        cmocka_unit_test(folds_letters_only),
        cmocka_unit_test(interns),
        cmocka_unit_test(cuts_long_text_without_case),
        cmocka_unit_test(keeps_the_ceiling),
        cmocka_unit_test(interns_many),
        cmocka_unit_test(survives_short_memory),
        cmocka_unit_test(carves),
        cmocka_unit_test(copies),
        cmocka_unit_test(fails_on_demand),
        cmocka_unit_test(grows),
    };

    return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}

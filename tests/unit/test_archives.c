/* Compressed archives, the same questions to each compression: members, the
 * end, damage anywhere, too much memory. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relaysleuth/memory.h"
#include "relaysleuth/source.h"

#define ROOM  1024   /* for the bytes of an archive */
#define MANY  100000 /* lines */
#define MAGIC 10     /* bytes, at most, that tell an archive */

/* Archives, as hexadecimal digits. */
static const struct sample {
    const char *name;
    const char *first, *second; /* "one\ntw" and "o\n" */
    const char *empty;
    const char *many;  /* "line\n", 100000 times */
    const char *huge;  /* wants more memory than is given; NULL: cannot be */
    const char *large; /* "a\n", and it wants all that is given */
} samples[] = {
    {
        .name = "gzip",
        .first = "1f8b0800000000000203cbcf4be52a2907008a0f3fea06000000",
        .second = "1f8b0800000000000203cbe70200898c694302000000",
        .empty = "1f8b080000000000020303000000000000000000",
    },
#ifdef HAVE_LZMA
    {
        .name = "xz",
        .first = "fd377a585a000004e6d6b4460200210116000000742fe5a30100056f6e65"
                 "0a747700000004d24eeba27c3ecd00011e06c12fa41d1fb6f37d01000000"
                 "0004595a",
        .second = "fd377a585a000004e6d6b4460200210116000000742fe5a30100016f0a0"
                  "000005fd446ca3b1ac8ac00011a02dc2ea57e1fb6f37d0100000000045"
                  "95a",
        .empty =
            "fd377a585a000004e6d6b446000000001cdf44211fb6f37d010000000004595a",
        .many = "fd377a585a000004e6d6b4460200210116000000742fe5a3e7a11f00925d0"
                "0361a4a1f07b5116916cf553c5f9a4beb4cb2488da934fdc239ed12605f43"
                "7465e7a63d2abcce15901d9d9675d5f4998bcc1da3eaca7b3eb965daa2242"
                "b88f44c909d84a00524a39bf6e0133039e778f2217cbde908a89c391a0ddb"
                "70c5c05ad508f9c7daadfcfb522b74cd1e5b2042f9dd533df82964093b80c"
                "b2a6cdfb53bf0c4bd2e5faa0f3e4b664290130e3d752b3100000000aaad9f"
                "7e006341490001ae01a0c21e0007e922d6b1c467fb020000000004595a",
        .huge = "fd377a585a000004e6d6b44602002101200000000988a576010001610a000"
                "00013473fb8939d45d400011a02dc2ea57e1fb6f37d010000000004595a",
        .large =
            "fd377a585a000004e6d6b446020021011e0000009b075166010001610a00"
            "000013473fb8939d45d400011a02dc2ea57e1fb6f37d010000000004595a",
    },
#endif
#ifdef HAVE_ZSTD
    {
        .name = "zstd",
        .first = "28b52ffd04583100006f6e650a74772ad983c7",
        .second = "28b52ffd04581100006f0a2fa9832e",
        .empty = "28b52ffd240001000099e9d851",
        .many = "28b52ffd04586c0000286c696e650a0100f8ffc88b164c0000086e0100fcf"
                "f3910024c0000080a0100fcff3910024d0000086901001ca13910020f566b"
                "42",
        /* Windows of 2^28 and 2^27 bytes, and one block as it is. */
        .huge = "28b52ffd0090110000610a",
        .large = "28b52ffd0088110000610a",
    },
#endif
#ifdef HAVE_BZIP2
    {
        .name = "bzip2",
        .first = "425a68393141592653594f074932000001c1800010020184802000218"
                 "00c0139aee2ee48a70a1209e0e92640",
        .second = "425a68393141592653590ca02a16000000c10000100000a000210082b17"
                  "72453850900ca02a160",
        .empty = "425a683917724538509000000000",
        .many = "425a68393141592653592aade6da030d3fc1000010022520005066802950f"
                "53809282c09282c09282f024a0b024a0be2ee48a70a120555bcdb40",
    },
#endif
};
#define SAMPLES (sizeof samples / sizeof samples[0])

static char path[64];

struct bytes {
    unsigned char ptr[ROOM];
    size_t len;
};

static void add(struct bytes *b, const char *hex)
{
    for (; *hex != '\0'; hex += 2) {
        const char pair[] = {hex[0], hex[1], '\0'};

        assert_true(b->len < ROOM);
        b->ptr[b->len++] = (unsigned char)strtoul(pair, NULL, 16);
    }
}

static struct bytes both_members(const struct sample *sample)
{
    struct bytes b = {.len = 0};

    add(&b, sample->first);
    add(&b, sample->second);
    return b;
}

/* What comes of an archive; lines are joined by '|'. */
struct outcome {
    enum rs_status status;
    struct rs_error error;
    char lines[64];
    size_t count; /* of lines, also of those without room */
};

static void write_input(const struct bytes *b)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(b->ptr, 1, b->len, file), b->len);
    assert_int_equal(fclose(file), 0);
}

static void read_lines(struct rs_source *src, struct outcome *out)
{
    struct rs_place place;
    struct rs_span line;
    size_t at = 0;

    out->count = 0;
    while ((out->status = rs_source_next(src, &line, &place, &out->error))
           == RS_OK) {
        out->count++;
        if (at + line.len + 2 > sizeof out->lines)
            continue;
        memcpy(out->lines + at, line.ptr, line.len);
        at += line.len;
        out->lines[at++] = '|';
    }
    out->lines[at] = '\0';
}

static struct outcome unpack(const struct bytes *b)
{
    struct outcome out = {.status = RS_OK};
    struct rs_source *src = NULL;

    write_input(b);
    out.status = rs_source_open(path, 0, NULL, &src, &out.error);
    if (out.status == RS_OK)
        read_lines(src, &out);
    rs_source_close(src);
    return out;
}

static void expect(const struct bytes *b, const char *lines,
                   enum rs_status status, const char *text)
{
    struct outcome out = unpack(b);

    assert_string_equal(out.lines, lines);
    assert_int_equal(out.status, status);
    assert_string_equal(out.error.text, text);
    assert_string_equal(out.error.where, status == RS_EOF ? "" : path);
}

static void test_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes b = both_members(&samples[i]);
        struct rs_source *src = NULL;

        write_input(&b);
        assert_int_equal(rs_source_open(path, 0, NULL, &src, NULL), RS_OK);
        assert_string_equal(rs_source_compression(src), samples[i].name);
        assert_false(rs_source_is_journal(src));
        rs_source_close(src);
    }
}

/* A line may begin in one member and end in the next. */
static void test_members(void **state)
{
    static const struct {
        const char *name, *behind, *lines;
        enum rs_status status;
        const char *text;
    } cases[] = {
        {"nothing behind", "", "one|two|", RS_EOF, ""},
        {"zeros behind", "0000000000000000", "one|two|", RS_EOF, ""},
        {"garbage behind", "78797a", "one|two|", RS_ERR_DAMAGED,
         "garbage after the end of the archive"},
        {"garbage behind zeros", "0000000078", "one|two|", RS_ERR_DAMAGED,
         "garbage after the end of the archive"},
    };

    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
            struct bytes b = both_members(&samples[i]);

            print_message("# %s, %s\n", samples[i].name, cases[c].name);
            add(&b, cases[c].behind);
            expect(&b, cases[c].lines, cases[c].status, cases[c].text);
        }
    }
}

static void test_empty_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes b = {.len = 0};

        print_message("# %s\n", samples[i].name);
        add(&b, samples[i].empty);
        expect(&b, "", RS_EOF, "");
        add(&b, samples[i].first);
        add(&b, samples[i].empty);
        add(&b, samples[i].second);
        expect(&b, "one|two|", RS_EOF, "");
    }
}

/* Cut off anywhere: what came before, and a word about it. */
static void test_cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes whole = both_members(&samples[i]);
        size_t first = strlen(samples[i].first) / 2;

        print_message("# %s\n", samples[i].name);
        for (size_t len = MAGIC; len < whole.len; len++) {
            struct bytes b = whole;
            struct outcome out;

            b.len = len;
            if (len == first) {
                expect(&b, "one|tw|", RS_EOF, "");
                continue;
            }
            out = unpack(&b);
            assert_int_equal(out.status, RS_ERR_DAMAGED);
            assert_string_equal(out.error.text, "the archive ends too early");
            if (len > first)
                assert_memory_equal(out.lines, "one|tw", 6);
            else if (out.count > 0) /* the last '|' is our own */
                assert_memory_equal("one|tw", out.lines,
                                    strlen(out.lines) - 1);
        }
    }
}

/* One wrong byte anywhere: the same lines, or a word about it. */
static void test_wrong_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes whole = both_members(&samples[i]);
        size_t found = 0;

        for (size_t at = MAGIC; at < whole.len; at++) {
            struct bytes b = whole;
            struct outcome out;

            b.ptr[at] ^= 0x21;
            out = unpack(&b);
            if (out.status == RS_EOF) {
                assert_string_equal(out.lines, "one|two|");
                continue;
            }
            assert_true(out.status == RS_ERR_DAMAGED
                        || out.status == RS_ERR_UNSUPPORTED);
            assert_string_not_equal(out.error.text, "");
            found++;
        }
        print_message("# %s: %zu of %zu found\n", samples[i].name, found,
                      whole.len - MAGIC);
        assert_true(found > whole.len / 2);
    }
}

/* More comes out of few bytes than there is room for at once. */
static void test_many_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes b = {.len = 0};
        struct outcome out;

        if (samples[i].many == NULL)
            continue;
        print_message("# %s\n", samples[i].name);
        add(&b, samples[i].many);
        add(&b, samples[i].many);
        out = unpack(&b);
        assert_int_equal(out.status, RS_EOF);
        assert_int_equal(out.count, 2 * MANY);
        assert_memory_equal(out.lines, "line|line|", 10);
    }
}

static void test_memory_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes huge = {.len = 0}, large = {.len = 0};
        struct outcome out;

        if (samples[i].huge == NULL)
            continue;
        print_message("# %s\n", samples[i].name);
        add(&large, samples[i].large);
        expect(&large, "a|", RS_EOF, "");
        add(&huge, samples[i].huge);
        out = unpack(&huge);
        assert_int_equal(out.status, RS_ERR_UNSUPPORTED);
        assert_non_null(strstr(out.error.text,
                               "needs more than 130 MiB of memory to be "
                               "decompressed; decompress it first: "));
        assert_non_null(strstr(out.error.text, samples[i].name));
    }
}

/* Read again from the beginning, from wherever it stood. */
static void test_rewind(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes b = both_members(&samples[i]);
        struct rs_source *src = NULL;

        write_input(&b);
        assert_int_equal(rs_source_open(path, 0, NULL, &src, NULL), RS_OK);
        for (int stop = 0; stop < 4; stop++) {
            struct outcome out = {.status = RS_OK};
            struct rs_place place;
            struct rs_span line;

            for (int n = 0; n < stop; n++)
                rs_source_next(src, &line, &place, NULL);
            assert_int_equal(rs_source_rewind(src, NULL), RS_OK);
            read_lines(src, &out);
            assert_string_equal(out.lines, "one|two|");
            assert_int_equal(rs_source_rewind(src, NULL), RS_OK);
        }
        rs_source_close(src);
    }
}

/* zstd asks the system for its memory, the others ask us. */
static void test_short_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct bytes b = both_members(&samples[i]);
        struct outcome out = {.status = RS_ERR_NOMEM};
        long n;

        print_message("# %s\n", samples[i].name);
        for (n = 0; n < 100 && out.status != RS_EOF; n++) {
            rs_alloc_fail_after(n);
            out = unpack(&b);
            rs_alloc_fail_after(-1);
            if (out.status != RS_EOF)
                assert_int_equal(out.status, RS_ERR_NOMEM);
        }
        assert_string_equal(out.lines, "one|two|");
        assert_true(n > 3);
    }
}

#ifdef HAVE_ZSTD
/* A frame to be skipped stands in front of each archive of pzstd. */
static void test_skipped_frame(void **state)
{
    struct bytes b = {.len = 0};

    (void)state;
    add(&b, "502a4d180400000001020304");
    add(&b, "28b52ffd04583100006f6e650a74772ad983c7");
    add(&b, "5f2a4d1800000000");
    add(&b, "28b52ffd04581100006f0a2fa9832e");
    expect(&b, "one|two|", RS_EOF, "");
}
#endif

/* What is no archive, though it begins like one, is text. */
static void test_alike(void **state)
{
    static const char *const texts[] = {
        "BZh91AY&S", "BZh9",         "BZh9 is no archive",
        "\x1f\x8b",  "\x28\xb5\x2f", "\xfd\x37zXZ",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct bytes b = {.len = strlen(texts[i])};
        struct outcome out;

        memcpy(b.ptr, texts[i], b.len);
        out = unpack(&b);
        assert_int_equal(out.status, RS_EOF);
        assert_memory_equal(out.lines, texts[i], b.len);
    }
}

static void test_advice(void **state)
{
    static const struct {
        struct rs_span head;
        const char *advice;
    } cases[] = {
        {RS_SPAN("\xfd\x37zXZ\0\0\4"), "this program was built without xz; "
                                       "decompress it first: xz -d FILE"},
        {RS_SPAN("\x28\xb5\x2f\xfd\4"),
         "this program was built without zstd; decompress it first: zstd -d "
         "FILE"},
        {RS_SPAN("BZh91AY&SY"), "this program was built without bzip2; "
                                "decompress it first: bzip2 -d FILE"},
        {RS_SPAN("\x04\x22\x4d\x18"),
         "is compressed with lz4, which this program does not read; "
         "decompress it first: lz4 -d FILE"},
        {RS_SPAN("LPKSHHRH\0\0\0\0"),
         "is a file of the journal itself; export it: journalctl --file=FILE "
         "-o export | relaysleuth -"},
    };
    struct bytes b = {.len = 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(rs_filter_advice(cases[i].head), cases[i].advice);
    assert_null(rs_filter_advice(RS_SPAN("Nov 23 10:00:00 ")));
    add(&b, "04224d18aabb");
    expect(&b, "", RS_ERR_UNSUPPORTED, cases[3].advice);
}

static int make_path(void **state)
{
    int fd;

    (void)state;
    snprintf(path, sizeof path, "/tmp/test-archives-XXXXXX");
    fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_empty_members),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_wrong_byte),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_memory_wanted),
        cmocka_unit_test(test_rewind),
        cmocka_unit_test(test_short_memory),
#ifdef HAVE_ZSTD
        cmocka_unit_test(test_skipped_frame),
#endif
        cmocka_unit_test(test_alike),
        cmocka_unit_test(test_advice),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}

/* Pseudonyms, and lines in which they stand for names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../analyzer/scrub.h"
#include "../../analyzer/vocabulary.h"
#include "relaysleuth/memory.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct rs_pseudonyms open_key(uint64_t k0)
{
    return (struct rs_pseudonyms){{k0, 2}, rs_arena_new(), false};
}

/* "{host:mx}" becomes the pseudonym that "mx" has as a host. */
static void expand(struct rs_pseudonyms *ps, const char *pattern, char *out)
{
    struct rs_span rest = rs_span_of(pattern), text, prefix, name;

    out[0] = '\0';
    while (rs_take_until(&rest, '{', &text)) {
        struct rs_span pseudonym;

        strncat(out, text.ptr, text.len);
        assert_true(rs_take_until(&rest, ':', &prefix));
        assert_true(rs_take_until(&rest, '}', &name));
        prefix = rs_arena_copy(ps->arena, prefix);
        pseudonym = rs_pseudonym(ps, prefix.ptr, name);
        strncat(out, pseudonym.ptr, pseudonym.len);
    }
    strncat(out, rest.ptr, rest.len);
}

static void test_names(void **state)
{
    struct rs_pseudonyms ps = open_key(1), other = open_key(3);
    struct rs_span name = rs_pseudonym(&ps, "account", RS_SPAN("alice"));
    struct rs_span out;

    (void)state;
    assert_int_equal(name.len, strlen("account-01234567"));
    assert_true(rs_span_starts(name, RS_SPAN("account-")));
    assert_true(
        rs_span_equal(name, rs_pseudonym(&ps, "account", RS_SPAN("ALICE"))));
    assert_false(
        rs_span_equal(name, rs_pseudonym(&ps, "account", RS_SPAN("alicf"))));
    assert_false(rs_span_equal(
        name, rs_pseudonym(&other, "account", RS_SPAN("alice"))));
    /* The digits are those of the name, whatever it is the name of. */
    out = rs_pseudonym(&ps, "user", RS_SPAN("alice"));
    assert_string_equal(out.ptr + strlen("user-"),
                        name.ptr + strlen("account-"));
    assert_int_equal(rs_pseudonym(&ps, "user", RS_SPAN("")).len, 0);
    assert_false(rs_pseudonym_address(&ps, RS_SPAN("alice"), &out));
    rs_arena_free(ps.arena);
    rs_arena_free(other.arena);
}

static void test_kinds(void **state)
{
    static const struct {
        const char *name, *expected;
    } addresses[] = {
        {"192.0.2.1", "{client:192.0.2.1}"},
        {"2001:DB8:0::1", "{client:2001:db8::1}"},
        {"IPv6:2001:db8::1", "{client:2001:db8::1}"},
        {"192.0.2.0/24", "{network:192.0.2.0/24}"},
        {"127.0.0.1", "127.0.0.1"},
        {"127.0.0.0/8", "127.0.0.0/8"},
        {"::1", "::1"},
    };
    static const struct {
        const char *name, *expected;
    } mails[] = {
        {"alice@example.org", "{user:alice}@{domain:example.org}"},
        {"Alice@Example.ORG.", "{user:alice}@{domain:example.org}"},
        {"alice", "{account:alice}"},
        {"a@b@example.org", "{user:a@b}@{domain:example.org}"},
        {"x@[192.0.2.1]", "{user:x}@{client:192.0.2.1}"},
        {"", ""},
    };
    struct rs_pseudonyms ps = open_key(1);
    char expected[512];
    struct rs_span out;

    (void)state;
    for (size_t i = 0; i < COUNT(addresses); i++) {
        expected[0] = '\0';
        if (strstr(addresses[i].expected, "2001") != NULL) {
            out = rs_pseudonym(&ps, "client", RS_SPAN("2001:db8::1"));
            snprintf(expected, sizeof(expected), "%s", out.ptr);
        } else {
            expand(&ps, addresses[i].expected, expected);
        }
        assert_true(
            rs_pseudonym_address(&ps, rs_span_of(addresses[i].name), &out));
        assert_string_equal(out.ptr, expected);
    }
    for (size_t i = 0; i < COUNT(mails); i++) {
        expand(&ps, mails[i].expected, expected);
        out = rs_pseudonym_mail(&ps, "account", rs_span_of(mails[i].name));
        assert_string_equal(out.ptr, expected);
    }
    rs_arena_free(ps.arena);
}

static const struct {
    const char *text, *expected;
} texts[] = {
    {"", ""},
    {"the server is here", "the server is here"},
    {"connect from mx.example.net[192.0.2.1]",
     "connect from {host:mx.example.net}[{client:192.0.2.1}]"},
    {"connect from unknown[192.0.2.1]:25",
     "connect from unknown[{client:192.0.2.1}]:25"},
    /* A word that all logs have, as the name of a host. */
    {"connect from mail[192.0.2.1]",
     "connect from {host:mail}[{client:192.0.2.1}]"},
    {"to=<alice@example.org>, relay=local, delay=0.1, delays=0/0/0/0.1,"
     " dsn=2.0.0, status=sent (delivered to mailbox)",
     "to=<{user:alice}@{domain:example.org}>, relay=local, delay=0.1,"
     " delays=0/0/0/0.1, dsn=2.0.0, status=sent (delivered to mailbox)"},
    {"to=<mail>, relay=none", "to=<{user:mail}>, relay=none"},
    {"from=<>, size=1234567, nrcpt=1 (queue active)",
     "from=<>, size=1234567, nrcpt=1 (queue active)"},
    {"sasl_method=PLAIN, sasl_username=sent",
     "sasl_method=PLAIN, sasl_username={account:sent}"},
    {"user=<al ice>, method=PLAIN, rip=192.0.2.1, TLS",
     "user=<{account:al} {account:ice}>, method=PLAIN, rip={client:192.0.2.1},"
     " TLS"},
    {"auth: passwd-file(mail,192.0.2.1): Password mismatch",
     "auth: passwd-file({account:mail},{client:192.0.2.1}): Password "
     "mismatch"},
    {"user bob is 'bob', said Bob.",
     "user {word:bob} is '{word:bob}', said {word:bob}."},
    {"call 491701234567 or 4711", "{word:call} {id:491701234567} or 4711"},
    {"postfix/smtpd[1234567]: A10000000001: client=x",
     "postfix/smtpd[1234567]: {id:A10000000001}: client={host:x}"},
    {"blocked using zen.spamhaus.org; see example.spamhaus.org.example.net",
     "blocked using zen.spamhaus.org; see"
     " {domain:example.spamhaus.org.example.net}"},
    {"https://mx.example.net/bob?x",
     "https://{domain:mx.example.net}/{word:bob?x}"},
    {"<= alice@example.org H=(mail) [192.0.2.1] T=\"re: the mail\"",
     "<= {user:alice}@{domain:example.org} H=({host:mail})"
     " [{client:192.0.2.1}] T=\"{user:re}: {user:the} {user:mail}\""},
    {"=> bob <bob@example.org> R=dnslookup T=remote_smtp",
     "=> {word:bob} <{user:bob}@{domain:example.org}> R=dnslookup"
     " T=remote_smtp"},
    {"helo=<[192.0.2.1]> helo=<192-0-2-1>",
     "helo=<[{client:192.0.2.1}]> helo=<{host:192-0-2-1}>"},
    {"to=<a@b.example", "to=<{user:a}@{domain:b.example}"},
    {"TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
     "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"},
    {"at 2026-11-23T16:32:52.841962+00:00 and 2026-11-23 16:32",
     "at 2026-11-23T16:32:52.841962+00:00 and 2026-11-23 16:32"},
    {"j\xc3\xb6rg", "{word:j\xc3\xb6rg}"},
    {"\x1b[31m", "\x1b[31m"},
    {"o'neill@example.org", "{user:o'neill}@{domain:example.org}"},
    {"said: 550-5.1.1 no, 550-bob", "said: 550-5.1.1 no, {id:550-bob}"},
    {"all went on to 192.0.2.0/24 or /64",
     "all went on to {network:192.0.2.0/24} or /64"},
};

static void test_texts(void **state)
{
    struct rs_pseudonyms ps = open_key(1);
    char expected[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct rs_span got = rs_scrub_text(&ps, rs_span_of(texts[i].text));

        expand(&ps, texts[i].expected, expected);
        assert_string_equal(got.ptr, expected);
    }
    assert_false(ps.failed);
    rs_arena_free(ps.arena);
}

/* Wherever a name or an address stands, it does not come out. */
static void test_nothing_survives(void **state)
{
    static const char *const names[] = {
        "zqxv",           "zqxv.spamhaus.org", "192.0.2.77",
        "192.0.2.077",    "192.0.2.77.25",     "2001:db8:77::99",
        "2001:db8:77::9", "4917012345678",     "77.2.0.192.zen.spamhaus.org",
        "zqxv-mail",      "mail_zqxv",         "zqxv@zqxv.example",
    };
    static const char *const traces[] = {
        "zqxv", "192.0.2", "2.0.192", "2001:", ":db8", "491701234",
    };
    static const char *const around[] = {
        "",     " ",    "<",        ">",     "\"",     "'",    "(",
        ")",    "[",    "]",        "=",     ":",      "/",    "::",
        ",",    ";",    ".",        "..",    "-",      "_",    "@",
        "%",    "!",    "#",        "|",     "\\",     "\n",   "\t",
        "\x01", "\xff", "\xc3\xa9", "user=", "from=<", "mail", "https://",
    };
    struct rs_pseudonyms ps = open_key(1);
    char text[256];

    (void)state;
    for (size_t i = 0; i < COUNT(names) * COUNT(around) * COUNT(around); i++) {
        const char *name = names[i % COUNT(names)];
        const char *left = around[i / COUNT(names) % COUNT(around)];
        const char *right = around[i / COUNT(names) / COUNT(around)];
        struct rs_span got;

        snprintf(text, sizeof text, "the %s%s%s said", left, name, right);
        got = rs_scrub_text(&ps, rs_span_of(text));
        assert_non_null(got.ptr);
        for (size_t j = 0; j < COUNT(traces); j++) {
            if (strstr(got.ptr, traces[j]) != NULL)
                fail_msg("%s gives %s", text, got.ptr);
        }
    }
    rs_arena_free(ps.arena);
}

/* The host of a line is known by its place. */
static void test_lines(void **state)
{
    static const struct {
        const char *line, *expected;
    } lines[] = {
        {"Nov 23 16:32:52 mail postfix/smtpd[7]: connect from a[192.0.2.1]",
         "Nov 23 16:32:52 {host:mail} postfix/smtpd[7]: connect from"
         " {host:a}[{client:192.0.2.1}]"},
        {"2026-11-23T16:32:52.841962+00:00 mx1 dovecot: x",
         "2026-11-23T16:32:52.841962+00:00 {host:mx1} dovecot: {word:x}"},
        {"<22>1 2026-11-23T16:32:52Z mx1 postfix/qmgr 7 - - B2: removed",
         "<22>1 2026-11-23T16:32:52Z {host:mx1} postfix/qmgr 7 - - {word:B2}:"
         " removed"},
        {"no zebra of mx1", "no {word:zebra} of {word:mx1}"},
    };
    struct rs_pseudonyms ps = open_key(1);
    struct rs_zone *zone = NULL;
    char expected[1024];

    (void)state;
    assert_int_equal(rs_zone_open("UTC", &zone, NULL), RS_OK);
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct rs_span got =
            rs_scrub_line(&ps, zone, rs_span_of(lines[i].line));

        expand(&ps, lines[i].expected, expected);
        assert_string_equal(got.ptr, expected);
    }
    rs_zone_free(zone);
    rs_arena_free(ps.arena);
}

static void test_keys(void **state)
{
    struct rs_hash_key key, same;
    struct rs_error err = {0};
    char path[] = "/tmp/test_pseudonym.XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(rs_pseudonym_key(path, &key, &err), RS_ERR_CONFIG);
    assert_non_null(strstr(err.text, "has less than 16 bytes"));
    assert_int_equal(write(fd, "0123456789abcdef", 16), 16);
    assert_int_equal(rs_pseudonym_key(path, &key, NULL), RS_OK);
    assert_int_equal(rs_pseudonym_key(path, &same, NULL), RS_OK);
    assert_memory_equal(&key, &same, sizeof key);
    assert_int_equal(write(fd, "g", 1), 1);
    assert_int_equal(rs_pseudonym_key(path, &same, NULL), RS_OK);
    assert_true(key.k0 != same.k0 && key.k1 != same.k1);
    close(fd);
    unlink(path);
    assert_int_equal(rs_pseudonym_key(path, &key, NULL), RS_ERR_CONFIG);
    assert_int_equal(rs_pseudonym_key(NULL, &key, NULL), RS_OK);
    assert_int_equal(rs_pseudonym_key(NULL, &same, NULL), RS_OK);
    assert_true(key.k0 != same.k0 || key.k1 != same.k1);
}

static void test_vocabulary(void **state)
{
    (void)state;
    for (size_t i = 0; rs_vocabulary_word(i) != NULL; i++) {
        const char *word = rs_vocabulary_word(i);

        if (i > 0 && strcmp(rs_vocabulary_word(i - 1), word) >= 0)
            fail_msg("%s is not in its place", word);
        if (!rs_vocabulary_has(rs_span_of(word)))
            fail_msg("%s is not found", word);
    }
    assert_true(rs_vocabulary_has(RS_SPAN("Connection")));
    assert_false(rs_vocabulary_has(RS_SPAN("alice")));
    assert_false(rs_vocabulary_has(RS_SPAN("")));
}

static void test_no_memory(void **state)
{
    struct rs_pseudonyms ps = open_key(1);

    (void)state;
    rs_alloc_fail_after(0);
    rs_scrub_text(&ps, RS_SPAN("connect from bob"));
    rs_alloc_fail_after(-1);
    assert_true(ps.failed);
    rs_arena_free(ps.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_nothing_survives),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_vocabulary),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

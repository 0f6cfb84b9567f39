/* Files of patterns: what is read, and what is said of each mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "parser_cases.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/pattern.h"

#define HEAD    "name = gw\nsummary = A gateway\nprogram = gw\n"
#define PATTERN "pattern = took (?<queue_id>\\w+) from (?<client>\\S+)\n"
#define SAMPLE  "sample = Nov 23 16:30:01 mx gw[1]: took A1 from 192.0.2.7\n"
#define NOISE   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"
#define GOOD    HEAD PATTERN "event = arrival\n" SAMPLE

static char path[] = "/tmp/relaysleuth-parser-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Load TEXT as a file beside what is built in. */
static enum rs_status load(const char *text, struct rs_parser_set *set,
                           struct rs_error *err)
{
    enum rs_status st = rs_parser_set_open(set, err);

    write_file(text);
    return st == RS_OK ? rs_parser_set_load(set, path, err) : st;
}

struct mistake {
    const char *name, *file;
    unsigned long line;
    const char *text;  /* with "..." where PCRE2 says the rest */
    const char *quote; /* NULL: any */
    unsigned caret;
};

static const struct mistake mistakes[] = {
    {"no name",
     "summary = x\nprogram = gw\n" PATTERN "event = arrival\n" SAMPLE, 0,
     "has no name", "", 0},
    {"no program",
     "name = gw\nsummary = x\n" PATTERN "event = arrival\n" SAMPLE, 0,
     "has no program", "", 0},
    {"no pattern", HEAD, 0, "has no pattern", "", 0},
    {"blanks that are words", HEAD "blanks = _b\n", 4,
     "blanks: \"_b\" is not all punctuation", "", 0},
    {"two names", HEAD "name = gw2\n", 4, "name: given twice", "", 0},
    {"a name with blanks", "name = My gateway\n", 1,
     "name: \"My gateway\" is no name (a letter, then letters, digits, \"-\""
     " and \"_\", at most 32)",
     "", 0},
    {"a name that is taken",
     "name = postfix\nsummary = x\nprogram = gw\n" PATTERN
     "event = arrival\n" SAMPLE,
     0, "name: \"postfix\" is the name of a parser that cannot be replaced",
     "", 0},
    {"an empty list", "program = ,\n", 1, "program: names no program", "", 0},
    {"the name too late", GOOD "name = gw\n", 7,
     "name: belongs before the first pattern", "", 0},
    {"an event without a pattern", HEAD "event = arrival\n", 4,
     "event: belongs below a pattern", "", 0},
    {"an unknown parameter", HEAD "patern = x\n", 4,
     "unknown parameter \"patern\"; did you mean \"pattern\"?", "", 0},
    {"nothing like a parameter", HEAD "zzzzzzzz = x\n", 4,
     "unknown parameter \"zzzzzzzz\"", "", 0},
    {"not of the form", HEAD "pattern\n", 4,
     "\"pattern\" is not of the form name = value", "", 0},
    {"a regular expression", HEAD "pattern = took (?<queue_id>\\w+\n", 4,
     "missing closing parenthesis...", NULL, 0},
    {"UTF-8 is not for logs", HEAD "pattern = (*UTF)x\n", 4,
     "using UTF is disabled by the application...", NULL, 0},
    {"a long one, folded",
     HEAD "pattern = a line that goes on for longer than there is room\n"
          "  and has (?<clint>[0-9.]+) in the middle of it all\n",
     4, "group \"clint\" is no field; did you mean \"client\"?",
     " than there is room and has (?<clint>[0-9.]+) in the middle of ", 31},
    {"an empty one", HEAD "pattern =\n", 4, "pattern: is empty", "", 0},
    {"an unknown group", HEAD "pattern = took (?<queueid>\\w+)\n", 4,
     "group \"queueid\" is no field; did you mean \"queue_id\"?",
     "took (?<queueid>\\w+)", 8},
    {"nothing like a group", HEAD "pattern = took (?<zzzzzzzz>\\w+)\n", 4,
     "group \"zzzzzzzz\" is no field", "took (?<zzzzzzzz>\\w+)", 8},
    {"a flag is no group", HEAD "pattern = took (?<ends>\\w+)\n", 4,
     "group \"ends\" is no field", "took (?<ends>\\w+)", 8},
    {"an unknown group of the head", HEAD "head = (?<sesion>\\w+)\n", 4,
     "group \"sesion\" is no field; did you mean \"session\"?",
     "(?<sesion>\\w+)", 3},
    {"an unknown event", HEAD PATTERN "event = arival\n", 5,
     "event \"arival\" is unknown; did you mean \"arrival\"?", "", 0},
    {"two lists of events", HEAD PATTERN "event = arrival\nevent = removed\n",
     6, "event: given twice for one pattern", "", 0},
    {"no event", HEAD PATTERN SAMPLE, 4,
     "pattern has no event; for lines that say nothing about mail write"
     " quiet",
     "", 0},
    {"a quiet event", HEAD "quiet = x\nevent = arrival\n", 5,
     "event: a quiet line makes none", "", 0},
    {"a quiet constant", HEAD "quiet = x\nsize = 1\n", 5,
     "size: a quiet line has no fields", "", 0},
    {"no sample", HEAD PATTERN "event = arrival\n", 4, "pattern has no sample",
     "", 0},
    {"no sample of quiet lines", HEAD "quiet = x\n" PATTERN, 4,
     "quiet has no sample", "", 0},
    {"a field is missing",
     HEAD "pattern = took (?<client>\\S+)\nevent = arrival\n" SAMPLE, 4,
     "event arrival needs the field queue_id", "", 0},
    {"one of several is missing",
     HEAD "pattern = took (?<client>\\S+)\nevent = delivery\noutcome = "
          "sent\n" SAMPLE,
     4, "event delivery needs one of the fields queue_id session", "", 0},
    {"a word", HEAD PATTERN "outcome = sont\n", 5,
     "outcome: \"sont\" is not one of sent, deferred, bounced, expired,"
     " probed",
     "", 0},
    {"a number", HEAD PATTERN "size = 1k\n", 5, "size: \"1k\" is not a number",
     "", 0},
    {"a number too large", HEAD PATTERN "reply_code = 65536\n", 5,
     "reply_code: \"65536\" is not a number", "", 0},
    {"an address", HEAD PATTERN "next_hop = mx\n", 5,
     "next_hop: \"mx\" is not an address", "", 0},
    {"a flag", HEAD PATTERN "ends = maybe\n", 5,
     "ends: \"maybe\" is not yes or no", "", 0},
    {"a constant twice", HEAD PATTERN "size = 1\nsize = 2\n", 6,
     "size: given twice", "", 0},
    {"a map without a value", HEAD PATTERN "outcome_map = Ok\n", 5,
     "outcome_map: \"Ok\" is not of the form word=value", "", 0},
    {"a map to nothing", HEAD PATTERN "outcome_map = Ok=good\n", 5,
     "outcome: \"good\" is not one of sent, deferred, bounced, expired,"
     " probed",
     "", 0},
    {"a map of what has no words", HEAD PATTERN "queue_id_map = a=b\n", 5,
     "unknown parameter \"queue_id_map\"; did you mean \"queue_id\"?", "", 0},
    {"a sample that does not match",
     HEAD PATTERN "event = arrival\n"
                  "sample = Nov 23 16:30:01 mx gw[1]: gave A1\n",
     6,
     "sample: does not match its pattern, which is in line 4, from"
     " \"gave A1\" on",
     "", 0},
    {"the second sample does not, from its middle on",
     GOOD "sample = Nov 23 16:30:01 mx gw[1]: took A1 for 192.0.2.7 and a"
          " text that is so long that only its beginning is told\n",
     7,
     "sample: does not match its pattern, which is in line 4, from \"or"
     " 192.0.2.7 and a text that is so long that only its beginning \"..."
     " on",
     "", 0},
    {"a sample that goes on behind its pattern",
     HEAD "quiet = ready|ready now\n"
          "sample = Nov 23 16:30:01 mx gw[1]: ready now, too\n",
     5,
     "sample: does not match its pattern, which is in line 4, from"
     " \", too\" on",
     "", 0},
    {"a sample that ends before its pattern",
     HEAD PATTERN "event = arrival\n"
                  "sample = Nov 23 16:30:01 mx gw[1]: took A1 fr\n",
     6,
     "sample: does not match its pattern, which is in line 4 and wants more"
     " behind its end",
     "", 0},
    {"a sample without the head",
     HEAD "head = s\\d+\nquiet = ready\n"
          "sample = Nov 23 16:30:01 mx gw[1]: ready\n",
     6, "sample: does not begin with the head in line 4", "", 0},
    {"a sample that another pattern claims",
     GOOD "quiet = took .*\nsample = Nov 23 16:30:01 mx gw[1]: took B1 from"
          " 192.0.2.7\n",
     8,
     "sample: the pattern in line 4, which comes first, claims it from the"
     " one in line 7",
     "", 0},
    {"a sample that another parser claims",
     "name = gw\nsummary = x\nprogram = *\nquiet = connect from .*\n"
     "sample = Nov 23 16:30:01 mx postfix/smtpd[1]: connect from"
     " a.example[192.0.2.7]\n",
     5, "sample: the parser postfix claims it", "", 0},
    {"a sample with no value",
     HEAD PATTERN "event = arrival\nsample = Nov 23 16:30:01 mx gw[1]: took"
                  " A1 from nowhere\n",
     6, "sample: \"nowhere\" is no value of client", "", 0},
    {"a sample of another program",
     HEAD PATTERN "event = arrival\nsample = Nov 23 16:30:01 mx gate[1]: took"
                  " A1 from 192.0.2.7\n",
     6, "sample: its program \"gate\" is not one of those named", "", 0},
    {"a sample without a stamp",
     HEAD PATTERN "event = arrival\nsample = took A1 from 192.0.2.7\n", 6,
     "sample: has no stamp that is known", "", 0},
    {"a sample that explodes",
     HEAD "quiet = (a+)+\nsample = Nov 23 16:30:01 mx gw[1]: " NOISE "\n", 5,
     "sample: the pattern in line 4 needs too many steps for it", "", 0},
};

static void check_mistake(const struct mistake *m)
{
    struct rs_parser_set set;
    struct rs_error err = {0};

    print_message("# %s\n", m->name);
    assert_int_equal(load(m->file, &set, &err), RS_ERR_CONFIG);
    if (rs_span_ends(rs_span_of(m->text), RS_SPAN("...")))
        assert_memory_equal(err.text, m->text, strlen(m->text) - 3);
    else
        assert_string_equal(err.text, m->text);
    assert_string_equal(err.where, path);
    assert_int_equal(err.line, m->line);
    if (m->quote == NULL) {
        assert_string_not_equal(err.quote, "");
    } else {
        assert_string_equal(err.quote, m->quote);
        assert_int_equal(err.caret, m->caret);
    }
    rs_parser_set_close(&set);
}

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        check_mistake(&mistakes[i]);
}

/* ---- what a good file does ---- */

#define RICH                                                                  \
    "# A gateway.\n"                                                          \
    "name = gw\nsummary = A gateway\nprogram = gw, gate*, -\n"                \
    "head = (?<session>s\\d+)\n"                                              \
    "service = smtpd\noutcome_map = OK=sent, TRY=deferred\n"                  \
    "\n"                                                                      \
    "pattern = took (?<queue_id>\\w+)\n"                                      \
    "    # a comment inside\n"                                                \
    "    from (?:(?<client>[0-9.]+)|a name) size=\\\n"                        \
    "    (?<size>\\d+)\n"                                                     \
    "event = arrival, envelope\n"                                             \
    "sample = Nov 23 16:30:01 mx gw[1]: s1 took A1 from\n"                    \
    "    192.0.2.7 size=5\n"                                                  \
    "\n"                                                                      \
    "pattern = sent (?<queue_id>\\w+): (?<outcome>\\w+) <(?<sender>[^>]*)>\n" \
    "event = delivery\nsession =\nservice = out\n"                            \
    "outcome_map = NO=bounced, OK=expired\n"                                  \
    "sample = Nov 23 16:30:01 mx gate-2[1]: s1 sent A1: OK <>\n"              \
    "\n"                                                                      \
    "pattern = refused (?<client>\\S+): (?<reason>.*)\n"                      \
    "event = refusal\n"                                                       \
    "sample = Nov 23 16:30:01 mx gw[1]: s1 refused 192.0.2.7: 550 5.7.1 no\n" \
    "\n"                                                                      \
    "pattern = signed (?:(?<queue_id>\\w+)|id (?<message_id>\\S+))\n"         \
    "    as (?<domain>\\S+)\n"                                                \
    "event = signed\nsession =\nservice =\n"                                  \
    "sample = Nov 23 16:30:01 mx gw[1]: s1 signed A1 as example.net\n"        \
    "\n"                                                                      \
    "quiet = hello(?: \\w+)?\n"                                               \
    "sample = Nov 23 16:30:01 mx gw[1]: s1 hello\n"

static const struct parse_case cases[] = {
    {"two events of one line", "gw", "s7 took Q1 from 192.0.2.9 size=77",
     RS_PARSED,
     "arrival id=Q1 in=s7 client=192.0.2.9 service=smtpd size=77\n"
     "envelope id=Q1 in=s7 client=192.0.2.9 service=smtpd size=77\n"},
    {"a group that took no part", "gw", "s7 took Q1 from a name size=77",
     RS_PARSED,
     "arrival id=Q1 in=s7 service=smtpd size=77\n"
     "envelope id=Q1 in=s7 service=smtpd size=77\n"},
    {"the pattern's own constants win", "gw", "s7 sent Q1: TRY <a@b>",
     RS_PARSED, "delivery id=Q1 service=out from=a@b outcome=2\n"},
    {"and its own words", "gw", "s7 sent Q1: OK <>", RS_PARSED,
     "delivery id=Q1 service=out from= outcome=4\n"},
    {"a field's own words are known, too", "gw", "s7 sent Q1: sent <>",
     RS_PARSED, "delivery id=Q1 service=out from= outcome=1\n"},
    {"no such word", "gw", "s7 sent Q1: MAYBE <>", RS_UNKNOWN, ""},
    {"no such address", "gw", "s7 refused 192.0.2: no", RS_UNKNOWN, ""},
    {"codes in front of a reply", "gw",
     "s7 refused 192.0.2.9: 550 5.7.1 relay access denied", RS_PARSED,
     "refusal in=s7 client=192.0.2.9 service=smtpd dsn=5.7.1 code=550 "
     "refusal=1 reason=550 5.7.1 relay access denied\n"},
    {"a signature in the client's sight", "gw", "s7 signed Q1 as example.net",
     RS_PARSED, "signed id=Q1 domain=example.net\n"},
    {"and behind the queue", "gw", "s7 signed id 1@a.example as example.net",
     RS_PARSED, "signed message_id=1@a.example domain=example.net\n"},
    {"quiet", "gw", "s7 hello world", RS_QUIET, ""},
    {"from the beginning", "gw", "x s7 hello", RS_UNKNOWN, ""},
    {"and to the end", "gw", "s7 hello world!", RS_UNKNOWN, ""},
    {"without its head", "gw", "hello", RS_UNKNOWN, ""},
};

static void test_rich(void **state)
{
    struct rs_parser_set set;
    struct rs_error err = {0};
    const struct rs_parser *gw;

    (void)state;
    if (load(RICH, &set, &err) != RS_OK)
        fail_msg("%lu: %s", err.line, err.text);
    gw = rs_parser_set_find(&set, RS_SPAN("gw"));
    CHECK_ALL(gw, cases);
    CHECK_CUTS(gw, cases);
    assert_int_equal(rs_pattern_count(gw), 5);
    assert_string_equal(rs_pattern_info(gw, 0).text.ptr,
                        "took (?<queue_id>\\w+) from"
                        " (?:(?<client>[0-9.]+)|a name) size=(?<size>\\d+)");
    assert_int_equal(rs_pattern_info(gw, 0).line, 9);
    assert_string_equal(gw->quiet(gw, 0), "hello(?: \\w+)?");
    assert_null(gw->quiet(gw, 1));
    rs_parser_set_close(&set);
}

static const struct bid_case bids[] = {
    {"gw", "s1 hello", RS_BID_PROVEN},
    {"gate", "s1 hello", RS_BID_PROVEN},
    {"gateway", "s1 hello", RS_BID_PROVEN},
    {"gw", "hello", RS_BID_PROGRAM},
    {"", "s1 hello", RS_BID_SHAPE},
    {"", "hello", RS_BID_NONE},
    {"gw2", "s1 hello", RS_BID_NONE},
    {"cron", "s1 hello", RS_BID_NONE},
};

static void test_bids(void **state)
{
    struct rs_parser_set set;
    const struct rs_parser *gw;

    (void)state;
    assert_int_equal(load(RICH, &set, NULL), RS_OK);
    gw = rs_parser_set_find(&set, RS_SPAN("gw"));
    CHECK_BIDS(gw, bids);
    rs_parser_set_close(&set);
}

/* A site's parser comes first, and one of the same name goes. */
static void test_replace(void **state)
{
    struct rs_parser_set set;
    size_t count;

    (void)state;
    assert_int_equal(rs_parser_set_open(&set, NULL), RS_OK);
    count = set.count;
    write_file(GOOD);
    assert_int_equal(rs_parser_set_load(&set, path, NULL), RS_OK);
    assert_int_equal(set.count, count + 1);
    assert_int_equal(set.loaded, 1);
    assert_string_equal(set.parsers[0]->name, "gw");
    write_file("name = qmail\nsummary = Ours\nprogram = qmail\n" PATTERN
               "event = arrival\nsample = Nov 23 16:30:01 mx qmail: took A1"
               " from 192.0.2.7\n");
    assert_int_equal(rs_parser_set_load(&set, path, NULL), RS_OK);
    assert_int_equal(set.count, count + 1);
    assert_int_equal(set.loaded, 2);
    assert_string_equal(rs_parser_set_find(&set, RS_SPAN("qmail"))->summary,
                        "Ours");
    rs_parser_set_close(&set);
}

/* ---- patterns that explode ---- */

struct complaint {
    const struct rs_parser *parser;
    unsigned long line;
    int times;
};

static void complain(void *ctx, const struct rs_parser *self,
                     unsigned long line)
{
    struct complaint *complaint = ctx;

    complaint->parser = self;
    complaint->line = line;
    complaint->times++;
}

static void check_explosion(const char *file, unsigned long line)
{
    struct rs_record rec = {
        .program = RS_SPAN("gw"), .text = RS_SPAN(NOISE), .count = 1};
    struct complaint complaint = {.times = 0};
    struct rs_sink sink = {
        .emit = ignore_event, .ctx = &complaint, .gave_up = complain};
    struct rs_parser_set set;
    const struct rs_parser *gw;

    assert_int_equal(load(file, &set, NULL), RS_OK);
    gw = rs_parser_set_find(&set, RS_SPAN("gw"));
    assert_ptr_equal(rs_parser_choose(&set, &rec), gw);
    assert_int_equal(gw->parse(gw, &rec, sink), RS_UNKNOWN);
    assert_ptr_equal(complaint.parser, gw);
    assert_int_equal(complaint.line, line);
    assert_int_equal(complaint.times, 1);
    rs_parser_set_close(&set);
}

#define QUIET_A "sample = Nov 23 16:30:01 mx gw[1]: aa\n"

/* With JIT and without, in a pattern and in the head; claimed even where the
 * program is not named, so that somebody says it was not understood. */
static void test_explosions(void **state)
{
    (void)state;
    check_explosion(HEAD "quiet = (a+)+\n" QUIET_A, 4);
    check_explosion(HEAD "quiet = (*NO_JIT)(a+)+\n" QUIET_A, 4);
    check_explosion(HEAD "head = (?:a+)+b|(?=aa$)\nquiet = aa\n" QUIET_A, 4);
    check_explosion("name = gw\nsummary = x\nprogram = *\n"
                    "quiet = (a+)+\n" QUIET_A,
                    4);
}

/* A pattern that begins with other letters is not tried: what would explode
 * does not. */
static void test_literals(void **state)
{
    static const char *const patterns[] = {
        "xa(a+)+",
        "x(a+)+",
        "x\\.(a+)+",
        "xx+(a+)+",
    };
    struct rs_record rec = {
        .program = RS_SPAN("gw"), .text = RS_SPAN(NOISE), .count = 1};
    struct complaint complaint = {.times = 0};
    struct rs_sink sink = {
        .emit = ignore_event, .ctx = &complaint, .gave_up = complain};

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct rs_parser_set set;
        const struct rs_parser *gw;
        char file[512];

        snprintf(file, sizeof file,
                 HEAD "quiet = %s\nsample = Nov 23 16:30:01 mx gw[1]: "
                      "%saa\n",
                 patterns[i],
                 i == 2   ? "x."
                 : i == 3 ? "xx"
                          : "x");
        assert_int_equal(load(file, &set, NULL), RS_OK);
        gw = rs_parser_set_find(&set, RS_SPAN("gw"));
        assert_int_equal(gw->parse(gw, &rec, sink), RS_UNKNOWN);
        rs_parser_set_close(&set);
    }
    assert_int_equal(complaint.times, 0);
}

/* What looks like a literal beginning and is none. */
static void test_no_literals(void **state)
{
    static const char *const good[][2] = {
        {"ab|cd", "cd"},      {"ab?c", "ac"},           {"ab*c", "ac"},
        {"ab{0,2}c", "ac"},   {"[(]a|b", "b"},          {"[]|]b|cd", "cd"},
        {"[^]]b|cd", "cd"},   {"\\(a|b", "b"},          {"(?:a\\)|b)|c", "c"},
        {"(?i)ab", "AB"},     {"[[:alpha:]|]a|b", "b"}, {"a(?#[)|b", "b"},
        {"\\Qa|b\\E|c", "c"}, {"a\\c(|b", "b"},         {"(?x)a | b", "b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct rs_parser_set set;
        struct rs_error err = {0};
        char file[512];

        snprintf(file, sizeof file,
                 HEAD "quiet = %s\nsample = Nov 23 16:30:01 mx gw[1]: %s\n",
                 good[i][0], good[i][1]);
        if (load(file, &set, &err) != RS_OK)
            fail_msg("%s: %s", good[i][0], err.text);
        rs_parser_set_close(&set);
    }
}

/* Memory may fail anywhere: a status, never a crash or a leak. */
static void test_memory(void **state)
{
    enum rs_status st = RS_ERR_NOMEM;

    (void)state;
    write_file(RICH);
    for (long n = 0; n < 20000 && st != RS_OK; n++) {
        struct rs_parser_set set;
        struct rs_error err = {0};

        rs_alloc_fail_after(n);
        st = rs_parser_set_open(&set, &err);
        if (st == RS_OK)
            st = rs_parser_set_load(&set, path, &err);
        rs_alloc_fail_after(-1);
        rs_parser_set_close(&set);
        assert_true(st == RS_OK || st == RS_ERR_NOMEM);
    }
    assert_int_equal(st, RS_OK);
}

static int open_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),    cmocka_unit_test(test_rich),
        cmocka_unit_test(test_bids),        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_explosions),  cmocka_unit_test(test_literals),
        cmocka_unit_test(test_no_literals), cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, open_file, remove_file);
}

/* One file into the ledger: lines, records, events, sections. */
#include "feed.h"

#include "parsers.h"
#include "relaysleuth/hash.h"
#include "relaysleuth/reply.h"

/* Large plain files are cut at multiples of this; a line belongs to the
 * stretch that its first byte lies in. */
#define STRETCH       ((uint64_t)64 << 20)
#define DIGEST_FACTOR 0x9e3779b97f4a7c15u /* any odd number of 64 bits */

/* Which parsers know a program's name. */
#define CHOICES     256
#define CHOICE_TEXT 63
#define NO_PARSER   UINT8_MAX

#define PROGRESS_LINES 4096 /* so often somebody is told of it */

struct choice {
    uint64_t knowing; /* their bits */
    uint8_t parser;   /* the only one, or NO_PARSER */
    uint8_t len;      /* 0: free */
    char program[CHOICE_TEXT];
};

struct feed {
    struct rs_run *run;
    struct rs_file *file;
    const uint8_t *skip; /* NULL: the first reading, which counts */
    struct rs_lines lines;
    bool open;        /* a section was begun */
    uint64_t stretch; /* its number */
    uint64_t digest;  /* of its lines */
    enum rs_status st;
    struct choice choices[CHOICES];
};

static bool is_refused(const struct rs_event *ev)
{
    return ev->kind == RS_EV_DELIVERY && ev->reason.ptr != NULL
           && (ev->outcome == RS_BOUNCED || ev->outcome == RS_DEFERRED);
}

/* Postfix says first whose reply it quotes: `host NAME[ADDRESS] said: `. */
static struct rs_span reply_of(struct rs_span reason)
{
    struct rs_span before;

    if (!rs_take_until_literal(&reason, RS_SPAN("] said: "), &before))
        (void)rs_take_until_literal(
            &reason, RS_SPAN("] refused to talk to me: "), &before);
    return reason;
}

static void emit(void *ctx, const struct rs_event *given)
{
    struct feed *feed = ctx;
    const struct rs_event *ev = given;
    struct rs_event named;

    if (is_refused(given)) {
        named = *given;
        if (rs_blocklists_find(feed->run->blocklists, reply_of(given->reason),
                               &named.blocklist, &named.listed))
            ev = &named;
        if (rs_reply_is_loop(reply_of(given->reason))) {
            named.dsn = RS_SPAN("5.4.6");
            ev = &named;
        }
    }
    if (feed->skip == NULL)
        feed->file->input.events++;
    if (feed->st == RS_OK)
        feed->st = rs_tracker_event(feed->run->tracker, ev);
}

static void gave_up(void *ctx, const struct rs_parser *parser,
                    unsigned long line)
{
    struct feed *feed = ctx;

    if (feed->skip == NULL)
        rs_parsers_gave_up(feed->file, parser, line);
}

/* The number of the parser for REC, of those in the set AMONG.  *KNOWING is
 * who knows the name of the program: one of them wins every record of that
 * program, since a bid from RS_BID_PROGRAM up verified the name and any other
 * is lower. */
static uint8_t highest_bidder(const struct rs_parser_set *set, uint64_t among,
                              const struct rs_record *rec, uint64_t *knowing)
{
    enum rs_bid best = RS_BID_NONE;
    uint8_t winner = NO_PARSER;

    *knowing = 0;
    for (uint8_t i = 0; i < set->count; i++) {
        enum rs_bid bid;

        if ((among >> i & 1) == 0)
            continue;
        bid = set->parsers[i]->bid(set->parsers[i], rec);
        if (bid >= RS_BID_PROGRAM)
            *knowing |= (uint64_t)1 << i;
        if (bid > best) {
            best = bid;
            winner = i;
        }
    }
    return winner;
}

/* The place for the choice for PROGRAM; it may have that of another. */
static struct choice *choice_of(struct feed *feed, struct rs_span program)
{
    return &feed->choices[(program.len * 31u
                           + (uint8_t)program.ptr[program.len - 1] * 7u
                           + (uint8_t)program.ptr[program.len / 2])
                          % CHOICES];
}

static bool is_choice(const struct choice *choice, struct rs_span program)
{
    return rs_span_equal((struct rs_span){choice->program, choice->len},
                         program);
}

/* The only parser that knows REC's program.  Where syslog did not write the
 * name it is a guess: then one that gives up a line does not tell. */
static uint8_t only_parser(struct feed *feed, const struct rs_record *rec)
{
    const struct rs_parser_set *set = &feed->run->parsers;
    const struct choice *choice;

    if (rec->program.len == 0)
        return NO_PARSER;
    choice = choice_of(feed, rec->program);
    if (choice->parser == NO_PARSER || !is_choice(choice, rec->program)
        || (rec->host.len == 0 && set->parsers[choice->parser]->file != NULL))
        return NO_PARSER;
    return choice->parser;
}

/* By what is bid for REC: of several that know its program, or where the name
 * is a guess that each line must prove. */
static uint8_t choose_parser(struct feed *feed, const struct rs_record *rec)
{
    const struct rs_parser_set *set = &feed->run->parsers;
    struct rs_span program = rec->program;
    struct choice *choice;
    uint64_t knowing = 0;
    uint8_t parser = NO_PARSER;

    if (program.len == 0 || program.len > CHOICE_TEXT)
        return highest_bidder(set, UINT64_MAX, rec, &knowing);
    choice = choice_of(feed, program);
    if (is_choice(choice, program))
        parser = highest_bidder(set, choice->knowing, rec, &knowing);
    if (knowing != 0)
        return parser;
    parser = highest_bidder(set, UINT64_MAX, rec, &knowing);
    if (knowing != 0) {
        choice->knowing = knowing;
        choice->parser = (knowing & (knowing - 1)) == 0 ? parser : NO_PARSER;
        choice->len = (uint8_t)program.len;
        memcpy(choice->program, program.ptr, program.len);
    }
    return parser;
}

static void note_host(struct feed *feed, struct rs_span host)
{
    struct rs_file *file = feed->file;

    if (file->host_count > RS_FILE_HOSTS)
        return;
    for (size_t i = 0; i < file->host_count; i++) {
        if (rs_span_equal(file->hosts[i], host))
            return;
    }
    if (file->host_count < RS_FILE_HOSTS)
        file->hosts[file->host_count] = rs_arena_copy(feed->run->arena, host);
    file->host_count++;
}

static void note_line(struct feed *feed, const struct rs_record *rec)
{
    struct rs_input *input = &feed->file->input;

    feed->file->stamped++;
    if (input->first == RS_TIME_NONE || rec->time < input->first)
        input->first = rec->time;
    if (input->last == RS_TIME_NONE || rec->time > input->last)
        input->last = rec->time;
    note_host(feed, rec->host);
}

/* *PARSER is who read it, or NO_PARSER. */
static enum rs_parsed parse(struct feed *feed, const struct rs_record *rec,
                            uint8_t *parser)
{
    const struct rs_parser_set *set = &feed->run->parsers;
    struct rs_sink sink = {emit, feed, gave_up};
    enum rs_parsed parsed = RS_UNKNOWN;

    *parser = only_parser(feed, rec);
    if (*parser != NO_PARSER)
        parsed =
            set->parsers[*parser]->parse(set->parsers[*parser], rec, sink);
    if (parsed != RS_UNKNOWN || (*parser != NO_PARSER && rec->host.len > 0))
        return parsed;
    *parser = choose_parser(feed, rec);
    if (*parser == NO_PARSER)
        return RS_UNKNOWN;
    return set->parsers[*parser]->parse(set->parsers[*parser], rec, sink);
}

static void take_record(struct feed *feed, const struct rs_record *rec)
{
    struct rs_shapes *shapes = feed->run->shapes;
    struct rs_input *input = &feed->file->input;
    bool counting = feed->skip == NULL;
    uint8_t parser;
    enum rs_parsed parsed = parse(feed, rec, &parser);

    if (parser == NO_PARSER) {
        input->foreign += counting;
        if (counting)
            rs_shapes_foreign(shapes, rec);
        return;
    }
    if (!counting)
        return;
    feed->file->parsed[parser]++;
    if (parsed == RS_UNKNOWN) {
        input->unparsed++;
        rs_shapes_unknown(shapes, rec);
    }
}

static bool is_skipped(const struct feed *feed, const struct rs_record *rec)
{
    uint32_t line = rec->place.line;

    /* The log may have grown since SKIP was made. */
    if (feed->skip == NULL || line > feed->file->input.lines)
        return false;
    return (feed->skip[line / 8] >> line % 8 & 1) != 0;
}

/* The section's end; ids of stretches that begin alike differ by the digest
 * of their lines. */
static enum rs_status seal(struct feed *feed, uint64_t end,
                           struct rs_error *err)
{
    struct rs_source *source = feed->file->source;
    struct rs_section_id id = {
        .fingerprint =
            rs_hash_mix(rs_source_fingerprint(source), feed->digest),
        .begin = feed->stretch * STRETCH,
        .end = end,
    };

    if (!feed->open)
        return RS_OK;
    feed->open = false;
    return rs_tracker_seal(feed->run->tracker, &id, err);
}

/* Go on in the section that the line at PLACE belongs to. */
static enum rs_status enter_section(struct feed *feed,
                                    const struct rs_place *place,
                                    struct rs_error *err)
{
    uint64_t stretch = place->offset / STRETCH;
    enum rs_status st;

    if (strcmp(feed->file->input.compression, "none") != 0
        || !feed->file->regular)
        stretch = 0;
    if (feed->open && stretch == feed->stretch)
        return RS_OK;
    st = seal(feed, (feed->stretch + 1) * STRETCH, err);
    if (st != RS_OK)
        return st;
    feed->open = true;
    feed->stretch = stretch;
    feed->digest = 0;
    return rs_tracker_begin(feed->run->tracker, feed->file->index, err);
}

static enum rs_status take_line(struct feed *feed, struct rs_error *err)
{
    struct rs_tracker *tracker = feed->run->tracker;
    const struct rs_record *rec = &feed->lines.record;
    enum rs_status st = enter_section(feed, &rec->place, err);

    if (st != RS_OK)
        return st;
    if (feed->lines.form == RS_NO_ENVELOPE) {
        feed->file->input.unstamped += feed->skip == NULL;
        return RS_OK;
    }
    if (feed->skip == NULL)
        note_line(feed, rec);
    feed->digest = (feed->digest ^ (uint64_t)rec->time) * DIGEST_FACTOR
                   + feed->lines.line.len;
    if (feed->lines.form == RS_REPEATED) {
        if (!is_skipped(feed, rec))
            feed->st = rs_tracker_repeat(tracker, rec->host, rec->count);
    } else if (is_skipped(feed, rec)) {
        rs_tracker_pass(tracker, rec);
    } else {
        rs_tracker_line(tracker, rec);
        take_record(feed, rec);
    }
    if (feed->st == RS_OK)
        return RS_OK;
    return rs_fail(err, feed->st, rs_source_path(feed->file->source),
                   rec->place.line, "%s",
                   feed->st == RS_ERR_NOMEM
                       ? "out of memory"
                       : "cannot write temporary files (set --temp-dir)");
}

/* A year that has no such day will be chosen anew: the rest is not read. */
static bool is_wrong_year(const struct feed *feed)
{
    return feed->run->year == 0 && feed->lines.clock.impossible;
}

static void show_progress(const struct feed *feed)
{
    const struct rs_file *file = feed->file;

    if (feed->run->progress.out != NULL)
        rs_progress_show(&feed->run->progress, file->input.path.ptr,
                         rs_source_stored(file->source), rs_clock_now());
}

static enum rs_status take_lines(struct feed *feed, struct rs_error *cause,
                                 struct rs_error *err)
{
    enum rs_status st = RS_OK;

    while (st == RS_OK && !is_wrong_year(feed)) {
        if (rs_lines_next(&feed->lines, cause) != RS_OK)
            break;
        feed->file->input.lines += feed->skip == NULL;
        if (feed->lines.record.place.line % PROGRESS_LINES == 0)
            show_progress(feed);
        st = take_line(feed, err);
    }
    return st;
}

static enum rs_status feed_file(struct feed *feed, struct rs_error *err)
{
    struct rs_file *file = feed->file;
    struct rs_error cause = {0};
    enum rs_status st;

    if (rs_lines_begin(&feed->lines, feed->run, file, &cause) != RS_OK) {
        rs_run_file_failed(feed->run, file, &cause);
        return RS_OK;
    }
    file->input.compression = rs_source_compression(file->source);
    st = take_lines(feed, &cause, err);
    if (st == RS_OK)
        st = seal(feed, rs_source_bytes(file->source), err);
    file->clock = feed->lines.clock;
    if (cause.status != RS_OK)
        rs_run_file_failed(feed->run, file, &cause);
    return st;
}

static void forget_counts(struct rs_run *run, struct rs_file *file)
{
    file->input = (struct rs_input){
        .path = file->input.path,
        .error = file->input.error,
        .first = RS_TIME_NONE,
        .last = RS_TIME_NONE,
    };
    file->stamped = 0;
    file->host_count = 0;
    memset(file->parsed, 0, sizeof file->parsed);
    file->gave_up_count = 0;
    file->gave_up_other = 0;
    rs_shapes_forget(run->shapes, file->index);
}

enum rs_status rs_feed(struct rs_run *run, struct rs_file *file,
                       struct rs_error *err)
{
    struct feed feed = {.run = run, .file = file};
    enum rs_status st;

    forget_counts(run, file);
    rs_ledger_drop_source(run->ledger, file->index);
    st = feed_file(&feed, err);
    if (file->source != NULL) {
        file->input.bytes = rs_source_bytes(file->source);
        file->input.cut = rs_source_cut_lines(file->source);
        /* Of an archive's members the last one says when the log ended. */
        if (!file->dated_by_clock)
            file->stamp = rs_source_stamp(file->source);
    }
    return st;
}

enum rs_status rs_feed_again(struct rs_run *run, struct rs_file *file,
                             const uint8_t *skip, struct rs_error *err)
{
    struct feed feed = {.run = run, .file = file, .skip = skip};

    rs_ledger_drop_source(run->ledger, file->index);
    return feed_file(&feed, err);
}

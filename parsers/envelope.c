/* Takes the header off a log line: stamp, host, program, pid. */
#include "envelope_parts.h"

#define MOST_COUNT 1000000

/* A count, where more digits than we can use mean MOST_COUNT. */
static bool take_count(struct rs_span *s, uint32_t *out)
{
    uint32_t value = 0;
    size_t i = 0;

    for (; i < s->len && rs_is_digit(s->ptr[i]); i++) {
        value = value * 10 + (uint32_t)(s->ptr[i] - '0');
        if (value > MOST_COUNT)
            value = MOST_COUNT;
    }
    if (i == 0)
        return false;
    *s = rs_span_skip(*s, i);
    *out = value == 0 ? 1 : value;
    return true;
}

/* `<22>` or, as FreeBSD's syslogd -v writes it, `<mail.info>`. */
static bool take_priority(struct rs_span *s)
{
    struct rs_span at = *s, inside;

    if (s->len == 0 || *s->ptr != '<')
        return false; /* as in nearly all lines */
    if (!rs_take(&at, "<") || !rs_take_until(&at, '>', &inside)
        || inside.len == 0 || inside.len > 24)
        return false;
    for (size_t i = 0; i < inside.len; i++) {
        char c = inside.ptr[i];

        if (!rs_is_digit(c) && c != '.' && (c < 'a' || c > 'z'))
            return false;
    }
    *s = at;
    return true;
}

/* `word` up to a blank, or all that is left. */
static struct rs_span take_word(struct rs_span *s)
{
    const char *blank = memchr(s->ptr, ' ', s->len);
    struct rs_span word =
        rs_span_to(*s, blank != NULL ? blank : s->ptr + s->len);

    *s = rs_skip_blanks(rs_span_skip(*s, word.len));
    return word;
}

static uint32_t pid_of(struct rs_span digits)
{
    uint64_t pid = 0;

    return rs_take_number(&digits, UINT32_MAX, &pid) && digits.len == 0
               ? (uint32_t)pid
               : 0;
}

/* `program:` or `program[pid]:`. */
bool rs_program_take(struct rs_span *s, struct rs_record *rec)
{
    struct rs_span rest = *s;
    struct rs_span word = rest.len > 0 ? take_word(&rest) : rest;
    const char *bracket = NULL;

    if (word.len < 2 || word.ptr[word.len - 1] != ':')
        return false;
    word.len--;
    rec->pid = 0;
    if (word.ptr[word.len - 1] == ']')
        bracket = memchr(word.ptr, '[', word.len);
    if (bracket != NULL && bracket != word.ptr) {
        struct rs_span digits =
            rs_span_skip(word, (size_t)(bracket - word.ptr) + 1);

        digits.len--;
        rec->pid = pid_of(digits);
        word = rs_span_to(word, bracket);
    }
    rec->program = word;
    *s = rest;
    return true;
}

/* Can WORD, the first behind the stamp, be anything but a host? */
static bool is_hostless(struct rs_span word)
{
    return word.len > 0
           && (word.ptr[word.len - 1] == ':'
               || memchr(word.ptr, '(', word.len) != NULL);
}

/* Only what is certain where no host is to be expected. */
static bool is_host_then_program(struct rs_span s)
{
    struct rs_record rec = {.pid = 0};

    take_word(&s);
    return rs_program_take(&s, &rec) && rec.pid != 0;
}

/* Dovecot's line, or `program:`, where no host stands. */
static void take_hostless(struct rs_span *s, struct rs_record *rec)
{
    if (!rs_native_take_dovecot(s, rec) && rs_program_take(s, rec)
        && rs_span_equal(rec->program, RS_SPAN("dovecot")))
        rs_native_take_dovecot(s, rec);
}

static void take_hosted(struct rs_span *s, struct rs_record *rec)
{
    rec->host = take_word(s);
    rs_program_take(s, rec);
}

/* Host and program of all but RFC 5424.  Returns false for a line of a
 * program's own file. */
static bool take_origin(struct rs_span *s, enum rs_stamp_form form,
                        struct rs_record *rec)
{
    struct rs_span at = *s;
    struct rs_span word = take_word(&at);

    rec->host = rec->program = rs_span_to(*s, s->ptr);
    if (rs_native_is_level(word) && !is_host_then_program(*s))
        return false;
    if (form == RS_STAMP_OWN && rs_native_take_own(s, rec))
        return false;
    if (form == RS_STAMP_TAI64N && rs_native_is_qmail(*s))
        return false;
    if (is_hostless(word))
        take_hostless(s, rec);
    else if (form != RS_STAMP_TAI64N || is_host_then_program(*s))
        take_hosted(s, rec);
    return true;
}

static struct rs_span nil_is_empty(struct rs_span word)
{
    return rs_span_equal(word, RS_SPAN("-")) ? rs_span_to(word, word.ptr)
                                             : word;
}

/* `-` or `[id name="value" ...]...`; RFC 5424 section 6.3. */
static void take_structured_data(struct rs_span *s)
{
    struct rs_span at = *s;
    bool quoted = false;

    if (rs_take(s, "-") || at.len == 0 || *at.ptr != '[')
        return;
    for (; at.len > 0; at = rs_span_skip(at, 1)) {
        if (quoted && *at.ptr == '\\' && at.len > 1)
            at = rs_span_skip(at, 1);
        else if (*at.ptr == '"')
            quoted = !quoted;
        else if (!quoted && *at.ptr == ']'
                 && (at.len == 1 || at.ptr[1] != '['))
            break;
    }
    if (at.len > 0)
        *s = rs_span_skip(at, 1);
}

/* RFC 5424 behind `<PRI>1 `. */
static bool take_rfc5424(struct rs_span *s, struct rs_clock *clock,
                         struct rs_record *rec)
{
    struct rs_span at = *s;
    enum rs_stamp_form form;

    if (!rs_stamp_take(&at, clock, &rec->time, &form))
        return false;
    at = rs_skip_blanks(at);
    rec->host = nil_is_empty(take_word(&at));
    rec->program = nil_is_empty(take_word(&at));
    rec->pid = pid_of(take_word(&at));
    take_word(&at);
    take_structured_data(&at);
    at = rs_skip_blanks(at);
    rs_take(&at, "\xEF\xBB\xBF");
    *s = at;
    return true;
}

/* Dovecot 1 put its name in front of the stamp. */
static bool take_old_dovecot(struct rs_span *s, struct rs_clock *clock,
                             struct rs_record *rec)
{
    struct rs_span at = *s;
    enum rs_stamp_form form;

    if (!rs_take(&at, "dovecot: ")
        || !rs_stamp_take(&at, clock, &rec->time, &form))
        return false;
    at = rs_skip_blanks(at);
    rec->host = rec->program = rs_span_to(at, at.ptr);
    if (!rs_native_take_dovecot(&at, rec))
        rec->program = RS_SPAN("dovecot");
    *s = at;
    return true;
}

/* `Mmm dd ...`, RFC 3339 and TAI64N stamps, host, program. */
static bool take_classic(struct rs_span *s, struct rs_clock *clock,
                         struct rs_record *rec, bool *logged)
{
    struct rs_span at = *s;
    enum rs_stamp_form form;

    if (!rs_stamp_take(&at, clock, &rec->time, &form))
        return take_old_dovecot(s, clock, rec);
    at = rs_skip_blanks(at);
    if (take_priority(&at))
        at = rs_skip_blanks(at);
    *logged = take_origin(&at, form, rec);
    *s = at;
    return true;
}

/* `message repeated N times: [ text ]` */
static void unwrap(struct rs_record *rec)
{
    struct rs_span s = rec->text;
    uint32_t count = 1;

    if (!rs_take(&s, "message repeated ") || !take_count(&s, &count)
        || !rs_take(&s, " times: [ ") || !rs_span_ends(s, RS_SPAN("]")))
        return;
    s.len--;
    rec->text = s;
    rec->count = count;
}

static bool is_repetition(struct rs_span s, uint32_t *count)
{
    rs_take(&s, "--- ");
    if (!rs_take(&s, "last message repeated ") || !take_count(&s, count))
        return false;
    return rs_take(&s, " time") && s.len <= sizeof "s ---" - 1;
}

enum rs_enveloped rs_envelope_take(struct rs_span line, struct rs_clock *clock,
                                   struct rs_record *rec)
{
    struct rs_record found = {.place = rec->place, .count = 1};
    struct rs_span s = line;
    bool logged = true; /* by syslog */

    if (s.len > 0 && s.ptr[s.len - 1] == '\r')
        s.len--;
    if (take_priority(&s) && rs_take(&s, "1 ")) {
        if (!take_rfc5424(&s, clock, &found))
            return RS_NO_ENVELOPE;
    } else if (!take_classic(&s, clock, &found, &logged)) {
        return RS_NO_ENVELOPE;
    }
    found.text = s;
    if (is_repetition(s, &found.count)) {
        *rec = found;
        return RS_REPEATED;
    }
    unwrap(&found);
    if (logged)
        rs_native_unwrap_exim(&found);
    *rec = found;
    return RS_ENVELOPED;
}

bool rs_envelope_peek_day(struct rs_span line, int *month, int *day)
{
    take_priority(&line);
    rs_take(&line, "dovecot: ");
    return rs_stamp_take_day(&line, month, day);
}

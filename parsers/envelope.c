/* Takes the header off a log line: stamp, host, program, pid. */
#include "relaysleuth/envelope.h"

#define BSD_STAMP  15 /* bytes of `Mmm dd hh:mm:ss` */
#define MOST_COUNT 1000000

struct stamp {
    struct rs_civil civil;
    rs_time fraction; /* microseconds */
    bool yearless;
    bool zoned;
    int offset;      /* seconds east of UTC, when zoned */
    int64_t instant; /* TAI64N: seconds since the epoch; else 0 */
};

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The processes that write to Dovecot's own log files, where the first word
 * is theirs and no host stands before it. */
static const char *const dovecot_processes[] = {
    "IMAP",
    "POP3",
    "aggregator",
    "anvil",
    "auth",
    "auth-worker",
    "config",
    "dict",
    "dict-async",
    "director",
    "dns-client",
    "doveadm",
    "doveadm-server",
    "imap",
    "imap-hibernate",
    "imap-login",
    "imap-urlauth",
    "imap-urlauth-login",
    "imap-urlauth-worker",
    "indexer",
    "indexer-worker",
    "lda",
    "lmtp",
    "log",
    "managesieve",
    "managesieve-login",
    "master",
    "old-stats",
    "pop3",
    "pop3-login",
    "quota-status",
    "replicator",
    "script",
    "ssl-build-param",
    "ssl-params",
    "stats",
    "submission",
    "submission-login",
};

static const char *const severities[] = {"Debug", "Info",  "Warn", "Warning",
                                         "Error", "Fatal", "Panic"};

static bool listed(struct rs_span word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rs_span_equal(word, rs_span_of(list[i])))
            return true;
    return false;
}

#define LISTED(word, list) listed(word, list, sizeof(list) / sizeof *(list))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct rs_span skip_blanks(struct rs_span s)
{
    while (s.len > 0 && *s.ptr == ' ')
        s = rs_span_skip(s, 1);
    return s;
}

/* Exactly WIDTH digits, as a number no higher than MAX. */
static bool take_fixed(struct rs_span *s, size_t width, int max, int *out)
{
    int value = 0;

    if (s->len < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        if (!is_digit(s->ptr[i]))
            return false;
        value = value * 10 + (s->ptr[i] - '0');
    }
    if (value > max)
        return false;
    *s = rs_span_skip(*s, width);
    *out = value;
    return true;
}

/* A count, where more digits than we can use mean MOST_COUNT. */
static bool take_count(struct rs_span *s, uint32_t *out)
{
    uint32_t value = 0;
    size_t i = 0;

    for (; i < s->len && is_digit(s->ptr[i]); i++) {
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

/* `.123456789` or `,123`: at least one digit, kept to the microsecond. */
static void take_fraction(struct rs_span *s, rs_time *out)
{
    rs_time unit = RS_SECOND;
    size_t i = 1;

    *out = 0;
    if (s->len < 2 || (*s->ptr != '.' && *s->ptr != ',')
        || !is_digit(s->ptr[1]))
        return;
    for (; i < s->len && i <= 9 && is_digit(s->ptr[i]); i++) {
        unit /= 10;
        *out += unit * (s->ptr[i] - '0');
    }
    *s = rs_span_skip(*s, i);
}

static bool take_clock_time(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;

    if (!take_fixed(&at, 2, 23, &st->civil.hour) || !rs_take(&at, ":")
        || !take_fixed(&at, 2, 59, &st->civil.minute) || !rs_take(&at, ":")
        || !take_fixed(&at, 2, 60, &st->civil.second))
        return false;
    take_fraction(&at, &st->fraction);
    *s = at;
    return true;
}

/* `Z`, `+hh:mm`, `+hhmm` or nothing. */
static void take_zone(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;
    int hours = 0, minutes = 0, sign = 0;

    if (rs_take(&at, "Z") || rs_take(&at, "z")) {
        st->zoned = true;
        *s = at;
        return;
    }
    sign = rs_take(&at, "+") ? 1 : rs_take(&at, "-") ? -1 : 0;
    if (sign == 0 || !take_fixed(&at, 2, 23, &hours))
        return;
    rs_take(&at, ":");
    if (!take_fixed(&at, 2, 59, &minutes))
        return;
    st->zoned = true;
    st->offset = sign * (hours * 3600 + minutes * 60);
    *s = at;
}

static bool take_month(struct rs_span *s, int *out)
{
    if (s->len < 3)
        return false;
    for (int i = 0; i < 12; i++) {
        if (memcmp(s->ptr, months[i], 3) != 0)
            continue;
        *s = rs_span_skip(*s, 3);
        *out = i + 1;
        return true;
    }
    return false;
}

/* `Mmm dd`, `Mmm  d`, `Mmm 0d`, `Mmm d`. */
static bool take_bsd_day(struct rs_span *s, struct rs_civil *c)
{
    struct rs_span at = *s;

    if (!take_month(&at, &c->month) || !rs_take(&at, " "))
        return false;
    rs_take(&at, " ");
    if (!take_fixed(&at, 2, 31, &c->day) && !take_fixed(&at, 1, 9, &c->day))
        return false;
    if (c->day < 1 || c->day > rs_days_in_month(2000, c->month))
        return false;
    *s = at;
    return true;
}

static bool take_bsd(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;

    if (!take_bsd_day(&at, &st->civil) || !rs_take(&at, " ")
        || !take_clock_time(&at, st))
        return false;
    st->yearless = true;
    *s = at;
    return true;
}

/* RFC 3339, with the freedoms that log writers take. */
static bool take_iso(struct rs_span *s, struct stamp *st)
{
    struct rs_span at = *s;
    struct rs_civil *c = &st->civil;

    if (!take_fixed(&at, 4, 9999, &c->year) || !rs_take(&at, "-")
        || !take_fixed(&at, 2, 12, &c->month) || !rs_take(&at, "-")
        || !take_fixed(&at, 2, 31, &c->day) || c->year < 1970 || c->month < 1
        || c->day < 1 || c->day > rs_days_in_month(c->year, c->month))
        return false;
    if (!rs_take(&at, "T") && !rs_take(&at, "t") && !rs_take(&at, " "))
        return false;
    if (!take_clock_time(&at, st))
        return false;
    take_zone(&at, st);
    *s = at;
    return true;
}

static bool take_hex(struct rs_span *s, size_t width, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t value = 0;

    if (s->len < width)
        return false;
    for (size_t i = 0; i < width; i++) {
        const char *digit = memchr(digits, s->ptr[i], 16);

        if (digit == NULL)
            return false;
        value = value << 4 | (uint64_t)(digit - digits);
    }
    *s = rs_span_skip(*s, width);
    *out = value;
    return true;
}

/* TAI64N as multilog writes it: seconds from 2^62 + 10, nanoseconds. */
static bool take_tai64n(struct rs_span *s, struct stamp *st)
{
    const uint64_t epoch = ((uint64_t)1 << 62) + 10;
    struct rs_span at = *s;
    uint64_t seconds = 0, nanoseconds = 0;

    if (!rs_take(&at, "@") || !take_hex(&at, 16, &seconds)
        || !take_hex(&at, 8, &nanoseconds) || nanoseconds > 999999999)
        return false;
    if (seconds <= epoch || seconds - epoch > UINT32_MAX)
        return false;
    st->instant = (int64_t)(seconds - epoch);
    st->fraction = (rs_time)(nanoseconds / 1000);
    *s = at;
    return true;
}

static rs_time convert(struct rs_clock *clock, struct stamp *st)
{
    if (st->instant != 0)
        return rs_clock_advance(clock, st->instant * RS_SECOND + st->fraction);
    if (st->yearless)
        return rs_clock_read_yearless(clock, &st->civil, st->fraction);
    return rs_clock_read_dated(clock, &st->civil, st->fraction,
                               st->zoned ? &st->offset : NULL);
}

/* The same second as the line before: most lines of a busy log. */
static bool take_cached(struct rs_span *s, struct rs_clock *clock,
                        rs_time *out)
{
    struct rs_span at = *s;
    rs_time fraction = 0;

    if (at.len < BSD_STAMP || clock->cached_text[0] == '\0'
        || memcmp(at.ptr, clock->cached_text, BSD_STAMP) != 0)
        return false;
    at = rs_span_skip(at, BSD_STAMP);
    take_fraction(&at, &fraction);
    if (at.len == 0 || *at.ptr != ' ')
        return false;
    *s = at;
    *out = rs_clock_advance(clock, clock->cached_time + fraction);
    return true;
}

static void remember(struct rs_clock *clock, const char *text, size_t len,
                     rs_time whole_second)
{
    if (len < BSD_STAMP
        || (len > BSD_STAMP && text[BSD_STAMP] != '.'
            && text[BSD_STAMP] != ','))
        return;
    memcpy(clock->cached_text, text, BSD_STAMP);
    clock->cached_text[BSD_STAMP] = '\0';
    clock->cached_time = whole_second;
}

static bool take_time(struct rs_span *s, struct rs_clock *clock, rs_time *out)
{
    struct rs_span at = *s;
    struct stamp st = {0};

    if (take_cached(s, clock, out))
        return true;
    if (!take_bsd(&at, &st) && !take_iso(&at, &st) && !take_tai64n(&at, &st))
        return false;
    if (at.len == 0 || *at.ptr != ' ')
        return false;
    *out = convert(clock, &st);
    if (st.yearless)
        remember(clock, s->ptr, s->len - at.len, *out - st.fraction);
    *s = at;
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

        if (!is_digit(c) && c != '.' && (c < 'a' || c > 'z'))
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

    *s = skip_blanks(rs_span_skip(*s, word.len));
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
static bool take_program(struct rs_span *s, struct rs_record *rec)
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

/* The process name in `imap-login`, `auth-worker(12)`, `imap(u)<1><x>`. */
static struct rs_span process_of(struct rs_span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] == '(' || word.ptr[i] == '<')
            return rs_span_to(word, word.ptr + i);
    return word;
}

/* Dovecot's own files: a severity, or a process and then a severity.  The
 * text is what the same message has through syslog; a severity behind the
 * process stays in it, for a span has no holes. */
static bool take_dovecot(struct rs_span *s, struct rs_record *rec)
{
    struct rs_span at = *s, label;
    const char *end = rs_span_find(at, RS_SPAN(": "));

    if (end == NULL)
        return false;
    label = rs_span_to(at, end);
    if (LISTED(label, severities))
        at = rs_span_skip(at, label.len + 2);
    else if (!LISTED(process_of(label), dovecot_processes))
        return false;
    rec->program = RS_SPAN("dovecot");
    *s = at;
    return true;
}

/* Can WORD, the first behind the stamp, be anything but a host? */
static bool is_hostless(struct rs_span word)
{
    return word.len > 0
           && (word.ptr[word.len - 1] == ':'
               || memchr(word.ptr, '(', word.len) != NULL);
}

/* Host and program of all but RFC 5424.  HOSTED: a first word that no program
 * follows is still a host. */
static void take_origin(struct rs_span *s, bool hosted, struct rs_record *rec)
{
    struct rs_span at = *s;
    struct rs_span word = take_word(&at);

    rec->host = rec->program = rs_span_to(*s, s->ptr);
    if (is_hostless(word)) {
        if (!take_dovecot(s, rec) && take_program(s, rec)
            && rs_span_equal(rec->program, RS_SPAN("dovecot")))
            take_dovecot(s, rec);
        return;
    }
    if (take_program(&at, rec) || hosted) {
        rec->host = word;
        *s = at;
    }
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

    if (!take_time(&at, clock, &rec->time))
        return false;
    at = skip_blanks(at);
    rec->host = nil_is_empty(take_word(&at));
    rec->program = nil_is_empty(take_word(&at));
    rec->pid = pid_of(take_word(&at));
    take_word(&at);
    take_structured_data(&at);
    at = skip_blanks(at);
    rs_take(&at, "\xEF\xBB\xBF");
    *s = at;
    return true;
}

/* `Mmm dd ...`, RFC 3339 and TAI64N stamps, host, program. */
static bool take_classic(struct rs_span *s, struct rs_clock *clock,
                         struct rs_record *rec)
{
    struct rs_span at = *s;
    bool native = rs_take(&at, "dovecot: ");
    bool dated = at.len > 0 && is_digit(*at.ptr);

    if (!take_time(&at, clock, &rec->time))
        return false;
    /* A blank between date and time marks a program's own file. */
    if (dated && s->len > 10 && s->ptr[10] == ' ')
        native = true;
    at = skip_blanks(at);
    if (take_priority(&at))
        at = skip_blanks(at);
    take_origin(&at, !native, rec);
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

    if (s.len > 0 && s.ptr[s.len - 1] == '\r')
        s.len--;
    if (take_priority(&s) && rs_take(&s, "1 ")) {
        if (!take_rfc5424(&s, clock, &found))
            return RS_NO_ENVELOPE;
    } else if (!take_classic(&s, clock, &found)) {
        return RS_NO_ENVELOPE;
    }
    found.text = s;
    if (is_repetition(s, &found.count)) {
        *rec = found;
        return RS_REPEATED;
    }
    unwrap(&found);
    *rec = found;
    return RS_ENVELOPED;
}

bool rs_envelope_peek_day(struct rs_span line, int *month, int *day)
{
    struct stamp st = {0};

    take_priority(&line);
    rs_take(&line, "dovecot: ");
    if (!take_bsd(&line, &st))
        return false;
    *month = st.civil.month;
    *day = st.civil.day;
    return true;
}

/* The systemd journal as `journalctl -o export` writes it: each entry becomes
 * a line with the header of syslog.
 * Format: https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#include "relaysleuth/memory.h"
#include "relaysleuth/source.h"
#include "relaysleuth/text.h"
#include "relaysleuth/time.h"

#define IN_SIZE        ((size_t)65536)
#define FIELD_NAME_MAX 64  /* bytes of a field's name, in journald too */
#define WORD_MAX       256 /* bytes kept of what becomes one word */
#define TEXT_MAX       (RS_LINE_MAX + 1) /* the source cuts it, and counts that */

enum field {
    SOURCE_TIME, /* when the program wrote it, by its socket */
    ENTRY_TIME,
    HOST,
    IDENTIFIER,
    COMMAND,
    SYSLOG_PID,
    PID,
    MESSAGE,
    FIELDS
};

static const char *const names[FIELDS] = {
    [SOURCE_TIME] = "_SOURCE_REALTIME_TIMESTAMP",
    [ENTRY_TIME] = "__REALTIME_TIMESTAMP",
    [HOST] = "_HOSTNAME",
    [IDENTIFIER] = "SYSLOG_IDENTIFIER",
    [COMMAND] = "_COMM",
    [SYSLOG_PID] = "SYSLOG_PID",
    [PID] = "_PID",
    [MESSAGE] = "MESSAGE",
};

/* Fields that an export begins with; some may be left out. */
static const char *const openings[] = {
    "__CURSOR=", "__REALTIME_TIMES", "__MONOTONIC_TIM",
    "__SEQNUM=", "__SEQNUM_ID=",     "_BOOT_ID=",
};

struct journal {
    struct rs_stage below;
    const char *path;
    size_t at, end; /* what is unread of `in` */
    uint64_t entries;
    bool begun;                    /* some field of an entry was read */
    struct rs_span values[FIELDS]; /* absent, or in the room below */
    size_t line_at, line_len;      /* what is not handed out of `line` */
    char words[MESSAGE][WORD_MAX];
    char message[TEXT_MAX];
    char line[TEXT_MAX + 1];
    char in[IN_SIZE];
};

static bool journal_match(const struct rs_filter *filter, struct rs_span head)
{
    (void)filter;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (rs_span_starts(head, rs_span_of(openings[i])))
            return true;
    return false;
}

static enum rs_status journal_open(const struct rs_filter *filter,
                                   struct rs_stage below, const char *path,
                                   void **state, struct rs_error *err)
{
    struct journal *j = rs_alloc(sizeof *j);

    (void)filter;
    if (j == NULL)
        return rs_fail(err, RS_ERR_NOMEM, path, 0, "out of memory");
    j->below = below;
    j->path = path;
    *state = j;
    return RS_OK;
}

static enum rs_status damaged(const struct journal *j, struct rs_error *err)
{
    return rs_fail(err, RS_ERR_DAMAGED, j->path, 0,
                   "the journal export is damaged behind entry %llu",
                   (unsigned long long)j->entries);
}

/* Have at least one byte unread; RS_EOF at the end, between entries only. */
static enum rs_status more(struct journal *j, struct rs_error *err)
{
    enum rs_status status;

    if (j->at < j->end)
        return RS_OK;
    j->at = j->end = 0;
    status = j->below.read(j->below.state, j->in, IN_SIZE, &j->end, err);
    if (j->end > 0)
        return RS_OK; /* an error comes again when this is read */
    if (status == RS_EOF && j->begun)
        return rs_fail(err, RS_ERR_DAMAGED, j->path, 0,
                       "the journal export ends inside an entry");
    return status;
}

static struct rs_span unread(const struct journal *j)
{
    return (struct rs_span){j->in + j->at, j->end - j->at};
}

/* A field's name, and the byte behind it: `=`, or LF where the value has a
 * length.  No name before LF ends an entry. */
static enum rs_status take_name(struct journal *j, char name[FIELD_NAME_MAX],
                                size_t *len, char *stop, struct rs_error *err)
{
    for (*len = 0;; (*len)++) {
        enum rs_status status = more(j, err);
        char c;

        if (status != RS_OK)
            return status;
        c = j->in[j->at++];
        if (c == '\n' || c == '=') {
            *stop = c;
            return *len == 0 && c == '=' ? damaged(j, err) : RS_OK;
        }
        if (*len == FIELD_NAME_MAX
            || !(c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
            return damaged(j, err);
        name[*len] = c;
        j->begun = true;
    }
}

static enum field find_field(struct rs_span name)
{
    enum field field = 0;

    while (field < FIELDS && !rs_span_equal(name, rs_span_of(names[field])))
        field++;
    return field;
}

/* Room for a new value of FIELD; none for further values of the same. */
static size_t give_room(struct journal *j, enum field field, char **room)
{
    if (field == FIELDS || j->values[field].ptr != NULL)
        return 0;
    *room = field == MESSAGE ? j->message : j->words[field];
    j->values[field] = (struct rs_span){*room, 0};
    return field == MESSAGE ? TEXT_MAX : WORD_MAX;
}

/* Pass over the next N unread bytes, and keep what there is room for. */
static void pass(struct journal *j, size_t n, char **room, size_t *left,
                 struct rs_span *value)
{
    size_t kept = n < *left ? n : *left;

    if (kept > 0) {
        memcpy(*room, j->in + j->at, kept);
        *room += kept;
        *left -= kept;
        value->len += kept;
    }
    j->at += n;
}

static enum rs_status take_text(struct journal *j, enum field field,
                                struct rs_error *err)
{
    char *room = NULL;
    size_t left = give_room(j, field, &room);
    enum rs_status status;

    while ((status = more(j, err)) == RS_OK) {
        struct rs_span s = unread(j);
        const char *end = memchr(s.ptr, '\n', s.len);

        pass(j, end != NULL ? (size_t)(end - s.ptr) : s.len, &room, &left,
             field < FIELDS ? &j->values[field] : NULL);
        if (end == NULL)
            continue;
        j->at++;
        break;
    }
    return status;
}

static enum rs_status take_length(struct journal *j, uint64_t *length,
                                  struct rs_error *err)
{
    *length = 0;
    for (int i = 0; i < 8; i++) {
        enum rs_status status = more(j, err);

        if (status != RS_OK)
            return status;
        *length |= (uint64_t)(unsigned char)j->in[j->at++] << (8 * i);
    }
    return RS_OK;
}

/* Eight bytes of length, the value, LF. */
static enum rs_status take_bytes(struct journal *j, enum field field,
                                 struct rs_error *err)
{
    char *room = NULL;
    size_t left = give_room(j, field, &room);
    uint64_t length = 0;
    enum rs_status status = take_length(j, &length, err);

    while (status == RS_OK && length > 0) {
        size_t n = j->end - j->at;

        n = length < n ? (size_t)length : n;
        pass(j, n, &room, &left, field < FIELDS ? &j->values[field] : NULL);
        length -= n;
        if (length > 0)
            status = more(j, err);
    }
    if (status == RS_OK)
        status = more(j, err);
    if (status == RS_OK && j->in[j->at++] != '\n')
        status = damaged(j, err);
    return status;
}

static enum rs_status take_entry(struct journal *j, struct rs_error *err)
{
    memset(j->values, 0, sizeof j->values);
    j->begun = false;
    for (;;) {
        char name[FIELD_NAME_MAX], stop = '\n';
        size_t len = 0;
        enum field field;
        enum rs_status status = take_name(j, name, &len, &stop, err);

        if (status != RS_OK)
            return status;
        if (len == 0 && !j->begun)
            continue; /* more than one empty line */
        if (len == 0)
            break;
        field = find_field((struct rs_span){name, len});
        status =
            stop == '=' ? take_text(j, field, err) : take_bytes(j, field, err);
        if (status != RS_OK)
            return status;
    }
    j->entries++;
    return RS_OK;
}

static void put(struct journal *j, struct rs_span s)
{
    size_t room = TEXT_MAX - j->line_len;
    size_t n = s.len < room ? s.len : room;

    if (n > 0)
        memcpy(j->line + j->line_len, s.ptr, n);
    j->line_len += n;
}

/* A word of the header, from which nothing else of it can be made. */
static void put_word(struct journal *j, struct rs_span word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool plain = !rs_is_control(c) && memchr(" []", c, 3) == NULL;

        put(j, plain ? (struct rs_span){word.ptr + i, 1} : RS_SPAN("_"));
    }
}

/* Control characters as rsyslog writes them, so that a text is one line, and
 * the same line as in a file. */
static void put_text(struct journal *j, struct rs_span text)
{
    char octal[RS_OCTAL];

    for (size_t i = 0; i < text.len && j->line_len < TEXT_MAX; i++) {
        if (rs_is_control(text.ptr[i]))
            put(j, rs_text_octal(text.ptr[i], octal));
        else
            put(j, (struct rs_span){text.ptr + i, 1});
    }
}

static bool read_time(struct rs_span digits, rs_time *out)
{
    uint64_t time = 0;

    if (!rs_take_number(&digits, INT64_MAX, &time) || digits.len > 0)
        return false;
    *out = (rs_time)time;
    return true;
}

/* An entry without a time has no stamp either, and is counted as such. */
static void put_stamp(struct journal *j)
{
    char text[RS_TIME_TEXT];
    rs_time t = RS_TIME_NONE;

    if (!read_time(j->values[SOURCE_TIME], &t)
        && !read_time(j->values[ENTRY_TIME], &t))
        t = RS_TIME_NONE;
    rs_time_format(t, NULL, text);
    put(j, text[0] != '\0' ? rs_span_of(text) : RS_SPAN("-"));
    put(j, RS_SPAN(" "));
}

static struct rs_span either(const struct journal *j, enum field a,
                             enum field b)
{
    return j->values[a].len > 0 ? j->values[a] : j->values[b];
}

static void put_pid(struct journal *j, struct rs_span pid)
{
    struct rs_span rest = pid;
    uint64_t number = 0;

    if (!rs_take_number(&rest, UINT32_MAX, &number) || rest.len > 0)
        return;
    put(j, RS_SPAN("["));
    put(j, pid);
    put(j, RS_SPAN("]"));
}

static void make_line(struct journal *j)
{
    struct rs_span program = either(j, IDENTIFIER, COMMAND);

    j->line_at = j->line_len = 0;
    put_stamp(j);
    if (j->values[HOST].len > 0) {
        put_word(j, j->values[HOST]);
        put(j, RS_SPAN(" "));
    }
    put_word(j, program.len > 0 ? program : RS_SPAN("unknown"));
    put_pid(j, either(j, SYSLOG_PID, PID));
    put(j, RS_SPAN(": "));
    put_text(j, j->values[MESSAGE]);
    j->line[j->line_len++] = '\n';
}

static enum rs_status next_line(struct journal *j, struct rs_error *err)
{
    enum rs_status status;

    do {
        status = take_entry(j, err);
    } while (status == RS_OK && j->values[MESSAGE].ptr == NULL);
    if (status == RS_OK)
        make_line(j);
    return status;
}

static enum rs_status journal_read(void *state, char *buf, size_t size,
                                   size_t *got, struct rs_error *err)
{
    struct journal *j = state;
    enum rs_status status = RS_OK;

    for (*got = 0; *got < size && status == RS_OK;) {
        size_t n = j->line_len - j->line_at;

        if (n == 0) {
            status = next_line(j, err);
            continue;
        }
        n = n < size - *got ? n : size - *got;
        memcpy(buf + *got, j->line + j->line_at, n);
        j->line_at += n;
        *got += n;
    }
    return status == RS_EOF && *got > 0 ? RS_OK : status;
}

static void journal_close(void *state)
{
    rs_free(state);
}

const struct rs_filter rs_filter_journal = {
    .name = "journal",
    .match = journal_match,
    .open = journal_open,
    .read = journal_read,
    .close = journal_close,
};

/* What programs write into their own files, and what they repeat in syslog. */
#include "envelope_parts.h"
#include "exim.h"

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
        if (word.len > 0 && *word.ptr == *list[i]
            && rs_span_equal(word, rs_span_of(list[i])))
            return true;
    return false;
}

/* What others write behind the stamp, `[WARN]` or as it is. */
static const char *const levels[] = {"CRIT",  "CRITICAL", "DEBUG",  "ERR",
                                     "ERROR", "FATAL",    "INFO",   "NOTICE",
                                     "TRACE", "WARN",     "WARNING"};

/* What qmail-send writes in front of a colon. */
static const char *const qmail_words[] = {"alert", "status", "warning"};

#define LISTED(word, list) listed(word, list, sizeof(list) / sizeof *(list))

/* The process name in `imap-login`, `auth-worker(12)`, `imap(u)<1><x>`. */
static struct rs_span process_of(struct rs_span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] == '(' || word.ptr[i] == '<')
            return rs_span_to(word, word.ptr + i);
    return word;
}

static bool is_process(struct rs_span label)
{
    return LISTED(process_of(label), dovecot_processes);
}

/* Up to `: `, which is passed over. */
static bool take_label(struct rs_span *s, struct rs_span *label)
{
    return rs_take_until_literal(s, RS_SPAN(": "), label);
}

/* Dovecot's own files: a severity, or a process and then a severity.  The
 * text is what the same message has through syslog; a severity behind the
 * process stays in it, for a span has no holes. */
bool rs_native_take_dovecot(struct rs_span *s, struct rs_record *rec)
{
    struct rs_span at = *s, label;

    if (!take_label(&at, &label))
        return false;
    if (LISTED(label, severities))
        *s = at;
    else if (!is_process(label))
        return false;
    rec->program = RS_SPAN("dovecot");
    return true;
}

/* Exim writes `Warning: ` too: a process has to follow. */
static bool is_dovecot(struct rs_span s)
{
    struct rs_span label;

    if (!take_label(&s, &label))
        return false;
    return is_process(label)
           || (LISTED(label, severities) && take_label(&s, &label)
               && is_process(label));
}

/* A message id of Exim's at the front, and no more in its word. */
static bool has_exim_id(struct rs_span s)
{
    struct rs_span id;

    return rs_exim_take_id(&s, &id) && (s.len == 0 || *s.ptr == ' ');
}

/* Letters, digits, dots, dashes; colons of an IPv6 address. */
static bool may_be_host(struct rs_span word)
{
    if (has_exim_id(word))
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (!rs_is_alphanumeric(word.ptr[i])
            && memchr(".-_:", word.ptr[i], 4) == NULL)
            return false;
    return word.len > 0 && word.ptr[word.len - 1] != ':';
}

/* `[pid] `, as +pid of log_selector writes it. */
static bool take_pid(struct rs_span *s, uint32_t *pid)
{
    struct rs_span at = *s;
    uint64_t number = 0;

    if (!rs_take(&at, "[") || !rs_take_number(&at, UINT32_MAX, &number)
        || !rs_take(&at, "] "))
        return false;
    *s = at;
    *pid = (uint32_t)number;
    return true;
}

void rs_native_take_exim(struct rs_span *s, struct rs_record *rec)
{
    rec->program = RS_SPAN("exim");
    take_pid(s, &rec->pid);
}

static bool is_number(struct rs_span s)
{
    uint64_t number = 0;

    return rs_take_number(&s, UINT64_MAX, &number) && s.len == 0;
}

/* Exim's `tls session: no` has no host, though a host may be a plain word. */
static bool is_plain_word(struct rs_span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (rs_is_digit(word.ptr[i]) || word.ptr[i] == '.')
            return false;
    return true;
}

static bool is_mail_program(struct rs_span name)
{
    return rs_span_equal(name, RS_SPAN("dovecot"))
           || memchr(name.ptr, '/', name.len) != NULL;
}

/* `host program[pid]:` or `host program:`; not Exim's `pid 123: SIGHUP`. */
static bool is_syslog(struct rs_span s)
{
    struct rs_record rec = {.pid = 0};
    struct rs_span word;

    if (!rs_take_until(&s, ' ', &word) || !may_be_host(word)
        || !rs_program_take(&s, &rec) || is_number(rec.program))
        return false;
    return rec.pid != 0 || !is_plain_word(word)
           || is_mail_program(rec.program);
}

bool rs_native_take_own(struct rs_span *s, struct rs_record *rec)
{
    struct rs_record found = {.pid = 0};
    struct rs_span at = *s;

    if (has_exim_id(at)) { /* as nearly always in Exim's */
        rs_native_take_exim(s, rec);
        return true;
    }
    if (is_syslog(at))
        return false;
    if (rs_take(&at, "dovecot: ") || is_dovecot(at)) {
        *s = at;
        if (!rs_native_take_dovecot(s, rec))
            rec->program = RS_SPAN("dovecot");
    } else if (rs_program_take(&at, &found) && found.pid != 0) {
        *s = at;
        rec->program = found.program;
        rec->pid = found.pid;
    } else {
        rs_native_take_exim(s, rec);
    }
    return true;
}

bool rs_native_is_level(struct rs_span word)
{
    if (word.len > 2 && *word.ptr == '[' && word.ptr[word.len - 1] == ']')
        word = (struct rs_span){word.ptr + 1, word.len - 2};
    return LISTED(word, levels);
}

bool rs_native_is_qmail(struct rs_span s)
{
    struct rs_span label;

    return take_label(&s, &label) && LISTED(label, qmail_words);
}

/* `[1\2] ` of a text that had more lines, `[1/2] ` of one that was cut for
 * its length: write_syslog() in Exim's log.c. */
static bool take_part(struct rs_span *s, uint64_t *part, bool *cut)
{
    struct rs_span at = *s;
    uint64_t number = 0, parts = 0;
    bool length;

    if (!rs_take(&at, "[") || !rs_take_number(&at, UINT16_MAX, &number))
        return false;
    length = rs_take(&at, "/");
    if ((!length && !rs_take(&at, "\\"))
        || !rs_take_number(&at, UINT16_MAX, &parts) || !rs_take(&at, "] "))
        return false;
    if (number < 1 || number > parts)
        return false;
    *s = at;
    *part = number;
    *cut = length && number < parts;
    return true;
}

void rs_native_unwrap_exim(struct rs_record *rec)
{
    uint64_t part = 1;
    uint32_t pid = rec->pid;

    if (!rs_span_starts(rec->program, RS_SPAN("exim")))
        return;
    take_part(&rec->text, &part, &rec->cut);
    rec->continued = part > 1;
    if (rec->continued)
        return;
    rs_stamp_take_own(&rec->text);
    take_pid(&rec->text, &pid);
    if (rec->pid == 0)
        rec->pid = pid;
}

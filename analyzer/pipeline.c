/* One run: settings checked, logs read, copies taken out, ledger closed. */
#include "pipeline.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "copies.h"
#include "expect.h"
#include "feed.h"
#include "import.h"
#include "inputs.h"
#include "journal.h"
#include "output.h"
#include "parsers.h"
#include "pseudonymize.h"
#include "relaysleuth/memory.h"
#include "selection.h"

#define TALK_MAX  1000 /* more warnings than this help nobody */
#define YEARS_MAX 30   /* a log that fits in no year of these fits in none */

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

static void add_text(struct rs_text_list *list, struct rs_span text)
{
    struct rs_span *items;

    if (text.ptr == NULL || list->count >= TALK_MAX)
        return;
    items = rs_grow(list->items, list->count, &list->capacity, sizeof *items);
    if (items == NULL)
        return;
    list->items = items;
    items[list->count++] = text;
}

void rs_run_warn(struct rs_run *run, struct rs_span text)
{
    add_text(&run->warnings, text);
}

void rs_run_blame(struct rs_run *run, struct rs_span text)
{
    run->incomplete = true;
    add_text(&run->errors, text);
}

void rs_run_file_failed(struct rs_run *run, struct rs_file *file,
                        const struct rs_error *cause)
{
    if (file->input.error.ptr != NULL)
        return;
    file->input.error = rs_arena_copy(run->arena, rs_span_of(cause->text));
    rs_run_blame(run, rs_arena_print(run->arena, "%s: %s",
                                     file->input.path.ptr, cause->text));
}

typedef enum rs_status site_fn(struct rs_site *site, struct rs_span text,
                               const char *source, struct rs_error *err);

static enum rs_status tell_site(struct rs_run *run, const char *name,
                                site_fn *add, struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(run->settings, name, &count);

    for (size_t i = 0; i < count; i++) {
        struct rs_error cause = {0};
        const char *source = values[i].file == NULL ? "option" : "config";

        if (add(run->site, values[i].text, source, &cause) != RS_OK)
            return rs_settings_blame(name, &values[i], &cause, err);
    }
    return RS_OK;
}

static enum rs_status open_site(struct rs_run *run, struct rs_error *err)
{
    static const struct {
        const char *name;
        site_fn *add;
    } parts[] = {
        {"local-domain", rs_site_add_local_domain},
        {"relay-domain", rs_site_add_relay_domain},
        {"trusted-network", rs_site_add_network},
        {"backup-mx", rs_site_add_backup_mx},
    };
    const struct rs_value *window =
        rs_settings_value(run->settings, "pop-window");
    enum rs_status st = RS_OK;

    run->site = rs_site_new();
    if (run->site == NULL)
        return no_memory(err);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && st == RS_OK; i++)
        st = tell_site(run, parts[i].name, parts[i].add, err);
    if (st == RS_OK)
        st = rs_import_site(run->site, run->settings, err);
    if (window != NULL)
        rs_site_set_pop_window(run->site, (rs_time)window->number * RS_SECOND);
    return st;
}

void rs_run_warn_site(struct rs_run *run)
{
    for (int i = 0; i < RS_SITE_CLASSES; i++) {
        struct rs_span remark = RS_SPAN("");

        for (size_t n = 0; remark.ptr != NULL; n++) {
            remark = rs_site_remark_at(run->site, (enum rs_site_class)i, n);
            rs_run_warn(run, remark);
        }
    }
}

static enum rs_status open_zone(struct rs_run *run, struct rs_error *err)
{
    const struct rs_value *name = rs_settings_value(run->settings, "timezone");
    struct rs_error cause = {0};

    run->zone_told = name != NULL;
    if (name == NULL)
        return rs_zone_open(NULL, &run->zone, err);
    if (rs_zone_open(name->text.ptr, &run->zone, &cause) != RS_OK)
        return rs_settings_blame("timezone", name, &cause, err);
    return RS_OK;
}

/* Now, and not only when the memory is full. */
static enum rs_status check_temp_dir(const struct rs_value *dir,
                                     struct rs_error *err)
{
    struct rs_error cause = {0};
    struct stat st;

    if (dir == NULL
        || (stat(dir->text.ptr, &st) == 0 && S_ISDIR(st.st_mode)
            && access(dir->text.ptr, W_OK | X_OK) == 0))
        return RS_OK;
    rs_fail(&cause, RS_ERR_CONFIG, NULL, 0,
            "\"%.*s\" is not a folder that can be written",
            RS_SPAN_ARG(dir->text));
    return rs_settings_blame("temp-dir", dir, &cause, err);
}

static enum rs_status open_ledger(struct rs_run *run, struct rs_error *err)
{
    const struct rs_value *dir = rs_settings_value(run->settings, "temp-dir");
    const struct rs_value *memory = rs_settings_value(run->settings, "memory");
    struct rs_ledger_limits limits = {.memory = (size_t)memory->number};

    if (check_temp_dir(dir, err) != RS_OK)
        return RS_ERR_CONFIG;
    run->temp_dir = dir == NULL ? NULL : dir->text.ptr;
    limits.temp_dir = run->temp_dir;
    run->ledger = rs_ledger_new(&limits);
    if (run->ledger != NULL)
        run->tracker = rs_tracker_new(run->ledger);
    run->shapes = rs_shapes_new();
    run->blocklists = rs_blocklists_new();
    if (run->tracker == NULL || run->shapes == NULL || run->blocklists == NULL)
        return no_memory(err);
    return RS_OK;
}

enum rs_status rs_run_open(struct rs_run *run,
                           const struct rs_settings *settings,
                           struct rs_error *err)
{
    const struct rs_value *year = rs_settings_value(settings, "year");
    enum rs_status st;

    *run = (struct rs_run){.settings = settings, .now = rs_clock_now()};
    run->year = year == NULL ? 0 : (int)year->number;
    run->arena = rs_arena_new();
    if (run->arena == NULL)
        return no_memory(err);
    st = rs_parsers_open(settings, &run->parsers, err);
    if (st == RS_OK)
        st = open_zone(run, err);
    if (st == RS_OK)
        st = rs_selection_check(run, err);
    if (st == RS_OK)
        st = rs_expect_check(run, err);
    if (st == RS_OK)
        st = rs_pseudonymize_check(settings, err);
    if (st == RS_OK)
        st = open_site(run, err);
    return st == RS_OK ? open_ledger(run, err) : st;
}

void rs_run_close(struct rs_run *run)
{
    for (size_t i = 0; i < run->file_count; i++)
        rs_source_close(run->files[i].source);
    rs_journal_free(run->journal);
    rs_parser_set_close(&run->parsers);
    rs_tracker_free(run->tracker);
    rs_ledger_free(run->ledger);
    rs_shapes_free(run->shapes);
    rs_blocklists_free(run->blocklists);
    rs_site_free(run->site);
    rs_zone_free(run->zone);
    rs_zone_free(run->log_zone);
    rs_free(run->files);
    rs_free(run->warnings.items);
    rs_free(run->errors.items);
    rs_arena_free(run->arena);
}

/* Read FILE, and again while its last line shows that the year was wrong. */
static enum rs_status read_file(struct rs_run *run, struct rs_file *file,
                                struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (int i = 0; i < YEARS_MAX && st == RS_OK; i++) {
        int year;

        st = rs_feed(run, file, err);
        year = rs_inputs_better_year(file);
        if (run->year != 0 || year == file->year)
            break;
        file->year = year;
    }
    return st;
}

/* After the journal was read: did its child end well? */
static void check_journal(struct rs_run *run)
{
    struct rs_error cause = {0};
    struct rs_file *file;
    const char *remark;

    if (run->journal == NULL)
        return;
    file = &run->files[run->journal_index];
    if (rs_journal_wait(run->journal, file->input.error.ptr != NULL, &cause)
        != RS_OK) {
        rs_run_file_failed(run, file, &cause);
        return;
    }
    remark = rs_journal_remark(run->journal);
    if (remark[0] != '\0')
        rs_run_warn(run,
                    rs_arena_print(run->arena, "journalctl says: %s", remark));
    if (file->stamped == 0)
        rs_run_warn(run, RS_SPAN("the journal has no entries of mail"
                                 " programs"));
}

static uint64_t mail_lines(const struct rs_file *file)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < RS_PARSERS_MAX; i++)
        lines += file->parsed[i];
    return lines;
}

/* "120 lines of cron, sshd": what FILE holds in place of mail. */
static struct rs_span foreign_words(struct rs_run *run,
                                    const struct rs_file *file)
{
    unsigned long lines = (unsigned long)file->input.foreign;
    struct rs_ranked_list top =
        rs_shapes_top_foreign(run->shapes, file->index, 3, run->arena);
    struct rs_span words;

    if (file->json)
        return RS_SPAN("it is the journal as JSON; write it with"
                       " journalctl -o export");
    if (top.count == 0) {
        lines = (unsigned long)file->input.lines;
        return rs_arena_print(run->arena, "%lu line%s without a stamp", lines,
                              lines == 1 ? "" : "s");
    }
    words =
        rs_arena_print(run->arena, "%lu line%s of %.*s", lines,
                       lines == 1 ? "" : "s", RS_SPAN_ARG(top.items[0].value));
    for (size_t i = 1; i < top.count && words.ptr != NULL; i++)
        words = rs_arena_print(run->arena, "%s, %.*s", words.ptr,
                               RS_SPAN_ARG(top.items[i].value));
    return words;
}

/* A log of no mail program, when somebody named it, is a mistake. */
static void check_mail(struct rs_run *run, struct rs_file *file)
{
    struct rs_span words;

    if (mail_lines(file) > 0 || file->from_folder || file->input.lines == 0
        || file->input.error.ptr != NULL)
        return;
    words = foreign_words(run, file);
    file->input.error = rs_arena_print(run->arena, "no mail log lines; %.*s",
                                       RS_SPAN_ARG(words));
    rs_run_blame(run,
                 rs_arena_print(run->arena, "no mail log lines in %s; %.*s",
                                file->input.path.ptr, RS_SPAN_ARG(words)));
}

/* Damage at the very front leaves nothing, too, but has said so. */
static void check_empty(struct rs_run *run, const struct rs_file *file)
{
    if (file->input.lines == 0 && file->input.error.ptr == NULL
        && !file->from_folder)
        rs_run_warn(run, rs_arena_print(run->arena, "%s is empty",
                                        file->input.path.ptr));
}

static void check_clock(struct rs_run *run, const struct rs_file *file)
{
    bool is_stdin = strcmp(file->input.path.ptr, "-") == 0;
    const char *name = is_stdin ? "standard input" : file->input.path.ptr;

    if (file->dated_by_clock && file->clock.yearless)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: stamps have no year; took %d from"
                                        " this machine's clock (set --year)",
                                        name, file->clock.year));
    if (file->clock.impossible)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: has a 29 February, which %d has"
                                        " not; taken as 1 March (set --year)",
                                        name, file->clock.year));
}

static void check_lengths(struct rs_run *run, const struct rs_file *file)
{
    unsigned long cut = (unsigned long)file->input.cut;

    if (cut > 0)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: cut %lu line%s longer than %zu"
                                        " bytes",
                                        file->input.path.ptr, cut,
                                        cut == 1 ? "" : "s", RS_LINE_MAX));
}

static void check_files(struct rs_run *run)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < run->file_count; i++) {
        lines += mail_lines(&run->files[i]);
        check_empty(run, &run->files[i]);
        check_mail(run, &run->files[i]);
        check_clock(run, &run->files[i]);
        check_lengths(run, &run->files[i]);
        rs_parsers_warn(run, &run->files[i]);
    }
    if (lines == 0 && !run->incomplete)
        rs_run_blame(run, RS_SPAN("no mail log lines in any input"));
}

static void check_memory(struct rs_run *run)
{
    uint64_t evicted = rs_ledger_evicted(run->ledger);
    uint64_t lost = rs_symbols_lost(rs_ledger_symbols(run->ledger));

    if (evicted > 0)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%llu messages were judged on part of"
                                        " their lines for want of memory"
                                        " (set --memory)",
                                        (unsigned long long)evicted));
    if (lost > 0)
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%llu names and addresses were"
                                        " counted as \"(other)\" for want of"
                                        " memory (set --memory)",
                                        (unsigned long long)lost));
}

/* The journal counts in UTC, wherever it was written. */
static bool names_zone(const struct rs_file *file)
{
    return file->clock.zoned && !file->journal;
}

/* What the earliest log that names its zone calls it: times are shown as
 * they stand there. */
static enum rs_status find_log_zone(struct rs_run *run,
                                    struct rs_file *const *files, size_t count,
                                    struct rs_error *err)
{
    char name[16];
    int minutes;
    size_t i = 0;

    while (i < count && !names_zone(files[i]))
        i++;
    if (i == count || run->zone_told)
        return RS_OK;
    minutes = files[i]->clock.offset / 60;
    snprintf(name, sizeof name, "%c%02d:%02d", minutes < 0 ? '-' : '+',
             abs(minutes) / 60 % 100, abs(minutes) % 60);
    return rs_zone_open(minutes == 0 ? "UTC" : name, &run->log_zone, err);
}

/* A bar for whoever waits at a terminal.  All inputs count when all are
 * files; otherwise nobody knows how much is to come. */
static void begin_progress(struct rs_run *run, struct rs_file *const *files,
                           size_t count)
{
    const char *kind = getenv("TERM");
    uint64_t total = 0;
    bool known = true;

    if (!isatty(STDERR_FILENO) || kind == NULL || strcmp(kind, "dumb") == 0
        || rs_settings_flag(run->settings, "quiet"))
        return;
    for (size_t i = 0; i < count; i++) {
        total += files[i]->size;
        known = known && files[i]->regular;
    }
    rs_progress_begin(&run->progress, stderr, rs_output_columns(STDERR_FILENO),
                      known ? total : 0, rs_clock_now());
}

enum rs_status rs_run_read(struct rs_run *run, struct rs_error *err)
{
    struct rs_file **order = NULL;
    size_t count = 0;
    enum rs_status st = rs_inputs_gather(run, err);

    if (st == RS_OK)
        st = rs_inputs_date(run, err);
    if (st != RS_OK)
        return st;
    order = rs_alloc((run->file_count + 1) * sizeof(struct rs_file *));
    if (order == NULL)
        return no_memory(err);
    count = rs_inputs_order(run, order);
    begin_progress(run, order, count);
    for (size_t i = 0; i < count && st == RS_OK; i++) {
        st = read_file(run, order[i], err);
        rs_progress_finish_input(&run->progress, order[i]->size);
    }
    if (st == RS_OK)
        check_journal(run);
    if (st == RS_OK)
        st = rs_copies_remove(run, order, count, err);
    if (st == RS_OK)
        st = find_log_zone(run, order, count, err);
    if (st == RS_OK)
        st = rs_ledger_close(run->ledger, err);
    rs_progress_end(&run->progress);
    check_files(run);
    check_memory(run);
    rs_free(order);
    return st;
}

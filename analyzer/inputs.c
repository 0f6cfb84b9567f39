/* Which files are read, in what order, and from which year on. */
#include "inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal.h"
#include "relaysleuth/memory.h"
#include "selection.h"

/* A log shows a stamp within so many lines, or it is taken for none. */
#define PEEK_LINES   1000
#define OPENING_MAX  ((size_t)256)
#define LEAP_YEAR    2000 /* any: every day of a year exists in it */
#define DAYS_OF_YEAR 366
/* How far before --since the journal is read. */
#define JOURNAL_MARGIN (8 * RS_DAY)

static enum rs_status no_memory(struct rs_error *err)
{
    return rs_fail(err, RS_ERR_NOMEM, NULL, 0, "out of memory");
}

enum rs_status rs_lines_begin(struct rs_lines *lines, const struct rs_run *run,
                              struct rs_file *file, struct rs_error *err)
{
    enum rs_status st;

    if (file->source != NULL)
        st = rs_source_rewind(file->source, err);
    else
        st = rs_source_open(file->input.path.ptr, file->index, run->temp_dir,
                            &file->source, err);
    *lines = (struct rs_lines){.file = file};
    rs_clock_start(&lines->clock, run->zone, file->year);
    return st;
}

enum rs_status rs_lines_next(struct rs_lines *lines, struct rs_error *err)
{
    struct rs_place place;
    enum rs_status st =
        rs_source_next(lines->file->source, &lines->line, &place, err);

    if (st != RS_OK)
        return st;
    lines->form = rs_envelope_take(lines->line, &lines->clock, &lines->record);
    lines->record.place = place;
    if (lines->form == RS_REPEATED)
        lines->record.time = lines->clock.last;
    return RS_OK;
}

/* An entry of `journalctl -o json`, whose fields come in any order. */
static bool is_journal_json(struct rs_span line)
{
    return rs_span_starts(line, RS_SPAN("{"))
           && rs_span_find(line, RS_SPAN("\"__REALTIME_TIMESTAMP\"")) != NULL;
}

/* Look for the first stamp of FILE. */
static enum rs_status peek(struct rs_run *run, struct rs_file *file,
                           struct rs_error *err)
{
    struct rs_lines lines;
    enum rs_status st;

    file->year = LEAP_YEAR;
    st = rs_lines_begin(&lines, run, file, err);
    if (st != RS_OK)
        return st;
    for (int i = 0; i < PEEK_LINES && file->opening.ptr == NULL; i++) {
        struct rs_span line;

        if (rs_lines_next(&lines, NULL) != RS_OK)
            break;
        file->json = file->json || is_journal_json(lines.line);
        if (lines.form != RS_ENVELOPED)
            continue;
        line = lines.line;
        line.len = line.len < OPENING_MAX ? line.len : OPENING_MAX;
        file->opening = rs_arena_copy(run->arena, line);
    }
    file->stamp = rs_source_stamp(file->source);
    file->journal = rs_source_is_journal(file->source);
    return RS_OK;
}

/* A source that can be opened again is not kept: there may be hundreds. */
static void let_go(struct rs_file *file)
{
    if (!file->regular)
        return;
    rs_source_close(file->source);
    file->source = NULL;
}

static struct rs_file *known_file(const struct rs_run *run,
                                  const struct stat *st)
{
    for (size_t i = 0; i < run->file_count; i++) {
        struct rs_file *file = &run->files[i];

        if (file->inode != 0 && file->device == (uint64_t)st->st_dev
            && file->inode == (uint64_t)st->st_ino)
            return file;
    }
    return NULL;
}

static struct rs_file *new_file(struct rs_run *run, const char *path)
{
    struct rs_file *files = rs_grow(run->files, run->file_count,
                                    &run->file_capacity, sizeof *files);
    struct rs_span copy = rs_arena_copy(run->arena, rs_span_of(path));

    if (files != NULL)
        run->files = files;
    if (files == NULL || copy.ptr == NULL)
        return NULL;
    files += run->file_count;
    *files = (struct rs_file){
        .input = {.path = copy, .first = RS_TIME_NONE, .last = RS_TIME_NONE},
        .index = (uint32_t)run->file_count++,
        .begin = RS_TIME_NONE,
    };
    return files;
}

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool look_up(const char *path, struct stat *st)
{
    return (is_stdin(path) ? fstat(STDIN_FILENO, st) : stat(path, st)) == 0;
}

/* Take PATH as an input.  IN_FOLDER: nobody named it, so that it is passed
 * over when it is no log. */
static enum rs_status add_file(struct rs_run *run, const char *path,
                               bool in_folder, struct rs_error *err)
{
    struct rs_error cause = {0};
    struct rs_file *file;
    struct stat st;
    bool known = look_up(path, &st);

    if (known && known_file(run, &st) != NULL) {
        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s is named twice; read once", path));
        return RS_OK;
    }
    file = new_file(run, path);
    if (file == NULL)
        return no_memory(err);
    file->from_folder = in_folder;
    if (known) {
        file->device = (uint64_t)st.st_dev;
        file->inode = (uint64_t)st.st_ino;
        file->regular = !is_stdin(path) && S_ISREG(st.st_mode);
        file->size = file->regular ? (uint64_t)st.st_size : 0;
    }
    if (peek(run, file, &cause) != RS_OK)
        rs_run_file_failed(run, file, &cause);
    else if (in_folder && file->opening.ptr == NULL)
        run->file_count--;
    let_go(file);
    return RS_OK;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum rs_status add_entry(struct rs_run *run, const char *folder,
                                const char *name, struct rs_error *err)
{
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    struct rs_span path =
        rs_arena_print(run->arena, "%s%s%s", folder, slash, name);
    struct stat st;

    if (path.ptr == NULL)
        return no_memory(err);
    if (stat(path.ptr, &st) != 0 || !S_ISREG(st.st_mode))
        return RS_OK;
    return add_file(run, path.ptr, true, err);
}

static enum rs_status add_folder(struct rs_run *run, const char *path,
                                 struct rs_error *err)
{
    size_t before = run->file_count;
    enum rs_status st = RS_OK;
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, not_hidden, by_bytes);

    for (int i = 0; i < count; i++) {
        if (st == RS_OK)
            st = add_entry(run, path, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    if (count < 0)
        rs_run_blame(run,
                     rs_arena_print(run->arena, "%s: cannot be read: %s", path,
                                    strerror(errno)));
    else if (st == RS_OK && run->file_count == before)
        rs_run_blame(run, rs_arena_print(run->arena,
                                         "%s: directory without logs; folders"
                                         " in it are not looked at",
                                         path));
    return st;
}

static enum rs_status check_stdin(const char *const *operands, size_t count,
                                  struct rs_error *err)
{
    int times = 0;

    for (size_t i = 0; i < count; i++)
        times += is_stdin(operands[i]);
    if (times <= 1)
        return RS_OK;
    return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                   "standard input (\"-\") can be read only once");
}

/* The journal of a year need not be read for the report of a day; but mail may
 * have waited in the queue, and an account's habits are more than a day's. */
static rs_time journal_begin(const struct rs_run *run)
{
    rs_time since = rs_selection_since(run);

    return since > JOURNAL_MARGIN ? since - JOURNAL_MARGIN : RS_TIME_NONE;
}

/* The journal of this host.  Nobody can say before what is in it, so that it
 * may be no mail log. */
static enum rs_status add_journal(struct rs_run *run, struct rs_error *err)
{
    struct rs_file *file = new_file(run, RS_JOURNAL_NAME);
    struct rs_error cause = {0};
    enum rs_status st;
    int fd = -1;

    if (file == NULL)
        return no_memory(err);
    file->from_folder = true;
    run->journal_index = file->index;
    st = rs_journal_start(journal_begin(run), &run->journal, &fd, &cause);
    if (st == RS_OK)
        st = rs_source_open_pipe(fd, RS_JOURNAL_NAME, file->index,
                                 run->temp_dir, &file->source, &cause);
    if (st == RS_OK)
        st = peek(run, file, &cause);
    if (st != RS_OK)
        rs_run_file_failed(run, file, &cause);
    return RS_OK;
}

enum rs_status rs_inputs_gather(struct rs_run *run, struct rs_error *err)
{
    size_t count;
    const char *const *operands = rs_settings_operands(run->settings, &count);
    enum rs_status status = check_stdin(operands, count, err);

    if (status == RS_OK && rs_settings_flag(run->settings, "journal"))
        status = add_journal(run, err);
    for (size_t i = 0; i < count && status == RS_OK; i++) {
        struct stat st;

        if (!is_stdin(operands[i]) && stat(operands[i], &st) == 0
            && S_ISDIR(st.st_mode))
            status = add_folder(run, operands[i], err);
        else
            status = add_file(run, operands[i], false, err);
    }
    return status;
}

/* The latest year in which the day does not come after LIMIT. */
static int latest_year(const struct rs_zone *zone, int month, int day,
                       rs_time limit)
{
    int64_t seconds = limit / RS_SECOND;
    struct rs_civil c;
    int year;

    rs_civil_from_seconds(seconds + rs_zone_offset(zone, seconds), &c);
    year = c.year;
    if (month > c.month || (month == c.month && day > c.day))
        year--;
    while (month == 2 && day == 29 && !rs_is_leap(year))
        year--;
    return year;
}

/* Number of the day of FILE's first stamp in a leap year, from 1; 0 when it
 * has a year of its own. */
static int day_of_year(const struct rs_file *file)
{
    int month, number;

    if (file->opening.ptr == NULL
        || !rs_envelope_peek_day(file->opening, &month, &number))
        return 0;
    while (--month > 0)
        number += rs_days_in_month(LEAP_YEAR, month);
    return number;
}

static int by_day_of_year(const void *a, const void *b)
{
    const struct rs_file *const *x = a, *const *y = b;

    return day_of_year(*x) - day_of_year(*y);
}

/* Where the logs begin on the circle of the year: after the longest time
 * that no log begins in. */
static size_t first_of_circle(struct rs_file *const *files, size_t count)
{
    size_t first = 0;
    int widest =
        day_of_year(files[0]) + DAYS_OF_YEAR - day_of_year(files[count - 1]);

    for (size_t i = 1; i < count; i++) {
        int gap = day_of_year(files[i]) - day_of_year(files[i - 1]);

        if (gap > widest) {
            widest = gap;
            first = i;
        }
    }
    return first;
}

static void date_from(struct rs_run *run, struct rs_file **order, int year)
{
    size_t count = 0, first;

    for (size_t i = 0; i < run->file_count; i++) {
        run->files[i].year = year;
        if (day_of_year(&run->files[i]) != 0)
            order[count++] = &run->files[i];
    }
    if (count == 0)
        return;
    qsort(order, count, sizeof(struct rs_file *), by_day_of_year);
    first = first_of_circle(order, count);
    for (size_t i = 0; i < first; i++)
        order[i]->year = year + 1;
}

static void date_by_stamp(const struct rs_run *run, struct rs_file *file)
{
    int month = 1, day = 1;

    if (file->stamp == RS_TIME_NONE) {
        file->stamp = run->now;
        file->dated_by_clock = true;
    }
    if (file->opening.ptr != NULL)
        rs_envelope_peek_day(file->opening, &month, &day);
    file->year = latest_year(run->zone, month, day, file->stamp + RS_DAY);
}

static rs_time begin_of(const struct rs_run *run, const struct rs_file *file)
{
    struct rs_clock clock;
    struct rs_record rec;

    if (file->opening.ptr == NULL)
        return RS_TIME_NONE;
    rs_clock_start(&clock, run->zone, file->year);
    if (rs_envelope_take(file->opening, &clock, &rec) != RS_ENVELOPED)
        return RS_TIME_NONE;
    return rec.time;
}

enum rs_status rs_inputs_date(struct rs_run *run, struct rs_error *err)
{
    struct rs_file **order =
        rs_alloc((run->file_count + 1) * sizeof(struct rs_file *));

    if (order == NULL)
        return no_memory(err);
    if (run->year != 0)
        date_from(run, order, run->year);
    for (size_t i = 0; i < run->file_count; i++) {
        if (run->year == 0)
            date_by_stamp(run, &run->files[i]);
        run->files[i].begin = begin_of(run, &run->files[i]);
    }
    rs_free(order);
    return RS_OK;
}

int rs_inputs_better_year(const struct rs_file *file)
{
    int leap = file->clock.year - 1;

    if (!file->clock.yearless)
        return file->year;
    if (file->clock.impossible) {
        while (!rs_is_leap(leap))
            leap--;
        return file->year - (file->clock.year - leap);
    }
    return file->clock.last > file->stamp + RS_DAY ? file->year - 1
                                                   : file->year;
}

static int by_begin(const void *a, const void *b)
{
    const struct rs_file *x = *(struct rs_file *const *)a;
    const struct rs_file *y = *(struct rs_file *const *)b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return rs_span_compare(x->input.path, y->input.path);
}

size_t rs_inputs_order(struct rs_run *run, struct rs_file **order)
{
    size_t count = 0;

    for (size_t i = 0; i < run->file_count; i++) {
        if (run->files[i].input.error.ptr == NULL)
            order[count++] = &run->files[i];
    }
    qsort(order, count, sizeof(struct rs_file *), by_begin);
    return count;
}

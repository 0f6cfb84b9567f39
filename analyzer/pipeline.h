/* One run: from the logs named to the finished report. */
#ifndef RELAYSLEUTH_PIPELINE_H
#define RELAYSLEUTH_PIPELINE_H

#include "relaysleuth/envelope.h"
#include "relaysleuth/option.h"
#include "relaysleuth/parser.h"
#include "relaysleuth/report.h"
#include "relaysleuth/blocklist.h"
#include "relaysleuth/site.h"
#include "relaysleuth/source.h"
#include "relaysleuth/tracker.h"

#include "coverage.h"
#include "progress.h"

#define RS_FILE_HOSTS   8
#define RS_GAVE_UP_KEPT 8

/* A pattern that needed more steps for some lines than it may. */
struct rs_gave_up {
    const struct rs_parser *parser;
    unsigned long line; /* of its file */
    uint64_t lines;     /* of the log */
};

/* One input and what was learned of it. */
struct rs_file {
    struct rs_input input;    /* for the report; its path ends with NUL */
    uint32_t index;           /* in the order of the command line */
    struct rs_source *source; /* NULL until needed, then open to the end */
    bool regular;             /* a file, not a pipe: can be read in pieces */
    uint64_t size;            /* of a regular file, as it is stored */
    uint64_t device, inode;   /* equal ones are the same file */
    bool from_folder;         /* nobody named it: it may be no mail log */
    bool journal;             /* an export of systemd's journal */
    bool json;                /* the journal in a form that is not read */
    bool dated_by_clock;      /* no file time, so the machine's was taken */
    struct rs_span opening;   /* start of the first stamped line, or absent */
    rs_time stamp;            /* what no line may be later than */
    rs_time begin;            /* time of the opening line */
    int year;                 /* to start the clock with */
    struct rs_clock clock;    /* as the last line left it */
    uint64_t stamped;         /* lines with a header */
    uint64_t parsed[RS_PARSERS_MAX]; /* lines by number of the parser */
    struct rs_gave_up gave_up[RS_GAVE_UP_KEPT];
    size_t gave_up_count;
    uint64_t gave_up_other; /* lines, of patterns not listed */
    struct rs_span hosts[RS_FILE_HOSTS];
    size_t host_count; /* more than RS_FILE_HOSTS: some are not listed */
};

struct rs_text_list {
    struct rs_span *items;
    size_t count, capacity;
};

/* All that the stages of a run share.  Its texts live in the arena. */
struct rs_run {
    const struct rs_settings *settings;
    struct rs_arena *arena;
    rs_time now;          /* of the machine, when the run began */
    const char *temp_dir; /* NULL: the default */
    struct rs_zone *zone; /* of stamps that name none */
    bool zone_told;
    int year; /* told by --year, or 0 */
    struct rs_parser_set parsers;
    struct rs_site *site;
    struct rs_ledger *ledger;
    struct rs_tracker *tracker;
    struct rs_shapes *shapes;
    struct rs_blocklists *blocklists;
    struct rs_file *files; /* in the order of the command line */
    size_t file_count, file_capacity;
    struct rs_journal *journal; /* the child of --journal, or NULL */
    size_t journal_index;       /* of its file */
    struct rs_text_list warnings;
    struct rs_text_list errors;
    bool incomplete;          /* some error was noted, or could not be */
    struct rs_zone *log_zone; /* named by the stamps; NULL: `zone` */
    struct rs_progress progress;
};

/* Check the settings (RS_ERR_CONFIG) and get ready; SETTINGS are borrowed.
 * RUN is to be closed whatever comes of it. */
enum rs_status rs_run_open(struct rs_run *run,
                           const struct rs_settings *settings,
                           struct rs_error *err);
/* Read the logs named by the operands into the ledger and close it.  An input
 * that fails is noted in the run and is no error here. */
enum rs_status rs_run_read(struct rs_run *run, struct rs_error *err);
void rs_run_close(struct rs_run *run);

/* Note a text that lives in the arena; an absent one is passed over. */
void rs_run_warn(struct rs_run *run, struct rs_span text);
void rs_run_blame(struct rs_run *run, struct rs_span text);
/* Warn of what is not known of the site. */
void rs_run_warn_site(struct rs_run *run);
/* Note that FILE cannot be read, or not to its end. */
void rs_run_file_failed(struct rs_run *run, struct rs_file *file,
                        const struct rs_error *cause);

#endif

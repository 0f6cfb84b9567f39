/* Which files are read, in what order, and from which year on. */
#ifndef RELAYSLEUTH_INPUTS_H
#define RELAYSLEUTH_INPUTS_H

#include "pipeline.h"

/* Fill RUN's files from the operands of the command line: folders are
 * replaced by their logs, a file that comes twice is read once. */
enum rs_status rs_inputs_gather(struct rs_run *run, struct rs_error *err);

/* Find the first year of every file: from --year, else from its stamp. */
enum rs_status rs_inputs_date(struct rs_run *run, struct rs_error *err);
/* A better year for FILE, which was read from its `year` on, or the same. */
int rs_inputs_better_year(const struct rs_file *file);

/* Fill ORDER, which has room for all files, with those that were opened, by
 * first stamp, then by path; returns how many. */
size_t rs_inputs_order(struct rs_run *run, struct rs_file **order);

/* The lines of a file, each with its envelope. */
struct rs_lines {
    struct rs_file *file;
    struct rs_clock clock;
    struct rs_span line;
    enum rs_enveloped form;
    struct rs_record record; /* with RS_REPEATED: place, host, count, time */
};

/* Start at the first line of FILE, which is opened when it is not yet. */
enum rs_status rs_lines_begin(struct rs_lines *lines, const struct rs_run *run,
                              struct rs_file *file, struct rs_error *err);
/* As rs_source_next(). */
enum rs_status rs_lines_next(struct rs_lines *lines, struct rs_error *err);

#endif

/* gnuplot as a child process that draws into a folder. */
#ifndef RELAYSLEUTH_GNUPLOT_H
#define RELAYSLEUTH_GNUPLOT_H

#include <sys/types.h>

#include "relaysleuth/error.h"
#include "relaysleuth/span.h"

struct rs_gnuplot {
    pid_t pid;
    int script; /* its standard input; -1: closed */
    int talk;   /* its standard error */
};

/* Start gnuplot, found in PATH, without a shell, with FOLDER as its current
 * folder and hardly any environment.  It waits for its script, so it can be
 * started long before. */
enum rs_status rs_gnuplot_start(struct rs_gnuplot *gnuplot, const char *folder,
                                struct rs_error *err);
void rs_gnuplot_send(struct rs_gnuplot *gnuplot, struct rs_span script);
/* The script is complete: wait until gnuplot ends, for a minute at most.  To
 * be called once after it was started, whatever happened. */
enum rs_status rs_gnuplot_finish(struct rs_gnuplot *gnuplot,
                                 struct rs_error *err);

#endif

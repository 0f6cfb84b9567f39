/* What the program says on standard error. */
#ifndef RELAYSLEUTH_TALK_H
#define RELAYSLEUTH_TALK_H

#include "pipeline.h"

/* "relaysleuth: KIND TEXT", harmless for a terminal. */
void rs_say(const char *kind, struct rs_span text);
void rs_say_error(const struct rs_error *err);
/* --verbose: which of the log is reported, and what was read, as what. */
void rs_say_inputs(const struct rs_report *report);
/* The warnings and errors that RUN has noted. */
void rs_say_run(const struct rs_run *run);

#endif

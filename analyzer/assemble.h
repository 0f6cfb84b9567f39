/* Building the report. */
#ifndef RELAYSLEUTH_ASSEMBLE_H
#define RELAYSLEUTH_ASSEMBLE_H

#include "pipeline.h"

/* Judge what RUN has read and fill REPORT, which borrows from RUN. */
enum rs_status rs_assemble(struct rs_run *run, struct rs_report *report,
                           struct rs_error *err);

#endif

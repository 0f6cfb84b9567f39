/* Findings that the postmaster expects. */
#ifndef RELAYSLEUTH_EXPECT_H
#define RELAYSLEUTH_EXPECT_H

#include "pipeline.h"

/* RS_ERR_CONFIG unless every --expect can be read. */
enum rs_status rs_expect_check(struct rs_run *run, struct rs_error *err);
/* Findings of REPORT that are expected become worth knowing, and go behind the
 * others; each expectation is listed with how many there were. */
enum rs_status rs_expect_apply(struct rs_run *run, struct rs_report *report,
                               struct rs_error *err);

#endif

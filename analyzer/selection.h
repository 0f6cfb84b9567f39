/* What of the log is reported: --since, --until and --rule.  All of it is
 * judged, whatever is selected. */
#ifndef RELAYSLEUTH_SELECTION_H
#define RELAYSLEUTH_SELECTION_H

#include "pipeline.h"

/* RS_ERR_CONFIG unless there are such rules and --since comes first. */
enum rs_status rs_selection_check(const struct rs_run *run,
                                  struct rs_error *err);
/* Fill REPORT's selection, by its zone, and cut its period to it. */
enum rs_status rs_selection_begin(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err);
/* Leave out the findings that are not selected. */
enum rs_status rs_selection_apply(struct rs_run *run, struct rs_report *report,
                                  struct rs_error *err);
/* What --since means in the zone of stamps that name none, or RS_TIME_NONE. */
rs_time rs_selection_since(const struct rs_run *run);

#endif

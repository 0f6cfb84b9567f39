/* The report formats, and what they have in common. */
#include <errno.h>

#include "reports.h"

enum rs_status rs_report_finish(FILE *out, struct rs_error *err)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return RS_OK;
    return rs_fail(err, RS_ERR_IO, NULL, 0, "cannot write the report: %s",
                   strerror(errno != 0 ? errno : EIO));
}

const struct rs_reporter *const rs_reporters[] = {
    &rs_reporter_text,
    &rs_reporter_json,
    &rs_reporter_charts,
    NULL,
};

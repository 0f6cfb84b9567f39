/* Findings that belong together, told once and in order. */
#ifndef RELAYSLEUTH_TEXT_STORY_H
#define RELAYSLEUTH_TEXT_STORY_H

#include "relaysleuth/page.h"
#include "relaysleuth/report.h"

/* Is finding I told with one of its story that comes before it? */
bool rs_story_is_led(const struct rs_report *report, size_t i);
/* The first ALERTS findings in the order in which they are told: those of a
 * story behind its worst.  Returns new, to be given to rs_free(); NULL without
 * memory. */
size_t *rs_story_order(const struct rs_report *report, size_t alerts);
/* What came before F and after it. */
void rs_story_line(struct rs_page *page, const struct rs_finding *f);

#endif

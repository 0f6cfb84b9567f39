/* What the report writers share: the list of formats, words and numbers. */
#ifndef RELAYSLEUTH_REPORTS_H
#define RELAYSLEUTH_REPORTS_H

#include "relaysleuth/page.h"
#include "relaysleuth/report.h"

extern const struct rs_reporter rs_reporter_charts;
extern const struct rs_reporter rs_reporter_json;
extern const struct rs_reporter rs_reporter_text;

/* Flush OUT; RS_ERR_IO when anything written to it so far was lost. */
enum rs_status rs_report_finish(FILE *out, struct rs_error *err);

const char *rs_severity_paint(enum rs_severity severity);

/* Numbers and times in words.  They write into BUF and return it. */
#define RS_WORD 80
const char *rs_word_number(char buf[RS_WORD], uint64_t n); /* 21,224 */
/* NOUN is a plural or a participle: "1 client", "2 auth failures", "3 sent".
 */
const char *rs_word_count(char buf[RS_WORD], uint64_t n, const char *noun);
const char *rs_word_bytes(char buf[RS_WORD], uint64_t n);      /* 4.5 MB */
const char *rs_word_duration(char buf[RS_WORD], rs_time span); /* 4 min */

/* Date and time as syslog writes them, in the zone of the report. */
enum rs_precision { RS_TO_MINUTE, RS_TO_SECOND };
const char *rs_word_time(char buf[RS_WORD], const struct rs_report *report,
                         rs_time t, enum rs_precision precision);
/* "UTC+01:00", or "UTC+01:00/+02:00" when the clock changed meanwhile. */
const char *rs_word_zone(char buf[RS_WORD], const struct rs_report *report);
int rs_report_year(const struct rs_report *report, rs_time t);
/* On the page: "Nov 23 16:32:52 - 16:37:09", both ends included. */
void rs_page_period(struct rs_page *page, rs_time first, rs_time last);
/* " (4 min)"; nothing below a second. */
void rs_page_duration(struct rs_page *page, rs_time span);
void rs_page_count(struct rs_page *page, uint64_t n, const char *noun);
/* " and 12 more", when TOTAL is more than SHOWN. */
void rs_page_more(struct rs_page *page, uint64_t total, uint64_t shown);
/* At most SHOWN items, "203.0.113.64 (310), ... and 12 more" of TOTAL. */
void rs_page_ranked(struct rs_page *page, struct rs_ranked_list list,
                    size_t shown, uint64_t total);

/* The count that says best how much a finding is; NULL if it has none. */
const struct rs_count *rs_finding_extent(const struct rs_finding *finding);
/* What the finding is about, never empty. */
struct rs_span rs_finding_subject(const struct rs_finding *finding);

/* The parts of the text report. */
void rs_text_summary(struct rs_page *page);  /* the first screen */
void rs_text_table(struct rs_page *page);    /* a part of it */
void rs_text_findings(struct rs_page *page); /* one by one */
void rs_text_totals(struct rs_page *page);
void rs_text_site(struct rs_page *page);
void rs_text_coverage(struct rs_page *page);
/* "CRITICAL: " and what the finding says, on a line that has begun. */
void rs_text_title(struct rs_page *page, const struct rs_finding *finding);

#endif

/* Writing a JSON document piece by piece. */
#ifndef RELAYSLEUTH_JSON_H
#define RELAYSLEUTH_JSON_H

#include <jansson.h>

#include "reports.h"

/* A document on its way out.  Members are written as they come, so that only
 * values of bounded size are ever held in memory. */
struct rs_json {
    const struct rs_report *report;
    FILE *out;
    unsigned depth;
    bool empty;     /* nothing yet in the innermost object or array */
    bool no_memory; /* something is missing */
    char last;      /* byte of a value, to see "</" */
};

/* An object '{' or array '[' that the following calls fill.  KEY is one of
 * our own words; NULL in an array. */
void rs_json_begin(struct rs_json *json, const char *key, char bracket);
void rs_json_end(struct rs_json *json, char bracket);
/* Where the next member goes, with its key; the caller writes the value. */
void rs_json_key(struct rs_json *json, const char *key);
/* Takes VALUE; NULL counts as memory that ran out. */
void rs_json_put(struct rs_json *json, const char *key, json_t *value);
void rs_json_put_word(struct rs_json *json, const char *key, const char *text);
/* Nothing when T is RS_TIME_NONE. */
void rs_json_put_time(struct rs_json *json, const char *key, rs_time t);
/* Takes VALUE into OBJECT; the same on failure. */
void rs_json_set(struct rs_json *json, json_t *object, const char *key,
                 json_t *value);

/* Values.  They return new, or NULL when memory is short. */
json_t *rs_json_string(struct rs_span s); /* any bytes, made UTF-8 */
json_t *rs_json_word(const char *text);
json_t *rs_json_count(uint64_t n); /* up to INT64_MAX */
json_t *rs_json_time(const struct rs_json *json, rs_time t);

#endif

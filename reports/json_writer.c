/* Writing a JSON document piece by piece, of any bytes. */
#include "json.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/text.h"

#define DUMP_FLAGS                                                            \
    (JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6))

/* S as UTF-8 in BUF of 3 * S.len bytes; returns the length.  Jansson would
 * drop the whole document for one bad byte, and many readers refuse it for a
 * NUL: both become U+FFFD. */
static size_t make_utf8(struct rs_span s, char *buf)
{
    size_t used = 0;

    while (s.len > 0) {
        uint32_t code = 0;
        size_t len = rs_utf8_take(s, &code);
        if (len == 0 || code == 0) {
            memcpy(buf + used, "\xEF\xBF\xBD", 3);
            used += 3;
            len = 1;
        } else {
            memcpy(buf + used, s.ptr, len);
            used += len;
        }
        s = rs_span_skip(s, len);
    }
    return used;
}

json_t *rs_json_string(struct rs_span s)
{
    char *buf = s.len < SIZE_MAX / 3 ? rs_alloc(3 * s.len + 1) : NULL;
    json_t *value = NULL;

    if (buf != NULL)
        value = json_stringn_nocheck(buf, make_utf8(s, buf));
    rs_free(buf);
    return value;
}

json_t *rs_json_word(const char *text)
{
    return rs_json_string(rs_span_of(text));
}

json_t *rs_json_count(uint64_t n)
{
    return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

json_t *rs_json_time(const struct rs_json *json, rs_time t)
{
    char buf[RS_TIME_TEXT];

    return rs_json_word(rs_time_format(t, json->report->zone, buf));
}

/* "</" is written "<\/", so that a page may carry the document in a script
 * element. */
static int dump_bytes(const char *bytes, size_t len, void *data)
{
    struct rs_json *json = data;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '/' && json->last == '<')
            putc('\\', json->out);
        putc(bytes[i], json->out);
        json->last = bytes[i];
    }
    return 0;
}

static void indent(struct rs_json *json)
{
    fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
}

void rs_json_key(struct rs_json *json, const char *key)
{
    if (!json->empty)
        putc(',', json->out);
    if (json->depth > 0)
        indent(json);
    if (key != NULL)
        fprintf(json->out, "\"%s\": ", key);
    json->empty = false;
}

void rs_json_begin(struct rs_json *json, const char *key, char bracket)
{
    rs_json_key(json, key);
    putc(bracket, json->out);
    json->depth++;
    json->empty = true;
}

void rs_json_end(struct rs_json *json, char bracket)
{
    json->depth--;
    if (!json->empty)
        indent(json);
    putc(bracket, json->out);
    json->empty = false;
}

void rs_json_put(struct rs_json *json, const char *key, json_t *value)
{
    rs_json_key(json, key);
    json->last = '\0';
    if (value == NULL
        || json_dump_callback(value, dump_bytes, json, DUMP_FLAGS) != 0)
        json->no_memory = true;
    json_decref(value);
}

void rs_json_put_word(struct rs_json *json, const char *key, const char *text)
{
    rs_json_put(json, key, rs_json_word(text));
}

void rs_json_put_time(struct rs_json *json, const char *key, rs_time t)
{
    if (t != RS_TIME_NONE)
        rs_json_put(json, key, rs_json_time(json, t));
}

void rs_json_set(struct rs_json *json, json_t *object, const char *key,
                 json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        json->no_memory = true;
}

/* Log text made harmless: what could steer a terminal becomes \xNN. */
#include "relaysleuth/text.h"

enum {
    UNIT_TEXT = 4 * 4 /* each byte of the longest character as \xNN */
};

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Length of a character by its first byte, and the bits that byte gives. */
static size_t utf8_length(unsigned char first, uint32_t *bits)
{
    if (first < 0x80) {
        *bits = first;
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        *bits = first & 0x1f;
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        *bits = first & 0x0f;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *bits = first & 0x07;
        return 4;
    }
    return 0;
}

/* Neither longer than needed, nor a surrogate, nor past the last. */
static bool is_scalar(uint32_t code, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    return code >= least[len] && code <= 0x10ffff
           && !(code >= 0xd800 && code <= 0xdfff);
}

size_t rs_utf8_take(struct rs_span s, uint32_t *code)
{
    uint32_t value = 0;
    size_t len = s.len ? utf8_length((unsigned char)s.ptr[0], &value) : 0;

    if (len == 0 || len > s.len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(s.ptr[i]))
            return 0;
        value = value << 6 | ((unsigned char)s.ptr[i] & 0x3f);
    }
    if (!is_scalar(value, len))
        return 0;
    *code = value;
    return len;
}

static bool is_harmful(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},     /* C0 */
        {0x7f, 0x9f},     /* DEL, C1 */
        {0x61c, 0x61c},   /* Arabic letter mark */
        {0x200e, 0x200f}, /* left-to-right and right-to-left marks */
        {0x2028, 0x202e}, /* separators of lines, embeddings, overrides */
        {0x2066, 0x2069}, /* isolates */
        {0xfffe, 0xffff}, /* no characters, and an error in XML */
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* Render the character (or the bad byte) at the front of S, which is not
 * empty, into UNIT.  Returns the bytes read; *WRITTEN tells those made. */
static size_t render(struct rs_span s, char unit[UNIT_TEXT], size_t *written)
{
    static const char digits[] = "0123456789abcdef";
    uint32_t code = 0;
    size_t len = rs_utf8_take(s, &code);

    if (len > 0 && !is_harmful(code)) {
        memcpy(unit, s.ptr, len);
        *written = len;
        return len;
    }
    len = len ? len : 1;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];

        unit[4 * i] = '\\';
        unit[4 * i + 1] = 'x';
        unit[4 * i + 2] = digits[byte >> 4];
        unit[4 * i + 3] = digits[byte & 15];
    }
    *written = 4 * len;
    return len;
}

/* End BUF, of which USED bytes are filled, with as much of "..." as fits. */
static void mark_cut(char *buf, size_t size, size_t used)
{
    size_t dots = size - used - 1 < 3 ? size - used - 1 : 3;

    memset(buf + used, '.', dots);
    buf[used + dots] = '\0';
}

char *rs_text_terminal(char *buf, size_t size, struct rs_span s)
{
    char unit[UNIT_TEXT];
    size_t used = 0, cut = 0, written;

    if (size == 0)
        return buf;
    while (s.len > 0) {
        size_t length = render(s, unit, &written);

        if (written >= size - used) {
            mark_cut(buf, size, cut);
            return buf;
        }
        memcpy(buf + used, unit, written);
        used += written;
        if (used + 3 < size)
            cut = used; /* the mark fits behind it */
        s = rs_span_skip(s, length);
    }
    buf[used] = '\0';
    return buf;
}

struct rs_span rs_text_octal(char c, char out[RS_OCTAL])
{
    unsigned byte = (unsigned char)c;

    out[0] = '#';
    out[1] = (char)('0' + (byte >> 6));
    out[2] = (char)('0' + (byte >> 3 & 7));
    out[3] = (char)('0' + (byte & 7));
    return (struct rs_span){out, RS_OCTAL};
}

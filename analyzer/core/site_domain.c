/* One form for all spellings of a domain: lower case, A-labels (RFC 5890), no
 * final dot. */
#include "relaysleuth/text.h"
#include "site_parts.h"

/* Parameters of the punycode for domains: RFC 3492 section 5. */
enum {
    BASE = 36,
    T_MIN = 1,
    T_MAX = 26,
    SKEW = 38,
    DAMP = 700,
    FIRST_BIAS = 72,
    FIRST_CODE = 128,
    LABEL_MAX = 63 /* RFC 1035 section 2.3.4 */
};

struct writer {
    char *buf;
    size_t len;
    bool full;
};

static void put(struct writer *w, char c)
{
    if (w->len < SITE_DOMAIN_MAX)
        w->buf[w->len++] = c;
    else
        w->full = true;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / DAMP : delta / 2;
    for (delta += delta / points; delta > (BASE - T_MIN) * T_MAX / 2;
         k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static void put_number(struct writer *w, uint32_t number, uint32_t bias)
{
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = k <= bias ? T_MIN : k - bias;
        uint32_t digit;

        if (t > T_MAX)
            t = T_MAX;
        digit = number < t ? number : t + (number - t) % (BASE - t);
        put(w, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
        if (number < t)
            return;
        number = (number - t) / (BASE - t);
    }
}

/* The smallest code point that is at least FLOOR. */
static uint32_t next_code(const uint32_t *codes, size_t count, uint32_t floor)
{
    uint32_t least = UINT32_MAX;

    for (size_t i = 0; i < count; i++)
        if (codes[i] >= floor && codes[i] < least)
            least = codes[i];
    return least;
}

/* RFC 3492 section 6.3; a label of LABEL_MAX code points cannot overflow. */
static void put_punycode(struct writer *w, const uint32_t *codes, size_t count)
{
    uint32_t code = FIRST_CODE, delta = 0, bias = FIRST_BIAS;
    uint32_t basic = 0, done;

    for (size_t i = 0; i < count; i++)
        if (codes[i] < FIRST_CODE) {
            put(w, (char)codes[i]);
            basic++;
        }
    if (basic > 0)
        put(w, '-');
    for (done = basic; done < count; delta++, code++) {
        uint32_t next = next_code(codes, count, code);

        delta += (next - code) * (done + 1);
        code = next;
        for (size_t i = 0; i < count; i++) {
            if (codes[i] < code)
                delta++;
            if (codes[i] != code)
                continue;
            put_number(w, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
}

static bool put_label(struct writer *w, struct rs_span label)
{
    uint32_t codes[LABEL_MAX];
    size_t count = 0;
    bool ascii = true;

    while (label.len > 0) {
        size_t used;

        if (count == LABEL_MAX)
            return false;
        codes[count] = (unsigned char)*label.ptr;
        used =
            codes[count] < FIRST_CODE ? 1 : rs_utf8_take(label, &codes[count]);
        if (used == 0)
            return false;
        if (codes[count] >= 'A' && codes[count] <= 'Z')
            codes[count] |= 0x20;
        ascii = ascii && codes[count] < FIRST_CODE;
        count++;
        label = rs_span_skip(label, used);
    }
    for (size_t i = 0; ascii && i < count; i++)
        put(w, (char)codes[i]);
    if (!ascii) {
        for (const char *c = "xn--"; *c != '\0'; c++)
            put(w, *c);
        put_punycode(w, codes, count);
    }
    return true;
}

struct rs_span site_domain_form(struct rs_span domain,
                                char buf[SITE_DOMAIN_MAX])
{
    struct writer w = {.buf = buf};
    struct rs_span label;

    if (domain.len > 1 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    while (rs_take_until(&domain, '.', &label)) {
        if (!put_label(&w, label))
            return RS_ABSENT;
        put(&w, '.');
    }
    if (!put_label(&w, domain) || w.full)
        return RS_ABSENT;
    return (struct rs_span){buf, w.len};
}

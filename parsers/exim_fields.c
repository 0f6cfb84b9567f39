/* The fields of a line of Exim, ` NAME=value`, found by name. */
#include "exim.h"

/* Words without a value: DNSSEC, fast open, pipelining, PRDR, CHUNKING, what
 * was verified; what is to come has one letter. */
static bool take_flag(struct rs_span *s)
{
    static const char *const flags[] = {"DS",  "TFO", "PRDR", "ARC",
                                        "SPF", "NO",  NULL};
    struct rs_span rest = *s;

    for (const char *const *flag = flags; *flag != NULL; flag++)
        if (rs_take_literal(&rest, rs_span_of(*flag)))
            break;
    if (rest.ptr == s->ptr && rest.len > 0 && *rest.ptr >= 'A'
        && *rest.ptr <= 'Z')
        rest = rs_span_skip(rest, 1);
    if (rest.ptr == s->ptr)
        return false;
    while (rest.len > 0
           && (*rest.ptr == '*' || *rest.ptr == '.' || *rest.ptr == '-'))
        rest = rs_span_skip(rest, 1);
    if (!rs_exim_is_over(rest))
        return false;
    *s = rest;
    return true;
}

/* Names begin with a capital, but for `id=`, and `id*=` where we made the
 * Message-ID. */
static bool take_name(struct rs_span *s, struct rs_span *out)
{
    size_t n = rs_exim_count_letters(*s);

    if (n == 0 || n > 16)
        return false;
    if (*s->ptr < 'A' || *s->ptr > 'Z') {
        if (n != 2 || s->ptr[0] != 'i' || s->ptr[1] != 'd')
            return false;
        n += n < s->len && s->ptr[n] == '*';
    }
    if (n == s->len || s->ptr[n] != '=')
        return false;
    *out = (struct rs_span){s->ptr, n};
    *s = rs_span_skip(*s, n + 1);
    return true;
}

/* What stands in quotes is opaque.  Where syslog cut the line they do not
 * close, and in names of certificates quotes are not escaped. */
static bool take_value(struct rs_span *s, struct rs_exim_fields *f,
                       struct rs_span *out)
{
    if (s->len == 0 || *s->ptr != '"')
        return rs_exim_take_word(s, out);
    if (rs_exim_take_quoted(s, out, &f->loose))
        return true;
    f->loose = true;
    *out = rs_span_skip(*s, 1);
    *s = rs_span_skip(*s, s->len);
    return true;
}

/* `authenticator:id`, and the address of AUTH= behind another colon. */
static void read_account(struct rs_span value, struct rs_exim_fields *f)
{
    const char *last;

    f->account = RS_ABSENT;
    if (!rs_take_until(&value, ':', &f->mechanism)) {
        f->mechanism = value;
        return;
    }
    last = value.len > 0 ? memrchr(value.ptr, ':', value.len) : NULL;
    if (last != NULL
        && memchr(last, '@', (size_t)(value.ptr + value.len - last)) != NULL)
        value = rs_span_to(value, last);
    f->account = value;
}

/* Whatever the ident of the client says, P= comes behind it, and a login
 * behind P=. */
static bool read_protocol(struct rs_span *s, struct rs_exim_fields *f)
{
    struct rs_span path;

    if (s->len > 0 && *s->ptr == '<')
        return rs_exim_take_path(s, &path);
    f->account = f->mechanism = RS_ABSENT;
    return rs_exim_take_word(s, &f->protocol);
}

/* A user's name may hold blanks, and P= follows it. */
static bool read_ident(struct rs_span *s, struct rs_exim_fields *f)
{
    struct rs_span rest = *s, name;

    if (!rs_exim_take_word(&rest, &f->ident))
        return false;
    if (rest.len > 2 && rest.ptr[2] != '='
        && rs_take_until_literal(s, RS_SPAN(" P="), &name)) {
        f->ident = name;
        rest = (struct rs_span){s->ptr - 3, s->len + 3};
    }
    *s = rest;
    return true;
}

static bool read_size(struct rs_span *s, struct rs_exim_fields *f)
{
    struct rs_span word;

    if (!rs_exim_take_word(s, &word))
        return false;
    if (!rs_take_number(&word, UINT64_MAX, &f->size) || word.len != 0)
        f->size = 0;
    return true;
}

static bool read_message_id(struct rs_span *s, struct rs_exim_fields *f)
{
    return rs_exim_take_address(s, &f->message_id);
}

static bool read_interface(struct rs_span *s, struct rs_exim_fields *f)
{
    struct rs_exim_peer own = {0};

    if (!rs_exim_take_place(s, &own))
        return false;
    f->our_port = own.port;
    return true;
}

static bool read_sender(struct rs_span *s, struct rs_exim_fields *f)
{
    if (s->len > 0 && *s->ptr == '<')
        return rs_exim_take_path(s, &f->sender);
    return rs_exim_take_address(s, &f->sender);
}

static bool read_host(struct rs_span *s, struct rs_exim_choice choice,
                      struct rs_exim_fields *f)
{
    if (f->hosted)
        choice.nth = 0;
    if (!rs_exim_take_peer(s, choice, &f->peer))
        return false;
    f->hosted = true;
    return true;
}

static bool read_letter(char name, struct rs_span *s,
                        struct rs_exim_choice choice, struct rs_exim_fields *f)
{
    struct rs_span value;

    switch (name) {
    case 'A':
        if (!take_value(s, f, &value))
            return false;
        read_account(value, f);
        return true;
    case 'C': return take_value(s, f, &f->reply);
    case 'F': return read_sender(s, f);
    case 'H': return read_host(s, choice, f);
    case 'I': return read_interface(s, f);
    case 'P': return read_protocol(s, f);
    case 'R': return rs_exim_take_word(s, &f->reference);
    case 'S': return read_size(s, f);
    case 'T': return take_value(s, f, &f->transport);
    case 'U': return read_ident(s, f);
    default: return take_value(s, f, &value); /* X=, Q=, D=, ... */
    }
}

static bool read_field(struct rs_span *s, struct rs_exim_choice choice,
                       struct rs_exim_fields *f)
{
    struct rs_span name, value;

    if (!take_name(s, &name))
        return take_flag(s);
    if (name.len == 1)
        return read_letter(*name.ptr, s, choice, f);
    if (rs_span_equal(name, RS_SPAN("id"))
        || rs_span_equal(name, RS_SPAN("id*")))
        return read_message_id(s, f);
    return take_value(s, f, &value); /* CV=, DN=, QT=, and what is to come */
}

bool rs_exim_take_fields(struct rs_span *s, struct rs_exim_choice choice,
                         struct rs_exim_fields *out)
{
    struct rs_exim_fields f = {.hosted = false};

    while (s->len > 0 && *s->ptr == ' ') {
        struct rs_span rest = rs_span_skip(*s, 1);

        if (!read_field(&rest, choice, &f))
            break;
        *s = rest;
    }
    *out = f;
    return f.hosted || choice.nth == 0;
}

void rs_exim_skip_fields(struct rs_span *s)
{
    struct rs_exim_fields f;

    (void)rs_exim_take_fields(s, (struct rs_exim_choice){true, 0}, &f);
}

/* Text that a log or a stranger wrote, with pseudonyms for all that may
 * identify somebody. */
#include "scrub.h"

#include "relaysleuth/address.h"
#include "relaysleuth/envelope.h"
#include "relaysleuth/memory.h"
#include "relaysleuth/when.h"
#include "vocabulary.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    PLAIN_DIGITS = 5,   /* a longer number may be a customer's or a phone's */
    AMOUNT_DIGITS = 12, /* behind "size=" */
    PID_DIGITS = 7,     /* in brackets */
    NUMBER_DOTS = 2,    /* with more it may be an address */
    ID_MIN = 6,         /* letters and digits: of the queue, or of a message */
    GROWTH = 32         /* bytes at most that one becomes */
};

/* What stands behind "user=" and the like is a name, whatever it reads. */
static const struct name_key {
    const char *key, *prefix;
} name_keys[] = {
    {"sasl_username", "account"},
    {"sasl_sender", "account"},
    {"user", "account"},
    {"username", "account"},
    {"account", "account"},
    {"login", "account"},
    {"authid", "account"},
    {"set_id", "account"},
    {"u", "account"},
    {"uid", "uid"},
    {"from", "user"},
    {"to", "user"},
    {"orig_to", "user"},
    {"ctladdr", "user"},
    {"sender", "user"},
    {"recipient", "user"},
    {"f", "user"},
    {"helo", "host"},
    {"h", "host"},
    {"client", "host"},
    {"orig_client", "host"},
    {"host", "host"},
};

/* Domains that are public and nobody's: those of blocklists. */
static const char *const public_domains[] = {
    "abuse.ch",
    "abuseat.org",
    "abusix.zone",
    "barracudacentral.org",
    "dnswl.org",
    "mailspike.net",
    "manitu.net",
    "senderscore.com",
    "spamcop.net",
    "spamhaus.com",
    "spamhaus.net",
    "spamhaus.org",
    "spameatingmonkey.net",
    "spamrats.com",
    "sorbs.net",
    "surriel.com",
    "uceprotect.net",
    "surbl.org",
    "uribl.com",
};

/* What stands before them. */
static const char *const public_labels[] = {
    "b",     "black",   "bl",   "cbl",  "combined", "css", "dbl",
    "dnsbl", "ix",      "list", "mail", "multi",    "pbl", "psbl",
    "sbl",   "sbl-xbl", "www",  "xbl",  "zen",      "zrd",
};

/* Behind these a number may be large. */
static const char *const amounts[] = {"size", "s", "bytes", "pri"};

struct scrub {
    struct rs_pseudonyms *ps;
    struct rs_span rest;
    char *out; /* GROWTH times as large as the text */
    size_t len;
    char before;         /* the byte before the rest, or NUL */
    bool angle, quote;   /* in <...>, in "..." */
    bool amount;         /* behind "size=" */
    const char *prefix;  /* of a name that stands there, or NULL */
    struct rs_span word; /* the last one */
};

static void put(struct scrub *s, struct rs_span text)
{
    if (text.len == 0)
        return;
    memcpy(s->out + s->len, text.ptr, text.len);
    s->len += text.len;
}

/* Of what words and addresses are made; ":" and "/" part them, where they are
 * no part of an address. */
static bool in_word(char c)
{
    return (unsigned char)c >= 0x80 || rs_is_alphanumeric(c)
           || (c != '\0' && strchr("._-@+%!~*#&?$^`|{}'", c) != NULL);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* How many bytes at the front of TEXT are of a word, or of one with the bytes
 * of JOINING in it. */
static size_t length_of(struct rs_span text, const char *joining)
{
    size_t n = 0;

    while (
        n < text.len
        && (in_word(text.ptr[n])
            || (text.ptr[n] != '\0' && strchr(joining, text.ptr[n]) != NULL)))
        n++;
    return n;
}

/* Without the signs at its end that are of the sentence. */
static struct rs_span bare(struct rs_span word)
{
    while (word.len > 0 && strchr(".:!?'-", word.ptr[word.len - 1]) != NULL
           && word.ptr[word.len - 1] != '\0')
        word.len--;
    return word;
}

/* "16:32:52", "0.1/0/0.5", "2.0.0", "10s": numbers of at most MOST digits. */
static bool is_number(struct rs_span word, size_t most)
{
    size_t digits = 0, dots = 0;
    bool some = false;

    if (word.len > 1 && strchr("smhdkKMG%", word.ptr[word.len - 1]) != NULL
        && is_digit(word.ptr[word.len - 2]))
        word.len--;
    for (size_t i = 0; i < word.len; i++) {
        bool digit = is_digit(word.ptr[i]);

        digits = digit ? digits + 1 : 0;
        dots += word.ptr[i] == '.';
        some |= digit;
        if ((!digit && word.ptr[i] != '.') || digits > most
            || dots > NUMBER_DOTS)
            return false;
    }
    return some;
}

/* "550-5.1.1", as a line of a longer reply begins. */
static bool is_reply(struct rs_span word)
{
    struct rs_span rest = word, code;

    return rs_take_until(&rest, '-', &code) && code.len == 3
           && is_number(code, 3) && is_number(rest, 3);
}

/* "TLSv1.3" */
static bool is_version(struct rs_span word)
{
    struct rs_span head = {word.ptr, 3}, rest;

    if (word.len < 4
        || (!rs_span_equal_nocase(head, RS_SPAN("TLS"))
            && !rs_span_equal_nocase(head, RS_SPAN("SSL"))))
        return false;
    rest = rs_span_skip(word, 3);
    rs_take(&rest, "v");
    return is_number(rest, 1);
}

/* An id of the queue or of a message. */
static bool is_id(struct rs_span word)
{
    bool digits = false;

    for (size_t i = 0; i < word.len; i++) {
        digits |= is_digit(word.ptr[i]);
        if (!is_digit(word.ptr[i]) && !is_letter(word.ptr[i])
            && word.ptr[i] != '-')
            return false;
    }
    return digits && word.len >= ID_MIN;
}

static bool is_one_of(const char *const *list, size_t count,
                      struct rs_span word)
{
    for (size_t i = 0; i < count; i++) {
        if (rs_span_equal_nocase(rs_span_of(list[i]), word))
            return true;
    }
    return false;
}

/* "zen.spamhaus.org", but neither "1.2.0.192.zen..." nor one with a key. */
static bool is_public_domain(struct rs_span word)
{
    struct rs_span rest = word, label;

    while (!is_one_of(public_domains, COUNT(public_domains), rest)) {
        if (!rs_take_until(&rest, '.', &label)
            || !is_one_of(public_labels, COUNT(public_labels), label))
            return false;
    }
    return true;
}

/* An address stands behind, in brackets: "mx[192.0.2.1]". */
static bool before_address(struct rs_span rest)
{
    struct rs_span inside;
    struct rs_addr addr;

    return rs_take(&rest, "[") && rs_take_until(&rest, ']', &inside)
           && rs_addr_parse(inside, &addr);
}

/* Why WORD is a name whatever it reads: the prefix of its pseudonym. */
static const char *name_prefix(const struct scrub *s, struct rs_span word,
                               struct rs_span after)
{
    if (!s->angle && !s->quote
        && rs_span_equal_nocase(word, RS_SPAN("unknown")))
        return NULL; /* what servers say where there is no name */
    if (s->prefix != NULL)
        return s->prefix;
    if (s->angle || s->quote)
        return "user";
    if (before_address(after))
        return "host";
    if (s->before == '(' && after.len > 0 && after.ptr[0] == ',')
        return "account"; /* passwd-file(alice,192.0.2.1) */
    return NULL;
}

static const char *kind_of(struct rs_span word)
{
    bool letters = false, dots = false;

    for (size_t i = 0; i < word.len; i++) {
        letters |=
            is_letter(word.ptr[i]) || (unsigned char)word.ptr[i] >= 0x80;
        dots |= word.ptr[i] == '.';
    }
    if (letters && dots)
        return "domain";
    return is_id(word) ? "id" : "word";
}

/* May WORD stay as it is? */
static bool is_plain(const struct scrub *s, struct rs_span word)
{
    bool process = s->before == '[' && s->rest.len > word.len
                   && s->rest.ptr[word.len] == ']';
    size_t most = s->amount ? AMOUNT_DIGITS
                  : process ? PID_DIGITS
                            : PLAIN_DIGITS;
    bool field = word.len == 1 && s->rest.len > 1 && s->rest.ptr[1] == '=';
    rs_time time;

    return field /* Exim's "H=" */ || rs_vocabulary_has(word)
           || is_number(word, most) || is_reply(word) || is_version(word)
           || is_public_domain(word)
           || rs_when_parse(word, NULL, 0, RS_EDGE_EARLIER, &time);
}

static void advance(struct scrub *s, size_t len)
{
    s->before = s->rest.ptr[len - 1];
    s->rest = rs_span_skip(s->rest, len);
}

static void put_word(struct scrub *s, struct rs_span word)
{
    struct rs_span after = rs_span_skip(s->rest, word.len), address;
    const char *prefix = name_prefix(s, word, after);

    if (rs_pseudonym_address(s->ps, word, &address))
        put(s, address);
    else if (memchr(word.ptr, '@', word.len) != NULL)
        put(s,
            rs_pseudonym_mail(s->ps, prefix == NULL ? "word" : prefix, word));
    else if (prefix == NULL && is_plain(s, word))
        put(s, word);
    else
        put(s, rs_pseudonym(s->ps, prefix == NULL ? kind_of(word) : prefix,
                            word));
}

/* What looks like an IPv6 address at the front of RUN, if only a part of it
 * is one: hex digits with more colons than a time of day has. */
static size_t loose_address(struct rs_span run)
{
    size_t n = 0, colons = 0;
    bool letters = false, gap = false;

    for (; n < run.len && run.ptr[n] != '\0'
           && strchr("0123456789abcdefABCDEF:.", run.ptr[n]) != NULL;
         n++) {
        colons += run.ptr[n] == ':';
        letters |= is_letter(run.ptr[n]);
        gap |= n > 0 && run.ptr[n] == ':' && run.ptr[n - 1] == ':';
    }
    return colons >= 2 && (colons > 2 || letters || gap) ? n : 0;
}

/* An address, a block, an address with a port, or a time with its date: what
 * ":" and "/" do not part. */
static bool take_whole(struct scrub *s)
{
    struct rs_span run = {s->rest.ptr, length_of(s->rest, ":/")}, rest, head;
    struct rs_span name = RS_ABSENT;
    rs_time time;

    run = bare(run);
    rest = run;
    if (run.len == 0)
        return false;
    if (rs_pseudonym_address(s->ps, run, &name)) {
        put(s, name);
    } else if (rs_take_until(&rest, ':', &head)
               && is_number(rest, PLAIN_DIGITS)
               && rs_pseudonym_address(s->ps, head, &name)) {
        put(s, name);
        put(s, rs_span_skip(run, head.len));
    } else if (!s->angle && !s->quote && s->prefix == NULL
               && is_digit(run.ptr[0])
               && rs_when_parse(run, NULL, 0, RS_EDGE_EARLIER, &time)) {
        put(s, run);
    } else if (loose_address(run) > 0) {
        run.len = loose_address(run);
        put(s, rs_pseudonym(s->ps, "client", run));
    } else {
        return false;
    }
    advance(s, run.len);
    return true;
}

/* What a word may begin with that is no part of a name. */
static const char signs[] = {'.', '-', '+', '%', '!', '~', '*', '#', '&',
                             '?', '$', '^', '`', '|', '{', '}', '\''};

static void take_word(struct scrub *s)
{
    struct rs_span core = {s->rest.ptr, length_of(s->rest, "")};

    if (memchr(signs, s->rest.ptr[0], sizeof signs) != NULL) {
        put(s, (struct rs_span){s->rest.ptr, 1});
        advance(s, 1);
        return;
    }
    core = bare(core);
    put_word(s, core);
    s->word = core;
    advance(s, core.len);
}

/* What KEY, a word before "=", says of what stands behind. */
static void note_key(struct scrub *s, struct rs_span key)
{
    s->amount = is_one_of(amounts, COUNT(amounts), key);
    s->prefix = NULL;
    for (size_t i = 0; i < COUNT(name_keys); i++) {
        if (rs_span_equal_nocase(key, rs_span_of(name_keys[i].key)))
            s->prefix = name_keys[i].prefix;
    }
}

/* A byte that is of no word. */
static void take_sign(struct scrub *s)
{
    struct rs_span sign = {s->rest.ptr, 1};
    bool arrow = s->rest.len > 1 && s->rest.ptr[1] == '='; /* Exim: "<=" */

    switch (sign.ptr[0]) {
    case '<': s->angle = !arrow || s->angle; break;
    case '>': s->angle = false; break;
    case '"': s->quote = !s->quote; break;
    case '=': note_key(s, s->word); break;
    default: break;
    }
    if (!s->angle && !s->quote && strchr(" ,;", sign.ptr[0]) != NULL) {
        s->amount = false;
        s->prefix = NULL;
    }
    s->word = RS_ABSENT;
    put(s, sign);
    advance(s, 1);
}

static void take_all(struct scrub *s)
{
    while (s->rest.len > 0 && !s->ps->failed) {
        if (!in_word(s->rest.ptr[0]))
            take_sign(s);
        else if (!take_whole(s))
            take_word(s);
    }
}

/* What stands before the host of LINE is its stamp. */
static void take_head(struct scrub *s, const struct rs_zone *zone)
{
    struct rs_span line = s->rest, host;
    struct rs_clock clock;
    struct rs_record rec;

    rs_clock_start(&clock, zone, 2000);
    if (rs_envelope_take(line, &clock, &rec) == RS_NO_ENVELOPE)
        return;
    host = rec.host;
    if (host.len == 0 || host.ptr < line.ptr
        || host.ptr + host.len > line.ptr + line.len)
        return;
    put(s, rs_span_to(line, host.ptr));
    put(s, rs_pseudonym(s->ps, "host", host));
    advance(s, (size_t)(host.ptr + host.len - line.ptr));
}

static struct rs_span scrub(struct rs_pseudonyms *ps,
                            const struct rs_zone *zone, struct rs_span text)
{
    struct scrub s = {.ps = ps, .rest = text};
    struct rs_span made = RS_ABSENT;

    if (text.len == 0)
        return text;
    s.out = rs_alloc(GROWTH * text.len);
    if (s.out != NULL) {
        if (zone != NULL)
            take_head(&s, zone);
        take_all(&s);
        made = rs_arena_copy(ps->arena, (struct rs_span){s.out, s.len});
    }
    ps->failed |= made.ptr == NULL;
    rs_free(s.out);
    return made;
}

struct rs_span rs_scrub_text(struct rs_pseudonyms *ps, struct rs_span text)
{
    return scrub(ps, NULL, text);
}

struct rs_span rs_scrub_line(struct rs_pseudonyms *ps,
                             const struct rs_zone *zone, struct rs_span line)
{
    return scrub(ps, zone, line);
}

/* Pseudonyms: keyed hashes of names. */
#include "pseudonym.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/random.h>
#include <unistd.h>

#include "relaysleuth/address.h"

#define KEY_FILE_MAX   ((size_t)4096) /* of a file; more makes no better key */
#define NAME_MAX_BYTES 512 /* what is longer is told by its beginning */

/* Any constants: they only make two words of a key out of one file. */
static const struct rs_hash_key halves[2] = {
    {0x72656c6179736c65u, 0x757468206b657930u},
    {0x72656c6179736c65u, 0x757468206b657931u},
};

/* What is in the file PATH, up to SIZE bytes. */
static enum rs_status read_file(const char *path, char *buf, size_t size,
                                size_t *len, struct rs_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), cause;
    ssize_t got = fd < 0 ? -1 : 1;

    *len = 0;
    while (got > 0 && *len < size) {
        got = read(fd, buf + *len, size - *len);
        *len += got > 0 ? (size_t)got : 0;
    }
    cause = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "the key file \"%s\" cannot be read: %s", path,
                       strerror(cause));
    return RS_OK;
}

static enum rs_status read_key(const char *path, struct rs_hash_key *key,
                               struct rs_error *err)
{
    char text[KEY_FILE_MAX];
    size_t len;
    enum rs_status st = read_file(path, text, sizeof text, &len, err);

    if (st != RS_OK)
        return st;
    if (len < RS_KEY_FILE_MIN)
        return rs_fail(err, RS_ERR_CONFIG, NULL, 0,
                       "the key file \"%s\" has less than %zu bytes; fill it"
                       " with random ones",
                       path, RS_KEY_FILE_MIN);
    key->k0 = rs_siphash(&halves[0], text, len);
    key->k1 = rs_siphash(&halves[1], text, len);
    return RS_OK;
}

enum rs_status rs_pseudonym_key(const char *path, struct rs_hash_key *key,
                                struct rs_error *err)
{
    if (path != NULL)
        return read_key(path, key, err);
    if (getrandom(key, sizeof *key, 0) != sizeof *key)
        return rs_fail(err, RS_ERR_IO, NULL, 0, "no random numbers: %s",
                       strerror(errno));
    return RS_OK;
}

/* The digits of NAME: 32 bits, so that among ten thousand names two alike are
 * one chance in a hundred. */
static uint32_t digits_of(const struct rs_pseudonyms *ps, struct rs_span name)
{
    char buf[NAME_MAX_BYTES];

    if (name.len > sizeof buf)
        name.len = sizeof buf;
    while (name.len > 1 && name.ptr[name.len - 1] == '.')
        name.len--;
    rs_span_fold(name, buf);
    return (uint32_t)rs_siphash(&ps->key, buf, name.len);
}

static struct rs_span note(struct rs_pseudonyms *ps, struct rs_span text)
{
    ps->failed |= text.ptr == NULL;
    return text;
}

struct rs_span rs_pseudonym(struct rs_pseudonyms *ps, const char *prefix,
                            struct rs_span name)
{
    if (name.len == 0)
        return name;
    return note(ps, rs_arena_print(ps->arena, "%s-%08" PRIx32, prefix,
                                   digits_of(ps, name)));
}

/* "192.0.2.0/24" without its "/24". */
static bool take_block(struct rs_span name, struct rs_addr *addr)
{
    struct rs_span rest = name, head;
    uint64_t bits;

    return rs_take_until(&rest, '/', &head) && rs_addr_parse(head, addr)
           && rs_take_number(&rest, 128, &bits) && rest.len == 0;
}

bool rs_pseudonym_address(struct rs_pseudonyms *ps, struct rs_span name,
                          struct rs_span *out)
{
    struct rs_addr addr;
    char text[RS_ADDR_TEXT];

    if (take_block(name, &addr)) {
        *out = rs_addr_is_loopback(&addr)
                   ? note(ps, rs_arena_copy(ps->arena, name))
                   : rs_pseudonym(ps, "network", name);
        return true;
    }
    if (!rs_addr_parse(name, &addr) || rs_addr_is_absent(&addr))
        return false;
    rs_addr_format(&addr, text);
    *out = rs_addr_is_loopback(&addr)
               ? note(ps, rs_arena_copy(ps->arena, rs_span_of(text)))
               : rs_pseudonym(ps, "client", rs_span_of(text));
    return true;
}

struct rs_span rs_pseudonym_domain(struct rs_pseudonyms *ps,
                                   struct rs_span name)
{
    struct rs_span below = name;

    if (!rs_take(&below, ".") || below.len == 0)
        return rs_pseudonym(ps, "domain", name);
    below = rs_pseudonym(ps, "domain", below);
    return note(ps, rs_arena_print(ps->arena, ".%.*s", RS_SPAN_ARG(below)));
}

struct rs_span rs_pseudonym_mail(struct rs_pseudonyms *ps, const char *prefix,
                                 struct rs_span name)
{
    struct rs_span local, domain, address;

    rs_mail_split(name, &local, &domain);
    if (domain.ptr == NULL)
        return rs_pseudonym(ps, prefix, name);
    local = rs_pseudonym(ps, "user", local);
    if (!rs_pseudonym_address(ps, domain, &address))
        address = rs_pseudonym_domain(ps, domain);
    return note(ps, rs_arena_print(ps->arena, "%.*s@%.*s", RS_SPAN_ARG(local),
                                   RS_SPAN_ARG(address)));
}

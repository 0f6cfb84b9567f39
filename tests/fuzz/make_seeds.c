/* Writes the samples of all parsers as seeds of the fuzz targets:
 * `make_seeds DIR` fills DIR/envelope, DIR/source, DIR/tracker, a folder a
 * parser and one a filter. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "relaysleuth/parser.h"

/* Archives of "one\ntwo\n", and entries of the journal. */
#define GZIP                                                                  \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\xcf\x4b\xe5\x2a\x29\xcf"    \
    "\xe7\x02\x00\xe6\x0b\xba\x12\x08\x00\x00\x00"
#define XZ                                                                    \
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16"    \
    "\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x07\x6f\x6e\x65\x0a\x74\x77\x6f"    \
    "\x0a\x00\x51\xab\x9e\xaf\x57\x75\x70\x49\x00\x01\x20\x08\xbb\x19\xd9"    \
    "\xbb\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a"
#define ZSTD                                                                  \
    "\x28\xb5\x2f\xfd\x04\x58\x41\x00\x00\x6f\x6e\x65\x0a\x74\x77\x6f\x0a"    \
    "\xe6\xa6\x0e\x40"
#define BZIP2                                                                 \
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xa7\x14\x2b\x77\x00\x00\x02"    \
    "\xc1\x80\x00\x10\x02\x01\x84\x80\x20\x00\x21\x80\x0c\x02\x38\xf5\x1b"    \
    "\x8b\xb9\x22\x9c\x28\x48\x53\x8a\x15\xbb\x80"
#define ENTRY                                                                 \
    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795451574326999\n_HOSTNAME=mx1\n"    \
    "SYSLOG_IDENTIFIER=postfix/qmgr\nSYSLOG_PID=9\n"

static const struct {
    const char *folder;
    struct rs_span bytes;
} others[] = {
    {"gzip", RS_SPAN(GZIP)},
    {"xz", RS_SPAN(XZ)},
    {"zstd", RS_SPAN(ZSTD)},
    {"bzip2", RS_SPAN(BZIP2)},
    {"journal", RS_SPAN(ENTRY "MESSAGE=A: removed\n\n" ENTRY
                              "MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n\n")},
};

static const struct {
    const char *name, *text;
} configurations[] = {
    {"postfix",
     "myhostname = mx1.example.org\nmydestination = $myhostname, ${a?b.c}, "
     "hash:/etc/postfix/table\nmynetworks = !192.0.2.66 192.0.2.0/24 "
     "[2001:db8::]/32 cidr:/table\nrelay_domains = pgsql:x /table\n"
     "smtp inet n - y - - smtpd -o { mynetworks = 192.0.2.1 }\n"},
    {"exim",
     "OWN = a.example\n.ifdef OWN\n.include_if_exists /table.inc\n.endif\n"
     "domainlist local_domains = @ : OWN : +b : lsearch;/table : ${if "
     "exists{/table}{x.y}{}}\ndomainlist b = *.c.example : !d\n"
     "hostlist relay_from_hosts = <; ::1 ; 192.0.2.0/24 ; /table\n"},
    {"sendmail",
     "Cwlocalhost a.example\nFw-o /etc/mail/table %[^\\#]\nDjmx1.example.org\n"
     "Kaccess hash -T<TMPF> /etc/mail/access\nConnect:192.0.2 RELAY\n"
     "R$+ < @ $* $=m > $@ RELAY\nIPv6:2001:db8 RELAY\nTo:b.example RELAY\n"},
    {"sendmail-mc",
     "divert(0)\ndefine(`confCW_FILE', `/etc/mail/table')dnl\n"
     "FEATURE(`use_cw_file')\nFEATURE(`access_db', `hash -o /access.db')\n"
     "LOCAL_DOMAIN(`a.example b.example')\nCRc.example\n192.0 RELAY\n"},
};

static void die(const char *path)
{
    perror(path);
    exit(EXIT_FAILURE);
}

static void make_folder(const char *dir, const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        die(path);
}

static void write_seed(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(data, 1, size, file) != size
        || fclose(file) != 0)
        die(path);
}

/* One file a sample: DIR/FOLDER/PARSER-NUMBER. */
static void write_samples(const char *dir, const char *folder,
                          const struct rs_parser *parser)
{
    char path[PATH_MAX];

    make_folder(dir, folder);
    for (size_t i = 0; parser->samples[i] != NULL; i++) {
        const char *text = parser->samples[i];

        snprintf(path, sizeof path, "%s/%s/%s-%03zu", dir, folder,
                 parser->name, i);
        write_seed(path, text, strlen(text));
    }
}

static void write_other(const char *dir, const char *folder, const char *name,
                        struct rs_span bytes)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s/%s", dir, folder, name);
    write_seed(path, bytes.ptr, bytes.len);
}

int main(int argc, char **argv)
{
    struct rs_parser_set set;

    if (argc != 2) {
        fputs("usage: make_seeds DIR\n", stderr);
        return 2;
    }
    if (rs_parser_set_open(&set, NULL) != RS_OK)
        die("parsers");
    make_folder(argv[1], "");
    make_folder(argv[1], "pattern_file"); /* the files that are built in do */
    for (size_t i = 0; i < set.count; i++) {
        write_samples(argv[1], "envelope", set.parsers[i]);
        write_samples(argv[1], "source", set.parsers[i]);
        write_samples(argv[1], "tracker", set.parsers[i]);
        write_samples(argv[1], set.parsers[i]->name, set.parsers[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        make_folder(argv[1], others[i].folder);
        write_other(argv[1], others[i].folder, others[i].folder,
                    others[i].bytes);
        write_other(argv[1], "source", others[i].folder, others[i].bytes);
    }
    make_folder(argv[1], "import");
    for (size_t i = 0; i < sizeof configurations / sizeof *configurations; i++)
        write_other(argv[1], "import", configurations[i].name,
                    rs_span_of(configurations[i].text));
    rs_parser_set_close(&set);
    return EXIT_SUCCESS;
}

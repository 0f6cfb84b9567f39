/* What the readers of configurations share. */
#ifndef RELAYSLEUTH_IMPORT_PARTS_H
#define RELAYSLEUTH_IMPORT_PARTS_H

#include "import.h"
#include "relaysleuth/address.h"
#include "relaysleuth/arena.h"
#include "relaysleuth/entries.h"
#include "relaysleuth/file.h"

/* Stands in a text for what is not known. */
#define IMPORT_GAP '\x01'

/* A fact and where it was read. */
struct import_fact {
    struct rs_span value;  /* a domain or a block as text */
    struct rs_addr prefix; /* of a block, */
    unsigned bits;         /* of 128 */
    bool excluded;
    unsigned source; /* number of the configuration */
    struct rs_span evidence;
};

/* The facts of one class. */
struct import_class {
    struct import_fact *items;
    size_t count, capacity;
    size_t begin;    /* of the list that is being read */
    size_t excluded; /* how many of that list are */
    bool told;       /* some configuration says what it is, */
    bool unknown;    /* but not all of it can be listed */
    struct rs_span *remarks;
    size_t remark_count, remark_capacity;
};

/* Where the configuration lies. */
struct import_root {
    char folder[RS_PATH]; /* as it was named */
    char real[RS_PATH];   /* without links */
    char prefix[RS_PATH]; /* of the machine that it is of; "" for this one */
    const char *home;     /* where the folder was there, or NULL */
    bool live;            /* it is this machine's */
};

struct rs_import {
    struct rs_arena *arena; /* all texts */
    struct import_class classes[RS_SITE_CLASSES];
    unsigned source;
    struct import_root root;
    size_t files, bytes; /* read so far */
    bool lost;           /* no memory: what is here is not all */
};

/* What is being read, and where it stands. */
struct import_at {
    enum rs_site_class class;
    const char *setting; /* "relay_domains" */
    const char *file;    /* of the value */
    unsigned long line;  /* 0: it is the default */
    bool negated;        /* after "!" */
    bool below;          /* a domain stands for all below it, too */
    bool dotted;         /* what has no dot is no domain */
};

/* ---- import_facts.c ---- */

/* The configuration tells all classes, but for what import_unlisted() says. */
void import_told(struct rs_import *in);
/* A list of facts begins, whose exclusions concern nothing before it. */
void import_begin(struct rs_import *in, enum rs_site_class class);
/* "example.org"; ".example.org" and "*.example.org" for all below. */
void import_domain(struct rs_import *in, const struct import_at *at,
                   struct rs_span domain);
/* "192.0.2.0/24", "[2001:db8::]/32", an address; false when it is none.  Bits
 * behind the prefix do not matter. */
bool import_block(struct rs_import *in, const struct import_at *at,
                  struct rs_span block);
/* The first BITS (of 128) of PREFIX. */
void import_prefix(struct rs_import *in, const struct import_at *at,
                   const struct rs_addr *prefix, unsigned bits);
/* A printf-style reason why something cannot be listed, "pgsql:x cannot be
 * listed": the class is unknown. */
void import_unlisted(struct rs_import *in, const struct import_at *at,
                     const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A remark that changes nothing. */
void import_remark(struct rs_import *in, const struct import_at *at,
                   const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Tell SITE the facts of the classes that are not settled, and settle those
 * that are known. */
enum rs_status import_tell(struct rs_import *in, struct rs_site *site,
                           struct rs_error *err);

/* ---- import_files.c ---- */

/* The configuration lies in FOLDER; HOMES, which ends with NULL, are the
 * folders where it is usually. */
enum rs_status import_root_open(struct rs_import *in, const char *folder,
                                const char *const *homes,
                                struct rs_error *err);
/* Where the file or folder lies that the configuration calls PATH: never a
 * file of this machine when the configuration is of another.  In a copy it may
 * be called PATH.txt. */
bool import_find(const struct rs_import *in, struct rs_span path,
                 char out[RS_PATH]);
/* Read the file that the configuration calls PATH.  On failure WHY, if it is
 * not NULL, has the reason as a clause: "is not there". */
bool import_load(struct rs_import *in, struct rs_span path,
                 struct rs_entries *file, const char **why);
/* Read PATH as it is: the configuration itself. */
enum rs_status import_open(struct rs_import *in, const char *path,
                           struct rs_entries *file, struct rs_error *err);
/* The next line as it stands, blanks around it removed. */
bool import_next_line(struct rs_entries *file, struct rs_span *line,
                      unsigned long *number);
/* The first word of the file that the configuration calls PATH, such as
 * /etc/mailname, or absent. */
struct rs_span import_word(struct rs_import *in, const char *path);
/* Full name of the host that the configuration is of, or absent. */
struct rs_span import_host_name(struct rs_import *in);
bool import_is_folder(const char *path);
/* The folder that the file PATH lies in.  Returns FOLDER. */
const char *import_folder(const char *path, char folder[RS_PATH]);
/* TEXT when it is a path or a name that can be shown, else "...": it may be a
 * query with a password in it. */
struct rs_span import_shown(struct rs_span text);

/* ---- import_text.c ---- */

/* A text that grows, up to a ceiling. */
struct import_text {
    char *ptr; /* rs_free() it; NULL when empty */
    size_t len, capacity;
    bool full; /* it did not fit, or there was no memory */
};
#define IMPORT_TEXT_MAX ((size_t)1 << 18)

void import_put(struct import_text *text, struct rs_span s);
void import_put_char(struct import_text *text, char c);
struct rs_span import_text_span(const struct import_text *text);
/* What stands in braces at the front of S, without them; they may be nested.
 */
bool import_take_braces(struct rs_span *s, char open, char close,
                        struct rs_span *out);
/* Letters, digits and "_" at the front of S. */
bool import_take_name(struct rs_span *s, struct rs_span *out);

/* ---- import_program.c ---- */

/* Run ARGV, which ends with NULL and begins with a path, without a shell, and
 * read what it writes to standard output.  What it says elsewhere is dropped:
 * it may hold passwords.  False when it fails or takes long. */
bool import_run(const char *const *argv, struct import_text *out);

extern const struct rs_importer rs_importer_exim;
extern const struct rs_importer rs_importer_postfix;
extern const struct rs_importer rs_importer_sendmail;

#endif

/* The inside of the reader of Sendmail's configuration. */
#ifndef RELAYSLEUTH_IMPORT_SENDMAIL_PARTS_H
#define RELAYSLEUTH_IMPORT_SENDMAIL_PARTS_H

#include "import_parts.h"

/* A word of a class: "w" (names of this host), "R" (who may relay), "m" (its
 * domains), "VirtHost". */
struct sendmail_word {
    struct rs_span class, word;
    const char *file;
    unsigned long line;
};

struct sendmail {
    struct rs_import *in;
    const char *file; /* sendmail.cf, sendmail.mc, or the folder */
    struct sendmail_word *words;
    size_t count, capacity;
    struct rs_span host, domain;        /* $j, $m; absent when not told */
    unsigned long host_line;            /* where $j is told, in `file` */
    struct rs_span access, mailertable; /* paths; absent when there is none */
    struct rs_span *local; /* domains that mailertable delivers here, */
    size_t local_count, local_capacity;
    struct rs_span *refused; /* and those that it refuses */
    size_t refused_count, refused_capacity;
    bool hosts_only;    /* a domain of class R is not all below it */
    bool entire_domain; /* all below class m may relay */
    bool lacks_names;   /* a file of class w cannot be read */
};

/* ---- import_sendmail_cf.c ---- */

/* Read sendmail.cf. */
void sendmail_read_cf(struct sendmail *sm, struct rs_entries *file);
/* One line of it. */
void sendmail_take_line(struct sendmail *sm, struct rs_span line,
                        const char *file, unsigned long number);
/* The words of TEXT are in CLASS. */
void sendmail_add_words(struct sendmail *sm, struct rs_span class,
                        struct rs_span text, const char *file,
                        unsigned long line);
/* What stands behind the name of a class of files: "-o /path %[^\#]". */
void sendmail_read_class(struct sendmail *sm, struct rs_span class,
                         struct rs_span what, const char *file,
                         unsigned long line);
/* The file of a map: the last word of "hash -o /etc/mail/access.db", without
 * the ending of the database. */
struct rs_span sendmail_map_path(struct rs_span map);

/* ---- import_sendmail_mc.c: what sendmail.cf is made from. ---- */
void sendmail_read_mc(struct sendmail *sm, struct rs_entries *file);

/* ---- import_sendmail_access.c ---- */

/* "192.0.2" (all below), "IPv6:2001:db8"; false when TEXT is none. */
bool sendmail_take_block(struct rs_span text, struct rs_addr *prefix,
                         unsigned *bits);
/* The facts of the access map. */
void sendmail_read_access(struct sendmail *sm);
/* DOMAIN is one that we take mail for. */
void sendmail_add_domain(struct sendmail *sm, struct import_at at,
                         struct rs_span domain);

#endif

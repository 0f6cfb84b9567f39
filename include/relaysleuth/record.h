/* One log line with its envelope taken off. */
#ifndef RELAYSLEUTH_RECORD_H
#define RELAYSLEUTH_RECORD_H

#include "relaysleuth/span.h"
#include "relaysleuth/time.h"

/* Where a line stands.  Findings quote it as their evidence. */
struct rs_place {
    uint64_t offset; /* of its first byte in the decompressed text */
    uint32_t line;   /* 1-based */
    uint32_t source; /* index of the input */
};

/* All spans borrow from the line. */
struct rs_record {
    struct rs_place place;
    rs_time time;
    struct rs_span host;    /* the logging host; empty when not logged */
    struct rs_span program; /* "postfix/smtpd", "dovecot", "sm-mta" */
    uint32_t pid;           /* 0 when absent */
    struct rs_span text;    /* what the program itself wrote */
    uint32_t count;         /* `message repeated N times: [ text ]`; else 1 */
    /* A further part of a line that was too long for syslog; not a line of
     * its own. */
    bool continued;
    bool cut; /* and this is the first part of one: the rest is not here */
};

#endif

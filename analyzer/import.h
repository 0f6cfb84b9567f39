/* What is ours, from the configuration of a mail server. */
#ifndef RELAYSLEUTH_IMPORT_H
#define RELAYSLEUTH_IMPORT_H

#include "relaysleuth/option.h"
#include "relaysleuth/site.h"

struct rs_import;

/* A mail server whose configuration can be read. */
struct rs_importer {
    const char *name;    /* "postfix" */
    const char *path;    /* what is named: "DIR" */
    const char *summary; /* of that */
    /* Read PATH.  What cannot be read of it makes a class unknown; it is an
     * error (RS_ERR_CONFIG) when nothing can. */
    enum rs_status (*read)(struct rs_import *in, const char *path,
                           struct rs_error *err);
};
extern const struct rs_importer *const rs_importers[]; /* ends with NULL */

/* Tell SITE what the configurations named by --site-from say of the classes
 * that options and configuration files do not tell.  Of several configurations
 * each may know something: all of it is ours.  A class that one of them cannot
 * list is left to learning, and a remark says why. */
enum rs_status rs_import_site(struct rs_site *site,
                              const struct rs_settings *settings,
                              struct rs_error *err);

/* The same of one configuration, "TYPE:PATH". */
enum rs_status rs_import_one(struct rs_site *site, struct rs_span from,
                             struct rs_error *err);

#endif

/* Where the configuration is. */
#ifndef RELAYSLEUTH_CONFIGURATION_H
#define RELAYSLEUTH_CONFIGURATION_H

#include "relaysleuth/option.h"

/* Read the file named by --config, or else those of the system that there
 * are (options.h).  Any failure is RS_ERR_CONFIG, or RS_ERR_NOMEM. */
enum rs_status rs_configuration_read(struct rs_settings *settings,
                                     struct rs_error *err);

/* Call FN for each file of FOLDER (which may be missing) whose name ends with
 * SUFFIX, in the order of their names, until it fails. */
typedef enum rs_status rs_folder_fn(void *ctx, const char *path,
                                    struct rs_error *err);
enum rs_status rs_folder_each(const char *folder, struct rs_span suffix,
                              rs_folder_fn *fn, void *ctx,
                              struct rs_error *err);

#endif

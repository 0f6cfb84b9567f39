/* Where the configuration is. */
#ifndef RELAYSLEUTH_CONFIGURATION_H
#define RELAYSLEUTH_CONFIGURATION_H

#include "relaysleuth/option.h"

/* Read the file named by --config, or else those of the system that there
 * are (options.h).  Any failure is RS_ERR_CONFIG, or RS_ERR_NOMEM. */
enum rs_status rs_configuration_read(struct rs_settings *settings,
                                     struct rs_error *err);

#endif

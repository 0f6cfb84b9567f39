/* Files that appear whole or not at all, and private folders for a while. */
#ifndef RELAYSLEUTH_FILE_H
#define RELAYSLEUTH_FILE_H

#include <stdio.h>

#include "relaysleuth/error.h"

typedef enum rs_status rs_fill_fn(void *ctx, FILE *out, struct rs_error *err);

/* Write PATH with FILL, which need not check OUT for errors: beside it first,
 * then into its place, so that whoever reads it finds the old file or the new
 * one and nothing between.  A file that exists keeps its permissions; links
 * are followed; devices and pipes are written to as they are. */
enum rs_status rs_file_write(const char *path, rs_fill_fn *fill, void *ctx,
                             struct rs_error *err);

/* Where temporary files go when TOLD is NULL or empty: $TMPDIR, or /tmp. */
const char *rs_temp_folder(const char *told);

#define RS_PATH 4096
/* Make a folder in the folder TEMP that nobody else can look into. */
enum rs_status rs_private_folder(const char *temp, char path[RS_PATH],
                                 struct rs_error *err);
/* Remove a folder and the files in it; there are no folders in it. */
void rs_folder_remove(const char *path);

#endif

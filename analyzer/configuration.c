/* Where the configuration is. */
#include "configuration.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "talk.h"

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

enum rs_status rs_folder_each(const char *folder, struct rs_span suffix,
                              rs_folder_fn *fn, void *ctx,
                              struct rs_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_shown, by_bytes);
    enum rs_status st = RS_OK;

    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];

        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (st == RS_OK
            && rs_span_ends(rs_span_of(entries[i]->d_name), suffix))
            st = fn(ctx, path, err);
        free(entries[i]);
    }
    free(entries);
    return st;
}

static enum rs_status read_file(void *ctx, const char *path,
                                struct rs_error *err)
{
    struct rs_settings *settings = ctx;
    enum rs_status st = rs_settings_file(settings, path, err);

    if (st == RS_OK && rs_settings_flag(settings, "verbose"))
        rs_say("configuration: ", rs_span_of(path));
    return st;
}

/* The file named by --config, or those of the system. */
static enum rs_status read_files(struct rs_settings *settings,
                                 struct rs_error *err)
{
    const struct rs_value *config = rs_settings_value(settings, "config");
    enum rs_status st = RS_OK;

    if (config != NULL)
        return read_file(settings, config->text.ptr, err);
    if (access(RS_CONFIG_FILE, F_OK) == 0)
        st = read_file(settings, RS_CONFIG_FILE, err);
    return st == RS_OK ? rs_folder_each(RS_CONFIG_FOLDER, RS_SPAN(".cf"),
                                        read_file, settings, err)
                       : st;
}

enum rs_status rs_configuration_read(struct rs_settings *settings,
                                     struct rs_error *err)
{
    enum rs_status st = read_files(settings, err);

    return st == RS_ERR_IO ? RS_ERR_CONFIG : st;
}

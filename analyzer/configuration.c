/* Where the configuration is. */
#include "configuration.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "talk.h"

static int is_config(const struct dirent *entry)
{
    struct rs_span name = rs_span_of(entry->d_name);

    return name.ptr[0] != '.' && rs_span_ends(name, RS_SPAN(".cf"));
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum rs_status read_file(struct rs_settings *settings, const char *path,
                                struct rs_error *err)
{
    enum rs_status st = rs_settings_file(settings, path, err);

    if (st == RS_OK && rs_settings_flag(settings, "verbose"))
        rs_say("configuration: ", rs_span_of(path));
    return st;
}

static enum rs_status read_folder(struct rs_settings *settings,
                                  struct rs_error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(RS_CONFIG_FOLDER, &entries, is_config, by_bytes);
    enum rs_status st = RS_OK;

    for (int i = 0; i < count; i++) {
        char path[sizeof RS_CONFIG_FOLDER + sizeof entries[i]->d_name];

        snprintf(path, sizeof path, RS_CONFIG_FOLDER "/%s",
                 entries[i]->d_name);
        if (st == RS_OK)
            st = read_file(settings, path, err);
        free(entries[i]);
    }
    free(entries);
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
    return st == RS_OK ? read_folder(settings, err) : st;
}

enum rs_status rs_configuration_read(struct rs_settings *settings,
                                     struct rs_error *err)
{
    enum rs_status st = read_files(settings, err);

    return st == RS_ERR_IO ? RS_ERR_CONFIG : st;
}

/* Fuzz target: the readers of mail servers' configurations.  The input is the
 * configuration, and each table that it may name. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "import.h"
#include "relaysleuth/file.h"

static const struct {
    const char *from; /* TYPE: */
    const char *files[4];
} targets[] = {
    {"postfix", {"main.cf", "master.cf", "table", NULL}},
    {"exim", {"exim.conf", "table", "table.inc", NULL}},
    {"sendmail", {"sendmail.cf", "access", "table", NULL}},
    {"sendmail", {"sendmail.mc", "access", "table", NULL}},
};

static void write_file(const char *folder, const char *name,
                       const uint8_t *data, size_t size)
{
    char path[2 * RS_PATH];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    out = fopen(path, "wb");
    fuzz_check(out != NULL && fwrite(data, 1, size, out) == size);
    fuzz_check(fclose(out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        char folder[RS_PATH], from[2 * RS_PATH];
        struct rs_site *site = rs_site_new();
        struct rs_error err = {0};

        fuzz_check(site != NULL
                   && rs_private_folder(NULL, folder, NULL) == RS_OK);
        for (size_t f = 0; targets[i].files[f] != NULL; f++)
            write_file(folder, targets[i].files[f], data, size);
        snprintf(from, sizeof from, "%s:%s", targets[i].from, folder);
        if (rs_import_one(site, rs_span_of(from), &err) != RS_OK)
            fuzz_check(err.status == RS_ERR_CONFIG && err.text[0] != '\0');
        rs_folder_remove(folder);
        rs_site_free(site);
    }
    return 0;
}

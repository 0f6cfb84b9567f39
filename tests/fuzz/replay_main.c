/* Gives a fuzz target the files named, and those in the folders named, so
 * that its seeds run without a fuzzing engine. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "fuzz.h"

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    uint8_t *data = NULL;
    size_t size = 0;
    bool ok = file != NULL && fstat(fileno(file), &st) == 0;

    if (ok) {
        size = (size_t)st.st_size;
        data = malloc(size > 0 ? size : 1);
        ok = data != NULL && fread(data, 1, size, file) == size;
    }
    if (ok)
        LLVMFuzzerTestOneInput(data, size);
    else
        fprintf(stderr, "%s: cannot read\n", path);
    free(data);
    if (file != NULL)
        fclose(file);
    return ok;
}

static bool replay(const char *path, int depth);

static bool replay_folder(const char *path, int depth)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char name[4096];
    bool ok = folder != NULL && depth > 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        ok = ok && replay(name, depth - 1);
    }
    if (folder != NULL)
        closedir(folder);
    return ok;
}

static bool replay(const char *path, int depth)
{
    struct stat st;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return replay_folder(path, depth);
    return replay_file(path);
}

int main(int argc, char **argv)
{
    int status = EXIT_SUCCESS;

    for (int i = 1; i < argc; i++) {
        if (!replay(argv[i], 8))
            status = EXIT_FAILURE;
    }
    return status;
}

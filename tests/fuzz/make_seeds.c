/* Writes the samples of all parsers as seeds of the fuzz targets:
 * `make_seeds DIR` fills DIR/envelope, DIR/source and a folder a parser. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "relaysleuth/parser.h"

/* "one\ntwo\n" */
static const unsigned char archive[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
    0xcb, 0xcf, 0x4b, 0xe5, 0x2a, 0x29, 0xcf, 0xe7, 0x02, 0x00,
    0xe6, 0x0b, 0xba, 0x12, 0x08, 0x00, 0x00, 0x00};

static void die(const char *path)
{
    perror(path);
    exit(EXIT_FAILURE);
}

static void make_folder(const char *dir, const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        die(path);
}

static void write_seed(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(data, 1, size, file) != size
        || fclose(file) != 0)
        die(path);
}

/* One file a sample: DIR/FOLDER/PARSER-NUMBER. */
static void write_samples(const char *dir, const char *folder,
                          const struct rs_parser *parser)
{
    char path[PATH_MAX];

    make_folder(dir, folder);
    for (size_t i = 0; parser->samples[i] != NULL; i++) {
        const char *text = parser->samples[i];

        snprintf(path, sizeof path, "%s/%s/%s-%03zu", dir, folder,
                 parser->name, i);
        write_seed(path, text, strlen(text));
    }
}

int main(int argc, char **argv)
{
    struct rs_parser_set set;
    char path[PATH_MAX];

    if (argc != 2) {
        fputs("usage: make_seeds DIR\n", stderr);
        return 2;
    }
    if (rs_parser_set_open(&set, NULL) != RS_OK)
        die("parsers");
    make_folder(argv[1], "");
    for (size_t i = 0; i < set.count; i++) {
        write_samples(argv[1], "envelope", set.parsers[i]);
        write_samples(argv[1], "source", set.parsers[i]);
        write_samples(argv[1], set.parsers[i]->name, set.parsers[i]);
    }
    snprintf(path, sizeof path, "%s/source/gzip", argv[1]);
    write_seed(path, archive, sizeof archive);
    rs_parser_set_close(&set);
    return EXIT_SUCCESS;
}

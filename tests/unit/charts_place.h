/* Folders for a test of the charts, and what is in them. */
#ifndef RELAYSLEUTH_TESTS_CHARTS_PLACE_H
#define RELAYSLEUTH_TESTS_CHARTS_PLACE_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../reports/charts.h"
#include "relaysleuth/file.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* 2026-11-23 16:32:52 UTC, a Monday */
#define MONDAY ((rs_time)1795451572 * RS_SECOND)

/* A folder for temporary files and one for the charts. */
struct place {
    char temp[RS_PATH], target[RS_PATH];
    char path[PATH_MAX]; /* where programs are found otherwise */
    char said[512];      /* the last note */
};

static struct place place;

static inline int open_place(void **state)
{
    const char *path = getenv("PATH");

    (void)state;
    snprintf(place.path, sizeof place.path, "%s", path == NULL ? "" : path);
    place.said[0] = '\0';
    if (rs_private_folder(NULL, place.temp, NULL) != RS_OK)
        return -1;
    return rs_private_folder(NULL, place.target, NULL) == RS_OK ? 0 : -1;
}

static inline int close_place(void **state)
{
    (void)state;
    setenv("PATH", place.path, 1);
    rs_folder_remove(place.temp);
    rs_folder_remove(place.target);
    return 0;
}

static inline size_t files_in(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder)) != NULL;)
        count += e->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* The text of NAME in FOLDER; returns new, or NULL when there is none. */
static inline char *content_of(const char *folder, const char *name)
{
    char path[RS_PATH + 64];
    size_t size = 0;
    char *text = NULL;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0)
        text[0] = '\0';
    fclose(file);
    return text;
}

static inline void expect_content(const char *what, const char *folder,
                                  const char *name, const char *expected)
{
    char *text = content_of(folder, name);

    if (text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s, %s:\n%s\nexpected:\n%s", what, name,
                 text == NULL ? "(none)" : text, expected);
    free(text);
}

#define PLACED(test)                                                          \
    cmocka_unit_test_setup_teardown(test, open_place, close_place)

#endif

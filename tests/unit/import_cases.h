/* Configurations in a temporary folder, and what is read from them in one
 * line: "local a.example b.example; relay? .c.example; networks !192.0.2.9",
 * where "?" stands behind a class that cannot be listed whole. */
#ifndef RELAYSLEUTH_TESTS_IMPORT_CASES_H
#define RELAYSLEUTH_TESTS_IMPORT_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <ftw.h>
#include <sys/stat.h>

#include "import.h"
#include "relaysleuth/file.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { CASE_FILES = 4, CASE_TEXT = 4096 };

struct import_case {
    const char *name;
    const char *from; /* "postfix:etc/postfix", below the folder */
    struct {
        const char *path, *text;
    } files[CASE_FILES]; /* below the folder */
    const char *expected;
    const char *remark; /* a part of one; NULL: there is none */
};

/* FOLDER/PATH, with the folders that it lies in. */
static inline void write_file(const char *folder, const char *path,
                              struct rs_span text)
{
    char name[2 * RS_PATH];
    FILE *out;

    for (const char *slash = strchr(path, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        snprintf(name, sizeof name, "%s/%.*s", folder, (int)(slash - path),
                 path);
        mkdir(name, 0700);
    }
    snprintf(name, sizeof name, "%s/%s", folder, path);
    out = fopen(name, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text.ptr, 1, text.len, out), text.len);
    assert_int_equal(fclose(out), 0);
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void make_folder(char folder[RS_PATH])
{
    assert_int_equal(rs_private_folder(NULL, folder, NULL), RS_OK);
}

static inline void remove_folder(const char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline size_t put_class(char *out, const char *word, bool settled,
                               struct rs_fact_list list)
{
    size_t len =
        (size_t)snprintf(out, CASE_TEXT, "%s%s", word, settled ? "" : "?");

    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i].source, "builtin") != 0)
            len += (size_t)snprintf(out + len, CASE_TEXT - len, " %.*s",
                                    RS_SPAN_ARG(list.items[i].value));
    assert_true(len < CASE_TEXT);
    return len;
}

/* The site in one line. */
static inline void write_site(const struct rs_site *site,
                              char out[3 * CASE_TEXT])
{
    struct rs_report report = {0};
    struct rs_arena *arena = rs_arena_new();

    assert_non_null(arena);
    assert_int_equal(rs_site_facts(site, arena, &report), RS_OK);
    out += put_class(out, "local", rs_site_settled(site, RS_SITE_LOCAL),
                     report.local_domains);
    out += put_class(out, "; relay", rs_site_settled(site, RS_SITE_RELAY),
                     report.relay_domains);
    put_class(out, "; networks", rs_site_settled(site, RS_SITE_NETWORKS),
              report.networks);
    rs_arena_free(arena);
}

static inline bool has_remark(const struct rs_site *site, const char *part)
{
    for (int i = 0; i < RS_SITE_CLASSES; i++) {
        struct rs_span remark = RS_SPAN("");

        for (size_t n = 0; remark.ptr != NULL; n++) {
            remark = rs_site_remark_at(site, (enum rs_site_class)i, n);
            if (remark.ptr != NULL
                && (part == NULL
                    || rs_span_find(remark, rs_span_of(part)) != NULL))
                return true;
        }
    }
    return false;
}

static inline struct rs_span from_folder(const char *from, const char *folder,
                                         char out[2 * RS_PATH])
{
    const char *colon = strchr(from, ':');

    snprintf(out, 2 * RS_PATH, "%.*s:%s/%s", (int)(colon - from), from, folder,
             colon + 1);
    return rs_span_of(out);
}

static inline void check_case(const struct import_case *c)
{
    char folder[RS_PATH], from[2 * RS_PATH], text[3 * CASE_TEXT] = "";
    struct rs_site *site = rs_site_new();
    struct rs_error err = {0};

    make_folder(folder);
    for (size_t i = 0; i < CASE_FILES && c->files[i].path != NULL; i++)
        write_file(folder, c->files[i].path, rs_span_of(c->files[i].text));
    if (rs_import_one(site, from_folder(c->from, folder, from), &err) == RS_OK)
        write_site(site, text);
    else
        snprintf(text, sizeof text, "error: %s", err.text);
    remove_folder(folder);
    if (strcmp(text, c->expected) != 0)
        fail_msg("%s: %s\nnot %s", c->name, text, c->expected);
    if (has_remark(site, c->remark) != (c->remark != NULL))
        fail_msg("%s: %s \"%s\"", c->name,
                 c->remark == NULL ? "a remark" : "no remark",
                 c->remark == NULL ? "" : c->remark);
    rs_site_free(site);
}

static inline void check_cases(const struct import_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_case(&cases[i]);
}

#endif

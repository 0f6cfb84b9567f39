/* Parsers that a site adds, and patterns that take too long. */
#include "parsers.h"

#include "configuration.h"
#include "options.h"

enum rs_status rs_parsers_load(struct rs_parser_set *set, const char *path,
                               struct rs_error *err)
{
    enum rs_status st = rs_parser_set_load(set, path, err);

    return st == RS_ERR_IO ? RS_ERR_CONFIG : st;
}

static enum rs_status load(void *ctx, const char *path, struct rs_error *err)
{
    return rs_parsers_load(ctx, path, err);
}

enum rs_status rs_parsers_open(const struct rs_settings *settings,
                               struct rs_parser_set *set, struct rs_error *err)
{
    size_t count;
    const struct rs_value *values =
        rs_settings_values(settings, "parser", &count);
    enum rs_status st = rs_parser_set_open(set, err);

    if (st == RS_OK && rs_settings_value(settings, "config") == NULL)
        st = rs_folder_each(RS_PARSERS_FOLDER, RS_SPAN(".parser"), load, set,
                            err);
    for (size_t i = 0; i < count && st == RS_OK; i++)
        st = rs_parsers_load(set, values[i].text.ptr, err);
    return st;
}

void rs_parsers_gave_up(struct rs_file *file, const struct rs_parser *parser,
                        unsigned long line)
{
    struct rs_gave_up *list = file->gave_up;
    size_t i = 0;

    while (i < file->gave_up_count
           && (list[i].parser != parser || list[i].line != line))
        i++;
    if (i == RS_GAVE_UP_KEPT) {
        file->gave_up_other++;
        return;
    }
    if (i == file->gave_up_count) {
        list[i] = (struct rs_gave_up){parser, line, 0};
        file->gave_up_count++;
    }
    list[i].lines++;
}

void rs_parsers_warn(struct rs_run *run, const struct rs_file *file)
{
    for (size_t i = 0; i < file->gave_up_count; i++) {
        const struct rs_gave_up *g = &file->gave_up[i];

        rs_run_warn(run, rs_arena_print(run->arena,
                                        "%s: parser %s gave up on %llu"
                                        " line%s, since the pattern in line"
                                        " %lu of %s takes too many steps;"
                                        " %s not understood",
                                        file->input.path.ptr, g->parser->name,
                                        (unsigned long long)g->lines,
                                        g->lines == 1 ? "" : "s", g->line,
                                        g->parser->file,
                                        g->lines == 1 ? "it is" : "they are"));
    }
    if (file->gave_up_other > 0)
        rs_run_warn(run,
                    rs_arena_print(run->arena,
                                   "%s: other patterns gave up on %llu"
                                   " lines",
                                   file->input.path.ptr,
                                   (unsigned long long)file->gave_up_other));
}

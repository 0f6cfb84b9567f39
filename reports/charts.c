/* The charts: gnuplot draws them all in one process, from constant scripts and
 * files in a folder of our own. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "charts.h"
#include "gnuplot.h"
#include "relaysleuth/file.h"

static const struct chart_kind *const kinds[] = {
    &rs_chart_messages, &rs_chart_unauthorized, &rs_chart_refusals,
    &rs_chart_heatmap,  &rs_chart_senders,      &rs_chart_refused,
};
#define KINDS (sizeof kinds / sizeof *kinds)

/* The charts of one report on their way. */
struct drawing {
    const struct rs_folder *target;
    const char *ending; /* "svg" */
    char folder[RS_PATH];
    struct chart charts[KINDS];
    bool drawn[KINDS]; /* there is data for it */
};

static enum rs_status write_data(struct drawing *d,
                                 const struct rs_report *report,
                                 struct rs_error *err)
{
    for (size_t i = 0; i < KINDS; i++) {
        struct chart *chart = &d->charts[i];

        d->drawn[i] = kinds[i]->has_data(report);
        if (!d->drawn[i])
            continue;
        chart->report = report;
        chart->folder = d->folder;
        chart->name = kinds[i]->name;
        kinds[i]->write(chart);
        if (chart->failed)
            return rs_fail(err, RS_ERR_IO, rs_temp_folder(d->target->temp_dir),
                           0, "cannot write temporary files: %s",
                           strerror(chart->error));
    }
    return RS_OK;
}

static void send(struct rs_gnuplot *gnuplot, const char *script)
{
    rs_gnuplot_send(gnuplot, rs_span_of(script));
}

static enum rs_status draw(struct drawing *d, struct rs_error *err)
{
    struct rs_gnuplot gnuplot;
    enum rs_status st = rs_gnuplot_start(&gnuplot, d->folder, err);

    if (st != RS_OK)
        return st;
    send(&gnuplot,
         strcmp(d->ending, "png") == 0 ? rs_script_png : rs_script_svg);
    for (size_t i = 0; i < KINDS; i++) {
        if (!d->drawn[i])
            continue;
        send(&gnuplot, kinds[i]->head);
        send(&gnuplot, rs_script_head);
        for (size_t j = 0; kinds[i]->scripts[j] != NULL; j++)
            send(&gnuplot, kinds[i]->scripts[j]);
    }
    return rs_gnuplot_finish(&gnuplot, err);
}

/* PATH of the file of chart I in FOLDER. */
static bool path_of(const struct drawing *d, size_t i, const char *folder,
                    char path[RS_PATH])
{
    int n =
        snprintf(path, RS_PATH, "%s/%s.%s", folder, kinds[i]->name, d->ending);

    return n > 0 && n < RS_PATH;
}

/* A drawing on its way to where it was asked for. */
struct passage {
    FILE *in;
    struct rs_span title;
    bool svg;
};

static void put_xml(FILE *out, struct rs_span s)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        default: fputc(s.ptr[i], out);
        }
    }
}

/* gnuplot calls every drawing "Gnuplot", for readers of the screen too, and
 * its SVG knows no bold but as the name of a font. */
static void pass_line(const struct passage *p, struct rs_span line, FILE *out)
{
    const struct rs_span bold = RS_SPAN("\"sans-serif:Bold\"");
    const char *at = rs_span_find(line, bold);

    if (rs_span_starts(line, RS_SPAN("<title>Gnuplot</title>"))) {
        fputs("<title>", out);
        put_xml(out, p->title);
        fputs("</title>\n", out);
    } else if (rs_span_starts(line, RS_SPAN("<desc>Produced by"))) {
        return; /* the version would make equal charts differ */
    } else if (at != NULL) {
        fwrite(line.ptr, 1, (size_t)(at - line.ptr), out);
        fputs("\"sans-serif\" font-weight=\"bold\"", out);
        at += bold.len;
        fwrite(at, 1, line.len - (size_t)(at - line.ptr), out);
    } else {
        fwrite(line.ptr, 1, line.len, out);
    }
}

static enum rs_status pass(void *ctx, FILE *out, struct rs_error *err)
{
    const struct passage *p = ctx;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = getline(&line, &size, p->in)) > 0) {
        struct rs_span text = {line, (size_t)len};

        if (p->svg)
            pass_line(p, text, out);
        else
            fwrite(text.ptr, 1, text.len, out);
    }
    free(line);
    if (ferror(p->in))
        return rs_fail(err, RS_ERR_IO, NULL, 0, "cannot be read back");
    return RS_OK;
}

static enum rs_status move_chart(const struct drawing *d, size_t i,
                                 struct rs_error *err)
{
    char from[RS_PATH], to[RS_PATH];
    struct passage passage = {.title = d->charts[i].title};
    enum rs_status st;

    if (!path_of(d, i, d->folder, from) || !path_of(d, i, d->target->path, to))
        return rs_fail(err, RS_ERR_IO, d->target->path, 0,
                       "the path is too long");
    passage.svg = strcmp(d->ending, "svg") == 0;
    passage.in = fopen(from, "re");
    if (passage.in == NULL)
        return rs_fail(err, RS_ERR_IO, to, 0, "gnuplot has not drawn it");
    st = rs_file_write(to, pass, &passage, err);
    fclose(passage.in);
    return st;
}

/* A chart that is left from an earlier report would tell of that one. */
static void remove_old(const struct drawing *d, size_t i)
{
    char path[RS_PATH];

    if (path_of(d, i, d->target->path, path))
        unlink(path);
}

static enum rs_status move_all(const struct drawing *d, struct rs_error *err)
{
    enum rs_status st = RS_OK;

    for (size_t i = 0; i < KINDS && st == RS_OK; i++) {
        if (d->drawn[i])
            st = move_chart(d, i, err);
        else
            remove_old(d, i);
    }
    return st;
}

static bool any_drawn(const struct drawing *d)
{
    for (size_t i = 0; i < KINDS; i++)
        if (d->drawn[i])
            return true;
    return false;
}

static enum rs_status make_all(struct drawing *d,
                               const struct rs_report *report,
                               struct rs_error *err)
{
    enum rs_status st = write_data(d, report, err);

    if (st == RS_OK && any_drawn(d))
        st = draw(d, err);
    return st == RS_OK ? move_all(d, err) : st;
}

/* Whoever interrupts us waits until the folder is gone again.  gnuplot is not
 * protected. */
static void hold_signals(sigset_t *before)
{
    static const int held[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigset_t signals;

    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        sigaddset(&signals, held[i]);
    sigprocmask(SIG_BLOCK, &signals, before);
}

static void note_missing(const struct drawing *d)
{
    char text[256] = "";

    for (size_t i = 0; i < KINDS; i++) {
        size_t len = strlen(text);

        if (!d->drawn[i])
            snprintf(text + len, sizeof text - len, "%s %s.%s",
                     len == 0 ? "charts: no data for" : ",", kinds[i]->name,
                     d->ending);
    }
    if (text[0] != '\0' && d->target->note != NULL)
        d->target->note(rs_span_of(text));
}

static enum rs_status charts_fill(const struct rs_report *report,
                                  const struct rs_style *style,
                                  const struct rs_folder *folder,
                                  struct rs_error *err)
{
    struct drawing d = {
        .target = folder,
        .ending = style->variant == NULL ? "svg" : style->variant,
    };
    struct rs_error cause = {0};
    enum rs_status st;
    sigset_t before;

    hold_signals(&before);
    st = rs_private_folder(folder->temp_dir, d.folder, &cause);
    if (st == RS_OK) {
        st = make_all(&d, report, &cause);
        rs_folder_remove(d.folder);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (st != RS_OK)
        return rs_fail(err, st,
                       cause.where[0] == '\0' ? "charts" : cause.where, 0,
                       "%s", cause.text);
    note_missing(&d);
    return RS_OK;
}

static const char *const variants[] = {"svg", "png", NULL};

const struct rs_reporter rs_reporter_charts = {
    .name = "charts",
    .summary = "pictures, several in a folder, drawn by gnuplot",
    .variants = variants,
    .fill = charts_fill,
};

/* A bar that says how far the reading is. */
#include "progress.h"

#include <string.h>

#include "relaysleuth/text.h"

#define PATIENCE  RS_SECOND       /* what is read sooner shows no bar */
#define EVERY     (RS_SECOND / 5) /* so often at most it is drawn */
#define BAR       24              /* columns of the bar itself */
#define NAME_SIZE 512

/* Erase the line and stand at its beginning. */
#define ERASE "\r\033[K"

void rs_progress_begin(struct rs_progress *progress, FILE *out, unsigned width,
                       uint64_t total, rs_time now)
{
    *progress = (struct rs_progress){
        .out = out,
        .width = width,
        .total = total,
        .begun = now,
        .drawn = RS_TIME_NONE,
    };
}

/* "[#####     ]  21 %", or how many megabytes were read. */
static int draw_amount(struct rs_progress *progress)
{
    uint64_t done = progress->done;
    char bar[BAR + 1];

    if (progress->total == 0)
        return fprintf(progress->out, ERASE "%llu MB",
                       (unsigned long long)(done / 1000000))
               - (int)strlen(ERASE);
    memset(bar, ' ', BAR);
    bar[BAR] = '\0';
    memset(bar, '#', (size_t)((double)done / (double)progress->total * BAR));
    return fprintf(progress->out, ERASE "[%s] %3u %%", bar,
                   (unsigned)((double)done / (double)progress->total * 100))
           - (int)strlen(ERASE);
}

/* As much of NAME, its end, as fits on the line. */
static void draw_name(struct rs_progress *progress, const char *name,
                      unsigned used)
{
    char text[NAME_SIZE];
    size_t len, room;

    rs_text_terminal(text, sizeof text, rs_span_of(name));
    len = strlen(text);
    room = progress->width > used + 3 ? progress->width - used - 3 : 0;
    fprintf(progress->out, "  %s", text + (len > room ? len - room : 0));
}

void rs_progress_show(struct rs_progress *progress, const char *name,
                      uint64_t read, rs_time now)
{
    uint64_t done = progress->before + read;
    int used;

    if (progress->out == NULL || now - progress->begun < PATIENCE
        || (progress->drawn != RS_TIME_NONE && now - progress->drawn < EVERY))
        return;
    progress->drawn = now;
    if (progress->total > 0 && done > progress->total)
        done = progress->total; /* it grows while it is read */
    if (done > progress->done)
        progress->done = done;
    used = draw_amount(progress);
    draw_name(progress, name, used > 0 ? (unsigned)used : 0);
    fflush(progress->out);
}

void rs_progress_finish_input(struct rs_progress *progress, uint64_t size)
{
    progress->before += size;
}

void rs_progress_end(struct rs_progress *progress)
{
    if (progress->out != NULL && progress->drawn != RS_TIME_NONE) {
        fputs(ERASE, progress->out);
        fflush(progress->out);
    }
    progress->out = NULL;
}

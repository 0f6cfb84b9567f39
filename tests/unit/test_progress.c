/* The bar of progress: when it is drawn, what it shows, and that it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "../../analyzer/progress.h"

#define BEGIN ((rs_time)1795451572 * RS_SECOND)

/* A terminal that is a piece of memory.  It must stay where it is. */
struct screen {
    FILE *out;
    char *text;
    size_t size, seen;
};

static void open_screen(struct screen *screen)
{
    *screen = (struct screen){.out = NULL};
    screen->out = open_memstream(&screen->text, &screen->size);
    assert_non_null(screen->out);
}

/* Since the last call TEXT was written, and nothing else. */
static void shows(struct screen *screen, const char *text)
{
    fflush(screen->out);
    assert_string_equal(screen->text + screen->seen, text);
    screen->seen = screen->size;
}

static void close_screen(struct screen *screen)
{
    fclose(screen->out);
    free(screen->text);
}

static void test_bar(void **state)
{
    struct screen screen;
    struct rs_progress progress;

    (void)state;
    open_screen(&screen);
    rs_progress_begin(&progress, screen.out, 80, 400, BEGIN);
    rs_progress_show(&progress, "a.log", 50, BEGIN + RS_SECOND - 1);
    shows(&screen, "");
    rs_progress_show(&progress, "a.log", 100, BEGIN + RS_SECOND);
    shows(&screen, "\r\033[K[######                  ]  25 %  a.log");
    rs_progress_show(&progress, "a.log", 150, BEGIN + RS_SECOND + 1);
    shows(&screen, "");
    rs_progress_finish_input(&progress, 200);
    rs_progress_show(&progress, "b.log", 100, BEGIN + 2 * RS_SECOND);
    shows(&screen, "\r\033[K[##################      ]  75 %  b.log");
    /* It is read once more, from its beginning. */
    rs_progress_show(&progress, "b.log", 0, BEGIN + 3 * RS_SECOND);
    shows(&screen, "\r\033[K[##################      ]  75 %  b.log");
    rs_progress_show(&progress, "b.log", 999, BEGIN + 4 * RS_SECOND);
    shows(&screen, "\r\033[K[########################] 100 %  b.log");
    rs_progress_end(&progress);
    shows(&screen, "\r\033[K");
    rs_progress_show(&progress, "b.log", 100, BEGIN + 5 * RS_SECOND);
    rs_progress_end(&progress);
    shows(&screen, "");
    close_screen(&screen);
}

/* A pipe has no size; a name may be long, and may be hostile. */
static void test_words(void **state)
{
    struct screen screen;
    struct rs_progress progress;

    (void)state;
    open_screen(&screen);
    rs_progress_begin(&progress, screen.out, 80, 0, BEGIN);
    rs_progress_show(&progress, "-", 12345678, BEGIN + RS_SECOND);
    shows(&screen, "\r\033[K12 MB  -");
    rs_progress_begin(&progress, screen.out, 20, 0, BEGIN);
    rs_progress_show(&progress, "/var/log/a/long/name.log", 0,
                     BEGIN + RS_SECOND);
    shows(&screen, "\r\033[K0 MB  long/name.log");
    rs_progress_begin(&progress, screen.out, 80, 0, BEGIN);
    rs_progress_show(&progress, "a\033[31m", 0, BEGIN + RS_SECOND);
    shows(&screen, "\r\033[K0 MB  a\\x1b[31m");
    rs_progress_begin(&progress, screen.out, 3, 0, BEGIN);
    rs_progress_show(&progress, "a.log", 0, BEGIN + RS_SECOND);
    shows(&screen, "\r\033[K0 MB  ");
    close_screen(&screen);
}

/* What was over soon leaves nothing, and nobody watches a file. */
static void test_nothing(void **state)
{
    struct screen screen;
    struct rs_progress progress;

    (void)state;
    open_screen(&screen);
    rs_progress_begin(&progress, screen.out, 80, 100, BEGIN);
    rs_progress_show(&progress, "a.log", 100, BEGIN + 1);
    rs_progress_end(&progress);
    shows(&screen, "");
    rs_progress_begin(&progress, NULL, 0, 100, BEGIN);
    rs_progress_show(&progress, "a.log", 100, BEGIN + RS_HOUR);
    rs_progress_end(&progress);
    close_screen(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Series on top of each other, and where the panels that show them are. */
#include <inttypes.h>

#include "charts.h"

struct chart_stack chart_stack_of(const struct rs_report *report,
                                  const struct chart_layer *layers)
{
    struct chart_stack stack = {.count = 0};

    for (; layers->series != NULL && stack.count < CHART_LAYERS; layers++) {
        const struct rs_series *series = chart_series(report, layers->series);

        if (chart_sum(series) == 0)
            continue;
        stack.series[stack.count] = series;
        stack.layers[stack.count++] = layers;
    }
    return stack;
}

void chart_stack_keys(struct chart *chart, const struct chart_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        uint64_t sum = chart_sum(stack->series[i]);

        if (stack->within && i > 0)
            sum -= chart_sum(stack->series[i - 1]);
        chart_key_count(chart, stack->layers[i]->color, stack->layers[i]->text,
                        sum);
    }
}

/* One point of the outline of each layer: SECONDS from the begin, as high
 * as in bucket AT.  Without any layer there is one of nothing. */
static uint64_t put_point(FILE *file, const struct chart_stack *stack,
                          uint64_t seconds, size_t at)
{
    uint64_t sum = 0;

    fprintf(file, "%" PRIu64, seconds);
    for (size_t i = 0; i < stack->count; i++) {
        uint64_t value = stack->series[i]->values[at];

        sum = stack->within ? value : sum + value;
        fprintf(file, "\t%" PRIu64, sum);
    }
    fputs(stack->count == 0 ? "\t0\n" : "\n", file);
    return sum;
}

/* Is bucket AT as the one after it? */
static bool goes_on(const struct chart_stack *stack, size_t at)
{
    for (size_t i = 0; i < stack->count; i++)
        if (stack->series[i]->values[at] != stack->series[i]->values[at + 1])
            return false;
    return true;
}

/* Steps: a point where each begins and one where it ends. */
uint64_t chart_stack_write(struct chart *chart, const char *ending,
                           const struct chart_stack *stack)
{
    const struct rs_series *first = &chart->report->series[0];
    FILE *file = chart_open(chart, ending);
    uint64_t highest = 0;

    for (size_t i = 0; file != NULL && i < first->count; i++) {
        uint64_t begin = (uint64_t)i * first->bucket_seconds, sum;

        if (i == 0 || !goes_on(stack, i - 1)) {
            sum = put_point(file, stack, begin, i);
            if (sum > highest)
                highest = sum;
        }
        if (i + 1 == first->count || !goes_on(stack, i))
            put_point(file, stack, begin + first->bucket_seconds, i);
    }
    chart_close(chart, file);
    return highest;
}

uint64_t chart_seconds(const struct rs_report *report)
{
    if (report->series_count == 0)
        return 0;
    return (uint64_t)report->series[0].count
           * report->series[0].bucket_seconds;
}

void chart_layout_write(struct chart *chart, const struct chart_layout *layout)
{
    FILE *file = chart_open(chart, "num");

    if (file != NULL)
        fprintf(file,
                "%u\t%" PRIu64 "\t%" PRIu64 "\t%u\t%u\t%" PRIu64
                "\t%u\t%u\t%zu\n",
                layout->height, chart_seconds(chart->report), layout->end1,
                layout->top1, layout->bottom1, layout->end2, layout->top2,
                layout->bottom2, layout->rows);
    chart_close(chart, file);
}

/* Edit distance, and the nearest of several names. */
#include "relaysleuth/nearest.h"

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static char letter(struct rs_span s, size_t i)
{
    return s.ptr[i] == '_' ? '-' : s.ptr[i];
}

/* Insertions, deletions, changes and swaps of neighbours that make B of A;
 * both are at most RS_NEAREST_MAX long. */
static unsigned edit_distance(struct rs_span a, struct rs_span b)
{
    unsigned d[RS_NEAREST_MAX + 1][RS_NEAREST_MAX + 1];

    for (unsigned i = 0; i <= a.len; i++)
        d[i][0] = i;
    for (unsigned j = 0; j <= b.len; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        for (size_t j = 1; j <= b.len; j++) {
            char x = letter(a, i - 1), y = letter(b, j - 1);

            d[i][j] = least(d[i - 1][j - 1] + (x != y),
                            least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && x == letter(b, j - 2)
                && y == letter(a, i - 2))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.len][b.len];
}

void rs_nearest_try(struct rs_nearest *search, const char *known)
{
    struct rs_span other = rs_span_of(known);
    unsigned d;

    if (search->name.len > RS_NEAREST_MAX || other.len > RS_NEAREST_MAX)
        return;
    d = edit_distance(search->name, other);
    if (d > search->name.len / 3
        || (search->found != NULL && d >= search->distance))
        return;
    search->distance = d;
    search->found = known;
}

/* Pace: does more happen than is usual here, and since when? */
#include "pace.h"

enum {
    BEYOND = 3,    /* times the usual rate: office hours reach 2.5 of it */
    LEAST = 1000,  /* taken away in an hour, thousandths */
    PROVEN = 4000, /* by chance it is reached in one run of a thousand */
    NEAR = 1000,   /* one event */
    MOST = 6000    /* six hours of calm end any run */
};
static const rs_time memory = 28 * RS_DAY;
static const rs_time calm = MOST / LEAST * RS_HOUR; /* ends any run */

/* How much an hour takes away.  A day without events stands for the time
 * before the log. */
static int64_t hourly(const struct pace *pace)
{
    int64_t usual = pace->events / ((pace->time + RS_DAY) / RS_HOUR);

    return usual * BEYOND > LEAST ? usual * BEYOND : LEAST;
}

/* What goes on for a third of the time is the usual, too. */
static void learn(struct pace *pace, rs_time time, int32_t events)
{
    pace->time += time;
    pace->events += events;
    if (pace->time > memory) {
        pace->time /= 2;
        pace->events /= 2;
    }
}

/* A run that ended in calm says nothing of the usual.  One that ended because
 * its pace became the usual one has a tail like the rest of it. */
static void forget_run(struct pace *pace)
{
    int64_t run_time = (pace->high - pace->since) / RS_SECOND;
    int64_t tail_time = (pace->at - pace->high) / RS_SECOND;

    if (2 * pace->tail * run_time < pace->run * tail_time)
        pace->events -= pace->run + pace->tail;
    if (pace->events < 0)
        pace->events = 0;
}

bool pace_pass(struct pace *pace, rs_time now)
{
    rs_time elapsed = now - pace->at;
    int64_t loss;

    if (pace->at == 0 || elapsed > memory)
        elapsed = memory;
    loss = hourly(pace)
           * ((elapsed < calm ? elapsed : calm) / (RS_SECOND / 1000))
           / (RS_HOUR / (RS_SECOND / 1000));
    if (loss <= 0) /* too short to count; it will be longer */
        return false;
    learn(pace, pace->at == 0 ? 0 : elapsed, 0);
    pace->at = now;
    if (loss < pace->sum) {
        pace->sum -= (int32_t)loss;
        return false;
    }
    loss = pace->sum;
    if (pace->proven)
        forget_run(pace);
    pace->sum = pace->top = 0;
    pace->proven = false;
    return loss > 0;
}

bool pace_add(struct pace *pace, int32_t thousandths)
{
    learn(pace, 0, thousandths);
    if (pace->sum == 0) {
        pace->since = pace->at;
        pace->run = pace->tail = 0;
    }
    pace->sum += thousandths;
    pace->tail += thousandths;
    if (pace->sum > MOST)
        pace->sum = MOST;
    if (pace->sum >= PROVEN)
        pace->proven = true;
    if (pace->sum > pace->top)
        pace->top = pace->sum;
    if (pace->sum + NEAR <= pace->top)
        return false;
    pace->high = pace->at;
    pace->run += pace->tail;
    pace->tail = 0;
    return true;
}

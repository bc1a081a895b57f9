/* bench/stopwatch.h - clocks, and the middle of what they said several times. */
#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H
#include <stdbool.h>

double stopwatch_processor_s(void); /* of this process, all threads */
double stopwatch_wall_s(void);

/* Sorts the values. count >= 1. */
double median_of(double *values, int count);

/* What a program took. */
struct usage {
  double wall_s, processor_s, resident_mb; /* the most memory at once */
  bool done;                               /* it ended well */
};

/* Runs a program to its end, its standard output thrown away; arguments end with NULL. */
struct usage usage_of(char *const arguments[]);
#endif

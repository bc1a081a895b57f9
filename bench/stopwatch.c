/* bench/stopwatch.c - clocks of the system, medians, and programs run as children. */
#include "stopwatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double clock_s(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double stopwatch_processor_s(void)
{
  return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

double stopwatch_wall_s(void)
{
  return clock_s(CLOCK_MONOTONIC);
}

static int compare_double(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double median_of(double *values, int count)
{
  qsort(values, (size_t)count, sizeof *values, compare_double);
  return count % 2 == 1 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

static double seconds(struct timeval time)
{
  return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

struct usage usage_of(char *const arguments[])
{
  int status = 0;
  struct rusage usage = {0};
  fflush(stdout); /* or the child would print it again */
  const double start_s = stopwatch_wall_s();
  const pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stdout) != NULL) execv(arguments[0], arguments);
    _exit(127);
  }
  const bool ended = child > 0 && wait4(child, &status, 0, &usage) == child;
  return (struct usage){
      .wall_s = stopwatch_wall_s() - start_s,
      .processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime),
      .resident_mb = (double)usage.ru_maxrss / 1024,
      .done = ended && WIFEXITED(status) && WEXITSTATUS(status) == 0,
  };
}

/* bench/size.c - time and memory of worlds of several sizes.
 *
 *   size DIDYMIUM WORLD FOLDER [SIZE_MAX [SECONDS_MAX]]
 *
 * The flagship's world grows in two ways (flagship_world.c): more plants in the same places, and copies of the whole in
 * a ring, linked by arcs. Three years, hence three windows, of each size 1, 2, 4 ... SIZE_MAX (default 8; at most 128);
 * a way of growing ends where the next size would take more than SECONDS_MAX of processor time (default 60), were it to
 * grow as from the size before to this one. A ratio is time or memory over that of size 1 times how many times the
 * unknowns there are: 1 where the cost goes with the size. Fails when a run fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

enum { PATH_BYTES = 1024, SIZES_MAX = 8, YEARS = 3 };

struct bench {
  char *didymium, *world, *folder;
  int size_max;
  double seconds_max;
};

struct point {
  int size, unknowns; /* unknowns: of the first window */
  struct usage usage;
};

/* The first number of unknowns that a summary names; 0: none. */
static int unknowns_read(const char *path)
{
  static const char key[] = "\"unknowns\":";
  int unknowns = 0;
  char line[4096];
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  while (unknowns == 0 && fgets(line, sizeof line, file) != NULL) {
    const char *at = strstr(line, key);
    if (at != NULL) unknowns = atoi(at + strlen(key));
  }
  fclose(file);
  return unknowns;
}

static bool point_measure(const struct bench *bench, bool copies, struct point *point)
{
  char scenario[PATH_BYTES], output[PATH_BYTES], summary[PATH_BYTES], size[16], years[16];
  snprintf(scenario, sizeof scenario, "%s/flagship.yaml", bench->folder);
  snprintf(output, sizeof output, "%s/run", bench->folder);
  snprintf(summary, sizeof summary, "%s/run/summary.json", bench->folder);
  snprintf(size, sizeof size, "%d", point->size);
  snprintf(years, sizeof years, "%d", YEARS);
  char *const world[] = {bench->world, bench->folder, copies ? "1" : size, copies ? size : "1", years, NULL};
  if (!usage_of(world).done) return false;
  point->usage = usage_of((char *[]){bench->didymium, "run", scenario, "-o", output, "--quiet", NULL});
  point->unknowns = unknowns_read(summary);
  return point->usage.done && point->unknowns > 0;
}

static void point_print(const struct point *point)
{
  printf("# %8d %10d %10.2f %10.2f %10.0f\n", point->size, point->unknowns, point->usage.processor_s,
         point->usage.wall_s, point->usage.resident_mb);
  fflush(stdout); /* the next one takes longer */
}

/* Processor seconds that the size after the last one should take. */
static double next_s(const struct point *points, int count)
{
  const double last = points[count - 1].usage.processor_s;
  if (count == 1) return 2 * last;
  const double grown = last / points[count - 2].usage.processor_s;
  return last * (grown > 2 ? grown : 2);
}

/* One way of growing; returns how many sizes there were, 0 when a run failed. */
static int grow(const struct bench *bench, bool copies, struct point *points)
{
  int count = 0;
  printf("# %s\n# %8s %10s %10s %10s %10s\n",
         copies ? "copies of the world in a ring" : "more plants in the same places", "size", "unknowns", "processor",
         "wall s", "memory MB");
  for (int size = 1; size <= bench->size_max && count < SIZES_MAX; size *= 2) {
    if (count > 0 && next_s(points, count) > bench->seconds_max) {
      printf("# size %d is left out: it would take some %.0f s\n", size, next_s(points, count));
      break;
    }
    points[count].size = size;
    if (!point_measure(bench, copies, &points[count])) return 0;
    point_print(&points[count++]);
  }
  return count;
}

static void ratios_print(const char *name, const struct point *points, int count)
{
  for (int k = 1; k < count; k++) {
    const double times = (double)points[k].unknowns / points[0].unknowns;
    printf("# ratio time a condition, %d %s / one: %.2f\n", points[k].size, name,
           points[k].usage.processor_s / points[0].usage.processor_s / times);
    printf("# ratio memory a condition, %d %s / one: %.2f\n", points[k].size, name,
           points[k].usage.resident_mb / points[0].usage.resident_mb / times);
  }
}

int main(int argc, char **argv)
{
  static const char *const names[] = {"times the plants", "copies"};
  if (argc < 4) return fprintf(stderr, "usage: size DIDYMIUM WORLD FOLDER [SIZE_MAX [SECONDS_MAX]]\n"), 2;
  const struct bench bench = {argv[1], argv[2], argv[3], argc > 4 ? atoi(argv[4]) : 8, argc > 5 ? atof(argv[5]) : 60};
  struct point points[SIZES_MAX];
  bool all = true;
  for (int way = 0; way < 2; way++) {
    const int count = grow(&bench, way == 1, points);
    ratios_print(names[way], points, count);
    all &= count > 0;
    printf("%sok %d - worlds with more %s are solved\n", count > 0 ? "" : "not ", way + 1,
           way == 1 ? "copies" : "plants");
  }
  printf("1..2\n");
  return all ? 0 : 1;
}

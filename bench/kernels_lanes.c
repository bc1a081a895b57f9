/* bench/kernels_lanes.c - the solver's lanes, a kernel at a time. Compiled for 1, 4 and 8 lanes.
 *
 * The matrix is the model's linear part with ones added to the diagonal, in all lanes the model's own numbers; the
 * kernels are the solver's (leaves and lanes_factor; lanes_forward and lanes_backward with the leaves; lanes_terms and
 * lanes_condition). In a solve the steps of the path (lanes_step.c) come in between, which are not timed here.
 */
#include "kernels.h"

#include "solver/lanes_rows.h"
#include "stopwatch.h"

#define kernels_measure LANES_NAME(kernels_measure)

enum { SUMS = 12, PEAK_PASSES = 2000, STREAMS = 8 };

#if LANES == 1
typedef double number; /* compilers do better with it than with a vector of one */
#define number_fma(a, b, c) ((a) * (b) + (c))
#else
typedef lane number;
#define number_fma lane_fma
#endif

struct bench {
  struct lanes *lanes;
  number *array; /* [array_count] */
  int array_count;
};

/* Keeps the compiler from leaving out what nobody reads. */
static inline void keep(number value)
{
  __asm__ volatile("" : : "m"(value) : "memory");
}

/* Sums of products in registers, independent of each other. */
static void peak_pass(struct bench *)
{
  const number zero = {0};
  number sum[SUMS], factor = zero + 0.5, term = zero + 1;
  __asm__ volatile("" : "+m"(factor), "+m"(term));
  for (int k = 0; k < SUMS; k++) sum[k] = zero + k;
  for (int pass = 0; pass < PEAK_PASSES; pass++) {
#pragma GCC unroll 12
    for (int k = 0; k < SUMS; k++) sum[k] = number_fma(factor, sum[k], term);
  }
  for (int k = 0; k < SUMS; k++) keep(sum[k]);
}

static void stream_pass(struct bench *bench)
{
  const number zero = {0};
  number sum[STREAMS];
  for (int a = 0; a < STREAMS; a++) sum[a] = zero;
  for (int k = 0; k < bench->array_count; k += STREAMS) {
#pragma GCC unroll 8
    for (int a = 0; a < STREAMS; a++) sum[a] += bench->array[k + a];
  }
  for (int a = 0; a < STREAMS; a++) keep(sum[a]);
}

/* As lanes_step.c has it, but for what pivots are made of; the right side goes along. */
static void elimination_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  const struct layout *layout = s->layout;
  const int *target = layout->target, *const entry = layout->number_entry - layout->n;
  lane *const x = s->ahead.dx;
  for (int i = 0; i < layout->n; i++) s->numbers[i] = lanes_entry(s, layout->own_place[i]) + lane_all(1);
  for (int k = layout->n; k < layout->numbers_count; k++) s->numbers[k] = lane_all(layout->value[entry[k]]);
  for (int k = 0; k < layout->leaf_count; k++) {
    target = leaf_eliminate(s, k, target);
    x[k] = s->right[k] * s->numbers[k];
  }
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_forward(s, i, s->right[i], x);
  lanes_factor(s, x);
}

static void substitution_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  const struct layout *layout = s->layout;
  lane *const x = s->ahead.dx;
  for (int i = 0; i < layout->leaf_count; i++) x[i] = s->right[i] * s->numbers[i];
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_forward(s, i, s->right[i], x);
  lanes_forward(s, x);
  lanes_backward(s, x);
  for (int i = 0; i < layout->leaf_count; i++) x[i] = leaf_backward(s, i, x);
}

static void evaluation_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  lanes_terms(s, s->here.x, lane_all(0.01));
  for (int i = 0; i < s->layout->n; i++) s->before.x[i] = lanes_condition(s, i, s->here.x);
}

/* Largest relative defect of ahead.dx as the solution of (A + 1) x = right. */
static double defect_of(const struct lanes *s)
{
  const struct layout *layout = s->layout;
  double largest = 0;
  for (int i = 0; i < layout->n; i++) {
    lane sum = s->ahead.dx[i] - s->right[i], size = lane_abs(s->right[i]);
    for (int p = layout->entry_start[i]; p < layout->entry_start[i + 1]; p++) {
      const lane part = lanes_entry(s, p) * s->ahead.dx[layout->entry_column[p]];
      sum += part;
      size += lane_abs(part);
    }
    for (int l = 0; l < LANES; l++) {
      const double defect = fabs(sum[l]) / size[l];
      if (!(defect <= largest)) largest = isnan(defect) ? HUGE_VAL : defect;
    }
  }
  return largest;
}

static struct bench bench_new(const struct layout *layout, const struct lanes_task *task, struct arena *arena)
{
  struct lanes *s = lanes_new(task, arena);
  for (int l = 0; l < LANES; l++) lanes_load(s, l, layout->model);
  for (int i = 0; i < layout->n; i++) {
    s->here.x[i] = lane_all(1);
    s->right[i] = lane_all(1 + 0.1 * (i % 7));
  }
  const int numbers = layout->fronts->panel_count + layout->numbers_count;
  struct bench bench = {.lanes = s, .array_count = numbers / STREAMS * STREAMS};
  bench.array = arena_alloc(arena, (size_t)numbers, sizeof(lane));
  for (int k = 0; k < numbers; k++) bench.array[k] = (number){0} + 1; /* pages that nobody wrote to are all one */
  return bench;
}

static double rate_of(void (*pass)(struct bench *), struct bench *bench, double seconds)
{
  const double start_s = stopwatch_processor_s();
  double now_s = start_s;
  int passes = 0;
  for (; now_s < start_s + seconds; now_s = stopwatch_processor_s(), passes++) pass(bench);
  return passes / (now_s - start_s);
}

void kernels_measure(const struct layout *layout, double seconds, struct kernel_rates *rates, struct arena *scratch)
{
  const struct arena_mark mark = arena_mark(scratch);
  const struct lanes_task task = {.layout = layout, .problems = &layout->model, .count = 1};
  struct bench bench = bench_new(layout, &task, scratch);
  rates->peak = 2.0 * LANES * SUMS * PEAK_PASSES * rate_of(peak_pass, &bench, seconds);
  rates->passes[KERNEL_ELIMINATION] = rate_of(elimination_pass, &bench, seconds);
  rates->passes[KERNEL_SUBSTITUTION] = rate_of(substitution_pass, &bench, seconds);
  rates->defect = defect_of(bench.lanes);
  rates->passes[KERNEL_EVALUATION] = rate_of(evaluation_pass, &bench, seconds);
  rates->stream = (double)bench.array_count * sizeof(lane) * rate_of(stream_pass, &bench, seconds);
  arena_reset(scratch, mark);
}

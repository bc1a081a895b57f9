/* bench/kernels_lanes.c - the solver's lanes, a kernel at a time. Compiled for 1, 4 and 8 lanes.
 *
 * The matrix is the model's linear part with ones added to the diagonal, the same in every lane; the kernels are the
 * solver's own (lanes_block_eliminate; block_forward and block_backward; lanes_condition and lanes_terms). In a solve
 * they are fused with the steps of the path (lanes_step.c), which are not timed here.
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

/* Row i of the matrix into column r of work, as the solver spreads it. */
static inline void row_spread(struct lanes *s, int i, int r)
{
  const struct mcp_plan *plan = s->layout->plan;
  lane *restrict work = s->work + r;
  for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
    work[plan->entry_column[p] * LANES_BLOCK_ROWS] = s->linear[p];
  work[i * LANES_BLOCK_ROWS] += s->diagonal[i];
}

static void elimination_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  const struct layout *layout = s->layout;
  for (int block = 0; block < layout->block_count; block++) {
    const int first = layout->block_row[block], end = layout->block_row[block + 1];
    for (int i = first; i < end; i++) s->ahead.dy[i] = s->right[i];
    if (layout->block_leaf[block]) {
      s->pivot_inverse[first] = lanes_pivot_inverse(s->linear[layout->own_place[first]] + s->diagonal[first]);
      continue;
    }
    for (int i = first; i < end; i++) row_spread(s, i, i - first);
    lanes_block_eliminate(s, block, s->ahead.dy);
  }
}

static void substitution_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  const struct layout *layout = s->layout;
  for (int block = 0; block < layout->block_count; block++)
    block_forward(s, block, s->right + layout->block_row[block], s->ahead.dy);
  for (int block = layout->block_count - 1; block >= 0; block--) {
    lane solved[LANES_BLOCK_ROWS];
    const int first = layout->block_row[block], end = layout->block_row[block + 1];
    block_backward(s, block, s->ahead.dy, solved);
    for (int i = first; i < end; i++) s->ahead.dy[i] = solved[i - first];
  }
}

static void evaluation_pass(struct bench *bench)
{
  struct lanes *s = bench->lanes;
  lanes_terms(s, s->y, lane_all(0.01), true);
  for (int i = 0; i < s->layout->n; i++) s->trial_y[i] = lanes_condition(s, i, s->y);
}

/* Largest relative defect of ahead.dy as the solution of (A + 1) x = right. */
static double defect_of(const struct lanes *s)
{
  const struct mcp_plan *plan = s->layout->plan;
  double largest = 0;
  for (int i = 0; i < plan->n; i++) {
    lane sum = s->diagonal[i] * s->ahead.dy[i] - s->right[i], size = lane_abs(s->right[i]);
    for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++) {
      const lane part = s->linear[p] * s->ahead.dy[plan->entry_column[p]];
      sum += part;
      size += lane_abs(part);
    }
    for (int l = 0; l < LANES; l++) largest = fmax(largest, fabs(sum[l]) / size[l]);
  }
  return largest;
}

static struct bench bench_new(const struct layout *layout, const struct lanes_task *task, struct arena *arena)
{
  struct lanes *s = lanes_new(task, arena);
  for (int l = 0; l < LANES; l++) lanes_load(s, l, layout->model);
  for (int i = 0; i < layout->n; i++) {
    s->diagonal[i] = s->y[i] = lane_all(1);
    s->right[i] = lane_all(1 + 0.1 * (i % 7));
  }
  const int numbers = layout->block_lower[layout->block_count] + layout->plan->upper_start[layout->n];
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

/* bench/kernels.h - the batched solver's kernels one by one: what they do in a second, for each number of lanes.
 *
 * kernels_lanes.c is compiled for each width as the solver's own lanes are; kernels.c chooses, repeats and prints.
 */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H
#include "solver/layout.h"

enum kernel { KERNEL_ELIMINATION, KERNEL_SUBSTITUTION, KERNEL_EVALUATION, KERNELS };

/* Of one lane in one pass over one matrix. */
struct kernel_work {
  double operations; /* a multiply-add counts two */
  double bytes;      /* of numbers, each read or written once */
};
void kernels_count(const struct layout *layout, struct kernel_work *work); /* [KERNELS] */

struct kernel_rates {
  double passes[KERNELS]; /* a second, of all lanes at once */
  double peak;            /* operations a second of multiply-adds that stay in registers, all lanes: one limit */
  double stream;          /* bytes a second read in order from an array as large as the factors: the other */
  double defect;          /* largest relative defect of the system that was solved: whether what was timed is right */
};

/* One round: each kernel for about `seconds` of processor time. */
typedef void kernels_measure_function(const struct layout *layout, double seconds, struct kernel_rates *rates,
                                      struct arena *scratch);
kernels_measure_function kernels_measure_1, kernels_measure_4, kernels_measure_8;
#endif

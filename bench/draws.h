/* bench/draws.h - random numbers by counting: number k of stream (seed, index) is a hash of the three, so a problem
 * can be made again alone, on any machine. The mixing function is the finaliser of splitmix64 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
#ifndef BENCH_DRAWS_H
#define BENCH_DRAWS_H
#include <stdbool.h>
#include <stdint.h>

struct draws {
  uint64_t key, count;
};

struct draws draws_of(uint64_t seed, uint64_t index, uint64_t stream);
double draws_unit(struct draws *draws);                             /* in [0, 1) */
double draws_between(struct draws *draws, double low, double high); /* uniform */
double draws_log(struct draws *draws, double low, double high);     /* log-uniform, 0 < low <= high */
int draws_below(struct draws *draws, int count);                    /* 0 .. count - 1, count >= 1 */
bool draws_chance(struct draws *draws, double probability);
#endif

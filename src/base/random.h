/* base/random.h - random numbers by counting: number `index` of a stream of a draw is a function of the four integers
 * (seed, draw, stream, index) and of nothing else, so any draw can be made again alone, by any thread, in any order.
 *
 * The function is Philox-4x32 with ten rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). The seed is its key; index, stream and draw fill its counter. Two different places never share
 * a number by construction, so a quantity that is added to a model takes a new stream and moves no other.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H
#include <stdint.h>

struct random {
  uint64_t seed, draw;
  uint32_t stream; /* which quantity */
};

/* Uniform on the open interval (0, 1), 53 bits, never 0 or 1. */
double random_uniform(struct random random, uint32_t index);

/* Standard normal: the inverse distribution at random_uniform. */
double random_normal(struct random random, uint32_t index);

/* Whole numbers 0 .. count - 1, count >= 1. */
int random_below(struct random random, uint32_t index, int count);

/* A stream's number from a name ("price-ndpr-oxide"): equal names, equal streams (32-bit FNV-1a). Whoever gives many
 * names checks them for collisions. */
uint32_t random_stream(const char *name);
#endif

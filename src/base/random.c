/* base/random.c - Philox at one place of its counter. Uses the first two of the four words it yields; a caller that
 * needs a billion numbers a second wants another interface, and correlated ones a factor of their own.
 */
#include <assert.h>
#include <Random123/philox.h>

#include "base/normal.h"
#include "base/random.h"

static uint64_t bits_at(struct random random, uint32_t index)
{
  const philox4x32_key_t key = {{(uint32_t)random.seed, (uint32_t)(random.seed >> 32)}};
  const philox4x32_ctr_t counter = {{index, random.stream, (uint32_t)random.draw, (uint32_t)(random.draw >> 32)}};
  const philox4x32_ctr_t words = philox4x32(counter, key);
  return (uint64_t)words.v[1] << 32 | words.v[0];
}

double random_uniform(struct random random, uint32_t index)
{
  /* The middle of one of 2^52 equal cells: the largest is 1 - 2^-53, still a double below 1. */
  return ((double)(bits_at(random, index) >> 12) + 0.5) * 0x1p-52;
}

double random_normal(struct random random, uint32_t index)
{
  return normal_inverse(random_uniform(random, index));
}

int random_below(struct random random, uint32_t index, int count)
{
  assert(count >= 1);
  return (int)(random_uniform(random, index) * count);
}

uint32_t random_stream(const char *name)
{
  uint32_t hash = 2166136261u;
  for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
  return hash;
}

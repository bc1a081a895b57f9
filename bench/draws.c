/* bench/draws.c - see draws.h. Exactness across machines rests on integer arithmetic; the logarithms come from libm
 * and may differ in the last bit between C libraries.
 */
#include "draws.h"

#include <assert.h>
#include <math.h>

static uint64_t mix(uint64_t bits)
{
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

struct draws draws_of(uint64_t seed, uint64_t index, uint64_t stream)
{
  const uint64_t golden = 0x9e3779b97f4a7c15u;
  return (struct draws){.key = mix(mix(mix(seed + golden) + index + golden) + stream + golden)};
}

double draws_unit(struct draws *draws)
{
  uint64_t bits = mix(draws->key + 0x9e3779b97f4a7c15u * ++draws->count);
  return (double)(bits >> 11) * 0x1p-53;
}

double draws_between(struct draws *draws, double low, double high)
{
  return low + (high - low) * draws_unit(draws);
}

double draws_log(struct draws *draws, double low, double high)
{
  assert(0 < low && low <= high);
  return low * exp(log(high / low) * draws_unit(draws));
}

int draws_below(struct draws *draws, int count)
{
  assert(count >= 1);
  return (int)(draws_unit(draws) * count);
}

bool draws_chance(struct draws *draws, double probability)
{
  return draws_unit(draws) < probability;
}

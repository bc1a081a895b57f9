/* base/sobol_sequence.c - Sobol's points by exclusive or of direction numbers, and Owen's scrambling by hashing.
 *
 * Points come in their natural order (binary, not Gray code), so that a point is a function of its index alone. The
 * coins of the scrambling are the top bits of a 64-bit mixer at (key of the coordinate, digits so far). Digits beyond
 * the thirty-second are plain hashed ones.
 */
#include <assert.h>

#include "base/sobol_directions.h"
#include "base/sobol_sequence.h"

/* A bijection of 64-bit words in which every input bit moves every output bit: Stafford's 13th set of constants for the
 * finaliser of MurmurHash3, as in Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
static uint64_t mixed(uint64_t x)
{
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* Degree of a polynomial over two elements, written as bits. */
static int degree_of(uint32_t polynomial)
{
  int degree = -1;
  for (; polynomial != 0; polynomial >>= 1) degree++;
  return degree;
}

/* v_k = m_k / 2^k; beyond the tabled ones by the recurrence of the polynomial (Joe and Kuo 2008, equation 2.2). */
static void directions_fill(const struct sobol_direction *table, uint32_t direction[32])
{
  const int degree = degree_of(table->polynomial);
  for (int k = 0; k < 32; k++) {
    if (degree == 0) { /* the first coordinate: digits reversed */
      direction[k] = 1u << (31 - k);
    } else if (k < degree) {
      direction[k] = (uint32_t)table->initial[k] << (31 - k);
    } else {
      direction[k] = direction[k - degree] ^ (direction[k - degree] >> degree);
      for (int j = 1; j < degree; j++)
        if ((table->polynomial >> (degree - j)) & 1) direction[k] ^= direction[k - j];
    }
  }
}

const struct sobol_sequence *sobol_sequence_new(int dimensions, uint64_t seed, struct arena *arena)
{
  assert(dimensions >= 1 && dimensions <= sobol_dimensions_max);
  struct sobol_sequence *sequence = ARENA_NEW(arena, struct sobol_sequence);
  uint32_t(*direction)[32] = arena_alloc(arena, (size_t)dimensions, sizeof *direction);
  uint64_t *key = ARENA_ARRAY(arena, dimensions, uint64_t);
  for (int d = 0; d < dimensions; d++) {
    directions_fill(&sobol_directions[d], direction[d]);
    key[d] = mixed(mixed(seed + 0x9e3779b97f4a7c15u) + (uint64_t)d);
  }
  *sequence = (struct sobol_sequence){dimensions, (const uint32_t(*)[32])direction, key};
  return sequence;
}

uint32_t sobol_sequence_digits(const struct sobol_sequence *sequence, uint32_t index, int dimension)
{
  assert(dimension >= 0 && dimension < sequence->dimensions);
  uint32_t digits = 0;
  for (const uint32_t *direction = sequence->direction[dimension]; index != 0; index >>= 1, direction++)
    if (index & 1) digits ^= *direction;
  return digits;
}

/* Each digit turned over, or not, by the coin that belongs to the digits before it. */
static uint32_t scrambled(uint32_t digits, uint64_t key)
{
  uint32_t result = 0;
  for (int k = 0; k < 32; k++) {
    const uint64_t before = (uint64_t)1 << k | (uint64_t)digits >> (32 - k); /* a leading one tells the lengths apart */
    const uint32_t coin = (uint32_t)(mixed(key ^ before * 0xd1342543de82ef95u) >> 63);
    result = result << 1 | (((digits >> (31 - k)) & 1) ^ coin);
  }
  return result;
}

double sobol_sequence_uniform(const struct sobol_sequence *sequence, uint32_t index, int dimension)
{
  const uint32_t digits = sobol_sequence_digits(sequence, index, dimension);
  const uint64_t key = sequence->key[dimension];
  const uint64_t bits = (uint64_t)scrambled(digits, key) << 32 | mixed(~key ^ index) >> 32;
  return ((double)(bits >> 12) + 0.5) * 0x1p-52; /* the middle of a cell: never 0 or 1 */
}

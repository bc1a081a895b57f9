/* base/sobol_sequence.h - points that fill a cube evenly: Sobol's sequence, randomly scrambled, point by point.
 *
 * Any 2^k consecutive points whose first index is a multiple of 2^k hold, in each coordinate, exactly one value in each
 * of the 2^k equal parts of (0, 1). Averages of smooth functions converge nearly as 1/N, not as 1/sqrt(N); whoever uses
 * it takes a power of two of points, or loses part of that.
 *
 * Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM
 * J. Sci. Comput. 30 (2008), 2635-2654 (base/sobol_directions.c). Scrambling: A. B. Owen, "Scrambled net variance for
 * integrals of smooth functions", Annals of Statistics 25 (1997): every digit is turned over or not according to a coin
 * of its own for all digits before it; the coins are hashed from the seed, as in B. Burley, "Practical hash-based Owen
 * scrambling", Journal of Computer Graphics Techniques 9(4) (2020), here with one hash a digit, so that the coins are
 * independent. Each point is then uniform in the cube, and the estimates of different seeds are independent: their
 * spread is the error of their mean (statistics.h).
 */
#ifndef BASE_SOBOL_SEQUENCE_H
#define BASE_SOBOL_SEQUENCE_H
#include <stdint.h>

#include "base/arena.h"

enum { sobol_dimensions_max = 1024 };

struct sobol_sequence {
  int dimensions;
  const uint32_t (*direction)[32]; /* [dimensions] the first digit in the highest bit */
  const uint64_t *key;             /* [dimensions] of the coins */
};

/* 1 <= dimensions <= sobol_dimensions_max. A coordinate's values depend on the seed and its own number, not on how many
 * others there are. */
[[nodiscard]] const struct sobol_sequence *sobol_sequence_new(int dimensions, uint64_t seed, struct arena *arena);

/* Coordinate `dimension` of point `index`, in the open interval (0, 1), 52 bits. */
double sobol_sequence_uniform(const struct sobol_sequence *sequence, uint32_t index, int dimension);

/* The same before scrambling, as the first 32 binary digits. Point 0 is zero. */
uint32_t sobol_sequence_digits(const struct sobol_sequence *sequence, uint32_t index, int dimension);
#endif

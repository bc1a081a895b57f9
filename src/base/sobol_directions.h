/* base/sobol_directions.h - a primitive polynomial and initial direction numbers for each coordinate of Sobol's
 * sequence. */
#ifndef BASE_SOBOL_DIRECTIONS_H
#define BASE_SOBOL_DIRECTIONS_H
#include <stdint.h>

struct sobol_direction {
  uint16_t polynomial;  /* over two elements, coefficients as bits; 1 for the first coordinate, which needs none */
  uint16_t initial[13]; /* m_1, m_2, ...: odd, m_k < 2^k; as many as the polynomial's degree */
};

extern const struct sobol_direction sobol_directions[1024];
#endif

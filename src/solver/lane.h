/* solver/lane.h - one number for each of LANES problems, by the compilers' vector extensions.
 *
 * LANES is 1, 4 or 8 and set by the build, which compiles every lanes_*.c once for each width, with the instruction
 * set that holds it in one register. All operations go lane by lane. Products are rounded once with their sum
 * (lane_fma) in the wide builds and twice in the build of one lane, which must run anywhere.
 */
#ifndef SOLVER_LANE_H
#define SOLVER_LANE_H
#include <math.h>
#include <stdbool.h>

#ifndef LANES
#error "LANES must be 1, 4 or 8"
#endif
#if LANES > 1
#include <immintrin.h>
#endif

typedef double lane __attribute__((vector_size(LANES * sizeof(double))));
typedef long long lane_mask __attribute__((vector_size(LANES * sizeof(double)))); /* -1: yes, 0: no */

#if LANES == 8
static inline lane lane_fma(lane a, lane b, lane c)
{
  return (lane)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
static inline lane lane_fnma(lane a, lane b, lane c)
{
  return (lane)_mm512_fnmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
#elif LANES == 4
static inline lane lane_fma(lane a, lane b, lane c)
{
  return (lane)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
static inline lane lane_fnma(lane a, lane b, lane c)
{
  return (lane)_mm256_fnmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
#else
static inline lane lane_fma(lane a, lane b, lane c) /* a b + c */
{
  return a * b + c;
}
static inline lane lane_fnma(lane a, lane b, lane c) /* c - a b */
{
  return c - a * b;
}
#endif

static inline lane lane_all(double value)
{
  return (lane){0} + value;
}

/* lane_max, lane_min: where a is not a number, b. */
#if LANES == 8
static inline lane lane_select(lane_mask mask, lane yes, lane no)
{
  return (lane)_mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)mask), (__m512d)no, (__m512d)yes);
}
static inline lane lane_max(lane a, lane b)
{
  return (lane)_mm512_max_pd((__m512d)a, (__m512d)b);
}
static inline lane lane_min(lane a, lane b)
{
  return (lane)_mm512_min_pd((__m512d)a, (__m512d)b);
}
#elif LANES == 4
static inline lane lane_select(lane_mask mask, lane yes, lane no)
{
  return (lane)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)mask);
}
static inline lane lane_max(lane a, lane b)
{
  return (lane)_mm256_max_pd((__m256d)a, (__m256d)b);
}
static inline lane lane_min(lane a, lane b)
{
  return (lane)_mm256_min_pd((__m256d)a, (__m256d)b);
}
#else
static inline lane lane_select(lane_mask mask, lane yes, lane no)
{
  return (lane)((mask & (lane_mask)yes) | (~mask & (lane_mask)no));
}
static inline lane lane_max(lane a, lane b)
{
  return lane_select((lane_mask)(a > b), a, b);
}
static inline lane lane_min(lane a, lane b)
{
  return lane_select((lane_mask)(a < b), a, b);
}
#endif

static inline lane lane_abs(lane a)
{
  return lane_max(a, -a);
}

static inline lane lane_sqrt(lane a)
{
  lane root = {0};
  for (int l = 0; l < LANES; l++) root[l] = sqrt(a[l]);
  return root;
}

static inline lane lane_pow(lane base, lane exponent)
{
  lane power = {0};
  for (int l = 0; l < LANES; l++) power[l] = pow(base[l], exponent[l]);
  return power;
}

static inline bool lane_any(lane_mask mask)
{
  for (int l = 0; l < LANES; l++)
    if (mask[l]) return true;
  return false;
}
#endif

/* finance/payoff.c - straight pieces, and their mean over a lognormal cut into intervals. Quantities, caps of volume
 * and time are the caller's.
 */
#include "finance/payoff.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/normal.h"

struct payoff payoff_floor(double floor)
{
  return (struct payoff){.count = 1, .pieces = {{PAYOFF_BELOW, 1, floor}}};
}

struct payoff payoff_upside(double share, double trigger)
{
  return (struct payoff){.count = 1, .pieces = {{PAYOFF_ABOVE, -share, trigger}}};
}

struct payoff payoff_two_way(double strike)
{
  return (struct payoff){.count = 1, .pieces = {{PAYOFF_DIFFERENCE, 1, strike}}};
}

struct payoff payoff_collar(const struct collar_terms *terms)
{
  return (struct payoff){.count = 2,
                         .pieces = {{PAYOFF_BELOW, 1, terms->floor}, {PAYOFF_ABOVE, -terms->share, terms->ceiling}}};
}

/* A difference is what lies below the strike less what lies above it. */
static struct payoff without_differences(const struct payoff *payoff)
{
  struct payoff kinked = {.constant = payoff->constant};
  for (int i = 0; i < payoff->count; i++) {
    struct payoff_piece piece = payoff->pieces[i];
    assert(kinked.count + 1 < payoff_pieces_max);
    if (piece.shape == PAYOFF_DIFFERENCE) {
      kinked.pieces[kinked.count++] = (struct payoff_piece){PAYOFF_ABOVE, -piece.coefficient, piece.strike};
      piece.shape = PAYOFF_BELOW;
    }
    kinked.pieces[kinked.count++] = piece;
  }
  return kinked;
}

struct payoff payoff_capped(struct payoff payoff, double most)
{
  struct payoff capped = without_differences(&payoff);
  const int count = capped.count;
  assert(2 * count <= payoff_pieces_max);
  for (int i = 0; i < count; i++) {
    const struct payoff_piece piece = capped.pieces[i];
    const double reach = piece.coefficient == 0 ? 0 : most / fabs(piece.coefficient);
    capped.pieces[capped.count++] = (struct payoff_piece){
        piece.shape, -piece.coefficient, piece.strike + (piece.shape == PAYOFF_ABOVE ? reach : -reach)};
  }
  return capped;
}

static double piece_value(const struct payoff_piece *piece, double price)
{
  const double difference = piece->strike - price;
  switch (piece->shape) {
  case PAYOFF_BELOW: return piece->coefficient * fmax(0, difference);
  case PAYOFF_ABOVE: return piece->coefficient * fmax(0, -difference);
  case PAYOFF_DIFFERENCE: break;
  }
  return piece->coefficient * difference;
}

static double piece_slope(const struct payoff_piece *piece, double price)
{
  const bool below = price < piece->strike;
  switch (piece->shape) {
  case PAYOFF_BELOW: return below ? -piece->coefficient : 0;
  case PAYOFF_ABOVE: return below ? 0 : piece->coefficient;
  case PAYOFF_DIFFERENCE: break;
  }
  return -piece->coefficient;
}

double payoff_value(const struct payoff *payoff, double price)
{
  double sum = payoff->constant;
  for (int i = 0; i < payoff->count; i++) sum += piece_value(&payoff->pieces[i], price);
  return sum;
}

/* Half of the intervals lie below the mean and half above, equally probable on their side: the mean is a cut. */
static struct settlement_prices scattered(double dispersion)
{
  if (dispersion <= 0) return (struct settlement_prices){.count = 1, .ratio = {1}, .weight = {1}};
  struct settlement_prices prices = {.count = settlement_intervals};
  const int half = settlement_intervals / 2;
  const double below_mean = normal_below(dispersion / 2); /* share of prices, and 1 less that of value */
  double probability = 0, value = 0;
  for (int i = 1; i <= settlement_intervals; i++) {
    const double next = i <= half ? below_mean * i / half : below_mean + (1 - below_mean) * (i - half) / half;
    const double value_to = i == settlement_intervals ? 1 : normal_below(normal_inverse(next) - dispersion);
    prices.weight[i - 1] = next - probability;
    prices.ratio[i - 1] = (value_to - value) / (next - probability);
    probability = next, value = value_to;
  }
  return prices;
}

struct settlement_prices settlement_prices(double dispersion, const double *season, int seasons)
{
  const struct settlement_prices once = scattered(dispersion);
  struct settlement_prices prices = {0};
  assert(seasons <= settlement_seasons_max);
  if (seasons == 0) return once;
  for (int q = 0; q < seasons; q++)
    for (int i = 0; i < once.count; i++) {
      prices.ratio[prices.count] = season[q] * once.ratio[i];
      prices.weight[prices.count++] = once.weight[i] / seasons;
    }
  return prices;
}

double payoff_expected(const struct payoff *payoff, const struct settlement_prices *prices, double mean)
{
  double sum = payoff->constant;
  for (int i = 0; i < payoff->count; i++)
    for (int r = 0; r < prices->count; r++)
      sum += prices->weight[r] * piece_value(&payoff->pieces[i], prices->ratio[r] * mean);
  return sum;
}

double payoff_expected_slope(const struct payoff *payoff, const struct settlement_prices *prices, double mean)
{
  double sum = 0;
  for (int i = 0; i < payoff->count; i++)
    for (int r = 0; r < prices->count; r++)
      sum += prices->weight[r] * prices->ratio[r] * piece_slope(&payoff->pieces[i], prices->ratio[r] * mean);
  return sum;
}

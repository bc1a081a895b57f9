/* solver/lanes_certificate.c - the judge of certificate.c, for LANES problems at once.
 *
 * Reads the equations as they were stated, in their own units and order, and evaluates them anew at the points found.
 * Shares no code and no numbers with the steps that found them.
 */
#include "solver/lanes_state.h"

/* LANES problems of one pattern and a point of each. */
struct judged {
  const struct equations *equations[LANES];
  lane *z, *f; /* [n] in the units and order of the equations */
};

static void judged_load(struct judged *j, const double *const *z)
{
  const int n = j->equations[0]->n;
  for (int l = 0; l < LANES; l++)
    for (int i = 0; i < n; i++) {
      j->z[i][l] = z[l][i];
      j->f[i][l] = j->equations[l]->constant[i];
    }
}

static void entries_judge(struct judged *j)
{
  const struct equations *first = j->equations[0];
  const double *values[LANES];
  for (int l = 0; l < LANES; l++) values[l] = j->equations[l]->values;
  for (int t = 0; t < first->entries_count; t++) {
    const int row = first->places[t].row;
    lane value = {0};
    for (int l = 0; l < LANES; l++) value[l] = values[l][t];
    j->f[row] += value * j->z[first->places[t].column];
  }
}

/* (z / scale)^exponent, below a share of 1e-9 its tangent. */
static double power_of(double z, double scale, double exponent)
{
  const double ratio = z / scale, least = 1e-9;
  if (ratio > least || exponent == 1) return exponent == 1 ? ratio : pow(ratio, exponent);
  const double there = pow(least, exponent);
  return there + exponent * there / least * (ratio - least);
}

static void terms_judge(struct judged *j, int l)
{
  const struct equations *e = j->equations[l];
  for (int t = 0; t < e->powers_count; t++) {
    const struct equations_power *p = &e->powers[t];
    const double factor = p->times < 0 ? p->coefficient : p->coefficient * j->z[p->times][l];
    j->f[p->row][l] += factor * power_of(j->z[p->variable][l], p->scale, p->exponent);
  }
  for (int t = 0; t < e->hinges_count; t++) {
    const struct equations_hinge *h = &e->hinges[t];
    const double argument = h->constant + h->slope * j->z[h->variable][l];
    j->f[h->row][l] += h->coefficient * (argument > 0 ? argument : argument <= 0 ? 0 : argument);
  }
}

/* Keeps the larger; a NaN is larger than everything and stays. */
static void largest_keep(double candidate, int row, double *largest, int *largest_row)
{
  if (isnan(*largest) || candidate <= *largest) return;
  *largest = candidate;
  *largest_row = row;
}

/* Row i of problem l. */
static void row_judge(const struct judged *j, int l, int i, struct certificate *c)
{
  const struct equations *e = j->equations[l];
  const double size = e->z_scale[i], y = j->z[i][l] / size, low = e->lower[i] / size, high = e->upper[i] / size;
  const double g = j->f[i][l] / e->f_scale[i];
  double target = y - g;
  if (target < low) target = low;
  if (target > high) target = high;
  largest_keep(fabs(y - target), i, &c->residual, &c->residual_row);
  largest_keep(isnan(y) || y < low ? low - y : y > high ? y - high : 0, i, &c->bound_violation, &c->bound_row);
  const double gap = isnan(g) ? g : fmin(fabs(g > 0 ? y - low : high - y), fabs(g));
  largest_keep(isnan(y) ? y : gap, i, &c->complementarity, &c->complementarity_row);
}

static void judged_decide(const struct judged *j, int l, double limit, struct certificate *certificate)
{
  struct certificate c = {.residual_row = 0};
  for (int i = 0; i < j->equations[l]->n; i++) row_judge(j, l, i, &c);
  c.accepted = c.residual <= limit && c.bound_violation <= limit && c.complementarity <= limit;
  *certificate = c;
}

void lanes_certify(const struct equations *const *problems, const double *const *z, double *const *f, int count,
                   double tolerance, struct certificate *certificates, struct arena *scratch)
{
  if (count == 0) return;
  const struct arena_mark mark = arena_mark(scratch);
  const int n = problems[0]->n;
  struct judged j = {.z = arena_alloc(scratch, (size_t)n, sizeof(lane)),
                     .f = arena_alloc(scratch, (size_t)n, sizeof(lane))};
  for (int first = 0; first < count; first += LANES) {
    const double *points[LANES];
    for (int l = 0; l < LANES; l++) { /* the last lanes repeat the last problem */
      const int m = first + l < count ? first + l : count - 1;
      j.equations[l] = problems[m];
      points[l] = z[m];
    }
    judged_load(&j, points);
    entries_judge(&j);
    for (int l = 0; l < LANES && first + l < count; l++) {
      terms_judge(&j, l);
      for (int i = 0; i < n; i++) f[first + l][i] = j.f[i][l];
      judged_decide(&j, l, tolerance > 0 ? tolerance : 1e-8, &certificates[first + l]);
    }
  }
  arena_reset(scratch, mark);
}

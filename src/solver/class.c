/* solver/class.c - is the problem monotone, is it P, or is nothing known?
 *
 * The Jacobian is weighted and scaled as D W J D (D: magnitudes of the unknowns), which leaves the coupling of prices
 * and quantities skew; pairs of entries that cancel to rounding are dropped. What remains, scaled to a unit diagonal,
 * is positive semidefinite if it is diagonally dominant, or if elimination with a tiny shift meets positive pivots
 * only. Otherwise small problems get the full test of principal minors, and any problem the sign of its reduced
 * determinant, which alone decides nothing for large ones. A map whose nonlinear terms rise with their own unknown and
 * whose other couplings are skew is monotone everywhere, whatever the point.
 */
#include "solver/class.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/lu.h"
#include "solver/pivoting.h"
#include "solver/scaled.h"

static const double cancelled = 1e-12; /* relative: below this a sum of two entries is rounding */
static const double shift = 1e-10;     /* of the unit diagonal: an eigenvalue above -shift counts as not negative */
static const double singular = 1e-13;  /* reciprocal condition of a reduced Jacobian that counts as singular */
enum { minors_n_max = 14, eigenvalue_n_max = 100 };

/* A symmetric matrix by rows, both halves, diagonal always present. */
struct symmetric {
  int n;
  int *row_start, *column;
  double *values;
};

/* One pair of entries of the Jacobian: (row, column) and its transposed, summed. */
struct pair {
  int row, column;
  double sum;
};

static double factor_of(const double *factors, int i)
{
  return factors == NULL ? 1 : factors[i];
}

/* Position of entry (row, column), or -1. */
static int entry_find(const struct mcp *problem, int row, int column)
{
  int low = problem->row_start[row], high = problem->row_start[row + 1] - 1;
  while (low <= high) {
    int middle = (low + high) / 2;
    if (problem->column[middle] == column) return middle;
    if (problem->column[middle] < column)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

/* Entry p of row i as half a pair; false when its other half stands for both, or when they cancel. */
static bool pair_read(const struct mcp *problem, const double *jacobian, int i, int p, struct pair *pair)
{
  int j = problem->column[p], q = entry_find(problem, j, i);
  if (i > j && q >= 0) return false;
  double scale = factor_of(problem->z_scale, i) * factor_of(problem->z_scale, j);
  double here = factor_of(problem->weight, i) * jacobian[p];
  double there = q < 0 ? 0 : factor_of(problem->weight, j) * jacobian[q];
  *pair = (struct pair){i, j, 0.5 * (here + there) * scale};
  return i == j || fabs(here + there) > cancelled * (fabs(here) + fabs(there));
}

/* The symmetric part of D W J D. */
static struct symmetric symmetric_part(const struct mcp *problem, const double *jacobian, struct arena *arena)
{
  int n = problem->n, entries = problem->row_start[n], count = 0;
  struct pair *pairs = ARENA_ARRAY(arena, entries, struct pair);
  int *next = ARENA_ARRAY(arena, n, int);
  struct symmetric part = {n, ARENA_ARRAY(arena, n + 1, int), ARENA_ARRAY(arena, 2 * entries, int),
                           ARENA_ARRAY(arena, 2 * entries, double)};
  for (int i = 0; i < n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      if (!pair_read(problem, jacobian, i, p, &pairs[count])) continue;
      part.row_start[i + 1]++;
      if (pairs[count].column != i) part.row_start[pairs[count].column + 1]++;
      count++;
    }
  }
  for (int i = 0; i < n; i++) part.row_start[i + 1] += part.row_start[i];
  for (int i = 0; i < n; i++) next[i] = part.row_start[i];
  for (int k = 0; k < count; k++) {
    int i = pairs[k].row, j = pairs[k].column;
    part.column[next[i]] = j;
    part.values[next[i]++] = pairs[k].sum;
    if (i == j) continue;
    part.column[next[j]] = i;
    part.values[next[j]++] = pairs[k].sum;
  }
  return part;
}

static void diagonal_read(const struct symmetric *part, double *diagonal)
{
  for (int i = 0; i < part->n; i++) {
    for (int p = part->row_start[i]; p < part->row_start[i + 1]; p++) {
      if (part->column[p] == i) diagonal[i] = part->values[p];
    }
  }
}

/* Scales to a unit diagonal. False when a diagonal is negative, or zero beside entries that are not. */
static bool symmetric_normalise(struct symmetric *part, struct arena *arena)
{
  double *diagonal = ARENA_ARRAY(arena, part->n, double);
  diagonal_read(part, diagonal);
  for (int i = 0; i < part->n; i++) {
    if (!(diagonal[i] >= 0)) return false;
    for (int p = part->row_start[i]; p < part->row_start[i + 1]; p++) {
      int j = part->column[p];
      if (diagonal[i] > 0 && diagonal[j] > 0)
        part->values[p] /= sqrt(diagonal[i]) * sqrt(diagonal[j]);
      else if (part->values[p] != 0)
        return false;
    }
  }
  return true;
}

static bool symmetric_dominant(const struct symmetric *part)
{
  for (int i = 0; i < part->n; i++) {
    double excess = 0;
    for (int p = part->row_start[i]; p < part->row_start[i + 1]; p++) {
      excess += part->column[p] == i ? part->values[p] : -fabs(part->values[p]);
    }
    if (excess < -cancelled) return false;
  }
  return true;
}

/* Elimination with a shifted diagonal: positive pivots only. */
static bool symmetric_semidefinite(const struct symmetric *part, struct arena *arena)
{
  const struct mcp_plan *plan = mcp_plan_new(part->n, part->row_start, part->column, arena);
  struct lu lu = lu_new(plan, arena);
  double *diagonal = ARENA_ARRAY(arena, part->n, double);
  for (int i = 0; i < part->n; i++) diagonal[i] = shift;
  if (lu_factor(&lu, part->values, diagonal, 0.01 * shift) > 0) return false;
  for (int i = 0; i < part->n; i++) {
    if (!(lu.pivot_inverse[i] > 0)) return false;
  }
  return true;
}

/* Largest eigenvalue of the dense n x n symmetric B = bound I - A by power iteration. */
static double dominant_eigenvalue(int n, const double *matrix, double *vector, double *image)
{
  double value = 0;
  for (int i = 0; i < n; i++) vector[i] = 1 + 0.37 * (i % 7) - 0.11 * (i % 3);
  for (int round = 0; round < 2000; round++) {
    double square = 0, previous = value;
    for (int i = 0; i < n; i++) {
      image[i] = 0;
      for (int j = 0; j < n; j++) image[i] += matrix[i * n + j] * vector[j];
      square += image[i] * image[i];
    }
    value = sqrt(square);
    if (value == 0) return 0;
    for (int i = 0; i < n; i++) vector[i] = image[i] / value;
    if (fabs(value - previous) <= 1e-14 * value) break;
  }
  return value;
}

/* Smallest eigenvalue of a small symmetric part, by power iteration on bound I - A; NAN for a large one. */
static double eigenvalue_smallest(const struct symmetric *part, struct arena *arena)
{
  int n = part->n;
  if (n == 0 || n > eigenvalue_n_max) return (double)NAN;
  double *matrix = ARENA_ARRAY(arena, n * n, double), bound = 0;
  double *vector = ARENA_ARRAY(arena, n, double), *image = ARENA_ARRAY(arena, n, double);
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int p = part->row_start[i]; p < part->row_start[i + 1]; p++) {
      matrix[i * n + part->column[p]] = -part->values[p];
      sum += fabs(part->values[p]);
    }
    bound = fmax(bound, sum); /* Gershgorin */
  }
  for (int i = 0; i < n; i++) matrix[i * n + i] += bound;
  return bound - dominant_eigenvalue(n, matrix, vector, image);
}

/* Determinant of the leading m x m block by elimination with row pivoting; destroys the matrix (rows of length n). */
static double determinant(int m, int n, double *matrix)
{
  double product = 1;
  for (int k = 0; k < m; k++) {
    int best = k;
    for (int i = k + 1; i < m; i++) {
      if (fabs(matrix[i * n + k]) > fabs(matrix[best * n + k])) best = i;
    }
    double pivot = matrix[best * n + k];
    if (pivot == 0) return 0;
    product *= best == k ? pivot : -pivot;
    for (int j = k; j < m; j++) {
      double swap = matrix[k * n + j];
      matrix[k * n + j] = matrix[best * n + j];
      matrix[best * n + j] = swap;
    }
    for (int i = k + 1; i < m; i++) {
      double multiplier = matrix[i * n + k] / pivot;
      for (int j = k; j < m; j++) matrix[i * n + j] -= multiplier * matrix[k * n + j];
    }
  }
  return product;
}

/* All principal minors positive: exactly one solution, if affine (Samelson, Thrall and Wesler 1958). */
static bool minors_positive(const struct mcp *problem, const double *jacobian, struct arena *arena)
{
  int n = problem->n;
  if (n > minors_n_max) return false;
  double *dense = ARENA_ARRAY(arena, n * n, double), *minor = ARENA_ARRAY(arena, n * n, double);
  for (int i = 0; i < n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      dense[i * n + problem->column[p]] =
          jacobian[p] * factor_of(problem->z_scale, problem->column[p]) / factor_of(problem->f_scale, i);
    }
  }
  for (unsigned set = 1; set < 1u << n; set++) {
    int rows[minors_n_max], m = 0;
    for (int i = 0; i < n; i++) {
      if (set >> i & 1) rows[m++] = i;
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) minor[i * n + j] = dense[rows[i] * n + rows[j]];
    }
    if (!(determinant(m, n, minor) > cancelled)) return false;
  }
  return true;
}

/* Sign of the determinant of the Jacobian over the unknowns strictly inside their bounds. */
static int reduced_sign(const struct mcp *problem, const struct mcp_plan *plan, const double *z, double *jacobian,
                        struct arena *arena)
{
  int n = problem->n, sign = 1;
  struct scaled scaled = scaled_new(problem, arena);
  double *diagonal = ARENA_ARRAY(arena, n, double);
  bool *inside = ARENA_ARRAY(arena, n, bool);
  for (int i = 0; i < n; i++) {
    double y = z[i] / scaled.z_scale[i];
    inside[i] = y > scaled.lower[i] + 1e-9 && y < scaled.upper[i] - 1e-9;
  }
  for (int i = 0; i < n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p];
      jacobian[p] = inside[i] && inside[j] ? jacobian[p] * scaled.entry_scale[p] : i == j ? 1 : 0;
    }
  }
  if (plan == NULL) plan = mcp_plan_new(n, problem->row_start, problem->column, arena);
  struct pivoting *pivoting = pivoting_open(n, problem->row_start, problem->column, plan->order, arena);
  bool regular = pivoting != NULL && pivoting_factor(pivoting, jacobian) && pivoting_condition(pivoting) > singular;
  pivoting_close(pivoting);
  if (!regular) return 0;
  for (int i = 0; i < n; i++) diagonal[i] = 0.01 * shift; /* symmetric order: the pivots' signs are the determinant's */
  struct lu lu = lu_new(plan, arena);
  lu_factor(&lu, jacobian, diagonal, singular * shift);
  for (int i = 0; i < n; i++) sign = lu.pivot_inverse[i] < 0 ? -sign : sign;
  return sign;
}

static struct classification class_decide(const struct mcp *problem, const struct mcp_plan *plan, const double *z,
                                          struct arena *scratch)
{
  struct classification result = {CLASS_UNKNOWN, "neither monotone nor a P-matrix by any affordable test", (double)NAN,
                                  0};
  double *jacobian = ARENA_ARRAY(scratch, problem->row_start[problem->n], double);
  double *f = ARENA_ARRAY(scratch, problem->n, double);
  const double *at = z == NULL ? scaled_new(problem, scratch).z : z; /* an affine Jacobian is the same everywhere */
  if (z == NULL && !problem->affine) {
    result.reason = "not affine, and no point to look at";
    return result;
  }
  problem->evaluate(problem->context, at, f, jacobian);
  struct symmetric part = symmetric_part(problem, jacobian, scratch);
  bool semidefinite = symmetric_normalise(&part, scratch);
  if (semidefinite) result.eigenvalue_min = eigenvalue_smallest(&part, scratch);
  semidefinite = semidefinite && (symmetric_dominant(&part) || symmetric_semidefinite(&part, scratch));
  const bool diagonal = part.row_start[part.n] == part.n;
  if (semidefinite && problem->affine) {
    result.class = CLASS_MONOTONE;
    result.reason = "affine, symmetric part positive semidefinite";
  } else if (semidefinite && problem->rising && diagonal) {
    result.class = CLASS_MONOTONE;
    result.reason = "skew but for terms that rise with their own unknown";
  } else if (minors_positive(problem, jacobian, scratch)) {
    result.class = CLASS_P;
    result.reason =
        problem->affine ? "every principal minor is positive" : "every principal minor positive at the point";
  }
  if (z == NULL || result.class == CLASS_MONOTONE) return result; /* a theorem needs no determinant */
  result.determinant_sign = reduced_sign(problem, plan, z, jacobian, scratch);
  if (result.class == CLASS_UNKNOWN && semidefinite && result.determinant_sign > 0) {
    result.class = CLASS_P;
    result.reason = "monotone at the solution, reduced determinant positive";
  }
  return result;
}

struct classification class_of(const struct mcp *problem, const struct mcp_plan *plan, const double *z,
                               struct arena *scratch)
{
  struct arena_mark mark = arena_mark(scratch);
  struct classification result = class_decide(problem, plan, z, scratch);
  arena_reset(scratch, mark);
  return result;
}

const char *class_name(enum problem_class class)
{
  switch (class) {
  case CLASS_MONOTONE: return "monotone";
  case CLASS_P: return "P";
  case CLASS_UNKNOWN: return "unknown";
  }
  assert(false);
  return "unknown";
}

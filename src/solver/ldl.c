/* solver/ldl.c - up-looking L D L': row k of L is a sparse triangular solve whose pattern is read off the elimination
 * tree (Davis, Direct Methods for Sparse Linear Systems, SIAM 2006, chapter 4). The columns of L grow by one entry a
 * row, so their indices ascend. No pivoting; wrong pivots are replaced and counted.
 */
#include "solver/ldl.h"

#include <assert.h>

#include "solver/ordering.h"

/* The permuted upper triangle, by columns. */
static void permute(struct ldl *ldl, const int *row_start, const int *column, struct arena *arena)
{
  int n = ldl->n, *position = ARENA_ARRAY(arena, n, int), *next = ARENA_ARRAY(arena, n, int);
  int *start = ARENA_ARRAY(arena, n + 1, int), *row = ARENA_ARRAY(arena, row_start[n], int);
  int *source = ARENA_ARRAY(arena, row_start[n], int), *diagonal = ARENA_ARRAY(arena, n, int);
  for (int k = 0; k < n; k++) position[ldl->order[k]] = k;
  for (int i = 0; i < n; i++) {
    assert(row_start[i] < row_start[i + 1] && column[row_start[i + 1] - 1] == i);
    diagonal[position[i]] = row_start[i + 1] - 1;
    for (int p = row_start[i]; p < row_start[i + 1] - 1; p++) {
      int a = position[i], b = position[column[p]];
      start[(a > b ? a : b) + 1]++;
    }
  }
  for (int k = 0; k < n; k++) start[k + 1] += start[k];
  for (int k = 0; k < n; k++) next[k] = start[k];
  for (int i = 0; i < n; i++) {
    for (int p = row_start[i]; p < row_start[i + 1] - 1; p++) {
      int a = position[i], b = position[column[p]], to = next[a > b ? a : b]++;
      row[to] = a > b ? b : a;
      source[to] = p;
    }
  }
  ldl->entry_start = start;
  ldl->entry_row = row;
  ldl->entry_source = source;
  ldl->diagonal_source = diagonal;
}

/* Elimination tree and column counts: each entry of row k is followed up the tree to k. */
static void analyse(struct ldl *ldl, struct arena *arena)
{
  int n = ldl->n, *parent = ARENA_ARRAY(arena, n, int), *start = ARENA_ARRAY(arena, n + 1, int);
  for (int k = 0; k < n; k++) {
    parent[k] = -1;
    ldl->mark[k] = k;
    for (int p = ldl->entry_start[k]; p < ldl->entry_start[k + 1]; p++) {
      for (int i = ldl->entry_row[p]; ldl->mark[i] != k; i = parent[i]) {
        if (parent[i] < 0) parent[i] = k;
        start[i + 1]++;
        ldl->mark[i] = k;
      }
    }
  }
  for (int k = 0; k < n; k++) start[k + 1] += start[k];
  ldl->parent = parent;
  ldl->lower_start = start;
}

struct ldl ldl_new(int n, const int *row_start, const int *column, struct arena *arena)
{
  struct ldl ldl = {.n = n};
  int *order = ARENA_ARRAY(arena, n, int);
  ordering_minimum_degree(n, row_start, column, order);
  ldl.order = order;
  ldl.lower_count = ARENA_ARRAY(arena, n, int);
  ldl.stack = ARENA_ARRAY(arena, n, int);
  ldl.mark = ARENA_ARRAY(arena, n, int);
  ldl.work = ARENA_ARRAY(arena, n, double);
  ldl.permuted = ARENA_ARRAY(arena, n, double);
  ldl.pivot = ARENA_ARRAY(arena, n, double);
  permute(&ldl, row_start, column, arena);
  analyse(&ldl, arena);
  ldl.lower_row = ARENA_ARRAY(arena, ldl.lower_start[n], int);
  ldl.lower = ARENA_ARRAY(arena, ldl.lower_start[n], double);
  return ldl;
}

/* Spreads column k of the upper triangle over work; the pattern of row k of L ends in stack[top..n), in an order in
 * which every column comes before those that depend on it. */
static int spread(struct ldl *ldl, int k, const double *values)
{
  int top = ldl->n;
  ldl->mark[k] = k;
  for (int p = ldl->entry_start[k]; p < ldl->entry_start[k + 1]; p++) {
    int i = ldl->entry_row[p], length = 0;
    ldl->work[i] = values[ldl->entry_source[p]];
    for (; ldl->mark[i] != k; i = ldl->parent[i]) {
      ldl->stack[length++] = i;
      ldl->mark[i] = k;
    }
    while (length > 0) ldl->stack[--top] = ldl->stack[--length];
  }
  return top;
}

int ldl_factor(struct ldl *ldl, const double *values, const double *sign, double pivot_min)
{
  double *restrict work = ldl->work;
  int replaced = 0;
  for (int k = 0; k < ldl->n; k++) {
    ldl->lower_count[k] = 0;
    ldl->mark[k] = -1;
  }
  for (int k = 0; k < ldl->n; k++) {
    double pivot = values[ldl->diagonal_source[k]], wanted = sign[ldl->order[k]];
    for (int t = spread(ldl, k, values); t < ldl->n; t++) {
      int i = ldl->stack[t], end = ldl->lower_start[i] + ldl->lower_count[i]++;
      double y = work[i], multiplier = y / ldl->pivot[i]; /* L(k,i) = y(i) / D(i) */
      work[i] = 0;
      for (int p = ldl->lower_start[i]; p < end; p++)
        work[ldl->lower_row[p]] -= ldl->lower[p] * y; /* y -= L(:,i) y(i) */
      pivot -= multiplier * y;
      ldl->lower_row[end] = k;
      ldl->lower[end] = multiplier;
    }
    if (!(pivot * wanted >= pivot_min)) {
      pivot = wanted * pivot_min;
      replaced++;
    }
    ldl->pivot[k] = pivot;
  }
  return replaced;
}

void ldl_solve(const struct ldl *ldl, const double *b, double *x)
{
  double *restrict y = ldl->permuted;
  for (int k = 0; k < ldl->n; k++) y[k] = b[ldl->order[k]];
  for (int k = 0; k < ldl->n; k++) { /* y = L\y */
    for (int p = ldl->lower_start[k]; p < ldl->lower_start[k + 1]; p++) y[ldl->lower_row[p]] -= ldl->lower[p] * y[k];
  }
  for (int k = ldl->n - 1; k >= 0; k--) { /* y = L'\(D\y) */
    double sum = y[k] / ldl->pivot[k];
    for (int p = ldl->lower_start[k]; p < ldl->lower_start[k + 1]; p++) sum -= ldl->lower[p] * y[ldl->lower_row[p]];
    y[k] = sum;
  }
  for (int k = 0; k < ldl->n; k++) x[ldl->order[k]] = y[k];
}

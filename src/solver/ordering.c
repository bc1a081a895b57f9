/* solver/ordering.c - the elimination order, by AMD of SuiteSparse.
 *
 * AMD forms A + A^T itself and returns a postordered elimination tree, so rows that depend on each other lie close
 * together. It takes columns; a pattern and its transpose have the same A + A^T, so rows do as well.
 */
#include "solver/ordering.h"

#include <suitesparse/amd.h>
#include <assert.h>

void ordering_minimum_degree(int n, const int *row_start, const int *column, int *order)
{
  if (n == 0) return;
  double control[AMD_CONTROL];
  amd_defaults(control);
  int status = amd_order(n, row_start, column, order, control, NULL);
  assert(status == AMD_OK || status == AMD_OK_BUT_JUMBLED);
  if (status < 0) { /* out of memory inside AMD: any order is correct */
    for (int k = 0; k < n; k++) order[k] = k;
  }
}

/* base/quadrature.h - averages over a normal variable, by nodes or piece by piece.
 *
 * Gauss-Hermite nodes are exact for polynomials of degree 2 count - 1 and poor for payoffs with a kink, however many
 * they are: a kinked function is integrated between its kinks instead.
 */
#ifndef BASE_QUADRATURE_H
#define BASE_QUADRATURE_H

enum { quadrature_nodes_max = 64 };

/* Nodes in rising order and weights that add up to one, of the standard normal distribution; 1 <= count <=
 * quadrature_nodes_max. */
void gauss_hermite(int count, double *nodes, double *weights);
/* Likewise of the uniform distribution on -1 .. 1. */
void gauss_legendre(int count, double *nodes, double *weights);

typedef double function_of_normal(const void *context, double z);
/* E[f(z)], z standard normal, f smooth between the kinks (rising; none needed): 32 nodes of Gauss and Legendre on
 * pieces no longer than two standard deviations, from -10 to 10. */
double normal_expectation(function_of_normal *function, const void *context, const double *kinks, int kinks_count);
#endif

/* solver/interior.h - the interior point method: from anywhere to near a solution.
 *
 * The path followed, with x = y - lower, u = upper - y and multipliers a, b >= 0 of the two bounds:
 *     g(y) + mu c (y - y_begin) - a + b = 0,   x a = mu v,   u b = mu v,   mu -> 0,
 * with kinks of g rounded off over a width of mu^1/2. The weights v tell the pairs apart by what they are worth, see
 * worth_weights; c is small and keeps what is flat where it was, see pull_share.
 */
#ifndef SOLVER_INTERIOR_H
#define SOLVER_INTERIOR_H
#include "solver/newton.h"

/* A step of all unknowns and multipliers, and what it comes to. */
struct direction {
  double *dy, *da, *db;   /* [n] */
  double blocking;        /* largest decrease of a distance or multiplier over its size */
  double linear, squared; /* the products over their weights after a step t change by linear t + squared t^2 */
};

/* Arrays end with zeros up to EIGHTS(n) of vector.h. */
struct interior {
  struct newton *newton;
  double *y, *a, *b;      /* [n] the iterate */
  double *g, *infeasible; /* [n] g(y), and what is left of the first condition */
  double *begin;          /* [n] y_begin */
  double *weight;         /* [n] v: the products go to mu times this */
  double products, mu;    /* sum and mean of x a / v and u b / v */
  double infeasibility;   /* root mean square of the second */
  double proximal;        /* weight of the proximal term, raised when steps fail */
  double pull;            /* mu c */
  int bounds_count;
  int iterations;
  bool centred;
  double *centre;  /* [n] if centred: the first iterate near the path with mu below interior_centre_mu */
  int short_steps; /* in a row */
  struct direction way, spare;
  double *right, *target_a, *target_b, *trial_y, *trial_g;   /* [n] work */
  double *per_lower, *per_upper, *per_a, *per_b, *per_worth; /* [n] 1/x, 1/u, 1/a, 1/b, 0 without a bound; 1/v */
};

static const double interior_centre_mu = 3e-2; /* where a problem like a solved one is best begun */

/* start [n]: pushed inside the box; mu: 1 for a cold start, less for a point that was on the path of another
 * problem. */
struct interior interior_new(struct newton *newton, const double *start, double mu, struct arena *arena);

enum interior_outcome {
  INTERIOR_ARRIVED, /* mu and the infeasibility are below the goal */
  INTERIOR_SLOW,    /* several short steps in a row: the caller may look around, and go on */
  INTERIOR_FAILED   /* no progress, or iterations_max (in all calls) reached */
};

enum interior_outcome interior_advance(struct interior *interior, double mu_goal, int iterations_max);
#endif

/* solver/lanes_state.h - LANES problems on their way, and the steps of a solve. Included by lanes_*.c only.
 *
 * Everything is in elimination order and in scaled unknowns: y = z / z_scale, g = F / f_scale. Arrays [n] hold one
 * register a row, so that what the problems share (indices) is read once and what they do not share never meets.
 */
#ifndef SOLVER_LANES_STATE_H
#define SOLVER_LANES_STATE_H
#include "solver/lane.h"
#include "solver/lanes.h"

#define LANES_JOIN(name, width)   name##_##width
#define LANES_EXPAND(name, width) LANES_JOIN(name, width)
#define LANES_NAME(name)          LANES_EXPAND(name, LANES) /* the same function in the build of another width */
#define lanes_solve               LANES_NAME(lanes_solve)
#define lanes_certify             LANES_NAME(lanes_certify)
#define lanes_new                 LANES_NAME(lanes_new)
#define lanes_load                LANES_NAME(lanes_load)
#define lanes_evaluate            LANES_NAME(lanes_evaluate)
#define lanes_factor              LANES_NAME(lanes_factor)
#define lanes_substitute          LANES_NAME(lanes_substitute)
#define lanes_refine              LANES_NAME(lanes_refine)
#define lanes_iterate             LANES_NAME(lanes_iterate)
#define lanes_residual            LANES_NAME(lanes_residual)

/* What a lane is about. */
enum lane_phase {
  LANE_IDLE,   /* its numbers do not move */
  LANE_PATH,   /* follows the central path */
  LANE_CLOSE,  /* active-set steps from a point of the path to full precision */
  LANE_SOLVED, /* as LANE_IDLE, until lanes.c takes the result */
  LANE_FAILED
};

/* The scalars of a lane. */
struct lane_control {
  int problem; /* of the task */
  enum lane_phase phase;
  bool cold;          /* started without the path of the model */
  int iterations;     /* of this problem, both starts counted */
  int phase_steps;    /* in LANE_CLOSE */
  int tries;          /* of LANE_CLOSE from one point of the path that led nowhere */
  int short_steps;    /* in a row */
  double mu;          /* mean product */
  double close_at;    /* mu at which to try LANE_CLOSE */
  double residual;    /* natural, in LANE_CLOSE */
  double infeasible;  /* root mean square of g - a + b, in LANE_PATH */
  double proximal;    /* weight of y - y_now added to g */
  double predicted;   /* step of the predictor */
  double step;        /* last one taken */
  int products_count; /* bounds that are not fixed */
  int rounds;         /* of refinement */
  double goal;        /* of refinement: relative defect allowed */
};

struct lanes {
  const struct layout *layout;
  const struct lanes_task *task;
  struct lane_control control[LANES];
  int upper_count;
  const int *upper_row, *upper_place; /* [upper_count] row; [n] its place among them, or -1 */
  /* the problems */
  lane *lower, *upper, *constant, *z_scale; /* [n] */
  lane *worth, *per_worth;                  /* [n] products go to mu times worth; its inverse */
  lane *linear;                             /* [entries_count] */
  lane *power_ratio, *power_exponent, *power_coefficient, *power_times; /* [powers_count] */
  lane *hinge_constant, *hinge_slope, *hinge_coefficient;               /* [hinges_count] */
  /* the iterate; b, per_upper, target_b and kept_b are of the rows that are bounded above in some problem of the task */
  lane *y, *a, *b, *g;
  lane *path_y; /* where the path was left */
  lane *extra;  /* [extra_count] */
  /* the linear system and the direction */
  lane *diagonal, *right, *dy, *per_lower, *per_upper;
  lane *target_a, *target_b; /* what the products of a and b should become */
  lane *trial_y, *trial_g, *defect, *correction, *kept, *kept_b;
  lane *l, *u, *pivot_inverse, *work; /* factors on the plan's pattern */
};

static const double lane_pinned = 1e30; /* a diagonal that holds an unknown */

struct lanes *lanes_new(const struct lanes_task *task, struct arena *arena);

/* Puts a problem's numbers into lane l. */
void lanes_load(struct lanes *s, int l, const struct equations *equations);

/* g = value of the conditions at y, kinks rounded off over `smoothing` of each lane. */
void lanes_evaluate(struct lanes *s, const lane *y, lane smoothing, lane *g, bool extra);

/* Factors the Jacobian at the last point evaluated with extra, plus diag(diagonal + shift). */
void lanes_factor(struct lanes *s, lane shift);
/* x = what was factored \ b; x may be b. */
void lanes_substitute(const struct lanes *s, const lane *b, lane *x);
/* x = (Jacobian + diag(diagonal)) \ b, refined in the lanes asked for as each one's control says. */
void lanes_refine(struct lanes *s, const lane *b, lane *x, lane_mask asked);

/* One iteration of every lane that is not idle: a step along the path, or an active-set step. */
void lanes_iterate(struct lanes *s);

/* Natural residual of each lane at (y, g), infinite where anything is not a number. */
lane lanes_residual(const struct lanes *s, const lane *y, const lane *g);

static inline lane lanes_control_mask(const struct lanes *s, enum lane_phase phase)
{
  lane_mask mask = {0};
  for (int l = 0; l < LANES; l++) mask[l] = s->control[l].phase == phase ? -1 : 0;
  return (lane)mask;
}
#endif

/* solver/lanes_state.h - LANES problems on their way, and the steps of a solve. Included by lanes_*.c only.
 *
 * Everything is in elimination order and in scaled unknowns: y = z / (z_scale unit), g = F / (f_scale unit), with the
 * layout's units, in which all products of the path go to mu itself. Arrays [n] hold one register a row, so that what
 * the problems share (indices) is read once and what they do not share never meets. They do not fit in the nearest
 * caches, so what counts is how often they are gone through: an iteration is a handful of sweeps (lanes_step.c).
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
#define lanes_terms               LANES_NAME(lanes_terms)
#define lanes_factor              LANES_NAME(lanes_factor)
#define lanes_forward             LANES_NAME(lanes_forward)
#define lanes_backward            LANES_NAME(lanes_backward)
#define lanes_iterate             LANES_NAME(lanes_iterate)

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
};

struct lanes {
  const struct layout *layout;
  const struct lanes_task *task;
  struct lane_control control[LANES];
  int upper_count;
  const int *upper_row, *upper_place; /* [upper_count] row; [n] its place among them, or -1 */
  /* the problems */
  lane *lower, *constant;                                               /* [n] */
  lane *upper;                                                          /* [upper_count] */
  lane *linear;                                                         /* [entries_count + 1] */
  lane *power_ratio, *power_exponent, *power_coefficient, *power_times; /* [powers_count] */
  lane *hinge_constant, *hinge_slope, *hinge_coefficient, *hinge_width; /* [hinges_count] */
  /* the iterate; what belongs to an upper bound is of the rows bounded above in some problem of the task */
  lane *y, *a, *b;
  lane *path_y; /* where the path was left */
  lane *extra;  /* [extra_count] */
  lane *term;   /* [n] what the terms add to the conditions; read in rows that have any */
  /* the linear system and the direction */
  lane *diagonal, *right, *per_lower, *per_upper;
  struct direction {
    lane *dy;
    lane *target_a, *target_b; /* what the products of a and b should become */
  } ahead, first, second;      /* predictor (dy alone), and two that take turns */
  lane *trial_y;
  double *condition; /* [n] of a lane that starts */
  /* factors: the pivots, whose inverses stay, and other numbers of the layout; panels and updates of its fronts */
  lane *numbers, *panels, *updates;
  lane *gathered; /* [longest border] */
};

static const double lane_pinned = 1e30; /* a diagonal that holds an unknown */
static const double lane_far = 1e150;   /* stands for an infinite bound */

struct lanes *lanes_new(const struct lanes_task *task, struct arena *arena);

/* Puts a problem's numbers into lane l. */
void lanes_load(struct lanes *s, int l, const struct equations *equations);

/* term, extra = what the terms add to conditions and Jacobian at y, kinks rounded off over `smoothing` of each lane;
 * extra only if asked for. */
void lanes_terms(struct lanes *s, const lane *y, lane smoothing, bool extra);

/* Row i of the linear part and the terms at y. */
static inline lane lanes_condition(const struct lanes *s, int i, const lane *y)
{
  const struct layout *layout = s->layout;
  lane sum = s->constant[i];
  for (int p = layout->entry_start[i]; p < layout->entry_start[i + 1]; p++)
    sum = lane_fma(s->linear[p], y[layout->entry_column[p]], sum);
  if (layout->has_terms[i]) sum += s->term[i];
  return sum;
}

/* A pivot's inverse; of one that vanishes, that of the least allowed. */
static inline lane lanes_pivot_inverse(lane pivot)
{
  const lane least = lane_all(1e-13), zero = {0};
  const lane_mask large = (lane_mask)(lane_abs(pivot) >= least);
  return 1 / lane_select(large, pivot, lane_select((lane_mask)(pivot < zero), -least, least));
}

/* Factors the matrix whose leaves are eliminated: numbers holds the rest of it. x = L \ x in the rows that are no leaves.
 */
void lanes_factor(struct lanes *s, lane *x);

/* x = L \ x and x = U \ x in the rows that are no leaves; leaves come before and after. */
void lanes_forward(const struct lanes *s, lane *x);
void lanes_backward(const struct lanes *s, lane *x);

/* One iteration of every lane that is not idle: a step along the path, or an active-set step. */
void lanes_iterate(struct lanes *s);

static inline lane lanes_control_mask(const struct lanes *s, enum lane_phase phase)
{
  lane_mask mask = {0};
  for (int l = 0; l < LANES; l++) mask[l] = s->control[l].phase == phase ? -1 : 0;
  return (lane)mask;
}
#endif

/* solver/lanes_state.h - LANES problems on their way, and the steps of a solve. Included by lanes_*.c only.
 *
 * Everything is in the layout's order and units, in which all products of the path go to mu itself. Unknowns are
 * counted from their lower bounds: x = (z - lower) / unit, or z / unit where there is none. Arrays [n] hold one
 * register a row, so that what the problems share (indices) is read once and what they do not share never meets. They
 * do not fit in the nearest caches, so what counts is how often they are gone through: an iteration is a handful of
 * sweeps (lanes_step.c), and entries of the matrix that no problem of the task has otherwise than the model are the
 * layout's one number for all lanes.
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
#define lanes_look                LANES_NAME(lanes_look)
#define lanes_step                LANES_NAME(lanes_step)

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
  double proximal;    /* weight of x - x_now added to g */
  double predicted;   /* step of the predictor */
  double length;      /* of the step that led here and is still to be judged by where it led; 0: none */
  double step;        /* last one accepted */
  double pulled;      /* mu that unknowns are pulled for */
  double rounded;     /* the same of the step that led here, for which kinks are rounded off */
  int products_count; /* bounds that are not fixed */
};

/* A point: what belongs to an upper bound is of the rows bounded above in some problem of the task. */
struct lanes_point {
  lane *x, *a, *b;
};

struct direction {
  lane *dx;
  lane *da, *db; /* before the direction is known: what the products of a and b should become */
};

struct lanes {
  const struct layout *layout;
  const struct lanes_task *task;
  struct lane_control control[LANES];
  int upper_count;
  const int *upper_row, *upper_place; /* [upper_count] row; [n] its place among them, or -1 */
  /* the problems */
  lane *lower;                                                          /* [n] of z in units, 0 without */
  lane *constant;                                                       /* [n] of the conditions at x = 0 */
  lane *width;                                                          /* [upper_count] from lower to upper bound */
  lane *power_ratio, *power_shift, *power_exponent, *power_coefficient; /* [powers_count] */
  lane *power_times, *power_times_shift;
  lane *hinge_constant, *hinge_slope, *hinge_coefficient, *hinge_width; /* [hinges_count] */
  /* entries that some problem of the task has otherwise than the model */
  int varying_count, varying_models, varying_numbers;
  lane *varying;                              /* [varying_count] */
  const int *varying_model;                   /* [varying_models] theirs among the model's entries */
  const int *varying_number, *varying_source; /* [varying_numbers] place among the numbers, in varying */
  const int *entry_varying;                   /* [entries_count + 1] place in varying; -1: the model's */
  const bool *varies;                         /* [n] whether any is in the row, or in the column of a leaf */
  /* the iterate, where it was before the last step, and x where the path was left */
  struct lanes_point here, before;
  lane *path_x;
  lane *extra; /* [extra_count] */
  lane *term;  /* [n] what the terms add to the conditions; read in rows that have any */
  /* the linear system and the direction */
  lane *right, *per_product, *per_upper; /* right side; 1 / (x a) and 1 / (u b), 0 without a multiplier */
  struct direction ahead, first, second; /* predictor (dx alone), direction, corrected */
  double *condition;                     /* [n] of a lane that starts */
  /* factors: the pivots, whose inverses stay, and other numbers of the layout; panels and updates of its fronts */
  lane *numbers, *panels, *updates;
  lane *gathered; /* [longest border] */
};

static const double lane_pinned = 1e30; /* a diagonal that holds an unknown */
static const double lane_far = 1e150;   /* stands for an infinite bound */

struct lanes *lanes_new(const struct lanes_task *task, struct arena *arena);

/* Puts a problem's numbers into lane l. */
void lanes_load(struct lanes *s, int l, const struct equations *equations);

/* term, extra = what the terms add to conditions and Jacobian at x, kinks rounded off over `smoothing` of each lane. */
void lanes_terms(struct lanes *s, const lane *x, lane smoothing);

static inline lane lanes_entry(const struct lanes *s, int p)
{
  const int varying = s->entry_varying[p];
  return varying < 0 ? lane_all(s->layout->value[p]) : s->varying[varying];
}

/* Row i of the linear part and the terms at x. */
static inline lane lanes_condition(const struct lanes *s, int i, const lane *x)
{
  const struct layout *layout = s->layout;
  const int *const column = layout->entry_column;
  const int start = layout->entry_start[i], end = layout->entry_start[i + 1];
  lane sum = s->constant[i];
  if (s->varies[i]) {
    for (int p = start; p < end; p++) sum = lane_fma(lanes_entry(s, p), x[column[p]], sum);
  } else {
    for (int p = start; p < end; p++) sum = lane_fma(lane_all(layout->value[p]), x[column[p]], sum);
  }
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

/* Factors the matrix whose leaves are eliminated: numbers holds the rest of it. x = L \ x in the rows that are no
 * leaves.
 */
void lanes_factor(struct lanes *s, lane *x);

/* x = L \ x and x = U \ x in the rows that are no leaves; leaves come before and after. */
void lanes_forward(const struct lanes *s, lane *x);
void lanes_backward(const struct lanes *s, lane *x);

/* Where every lane is: conditions, their linearisation, and whether the last step was any good. True where a lane went
 * back, or on to something else: look again. */
bool lanes_look(struct lanes *s);

/* From where lanes_look has looked: a step along the path of every lane that follows it, an active-set step of those
 * near its end. */
void lanes_step(struct lanes *s);

static inline lane_mask lanes_control_mask(const struct lanes *s, enum lane_phase phase)
{
  lane_mask mask = {0};
  for (int l = 0; l < LANES; l++) mask[l] = s->control[l].phase == phase ? -1 : 0;
  return mask;
}
#endif

/* ensemble/ensemble.h - many runs of one scenario, draw by draw, on all threads; interrupted and taken up again.
 *
 * Every finished draw is a record of a log that only grows (io/journal.h), so a run may be killed at any moment: the
 * next one with the same log takes what is there and makes the rest. A draw's record depends on its number alone;
 * sorted by number, the result is the same for any count of threads and of MPI ranks (comm.h); rank 0 has it, the
 * others help. A draw that could not be certified stays in the result with what was drawn and why it failed; the
 * statistics leave it out and say how many there are.
 */
#ifndef ENSEMBLE_ENSEMBLE_H
#define ENSEMBLE_ENSEMBLE_H
#include "ensemble/draws.h"
#include "ensemble/fields.h"
#include "ensemble/indicators.h"

struct ensemble;
struct ensemble_options {
  long draws;
  uint64_t seed;
  enum sampling sampling;
  int threads;        /* 0: one */
  const char *log;    /* path; NULL: none */
  const char *inputs; /* digest of what the run was made from, kept in the log */
  /* Called after draws and windows, by one thread at a time, with what there is so far. Returning false ends the work:
   * what is done stays done. May be NULL. */
  bool (*progress)(void *context, const struct ensemble *ensemble);
  void *context;
};

enum draw_state { DRAW_MISSING, DRAW_CERTIFIED, DRAW_FAILED };

struct ensemble {
  const struct run *run;
  const struct draws *draws;
  const struct ensemble_indicators *indicators;
  uint64_t seed;
  enum sampling sampling;
  long wanted, done, taken; /* draws; taken: of those done, from the log */
  long failed;
  long reach;     /* no draw from here on is done */
  double *values; /* [wanted x indicators] NAN: no such figure */
  const struct fields *fields;
  int32_t *counts;      /* [cells x field_bins] of the certified draws; of rank 0, NULL elsewhere */
  uint64_t *digests;    /* [wanted] of what was drawn */
  unsigned char *state; /* [wanted] enum draw_state */
  const char **failure; /* [wanted] of DRAW_FAILED: why */
  double seconds;       /* of this work */
  bool stopped;         /* by progress, before all draws were done */
};

/* The run must be solved. NULL with error set: nothing to draw, an indicator that does not exist, a log of something
 * else. */
[[nodiscard]] const struct ensemble *ensemble_run(const struct run *run, const struct ensemble_options *options,
                                                  struct arena *arena, struct error *error);

/* The same in steps, so that several runs can be drawn in turns: what is in the log is there after the beginning; the
 * result grows with every step, in its place; what solves draws side by side is given back after each. */
struct ensemble_work;
[[nodiscard]] struct ensemble_work *ensemble_begin(const struct run *run, const struct ensemble_options *options,
                                                   struct arena *arena, struct error *error);
const struct ensemble *ensemble_so_far(const struct ensemble_work *work);
/* The draws below `until` that are missing. False with error set. */
bool ensemble_step(struct ensemble_work *work, long until, struct error *error);
void ensemble_end(struct ensemble_work *work); /* the log is closed */

/* Values of one indicator, of the certified draws below `limit` that have it, in the order of the draws; *count. */
[[nodiscard]] double *ensemble_column(const struct ensemble *ensemble, int indicator, long *count, struct arena *arena);

/* What a log was begun with, to go on likewise. */
struct log_options {
  long draws;
  uint64_t seed;
  enum sampling sampling;
};
bool ensemble_log_read(const char *log, struct log_options *options, struct arena *arena, struct error *error);

/* Writes the finished log anew, in the order of the draws and with one record of the counts instead of the bins of
 * every draw, so that its bytes depend on the draws alone. */
bool ensemble_log_sort(const struct ensemble *ensemble, const char *log, const char *inputs, struct arena *arena,
                       struct error *error);
#endif

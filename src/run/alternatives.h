/* run/alternatives.h - policies made to cost the same, so that what they achieve can be compared.
 *
 * A scenario may name a dial: one figure that scales its policy (tonnes a stockpile takes, a credit per kilogram). Its
 * value is searched for until the present value of public outlays, above those of a run without the policy, is the
 * target within one per cent. Each policy is looked at beside two more runs: settled in cash only, and under the stress
 * that its scenario states.
 */
#ifndef RUN_ALTERNATIVES_H
#define RUN_ALTERNATIVES_H
#include "run/run.h"

struct scaled_run {
  struct run *run;     /* at the dial's last value; NULL: it could not be loaded or solved, see error */
  double dial;         /* NAN: the scenario has none, and the run is as it stands */
  const char *set;     /* the setting that does it: "path=value"; NULL: none */
  double outlays_musd; /* present value above the status quo */
  bool reached;        /* the target, within one per cent; false: not even the dial's highest value spends as much */
  int solves;
};

/* Present value of contracts' and credits' outlays less receipts, of the government of that region, million USD
 * real. */
double outlays_present_value_musd(const struct run *run, int region);

/* Solves a scenario so that its outlays less those of the status quo come to target_musd. */
[[nodiscard]] struct scaled_run scaled_run_solve(const char *scenario_path, const struct run_options *options,
                                                 const struct run *status_quo, int region, double target_musd,
                                                 struct arena *arena, struct error *error);

struct alternative {
  const struct run *run;
  const struct run *in_cash;  /* with what it pays for settled in cash only; NULL: it pays for nothing, or not solved */
  const struct run *stressed; /* NULL: its scenario states no stress, or not solved */
  double dial;                /* where its dial stands; NAN: not turned */
  bool reached;               /* the outlays to be matched */
};

/* Solves the two runs beside that are not there yet. options: those the policy was solved with, its dial among the
 * settings. False with error set. */
bool alternative_solve_beside(struct alternative *policy, const struct run *status_quo,
                              const struct run_options *options, struct error *error);

/* An instrument of a policy: the status quo does not have it, and somebody is named who pays. */
bool alternative_pays_by(const struct run *policy, const struct run *status_quo, int instrument);
#endif

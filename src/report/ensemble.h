/* report/ensemble.h - what many draws say: tables for a person, JSON and netCDF for programs. */
#ifndef REPORT_ENSEMBLE_H
#define REPORT_ENSEMBLE_H
#include "ensemble/ensemble.h"
#include "report/summary.h"

/* The shares of draws at which ranges are given. */
enum { fan_quantiles = 5 };
extern const double fan_levels[fan_quantiles]; /* 0.05, 0.25, 0.5, 0.75, 0.95 */

/* Ranges of the headline figures, how sure they are, and the draws that failed. */
[[nodiscard]] const char *ensemble_text(const struct ensemble *ensemble, const struct summary_view *view,
                                        struct arena *arena);
/* Of all indicators. Nothing in it depends on the clock, the machine or the threads. */
[[nodiscard]] const char *ensemble_json(const struct ensemble *ensemble, const char *version, struct arena *arena);
/* One line about what there is so far: "price[...] 61.2 (45.1 to 80.3)", of `limit` headline figures. */
[[nodiscard]] const char *ensemble_line(const struct ensemble *ensemble, int limit, struct arena *arena);

/* draws.nc, ensemble.json and the sorted log into a run's folder, each by rename. inputs: as given to ensemble_run. */
bool ensemble_write(const struct ensemble *ensemble, const char *folder, const char *inputs, const char *version,
                    struct arena *arena, struct error *error);

/* Policies draw by draw: differences from the first, and how often they rank which way. Draws that failed for one of
 * them count for none. */
[[nodiscard]] const char *ensembles_text(const struct ensemble *const *ensembles, int count,
                                         const struct summary_view *view, struct arena *arena);
[[nodiscard]] const char *ensembles_json(const struct ensemble *const *ensembles, int count, const char *version,
                                         struct arena *arena);
#endif

/* report/check_data.h - what a data set says of its base year, in figures: does it add up, who makes what, what single
 * plants carry, what must move for every balance to close, which guesses the headline hangs on. No market is solved.
 */
#ifndef REPORT_CHECK_DATA_H
#define REPORT_CHECK_DATA_H
#include "io/json.h"
#include "metrics/exposure.h"
#include "metrics/headline.h"
#include "report/reconciled_text.h"

struct data_check {
  const struct dataset *dataset;
  const struct base_year *base;
  struct shares shares;
  struct headline headline;
  struct exposures exposures;
  struct weak_figures weakest;
  struct reconciled reconciled;
};

/* Share of what is made elsewhere from which on a plant is a single point of failure. */
#define EXPOSURE_LIMIT 0.3

/* NULL where the tables state no output or no contents: there is nothing to add up. */
[[nodiscard]] const struct data_check *data_check_new(const struct dataset *dataset, struct arena *arena);
/* About 50 lines, every section with a heading. */
[[nodiscard]] const char *data_check_text(const struct data_check *check, struct arena *arena);
/* Adds keys to the open map: headline, balance (every element, stage and region), shares, single_plants, weakest. */
void data_check_json(struct json_writer *writer, const struct data_check *check, struct arena *arena);

/* The stages of the chain, in order, at which content is made; scrap and others left out. Returns how many. */
int stages_made(const struct shares *shares, int *stages);
/* Shares and Herfindahl index by element (rows) and stage, and plants that carry much of what is made elsewhere. */
void shares_add_text(struct text *text, const struct dataset *dataset, const struct shares *shares);
void exposures_add_text(struct text *text, const struct dataset *dataset, const struct exposures *exposures, int most);
void shares_add_json(struct json_writer *writer, const struct dataset *dataset, const struct shares *shares);
void exposures_add_json(struct json_writer *writer, const struct dataset *dataset, const struct exposures *exposures);
#endif

/* report/score_text.h - a forecast beside what happened, as a table and as JSON. */
#ifndef REPORT_SCORE_TEXT_H
#define REPORT_SCORE_TEXT_H
#include "io/json.h"
#include "run/run.h"

/* The table of figures and the score by group, without a heading. At most figures_max figures: those that the forecast
 * missed by most stay. Adds nothing where there is no figure. */
void score_add_text(struct text *text, const struct run *run, int figures_max);
/* Adds the key "score" to the open map: figures and groups; null where there is no figure. */
void score_add_json(struct json_writer *writer, const struct run *run);
#endif

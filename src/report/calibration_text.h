/* report/calibration_text.h - what a calibration moved, filled and fitted, for a person and for programs. */
#ifndef REPORT_CALIBRATION_TEXT_H
#define REPORT_CALIBRATION_TEXT_H
#include "calibration/calibration.h"
#include "io/json.h"

/* About 60 lines, every section with a heading: figures that moved, what is left over, prices filled, wedges,
 * faults. */
[[nodiscard]] const char *calibration_text(const struct calibration *calibration, struct arena *arena);
/* Adds one key, "calibration", to the open map: counts, every figure that moved, every price that was filled, every
 * wedge above the limit, every fault. */
void calibration_json(struct json_writer *writer, const struct calibration *calibration);
#endif

/* report/mcp_json.h - the solved problems as numbers, so that anyone can verify them with other software.
 *
 *   {"problems": [{"names", "lower", "upper", "z", "q", "M": {"row", "col", "val"}, "terms"}, ...]}
 *
 * One problem a window, F(z) = q + M z + terms, null for an infinite bound. Terms:
 *   {"kind": "power", "row", "coef", "var", "scale", "exponent", "times"}  adds coef (z_var/scale)^exponent z_times
 *   {"kind": "hinge", "row", "coef", "var", "const", "slope"}              adds coef max(0, const + slope z_var)
 * "times" is left out where there is no such factor. Rows and variables count from 0. "z_scale" and "f_scale", the
 * data's magnitudes by which residuals are judged, come with each problem.
 */
#ifndef REPORT_MCP_JSON_H
#define REPORT_MCP_JSON_H
#include "report/archive.h"

/* NULL with error set where the stored run does not fit its inputs. */
[[nodiscard]] const char *mcp_json(const struct archive *archive, struct arena *arena, struct error *error);
#endif

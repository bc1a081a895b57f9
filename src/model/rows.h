/* model/rows.h - the conditions of the market as rows of the problem: one period (market.c) and between periods
 * (time.c). Called by window_assemble, in this order, for every block. */
#ifndef MODEL_ROWS_H
#define MODEL_ROWS_H
#include "model/window.h"

/* Lays out the unknowns of a block. */
void market_unknowns(struct window *window, int b);
/* Writes the rows of a block, between unknowns of the same block. */
void market_rows(struct window *window, int b);

/* Stocks and investment: unknowns of a block, then the rows that tie it to others. */
void time_unknowns(struct window *window, int b);
void time_rows(struct window *window, int b);

/* Can orders placed in this window add to the facility's capacity in block b? */
bool time_adds_capacity(const struct window *window, int facility, int b);
#endif

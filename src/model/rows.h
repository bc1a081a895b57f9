/* model/rows.h - the conditions of the market as rows of the problem: one period (market.c) and between periods
 * (time.c). Called by window_assemble, in this order, for every block. */
#ifndef MODEL_ROWS_H
#define MODEL_ROWS_H
#include "model/window.h"

/* Lays out the unknowns of a block, then says of them what figures in force say: bounds, and scales of demand. */
void market_unknowns(struct window *window, int b);
void market_bounds(struct window *window, int b);
/* Would a block's unknowns and rows stand where they do in the same block of another window of the same network? */
bool market_is_alike(const struct window *window, int b, const struct window *other);
/* Writes the rows of a block, between unknowns of the same block. like: a window whose block is alike: its entries are
 * taken as they are but for the figures in force; NULL: there is none. */
void market_rows(struct window *window, int b, const struct window *like);

/* Stocks and investment: unknowns of a block, their bounds, then the rows that tie it to others. */
void time_unknowns(struct window *window, int b);
void time_bounds(struct window *window, int b);
bool time_is_alike(const struct window *window, int b, const struct window *other); /* given that the market is */
void time_rows(struct window *window, int b);

/* Can orders placed in this window add to the facility's capacity in block b? */
bool time_adds_capacity(const struct window *window, int facility, int b);
#endif

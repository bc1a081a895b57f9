/* ensemble/vary.c - figures of the data through dataset_redraw; terms of instruments in copies of their structs.
 *
 * Nodes, activities, arcs, their scales and the calibration are those of the run: a draw changes figures in force, not
 * the graph or the pattern of the problem.
 */
#include "ensemble/vary.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/instruments.h"

/* The instrument's terms in a copy of their own, made the first time. */
static void *own_terms(struct bound_instrument *instrument, const struct bound_instrument *base, struct arena *arena)
{
  if (instrument->terms != base->terms) return (void *)(uintptr_t)instrument->terms;
  void *copy = arena_alloc(arena, 1, base->kind->terms_size);
  memcpy(copy, base->terms, base->kind->terms_size);
  instrument->terms = copy;
  return copy;
}

static void set_term(struct bound_instrument *instruments, const struct network *network,
                     const struct drawn_figure *figure, const struct drawn_variable *variable, double drawn,
                     struct arena *arena)
{
  struct bound_instrument *instrument = &instruments[figure->instrument];
  const struct field *field = field_find(instrument->kind->fields, figure->name);
  assert(field != NULL && field->type == FIELD_NUMBER);
  struct drawn_figure bounded = *figure;
  if (field->low != 0 || field->high != 0) bounded.low = field->low, bounded.high = field->high;
  double *number = (double *)(void *)((char *)own_terms(instrument, &network->instruments[figure->instrument], arena) +
                                      field->offset);
  *number = figure_drawn(&bounded, variable, *number, drawn);
}

const struct network *network_vary(const struct network *network, const struct redraw *redraw, struct arena *arena)
{
  struct network *varied = ARENA_NEW(arena, struct network);
  const struct chance *chance = network->dataset->chance;
  *varied = *network;
  varied->dataset = dataset_redraw(network->dataset, redraw, arena);
  struct bound_instrument *instruments = arena_grow(arena, network->instruments, (size_t)network->instruments_count,
                                                    (size_t)network->instruments_count, sizeof *instruments);
  for (int v = 0; redraw->values != NULL && v < chance->variables_count; v++)
    for (int i = 0; i < chance->variables[v].figures_count; i++) {
      const struct drawn_figure *figure = &chance->variables[v].figures[i];
      if (figure->table < 0 && figure->track < 0)
        set_term(instruments, network, figure, &chance->variables[v], redraw->values[v], arena);
    }
  varied->instruments = instruments;
  return varied;
}

bool network_expect_terms(const struct network *network, struct arena *arena, struct error *error)
{
  const struct chance *chance = network->dataset->chance;
  for (int v = 0; v < chance->variables_count; v++)
    for (int i = 0; i < chance->variables[v].figures_count; i++) {
      const struct drawn_figure *figure = &chance->variables[v].figures[i];
      if (figure->table >= 0) continue;
      const struct bound_instrument *instrument = &network->instruments[figure->instrument];
      const struct field *field = field_find(instrument->kind->fields, figure->name);
      if (field != NULL && field->type == FIELD_NUMBER) continue;
      const struct place place = instrument->instrument->record.place;
      return error_set(error, place.file, place.line,
                       arena_format(arena, "distributions.%s", chance->variables[v].name),
                       "'%s' of the kind %s is no number that may be drawn", figure->name, instrument->kind->name);
    }
  return true;
}

/* calibration/figures.c - what was observed of the base year, as weighted sums of quantities with a standard error.
 *
 * A facility's output counts all its processes in the unit of its capacity; a link's flow all its materials; a
 * segment's quantity its whole consumption. Rows of `observations` sum over what their lists name. A stated zero is no
 * figure to be moved but a fact: it bounds its quantities, see reconcile.c.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/entities.h"

/* ---- errors ---- */

/* Relative standard errors by quality: choices, stated in docs/calibration.md. */
static double error_of_quality(char quality)
{
  switch (quality) {
  case 'A': return 0.02;
  case 'B': return 0.05;
  case 'C': return 0.15;
  default: return 0.4;
  }
}

static char quality_of(const struct record *record)
{
  return record->quality != NULL && record->quality[0] != '\0' ? record->quality[0] : 'D';
}

static struct figure *figure_new(struct base *base, const char *table, const struct record *record, const char *name,
                                 double stated)
{
  if (base->figures_count == base->figures_max) {
    base->figures_max = base->figures_max == 0 ? 256 : 2 * base->figures_max;
    base->figures = arena_grow(base->arena, base->figures, (size_t)base->figures_count, (size_t)base->figures_max,
                               sizeof(struct figure));
  }
  struct figure *figure = &base->figures[base->figures_count++];
  const char quality = quality_of(record);
  const double error = error_of_quality(quality) * fabs(stated);
  *figure = (struct figure){.figure = {.name = name,
                                       .record = record,
                                       .table = table,
                                       .quality = quality,
                                       .stated = stated,
                                       .reconciled = NAN,
                                       .error = error,
                                       .low = stated - 2 * error,
                                       .high = stated + 2 * error}};
  return figure;
}

static void figure_add(struct base *base, struct figure *figure, enum quantity_kind kind, int index, double weight)
{
  if (weight == 0) return;
  if (figure->count == figure->count_max) {
    figure->count_max = figure->count_max == 0 ? 4 : 2 * figure->count_max;
    figure->terms = arena_grow(base->arena, figure->terms, (size_t)figure->count, (size_t)figure->count_max,
                               sizeof(struct figure_term));
  }
  figure->terms[figure->count++] = (struct figure_term){kind, index, weight};
}

/* A figure about nothing that the network has is dropped, and said. */
static void figure_finish(struct base *base, const struct figure *figure)
{
  if (figure->count > 0) return;
  base->figures_count--;
  if (figure->figure.stated != 0)
    base_fault(base, FAULT_FIGURE, 0, "%s is stated as %.6g t/y, but nothing in the market can make, move or take it",
               figure->figure.name, figure->figure.stated);
}

/* ---- figures of facilities, links and segments ---- */

/* The output of a plant that starts later is a plan, not an observation. */
static bool was_there(const struct base *base, int facility)
{
  const struct facility *data = &base->network->dataset->facilities[facility];
  return data->status != STATUS_CANCELLED &&
         base->window->blocks[0].facility_terms[facility].capacity > 1e-9 * fmax(data->output_t_per_year, 1);
}

static void collect_facilities(struct base *base)
{
  const struct network *network = base->network;
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const struct facility *facility = &network->dataset->facilities[f];
    if (isnan(facility->output_t_per_year) || !was_there(base, f)) continue;
    struct figure *figure =
        figure_new(base, "facilities", &facility->record,
                   arena_format(base->arena, "output of %s", facility->record.id), facility->output_t_per_year);
    for (int j = network->facility_first[f]; j < network->facility_first[f + 1]; j++)
      figure_add(base, figure, QUANTITY_ACTIVITY, j, network->activities[j].capacity_use);
    figure_finish(base, figure);
  }
}

static void collect_links(struct base *base)
{
  const struct network *network = base->network;
  for (int l = 0; l < network->dataset->links_count; l++) {
    const struct link *link = &network->dataset->links[l];
    if (isnan(link->flow_t_per_year)) continue;
    struct figure *figure = figure_new(base, "links", &link->record,
                                       arena_format(base->arena, "flow of %s", link->record.id), link->flow_t_per_year);
    for (int a = 0; a < network->arcs_count; a++)
      if (network->arcs[a].link == l && arc_between_regions(network, a)) figure_add(base, figure, QUANTITY_FLOW, a, 1);
    figure_finish(base, figure);
  }
}

/* A segment given by intercept and slope was observed at the price the data know for its node. */
static double consumption_stated(const struct base *base, int consumer)
{
  const struct consumer_terms *terms = &base->window->blocks[0].consumer_terms[consumer];
  const struct segment *segment = &base->network->dataset->segments[base->network->consumers[consumer].segment];
  if (!isfinite(segment->intercept_usd_per_kg)) return terms->quantity;
  return demand_at(terms, base->network->nodes[base->network->consumers[consumer].node].price_usd_per_kg);
}

static void collect_segments(struct base *base)
{
  const struct network *network = base->network;
  for (int s = 0; s < network->dataset->segments_count; s++) {
    const struct record *record = &network->dataset->segments[s].record;
    double stated = 0;
    for (int k = 0; k < network->consumers_count; k++)
      if (network->consumers[k].segment == s) stated += consumption_stated(base, k);
    struct figure *figure =
        figure_new(base, "segments", record, arena_format(base->arena, "consumption of %s", record->id), stated);
    for (int k = 0; k < network->consumers_count; k++)
      if (network->consumers[k].segment == s) figure_add(base, figure, QUANTITY_CONSUMPTION, k, 1);
    figure_finish(base, figure);
  }
}

/* ---- observations ---- */

static bool holds(const struct field_list *list, int index)
{
  for (int i = 0; i < list->count; i++)
    if (list->indices[i] == index) return true;
  return list->count == 0;
}

static bool holds_stage(const struct field_list *names, int stage)
{
  static const char choices[] = STAGE_CHOICES;
  const char *word = choices;
  for (int i = 0; i < stage; i++) word = strchr(word, '|') + 1;
  const size_t length = strcspn(word, "|");
  for (int i = 0; i < names->count; i++)
    if (strlen(names->names[i]) == length && strncmp(names->names[i], word, length) == 0) return true;
  return names->count == 0;
}

/* Tonnes counted a tonne of a material, 0 where it is not meant. */
static double counted(const struct dataset *dataset, const struct observation *observation, int material)
{
  if (!holds(&observation->materials, material)) return 0;
  if (!holds_stage(&observation->stages, dataset->materials[material].stage)) return 0;
  if (observation->element == NULL) return 1;
  for (int c = 0; c < dataset->contents_count; c++)
    if (dataset->contents[c].material == material && text_equal(dataset->contents[c].element, observation->element))
      return dataset->contents[c].share;
  return 0;
}

static bool holds_activity(const struct dataset *dataset, const struct observation *observation,
                           const struct activity *activity)
{
  return holds(&observation->facilities, activity->facility) && holds(&observation->processes, activity->process) &&
         holds(&observation->regions, dataset->facilities[activity->facility].region);
}

static void observe_activities(struct base *base, const struct observation *observation, struct figure *figure)
{
  const struct network *network = base->network;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (!holds_activity(network->dataset, observation, activity)) continue;
    double weight = 0;
    if (observation->what == OBSERVED_ACTIVITY) {
      const int stage = network->dataset->processes[activity->process].stage;
      weight = holds_stage(&observation->stages, stage) ? activity->capacity_use : 0;
    } else {
      for (int i = 0; i < activity->io_count; i++)
        weight += fmax(0, activity->io[i].amount) *
                  counted(network->dataset, observation, network->nodes[activity->io[i].node].material);
    }
    figure_add(base, figure, QUANTITY_ACTIVITY, j, weight);
  }
}

static void observe_flows(struct base *base, const struct observation *observation, struct figure *figure)
{
  const struct network *network = base->network;
  for (int a = 0; a < network->arcs_count; a++) {
    if (!arc_between_regions(network, a)) continue;
    const struct node *from = &network->nodes[network->arcs[a].from], *to = &network->nodes[network->arcs[a].to];
    if (holds(&observation->regions, from->region) && holds(&observation->to, to->region))
      figure_add(base, figure, QUANTITY_FLOW, a, counted(network->dataset, observation, from->material));
  }
}

static void observe_consumption(struct base *base, const struct observation *observation, struct figure *figure)
{
  const struct network *network = base->network;
  for (int k = 0; k < network->consumers_count; k++) {
    const struct node *node = &network->nodes[network->consumers[k].node];
    if (holds(&observation->segments, network->consumers[k].segment) && holds(&observation->regions, node->region))
      figure_add(base, figure, QUANTITY_CONSUMPTION, k, counted(network->dataset, observation, node->material));
  }
}

static void observe_stocks(struct base *base, const struct observation *observation, struct figure *figure)
{
  const struct network *network = base->network;
  for (int s = 0; s < network->stores_count; s++) {
    const struct node *node = &network->nodes[network->stores[s].node];
    if (holds(&observation->regions, node->region))
      figure_add(base, figure, QUANTITY_STOCK, s, counted(network->dataset, observation, node->material));
  }
}

/* An error of its own, else a range taken as two standard errors either way, else its quality's. */
static void set_error(struct calibration_figure *figure, const struct observation *observation)
{
  const bool range = isfinite(observation->low) && isfinite(observation->high) && observation->high > observation->low;
  if (isfinite(observation->error))
    figure->error = observation->error * fabs(figure->stated);
  else if (range)
    figure->error = (observation->high - observation->low) / 4;
  figure->low = isfinite(observation->low) ? observation->low : figure->stated - 2 * figure->error;
  figure->high = isfinite(observation->high) ? observation->high : figure->stated + 2 * figure->error;
}

static void collect_observation(struct base *base, const struct observation *observation)
{
  struct figure *figure =
      figure_new(base, "observations", &observation->record, observation->record.id, observation->value_t_per_year);
  set_error(&figure->figure, observation);
  switch ((enum observed)observation->what) {
  case OBSERVED_OUTPUT:
  case OBSERVED_ACTIVITY: observe_activities(base, observation, figure); break;
  case OBSERVED_FLOW: observe_flows(base, observation, figure); break;
  case OBSERVED_CONSUMPTION: observe_consumption(base, observation, figure); break;
  case OBSERVED_STOCK_CHANGE: observe_stocks(base, observation, figure); break;
  }
  figure_finish(base, figure);
}

bool figures_collect(struct base *base, struct error *error)
{
  collect_facilities(base);
  collect_links(base);
  collect_segments(base);
  for (int i = 0; i < base->network->dataset->observations_count; i++)
    collect_observation(base, &base->network->dataset->observations[i]);
  if (base->figures_count > 0) return true;
  const struct scenario *scenario = base->network->scenario;
  return error_set(error, scenario->file, 0, "economy.calibrate",
                   "nothing was observed; expected facilities.output_t_per_year, links.flow_t_per_year, "
                   "segments.quantity_t_per_year or a table of observations");
}

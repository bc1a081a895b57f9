/* model/instruments/kind.c - selectors, targets and terms, written once for all kinds.
 *
 * A selector that could not mean anything in the data set is refused when the instrument is bound; one whose targets
 * are merely out of the market in this scenario (a cancelled plant) is allowed and does nothing.
 */
#include "model/instruments/kind.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

/* ---- terms ---- */

/* The tail stands for the year tail_years_after past its start, as the figures of the data do (model/terms.c). */
struct moment moment_of_block(const struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const struct period typical = {block->period.start + window->network->scenario->tail_years_after, 1};
  return (struct moment){window->network->dataset, block->tail ? typical : block->period, window->known,
                         block->deflator};
}

struct moment moment_of_outcome(const struct outcome *outcome, int p)
{
  const struct period_outcome *period = &outcome->periods[p];
  return (struct moment){outcome->network->dataset, period->period, period->known, period->deflator};
}

double nominal_kusd(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                    double kusd_per_year)
{
  const struct period_outcome *period = &outcome->periods[p];
  return kusd_per_year * period->period.length * (instrument->instrument->real ? 1 : period->deflator);
}

static const struct instrument_term *term_find(const struct bound_instrument *instrument, const char *term)
{
  const struct instrument *header = instrument->instrument;
  for (int t = 0; t < header->terms_count; t++)
    if (text_equal(header->terms[t].name, term)) return &header->terms[t];
  return NULL;
}

bool term_given(const struct bound_instrument *instrument, const char *term)
{
  return term_find(instrument, term) != NULL;
}

bool term_error(struct error *error, const struct bound_instrument *instrument, const char *term, const char *format,
                ...)
{
  const struct record *record = &instrument->instrument->record;
  const struct instrument_term *given = term_find(instrument, term);
  const struct place place = given != NULL ? given->place : record->place;
  char field[128], message[512];
  (void)snprintf(field, sizeof field, "instruments.%s.%s", record->id, term);
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return error_set(error, place.file, place.line, field, "%s", message);
}

/* ---- selectors ---- */

bool selected(const struct field_list *list, int index)
{
  if (list->count == 0) return true;
  for (int i = 0; i < list->count; i++)
    if (list->indices[i] == index) return true;
  return false;
}

bool selected_name(const struct field_list *list, const char *name)
{
  if (list->count == 0) return true;
  for (int i = 0; i < list->count; i++)
    if (text_equal(list->names[i], name)) return true;
  return false;
}

bool selector_holds_arc(const struct selector *selector, const struct network *network, int arc)
{
  const struct arc *a = &network->arcs[arc];
  const struct node *from = &network->nodes[a->from], *to = &network->nodes[a->to];
  return a->link >= 0 && from->region != to->region && selected(&selector->materials, from->material) &&
         selected(&selector->from, from->region) && selected(&selector->to, to->region);
}

bool selector_holds_facility(const struct selector *selector, const struct dataset *dataset, int facility)
{
  const struct facility *f = &dataset->facilities[facility];
  return selected(&selector->facilities, facility) && selected(&selector->owners, f->owner) &&
         selected(&selector->regions, f->region);
}

static bool link_meant(const struct selector *selector, const struct link *link)
{
  if (!selected(&selector->from, link->from) || !selected(&selector->to, link->to)) return false;
  if (selector->materials.count == 0 || link->materials.count == 0) return true;
  for (int m = 0; m < link->materials.count; m++)
    if (selected(&selector->materials, link->materials.indices[m])) return true;
  return false;
}

static const char *first_name(const struct field_list *list)
{
  return list->count == 0 ? "anywhere" : list->names[0];
}

bool bind_arcs(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
               struct error *error)
{
  const struct selector *selector = instrument->terms;
  const struct dataset *dataset = network->dataset;
  bool meant = false;
  for (int l = 0; l < dataset->links_count; l++) meant = meant || link_meant(selector, &dataset->links[l]);
  if (!meant)
    return term_error(error, instrument,
                      selector->to.count > 0     ? "to"
                      : selector->from.count > 0 ? "from"
                                                 : "materials",
                      "applies to nothing: no link carries %s from %s to %s",
                      selector->materials.count == 0 ? "anything" : selector->materials.names[0],
                      first_name(&selector->from), first_name(&selector->to));
  int *arcs = ARENA_ARRAY(arena, network->arcs_count, int), count = 0;
  for (int a = 0; a < network->arcs_count; a++)
    if (selector_holds_arc(selector, network, a)) arcs[count++] = a;
  instrument->arcs = arcs, instrument->arcs_count = count;
  return true;
}

bool bind_activities(const struct network *network, struct bound_instrument *instrument, bool feed, struct arena *arena,
                     struct error *error)
{
  const struct selector *selector = instrument->terms;
  const struct dataset *dataset = network->dataset;
  const struct field_list no_elements = {.count = 0};
  bool meant = false, running = false;
  for (int f = 0; f < dataset->facilities_count; f++) {
    const bool holds = selector_holds_facility(selector, dataset, f);
    meant = meant || holds;
    running = running || (holds && network->facility_first[f] < network->facility_first[f + 1]);
  }
  if (!meant) return term_error(error, instrument, "facilities", "applies to nothing: no facility fits the selection");
  int *activities = ARENA_ARRAY(arena, network->activities_count, int), count = 0;
  for (int j = 0; j < network->activities_count; j++)
    if (selector_holds_facility(selector, dataset, network->activities[j].facility) &&
        activity_count(network, j, selector, &no_elements, feed) > 0)
      activities[count++] = j;
  if (count == 0 && running)
    return term_error(error, instrument, "materials", "applies to nothing: no selected facility %s %s",
                      feed ? "uses" : "makes",
                      selector->materials.count == 0 ? "anything" : selector->materials.names[0]);
  instrument->activities = activities, instrument->activities_count = count;
  return true;
}

class_mask rules_mask(const struct field_list *rules)
{
  class_mask mask = 0;
  for (int i = 0; i < rules->count; i++) mask |= (class_mask)1 << rules->indices[i];
  return mask;
}

int bind_node(const struct network *network, const struct bound_instrument *instrument, int material, int region,
              const struct field_list *rules, const char *term, struct error *error)
{
  const struct dataset *dataset = network->dataset;
  const int node = network_node(network, material, region, rules == NULL ? 0 : rules_mask(rules));
  if (node < 0)
    term_error(error, instrument, term, "%s has no market in %s: nothing makes, moves or uses it there",
               dataset->materials[material].record.id, dataset->regions[region].record.id);
  return node;
}

/* ---- counting ---- */

double content_of(const struct dataset *dataset, int material, const struct field_list *elements)
{
  if (elements->count == 0) return 1;
  double share = 0;
  for (int c = 0; c < dataset->contents_count; c++)
    if (dataset->contents[c].material == material && selected_name(elements, dataset->contents[c].element))
      share += dataset->contents[c].share;
  return share;
}

double activity_count(const struct network *network, int activity, const struct selector *selector,
                      const struct field_list *elements, bool feed)
{
  const struct activity *a = &network->activities[activity];
  double sum = 0;
  for (int i = 0; i < a->io_count; i++) {
    const int material = network->nodes[a->io[i].node].material;
    const bool named = selector->materials.count > 0 && selected(&selector->materials, material);
    const bool main = selector->materials.count == 0 && (feed ? i == 0 : i == a->product);
    if ((a->io[i].amount < 0) == feed && (named || main))
      sum += fabs(a->io[i].amount) * content_of(network->dataset, material, elements);
  }
  return sum;
}

double own_cost(const struct network *network, int activity, struct moment moment)
{
  const struct dataset *dataset = network->dataset;
  const struct activity *a = &network->activities[activity];
  return dataset_mean(dataset, &dataset->facilities[a->facility].cost_usd_per_kg, moment.period, moment.known) +
         dataset_mean(dataset, &dataset->processes[a->process].cost_usd_per_kg, moment.period, moment.known);
}

double worth_nothing(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     int activity)
{
  (void)instrument, (void)k, (void)outcome, (void)p, (void)activity;
  return 0;
}

/* ---- customs value (E9) ---- */

double customs_price_factor(const struct arc_terms *terms)
{
  return (1 + terms->vat_rate) * (1 + terms->export_tax_rate);
}

double customs_constant(const struct arc_terms *terms)
{
  return terms->export_tax_specific + (terms->fob ? 0 : terms->freight);
}

double customs_value(const struct outcome *outcome, int p, int arc)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct arc_terms *terms = &period->arc_terms[arc];
  return customs_price_factor(terms) * period->multiplier[outcome->network->arcs[arc].from] + customs_constant(terms);
}

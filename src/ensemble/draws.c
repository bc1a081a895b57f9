/* ensemble/draws.c - values by inverse distributions at uniform numbers, correlated ones by way of normals; episodes by
 * exponential waiting; regimes step by step; price paths from finance/price_process.h.
 */
#include "ensemble/draws.h"

#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/random.h"
#include "base/sobol_sequence.h"
#include "base/text.h"
#include "ensemble/distributions.h"
#include "finance/price_process.h"
#include "metrics/welfare.h"

/* ---- streams ---- */

static bool is_taken(const uint32_t *streams, int count, uint32_t stream)
{
  for (int i = 0; i < count; i++)
    if (streams[i] == stream) return true;
  return false;
}

const struct draws *draws_new(const struct dataset *dataset, uint64_t seed, enum sampling sampling, struct arena *arena)
{
  struct draws *draws = ARENA_NEW(arena, struct draws);
  const struct chance *chance = dataset->chance;
  uint32_t *streams = ARENA_ARRAY(arena, chance->variables_count, uint32_t);
  for (int v = 0; v < chance->variables_count; v++) {
    streams[v] = random_stream(chance->variables[v].name);
    while (is_taken(streams, v, streams[v])) streams[v]++; /* two names with one number: the later one moves */
  }
  *draws = (struct draws){.dataset = dataset, .seed = seed, .sampling = sampling, .stream = streams};
  if (sampling != SAMPLING_SOBOL || chance->variables_count == 0) return draws;
  const int dimensions =
      chance->variables_count < sobol_dimensions_max ? chance->variables_count : sobol_dimensions_max;
  draws->sequences = ARENA_ARRAY(arena, sobol_replicates, const struct sobol_sequence *);
  for (int r = 0; r < sobol_replicates; r++)
    draws->sequences[r] = sobol_sequence_new(dimensions, seed + 0x9e3779b97f4a7c15u * (uint64_t)(r + 1), arena);
  return draws;
}

static struct random stream_of(const struct draws *draws, long draw, const char *name)
{
  return (struct random){draws->seed, (uint64_t)draw, random_stream(name)};
}

/* ---- values ---- */

static double uniform_of(const struct draws *draws, long draw, int variable)
{
  if (draws->sequences != NULL && variable < sobol_dimensions_max)
    return sobol_sequence_uniform(draws->sequences[draw % sobol_replicates], (uint32_t)(draw / sobol_replicates),
                                  variable);
  return random_uniform((struct random){draws->seed, (uint64_t)draw, draws->stream[variable]}, 0);
}

/* Gaussian copula: normals of the members through the factor of their correlations, back to uniform. */
static void correlate(const struct drawn_group *group, double *uniforms, struct arena *arena)
{
  double *normals = ARENA_ARRAY(arena, group->count, double);
  for (int i = 0; i < group->count; i++) normals[i] = normal_inverse(uniforms[group->variables[i]]);
  for (int i = 1; i < group->count; i++) {
    double sum = 0;
    for (int k = 0; k <= i; k++) sum += group->factor[i * group->count + k] * normals[k];
    uniforms[group->variables[i]] = fmin(fmax(normal_below(sum), 0x1p-60), 1 - 0x1p-53);
  }
}

static double *make_values(const struct draws *draws, long draw, struct arena *arena)
{
  const struct chance *chance = draws->dataset->chance;
  double *values = ARENA_ARRAY(arena, chance->variables_count, double);
  for (int v = 0; v < chance->variables_count; v++) values[v] = uniform_of(draws, draw, v);
  for (int g = 0; g < chance->groups_count; g++) correlate(&chance->groups[g], values, arena);
  for (int v = 0; v < chance->variables_count; v++) values[v] = law_inverse(&chance->variables[v].law, values[v]);
  return values;
}

/* ---- episodes ---- */

struct episodes {
  int count, room;
  struct episode *items;
  struct arena *arena;
};

static void add_episode(struct episodes *episodes, int event, double start, double end)
{
  if (episodes->count == episodes->room) {
    const int room = 2 * episodes->room + 8;
    episodes->items =
        arena_grow(episodes->arena, episodes->items, (size_t)episodes->count, (size_t)room, sizeof *episodes->items);
    episodes->room = room;
  }
  episodes->items[episodes->count++] = (struct episode){event, start, end};
}

/* A column of an event, as drawn. */
static double event_number(const struct draws *draws, int event, size_t member, const double *values)
{
  const struct dataset *dataset = draws->dataset;
  const struct chance *chance = dataset->chance;
  const size_t offset = (size_t)event * sizeof(struct event) + member;
  const int table = (int)(dataset_entity("events") - dataset_entities(&(int){0}));
  double number;
  memcpy(&number, (const char *)dataset->events + offset, sizeof number);
  for (int v = 0; v < chance->variables_count; v++)
    for (int i = 0; i < chance->variables[v].figures_count; i++) {
      const struct drawn_figure *figure = &chance->variables[v].figures[i];
      if (figure->table == table && figure->offset == offset)
        return figure_drawn(figure, &chance->variables[v], number, values[v]);
    }
  return number;
}

static void add_hazard(const struct draws *draws, long draw, int row, const double *values, struct episodes *episodes)
{
  const struct event *event = &draws->dataset->events[row];
  const struct random random = stream_of(draws, draw, arena_format(episodes->arena, "event:%s", event->record.id));
  const double hazard = event_number(draws, row, offsetof(struct event, hazard_per_year), values);
  const double duration = event_number(draws, row, offsetof(struct event, duration_years), values);
  double date = event->hazard_start;
  for (uint32_t k = 0; hazard > 0 && k < 10000; k++) {
    date += -log(random_uniform(random, 2 * k)) / hazard;
    if (!(date < event->hazard_end)) return;
    double years = isnan(duration) ? HUGE_VAL : duration;
    if (event->duration_law == DURATION_EXPONENTIAL) years *= -log(random_uniform(random, 2 * k + 1));
    add_episode(episodes, row, date, date + years);
    date += years;
  }
}

/* The states of a regime from the start of the horizon on: dates of change ascending, the last state for good. */
struct path {
  int count;
  int *states;
  double *dates;
};

static struct path path_of(const struct draws *draws, long draw, const struct regime_chain *chain, struct arena *arena)
{
  const struct regime *regime = chain->regime;
  const struct scenario *scenario = draws->dataset->scenario;
  const struct period last = scenario->periods[scenario->periods_count - 1];
  const struct random random = stream_of(draws, draw, arena_format(arena, "regime:%s", regime->record.id));
  const double length = regime->step == REGIME_QUARTER ? 0.25 : 1, end = last.start + last.length;
  const int steps = (int)fmax(0, ceil((end - regime->start) / length)), n = regime->states.count;
  struct path path = {1, ARENA_ARRAY(arena, steps + 1, int), ARENA_ARRAY(arena, steps + 1, double)};
  path.dates[0] = scenario->periods[0].start;
  for (int k = 0, state = 0; k < steps; k++) {
    const double u = random_uniform(random, (uint32_t)k);
    int next = 0;
    while (next + 1 < n && u >= chain->until[state * n + next]) next++;
    if (next == state) continue;
    path.states[path.count] = state = next;
    path.dates[path.count++] = regime->start + k * length;
  }
  return path;
}

static void add_regime_event(const struct draws *draws, const struct path *paths, int row, struct episodes *episodes)
{
  const struct event *event = &draws->dataset->events[row];
  const struct path *path = &paths[event->regime];
  const int state = regime_state(&draws->dataset->regimes[event->regime], event->state);
  for (int i = 0; i < path->count; i++)
    if (path->states[i] == state)
      add_episode(episodes, row, path->dates[i], i + 1 < path->count ? path->dates[i + 1] : HUGE_VAL);
}

static struct episodes make_episodes(const struct draws *draws, long draw, const double *values, struct arena *arena)
{
  const struct dataset *dataset = draws->dataset;
  struct episodes episodes = {.arena = arena};
  struct path *paths = ARENA_ARRAY(arena, dataset->regimes_count, struct path);
  for (int c = 0; c < dataset->chance->chains_count; c++)
    paths[c] = path_of(draws, draw, &dataset->chance->chains[c], arena);
  for (int e = 0; e < dataset->events_count; e++) {
    if (dataset->events[e].regime >= 0)
      add_regime_event(draws, paths, e, &episodes);
    else if (!isnan(dataset->events[e].hazard_per_year))
      add_hazard(draws, draw, e, values, &episodes);
  }
  return episodes;
}

/* ---- price paths ---- */

static bool is_listed(const struct field_list *list, int row)
{
  for (int i = 0; i < list->count; i++)
    if (list->indices[i] == row) return true;
  return list->count == 0;
}

/* Rows of the deck of one place from a date on, ascending; the first row of the place that comes leads. */
static int rows_of_place(const struct dataset *dataset, int first, double start, int *rows)
{
  int count = 0;
  for (int d = 0; d < dataset->deck_count; d++) {
    const struct deck_price *deck = &dataset->deck[d];
    if (deck->material != dataset->deck[first].material || deck->region != dataset->deck[first].region) continue;
    if (d < first) return 0;
    if (!isnan(start) && deck->date < start) continue;
    int at = count++;
    for (; at > 0 && dataset->deck[rows[at - 1]].date > deck->date; at--) rows[at] = rows[at - 1];
    rows[at] = d;
  }
  return count;
}

static void add_price_path(const struct draws *draws, long draw, const struct price_path *row, int first,
                           double *factors, struct arena *arena)
{
  const struct dataset *dataset = draws->dataset;
  const struct deck_price *deck = &dataset->deck[first];
  int *rows = ARENA_ARRAY(arena, dataset->deck_count, int);
  const int count = rows_of_place(dataset, first, row->start, rows);
  if (count == 0) return;
  double *years = ARENA_ARRAY(arena, count, double), *prices = ARENA_ARRAY(arena, count, double);
  const double start = isnan(row->start) ? dataset->deck[rows[0]].date : row->start;
  for (int i = 0; i < count; i++) years[i] = dataset->deck[rows[i]].date - start;
  const struct price_process process = {.kind = row->reversion > 0 ? PROCESS_REVERTING : PROCESS_GEOMETRIC,
                                        .start_usd_per_kg = 1,
                                        .volatility = row->volatility,
                                        .level_usd_per_kg = 1,
                                        .reversion_per_year = row->reversion,
                                        .jumps_per_year = row->jump_hazard_per_year,
                                        .jump_mean = row->jump_size,
                                        .jump_deviation = row->jump_deviation};
  const char *name = arena_format(arena, "price:%s/%s/%s", row->record.id, dataset->materials[deck->material].record.id,
                                  dataset->regions[deck->region].record.id);
  process_path(&process, years, count, stream_of(draws, draw, name), prices);
  for (int i = 0; i < count; i++) factors[rows[i]] *= prices[i];
}

static const double *make_deck_factors(const struct draws *draws, long draw, struct arena *arena)
{
  const struct dataset *dataset = draws->dataset;
  if (dataset->price_paths_count == 0 || dataset->deck_count == 0) return NULL;
  double *factors = ARENA_ARRAY(arena, dataset->deck_count, double);
  for (int d = 0; d < dataset->deck_count; d++) factors[d] = 1;
  for (int p = 0; p < dataset->price_paths_count; p++)
    for (int d = 0; d < dataset->deck_count; d++)
      if (is_listed(&dataset->price_paths[p].materials, dataset->deck[d].material) &&
          is_listed(&dataset->price_paths[p].regions, dataset->deck[d].region))
        add_price_path(draws, draw, &dataset->price_paths[p], d, factors, arena);
  return factors;
}

/* ---- a draw ---- */

/* 64-bit FNV-1a. */
static uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t count)
{
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < count; i++) digest = (digest ^ byte[i]) * 0x100000001b3u;
  return digest;
}

/* ---- public money ---- */

/* First day of the fiscal year of a government that holds the date. */
static double fiscal_year_start(const struct dataset *dataset, const struct instrument *instrument, double date)
{
  const int region = instrument_payer_region(dataset, instrument);
  const double begin = region < 0 ? 0 : (dataset->regions[region].fiscal_year_start_month - 1) / 12.0;
  return floor(date - begin + 1e-9) + begin;
}

/* Instruments of one account share its lots: who is more likely to be paid is paid whenever the other is. */
static struct lot lot_of(const struct draws *draws, long draw, int k, struct arena *arena)
{
  const struct dataset *dataset = draws->dataset;
  const struct instrument *instrument = &dataset->instruments[k];
  const struct scenario *scenario = dataset->scenario;
  const struct period last = scenario->periods[scenario->periods_count - 1];
  const double begin = instrument_begin(dataset, instrument, (double)NAN);
  const double first = fiscal_year_start(dataset, instrument, begin);
  const char *account = instrument->account != NULL ? instrument->account : instrument->record.id;
  const struct random votes = stream_of(draws, draw, arena_format(arena, "appropriation:%s", account));
  const struct random ends = stream_of(draws, draw, arena_format(arena, "programme:%s", instrument->record.id));
  const double rate = instrument_ending_rate(instrument);
  const int years = (int)fmax(0, ceil(last.start + last.length - first - 1e-9));
  bool *appropriated = arena_alloc(arena, (size_t)years + 1, sizeof *appropriated);
  for (int y = 0; y < years; y++) /* counted from the year 0, so that a later contract sees the same lots */
    appropriated[y] = random_uniform(votes, (uint32_t)floor(first + y + 0.5)) < instrument->appropriation_probability;
  return (struct lot){.instrument = k,
                      .first = first,
                      .years = years,
                      .appropriated = appropriated,
                      .end = rate > 0 ? begin - log(random_uniform(ends, 0)) / rate : HUGE_VAL};
}

static void add_lots(const struct draws *draws, long draw, struct redraw *redraw, struct arena *arena)
{
  const struct dataset *dataset = draws->dataset;
  struct lot *lots = ARENA_ARRAY(arena, dataset->instruments_count + 1, struct lot);
  redraw->lots = lots;
  for (int k = 0; k < dataset->instruments_count; k++) {
    const struct instrument *instrument = &dataset->instruments[k];
    const double chance = instrument->appropriation_probability;
    if (!instrument->enabled || !((chance > 0 && chance < 1) || instrument->end_hazard_per_year > 0)) continue;
    lots[redraw->lots_count++] = lot_of(draws, draw, k, arena);
  }
}

static uint64_t digest_of(const struct draws *draws, const struct redraw *redraw)
{
  uint64_t digest = digest_bytes(0xcbf29ce484222325u, redraw->values,
                                 sizeof(double) * (size_t)draws->dataset->chance->variables_count);
  for (int e = 0; e < redraw->episodes_count; e++) {
    const struct episode *episode = &redraw->episodes[e];
    digest = digest_bytes(digest, &episode->event, sizeof episode->event);
    digest = digest_bytes(digest, &episode->start, sizeof episode->start);
    digest = digest_bytes(digest, &episode->end, sizeof episode->end);
  }
  if (redraw->deck_factors != NULL)
    digest = digest_bytes(digest, redraw->deck_factors, sizeof(double) * (size_t)draws->dataset->deck_count);
  for (int l = 0; l < redraw->lots_count; l++) {
    const struct lot *lot = &redraw->lots[l];
    digest = digest_bytes(digest, lot->appropriated, sizeof *lot->appropriated * (size_t)lot->years);
    digest = digest_bytes(digest, &lot->end, sizeof lot->end);
  }
  return digest;
}

const struct draw_inputs *draws_make(const struct draws *draws, long draw, struct arena *arena)
{
  return draws_make_with(draws, draw, make_values(draws, draw, arena), arena);
}

const struct draw_inputs *draws_make_with(const struct draws *draws, long draw, const double *values,
                                          struct arena *arena)
{
  struct draw_inputs *inputs = ARENA_NEW(arena, struct draw_inputs);
  const struct episodes episodes = make_episodes(draws, draw, values, arena);
  inputs->draw = draw;
  inputs->redraw = (struct redraw){.values = values,
                                   .by_chance = true,
                                   .episodes_count = episodes.count,
                                   .episodes = episodes.items,
                                   .deck_factors = make_deck_factors(draws, draw, arena)};
  add_lots(draws, draw, &inputs->redraw, arena);
  inputs->digest = digest_of(draws, &inputs->redraw);
  return inputs;
}

static void add_lot_text(const struct draws *draws, const struct lot *lot, struct text *text)
{
  const char *id = draws->dataset->instruments[lot->instrument].record.id;
  for (int y = 0; y < lot->years; y++)
    if (!lot->appropriated[y])
      text_add(text, "%sno money for %s from %.6g to %.6g", text->length > 0 ? ", " : "", id, lot->first + y,
               lot->first + y + 1);
  if (isfinite(lot->end)) text_add(text, "%s%s ends %.6g", text->length > 0 ? ", " : "", id, lot->end);
}

const char *draw_episodes_text(const struct draws *draws, const struct draw_inputs *inputs, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int e = 0; e < inputs->redraw.episodes_count; e++) {
    const struct episode *episode = &inputs->redraw.episodes[e];
    text_add(&text, "%s%s from %.6g", e > 0 ? ", " : "", draws->dataset->events[episode->event].record.id,
             episode->start);
    if (isfinite(episode->end)) text_add(&text, " to %.6g", episode->end);
  }
  for (int l = 0; l < inputs->redraw.lots_count; l++) add_lot_text(draws, &inputs->redraw.lots[l], &text);
  return text.bytes;
}

const char *draw_inputs_text(const struct draws *draws, const struct draw_inputs *inputs, struct arena *arena)
{
  const struct chance *chance = draws->dataset->chance;
  struct text text = text_new(arena);
  for (int v = 0; v < chance->variables_count; v++)
    text_add(&text, "%s%s = %.6g", v > 0 ? ", " : "", chance->variables[v].name, inputs->redraw.values[v]);
  const char *episodes = draw_episodes_text(draws, inputs, arena);
  if (episodes[0] != '\0') text_add(&text, "%s%s", text.length > 0 ? "; " : "", episodes);
  return text.bytes;
}

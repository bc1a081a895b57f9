/* model/instruments/supply_share_target.c - at most, or at least, a share of what regions take in may come from some.
 *
 * One row over all that is made in the regions or enters them: share x all - counted >= 0 _|_ 0 <= rent <= penalty (or
 * the other way round). Counted sources pay the rent, the others receive its share: between them it is even as long as
 * the target is met; at the penalty what is left goes to the agency.
 */
#include <math.h>

#include "model/instruments/kind.h"

struct supply_share_terms {
  struct selector select;
  double most, least, penalty_usd_per_kg;
  struct field_list elements;
};

#define ROW supply_share_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_REGIONS,
    SELECT(from, "regions", "Sources that count: made there, or sent from there"),
    NUMBER(ROW, most, "1", "", 0, 1, "They may be at most this share"),
    NUMBER(ROW, least, "1", "", 0, 1, "Or must be at least this share"),
    NUMBER(ROW, penalty_usd_per_kg, "USD/kg", NULL, 0, 1e9, "What a kilogram beyond it costs"),
    LIST(ROW, elements, "", NULL, "Counted by content of these elements. Absent: gross weight"),
    FIELD_END};
#undef ROW

struct share_source {
  bool arc; /* else an activity */
  int index;
  double amount; /* kg counted a unit */
  bool counted;
};
struct share_row { /* bound_instrument.extra */
  int count;
  struct share_source *list;
};

static double made_for(const struct network *network, const struct supply_share_terms *terms, int j)
{
  const struct activity *activity = &network->activities[j];
  double sum = 0;
  for (int i = 0; i < activity->io_count; i++) {
    const struct node *node = &network->nodes[activity->io[i].node];
    if (activity->io[i].amount > 0 && selected(&terms->select.materials, node->material) &&
        selected(&terms->select.regions, node->region))
      sum += activity->io[i].amount * content_of(network->dataset, node->material, &terms->elements);
  }
  return sum;
}

static void find_sources(const struct network *network, const struct supply_share_terms *terms,
                         struct share_row *sources)
{
  for (int j = 0; j < network->activities_count; j++) {
    const double amount = made_for(network, terms, j);
    const int region = network->dataset->facilities[network->activities[j].facility].region;
    if (amount > 0)
      sources->list[sources->count++] = (struct share_source){false, j, amount, selected(&terms->select.from, region)};
  }
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    const struct node *from = &network->nodes[arc->from], *to = &network->nodes[arc->to];
    const double amount = content_of(network->dataset, from->material, &terms->elements);
    if (arc->link < 0 || from->region == to->region || amount == 0 ||
        !selected(&terms->select.materials, from->material) || !selected(&terms->select.regions, to->region) ||
        (terms->select.regions.count > 0 && selected(&terms->select.regions, from->region)))
      continue;
    sources->list[sources->count++] =
        (struct share_source){true, a, amount, selected(&terms->select.from, from->region)};
  }
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct supply_share_terms *terms = instrument->terms;
  if (isnan(terms->most) == isnan(terms->least))
    return term_error(error, instrument, "most", "expected most or least, one of them");
  if (terms->select.from.count == 0)
    return term_error(error, instrument, "from", "missing; expected the regions whose share is limited");
  struct share_row *sources = ARENA_NEW(arena, struct share_row);
  sources->list = ARENA_ARRAY(arena, network->activities_count + network->arcs_count, struct share_source);
  find_sources(network, terms, sources);
  instrument->extra = sources;
  return sources->count > 0 ||
         term_error(error, instrument, "materials", "applies to nothing: none is made or comes in");
}

/* What a unit of the source adds to the row. */
static double weight_of(const struct bound_instrument *instrument, struct moment moment,
                        const struct share_source *source)
{
  const struct supply_share_terms *terms = instrument->terms;
  const bool most = !isnan(terms->most);
  const double share = term_at(instrument, moment, most ? "most" : "least");
  return source->amount * (most ? 1 : -1) * (share - source->counted);
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct share_row *sources = instrument->extra;
  const struct block *block = &window->blocks[b];
  const struct moment moment = moment_of_block(window, b);
  struct equations *equations = window->equations;
  double price = 0, quantity = 0;
  for (int i = 0; i < sources->count; i++) {
    const struct share_source *source = &sources->list[i];
    const int row = source->arc ? block->arc[source->index] : block->activity[source->index];
    price = fmax(price, equations->f_scale[row] / source->amount);
    quantity = fmax(quantity, equations->z_scale[row] * source->amount);
  }
  const double most = block->instruments[k].share * instrument_term(instrument, window, b, "penalty_usd_per_kg");
  const int rent = window_instrument_unknown(window, b, k, 0, most, price, quantity);
  for (int i = 0; i < sources->count; i++) {
    const struct share_source *source = &sources->list[i];
    const int row = source->arc ? block->arc[source->index] : block->activity[source->index];
    const double weight = weight_of(instrument, moment, source);
    equations_linear(equations, rent, row, weight);
    equations_linear(equations, row, rent, -weight);
  }
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct share_row *sources = instrument->extra;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  for (int i = 0; i < sources->count; i++) {
    const struct share_source *source = &sources->list[i];
    const double units = source->arc ? period->flow[source->index] : period->activity[source->index];
    const struct account party =
        source->arc ? (struct account){ACCOUNT_TRADER, source->index}
                    : (struct account){ACCOUNT_FACILITY, outcome->network->activities[source->index].facility};
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, party, k,
                period->instrument[k][0] * weight_of(instrument, moment, source) * units, source->amount * units,
                "supply share");
  }
}

static double worth(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    int activity)
{
  const struct share_row *sources = instrument->extra;
  const struct moment moment = moment_of_outcome(outcome, p);
  double sum = 0;
  for (int i = 0; i < sources->count; i++)
    if (!sources->list[i].arc && sources->list[i].index == activity)
      sum += outcome->periods[p].instrument[k][0] * weight_of(instrument, moment, &sources->list[i]);
  return sum;
}

const struct instrument_kind kind_supply_share_target = {
    .name = "supply_share_target",
    .help = "At most, or at least, a share of what regions take in comes from some: a penalty on the share row",
    .fields = fields,
    .terms_size = sizeof(struct supply_share_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
    .worth = worth,
    .basis = BASIS_REVENUE,
};

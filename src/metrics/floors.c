/* metrics/floors.c - strikes as the contracts settle them, period by period; what was paid from the ledger.
 *
 * Every kind with a term floor_usd_per_kg is one. Nothing is solved again.
 */
#include "metrics/floors.h"

#include <math.h>

#include "base/text.h"
#include "metrics/support.h"
#include "metrics/welfare.h"
#include "model/instruments/payment.h"

static const char *term_text(const struct instrument *instrument, const char *name)
{
  for (int t = 0; t < instrument->terms_count; t++)
    if (text_equal(instrument->terms[t].name, name)) return instrument->terms[t].text;
  return NULL;
}

static int term_row(const struct dataset *dataset, const struct instrument *instrument, const char *name,
                    const char *table)
{
  const char *id = term_text(instrument, name);
  return id != NULL && id[0] != '\0' ? dataset_find(dataset, table, id) : -1;
}

/* False: never in force. */
static bool read_floor(struct price_floor *read, const struct outcome *outcome, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const struct instrument *instrument = &dataset->instruments[read->instrument];
  read->material = term_row(dataset, instrument, "index_material", "materials");
  read->region = term_row(dataset, instrument, "index_region", "regions");
  read->nominal_usd_per_kg = ARENA_ARRAY(arena, outcome->periods_count, double);
  read->first = -1;
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct period period = outcome->periods[p].period;
    read->nominal_usd_per_kg[p] = NAN;
    if (instrument->start >= period.start + period.length - 1e-6 || instrument->end <= period.start + 1e-6) continue;
    read->nominal_usd_per_kg[p] =
        payment_strike_quoted(&outcome->network->instruments[read->instrument], outcome, p, "floor_usd_per_kg");
    if (read->first < 0) read->first = p;
    read->last = p;
  }
  return read->first >= 0;
}

struct price_floors price_floors_of(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                    const struct outcome *without, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct price_floor *items = ARENA_ARRAY(arena, dataset->instruments_count, struct price_floor);
  int count = 0;
  for (int k = 0; k < dataset->instruments_count; k++) {
    const struct instrument *instrument = &dataset->instruments[k];
    struct price_floor item = {.instrument = k, .bought = NAN};
    if (!instrument->enabled || instrument_payer_region(dataset, instrument) != region) continue;
    if (term_text(instrument, "floor_usd_per_kg") == NULL || !read_floor(&item, outcome, arena)) continue;
    const struct support support = support_by_instrument(outcome, ledgers, region, k, arena);
    item.paid_musd = support.total_musd;
    if (without != NULL) item.bought = 1 - support_inframarginal(&support, outcome, without);
    items[count++] = item;
  }
  return (struct price_floors){count, items};
}

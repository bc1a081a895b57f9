/* report/tables_csv.c - every figure that is not zero, one a row. */
#include "report/tables_csv.h"

#include <math.h>

#include "base/text.h"
#include "io/csv.h"
#include "report/highlights.h"

struct lines {
  struct text text;
  struct arena *arena;
  const char *period;
};

static void add(struct lines *lines, const char *table, const char *what, const char *quantity, const char *unit,
                double value)
{
  if (isnan(value) || value == 0) return;
  struct text number = text_new(lines->arena);
  text_add_number(&number, value);
  csv_add_row(&lines->text, (const char *const[]){table, what, lines->period, quantity, unit, number.bytes}, 6);
}

static void add_nodes(struct lines *lines, const struct network *network, const struct period_outcome *period)
{
  for (int i = 0; i < network->nodes_count; i++) {
    const char *name = network->nodes[i].name;
    add(lines, "node", name, "price", "USD/kg", period->price[i]);
    add(lines, "node", name, "throughput", "t/y", period->throughput[i]);
    add(lines, "node", name, "surplus", "t/y", period->surplus[i]);
    add(lines, "node", name, "scrap", "t/y", period->scrap[i]);
  }
}

static void add_production(struct lines *lines, const struct network *network, const struct period_outcome *period)
{
  for (int j = 0; j < network->activities_count; j++)
    add(lines, "activity", network->activities[j].name, "activity", "t/y", period->activity[j]);
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const char *id = network->dataset->facilities[f].record.id;
    add(lines, "facility", id, "capacity", "t/y", period->capacity[f]);
    add(lines, "facility", id, "capacity_rent", "USD/kg", period->capacity_rent[f]);
    add(lines, "facility", id, "order", "t/y", period->order[f]);
  }
}

static void add_uses(struct lines *lines, const struct network *network, const struct period_outcome *period)
{
  for (int a = 0; a < network->arcs_count; a++) {
    add(lines, "arc", network->arcs[a].name, "flow", "t/y", period->flow[a]);
    add(lines, "arc", network->arcs[a].name, "rent", "USD/kg", period->arc_rent[a]);
  }
  for (int k = 0; k < network->consumers_count; k++) {
    add(lines, "consumer", network->consumers[k].name, "consumption", "t/y", period->consumption[k]);
    add(lines, "consumer", network->consumers[k].name, "unserved", "t/y", period->unserved[k]);
    add(lines, "consumer", network->consumers[k].name, "value", "USD/kg", period->value[k]);
  }
  for (int s = 0; s < network->stores_count; s++)
    add(lines, "store", network->nodes[network->stores[s].node].name, "stock", "t", period->stock[s]);
}

static void add_payments(struct lines *lines, const struct run *run, int p)
{
  for (int i = 0; i < run->metrics->payments.count; i++) {
    const struct payment *payment = &run->metrics->payments.rows[i];
    add(lines, "instrument", run->dataset->instruments[payment->instrument].record.id, payment->reason, "kUSD/y",
        payment->kusd_per_year[p]);
  }
}

const char *tables_csv(const struct run *run, struct arena *arena)
{
  struct lines lines = {.text = text_new(arena), .arena = arena};
  csv_add_row(&lines.text, (const char *const[]){"table", "what", "period", "quantity", "unit", "value"}, 6);
  for (int p = 0; p < run->outcome->periods_count; p++) {
    const struct period_outcome *period = &run->outcome->periods[p];
    lines.period = period_label(period->period, arena);
    add_nodes(&lines, run->network, period);
    add_production(&lines, run->network, period);
    add_uses(&lines, run->network, period);
    add_payments(&lines, run, p);
  }
  return lines.text.bytes;
}

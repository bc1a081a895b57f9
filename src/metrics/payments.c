/* metrics/payments.c - sums of the ledger by instrument and kind of party. Adds up; judges nothing. */
#include "metrics/payments.h"

#include <math.h>

#include "base/text.h"

static int payment_find(const struct payments *payments, const struct posting *posting)
{
  for (int i = 0; i < payments->count; i++) {
    const struct payment *row = &payments->rows[i];
    if (row->instrument == posting->instrument && row->payer == posting->payer.kind &&
        row->payee == posting->payee.kind && text_equal(row->reason, posting->reason))
      return i;
  }
  return -1;
}

static int payment_add(struct payments *payments, const struct posting *posting, int periods, struct arena *arena)
{
  payments->rows = arena_grow(arena, payments->rows, payments->count, payments->count + 1, sizeof *payments->rows);
  payments->rows[payments->count] = (struct payment){
      .instrument = posting->instrument,
      .payer = posting->payer.kind,
      .payee = posting->payee.kind,
      .payer_index = posting->payer.index,
      .payee_index = posting->payee.index,
      .reason = posting->reason,
      .kusd_per_year = ARENA_ARRAY(arena, periods, double),
      .quantity_t_per_year = ARENA_ARRAY(arena, periods, double),
  };
  return payments->count++;
}

static void payments_sort(struct payments *payments)
{
  for (int i = 1; i < payments->count; i++) {
    const struct payment row = payments->rows[i];
    int j = i;
    for (; j > 0 && payments->rows[j - 1].instrument > row.instrument; j--) payments->rows[j] = payments->rows[j - 1];
    payments->rows[j] = row;
  }
}

struct payments payments_sum(const struct outcome *outcome, const struct ledger *ledgers, struct arena *arena)
{
  const int periods = outcome->periods_count;
  struct payments payments = {0};
  payments.wedges_kusd_per_year = ARENA_ARRAY(arena, periods, double);
  payments.turnover_kusd_per_year = ARENA_ARRAY(arena, periods, double);
  for (int p = 0; p < periods; p++)
    for (int k = 0; k < ledgers[p].count; k++) {
      const struct posting *posting = &ledgers[p].postings[k];
      if (posting->payer.kind == ACCOUNT_WEDGE || posting->payee.kind == ACCOUNT_WEDGE)
        payments.wedges_kusd_per_year[p] += posting->kusd_per_year;
      if (posting->payee.kind == ACCOUNT_NODE) payments.turnover_kusd_per_year[p] += posting->kusd_per_year;
      if (posting->instrument < 0) continue;
      int row = payment_find(&payments, posting);
      if (row < 0) row = payment_add(&payments, posting, periods, arena);
      struct payment *payment = &payments.rows[row];
      payment->kusd_per_year[p] += posting->kusd_per_year;
      payment->quantity_t_per_year[p] += posting->quantity_t_per_year;
      if (payment->payer_index != posting->payer.index) payment->payer_index = -1;
      if (payment->payee_index != posting->payee.index) payment->payee_index = -1;
    }
  payments_sort(&payments);
  return payments;
}

bool posting_in_figures(const struct posting *posting)
{
  static const char *const reasons[] = {"VAT not rebated", "export tax",        "tariff", "licence cost",
                                        "traceability",    "production credit", "royalty"};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (text_equal(posting->reason, reasons[i])) return true;
  return false;
}

const char *account_kind_name(enum account_kind kind)
{
  static const char *const names[] = {"markets",      "facilities",  "consumers",       "traders",
                                      "stockholders", "governments", "public agencies", "factor suppliers",
                                      "rent holders", "calibration", "outside"};
  return names[kind];
}

const char *account_name(const struct network *network, struct account account, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  if (account.index < 0) return account_kind_name(account.kind);
  switch (account.kind) {
  case ACCOUNT_NODE: return arena_format(arena, "market for %s", network->nodes[account.index].name);
  case ACCOUNT_FACILITY: return dataset->facilities[account.index].record.id;
  case ACCOUNT_CONSUMER: return network->consumers[account.index].name;
  case ACCOUNT_TRADER: return arena_format(arena, "trader of %s", network->arcs[account.index].name);
  case ACCOUNT_STORE:
    return arena_format(arena, "stockholder of %s", network->nodes[network->stores[account.index].node].name);
  case ACCOUNT_GOVERNMENT: return arena_format(arena, "government of %s", dataset->regions[account.index].record.id);
  case ACCOUNT_AGENCY: return arena_format(arena, "payer of %s", dataset->instruments[account.index].record.id);
  case ACCOUNT_RENT: return arena_format(arena, "rent holders of %s", dataset->instruments[account.index].record.id);
  case ACCOUNT_RESOURCES:
  case ACCOUNT_WEDGE:
  case ACCOUNT_OUTSIDE: break;
  }
  return account_kind_name(account.kind);
}

/* dataset/policy.c - when an instrument is in force: its own dates, and the events that switch it.
 *
 * During an event that suspends it, it is not in force; else during an event that activates it, it is; else its own
 * dates decide. An instrument that events activate and that has no start of its own is in force only during them, and
 * so is one whose status is suspended. An event counts from when it is known.
 *
 * Money that may not be appropriated and programmes that may end early enter as what is to be expected of them: the
 * share in force is multiplied by the chance, in the rows of the market and in the ledger alike. In a draw the lot has
 * decided: what lies behind the date that is known was paid or not, what lies ahead of it is still a chance.
 */
#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "dataset/timeline.h"

static bool is_visible(const struct event *event, double known)
{
  return known >= (isnan(event->announced) ? event->start : event->announced);
}

static bool covers(double start, double end, double date)
{
  return (isnan(start) || date >= start) && (isnan(end) || date < end);
}

static bool in_force(const struct policy *policy, const struct instrument *instrument, double date, double known)
{
  bool activated = false, activable = false;
  for (int i = 0; i < policy->events_count; i++) {
    const struct event *event = policy->events[i];
    const bool activates = text_equal(event->activates, instrument->record.id);
    activable = activable || activates;
    if (!is_visible(event, known) || !covers(event->start, event->end, date)) continue;
    if (!activates) return false;
    activated = true;
  }
  if (activated) return true;
  if (instrument->status == INSTRUMENT_SUSPENDED || (activable && isnan(instrument->start))) return false;
  return covers(instrument->start, instrument->end, date);
}

static double nearer(double best, double date, double after)
{
  return date > after && date < best ? date : best; /* false for NAN */
}

/* The first date after `after` at which anything switches, or end. */
static double next_switch(const struct policy *policy, const struct instrument *instrument, double after, double end)
{
  double next = nearer(nearer(end, instrument->start, after), instrument->end, after);
  for (int i = 0; i < policy->events_count; i++)
    next = nearer(nearer(next, policy->events[i]->start, after), policy->events[i]->end, after);
  return next;
}

double instrument_ending_rate(const struct instrument *instrument)
{
  return -log1p(-fmin(instrument->end_hazard_per_year, 1 - 1e-9));
}

double instrument_begin(const struct dataset *dataset, const struct instrument *instrument, double otherwise)
{
  const double first = dataset->scenario != NULL ? dataset->scenario->periods[0].start : otherwise;
  return isnan(instrument->start) ? first : instrument->start;
}

/* What is to be expected of a programme of which a share ends early every year, mean over a period. */
static double survival(const struct dataset *dataset, const struct instrument *instrument, struct period period)
{
  const double rate = instrument_ending_rate(instrument), begin = instrument_begin(dataset, instrument, period.start);
  if (rate == 0) return 1;
  const double from = fmax(0, period.start - begin), to = fmax(0, period.start + period.length - begin);
  return to > from ? (exp(-rate * from) - exp(-rate * to)) / (rate * (to - from)) : 1;
}

/* Whether a date's money is there, as seen from `known`: 1 or 0, or the chance. */
static double appropriated_at(const struct lot *lot, const struct instrument *instrument, double date, double known)
{
  const int year = (int)floor(date - lot->first + 1e-9);
  if (year < 0) return 1;
  if (year >= lot->years || lot->first + year > known) return instrument->appropriation_probability;
  return lot->appropriated[year] ? 1 : 0;
}

static double alive_at(const struct lot *lot, const struct instrument *instrument, double begin, double date,
                       double known)
{
  if (lot->end <= known || date <= known) return date < lot->end ? 1 : 0;
  return exp(-instrument_ending_rate(instrument) * (date - fmax(known, begin)));
}

/* Years of [from, to) that are paid, expected from `known`, in pieces at whose ends something may change. */
static double paid_years(const struct dataset *dataset, const struct instrument *instrument, const struct lot *lot,
                         double from, double to, double known)
{
  const double begin = instrument_begin(dataset, instrument, from);
  double years = 0;
  for (double at = from, next; at < to - 1e-12; at = next) {
    next = nearer(nearer(nearer(to, known, at), lot->end, at), lot->first + floor(at - lot->first + 1e-9) + 1, at);
    const double middle = (at + next) / 2;
    years +=
        (next - at) * appropriated_at(lot, instrument, middle, known) * alive_at(lot, instrument, begin, middle, known);
  }
  return years;
}

double instrument_appropriated(const struct dataset *dataset, const struct instrument *instrument, double date)
{
  const struct lot *lot =
      dataset->timeline == NULL ? NULL : dataset->timeline->policies[instrument - dataset->instruments].lot;
  return lot == NULL ? instrument->appropriation_probability : appropriated_at(lot, instrument, date, date);
}

bool instrument_in_cash(const struct dataset *dataset, const struct instrument *instrument)
{
  return instrument->settlement == SETTLEMENT_CASH ||
         (instrument->deal >= 0 && dataset->deals[instrument->deal].settlement == SETTLEMENT_CASH);
}

double instrument_share(const struct dataset *dataset, const struct instrument *instrument, struct period period,
                        double known)
{
  assert(period.length > 0);
  static const struct policy none = {0};
  const struct policy *policy = &none;
  if (dataset->timeline != NULL) policy = &dataset->timeline->policies[instrument - dataset->instruments];
  if (!instrument->enabled || instrument->status == INSTRUMENT_LAPSED || known < instrument->announced) return 0;
  const double end = period.start + period.length;
  double force = 0, paid = 0;
  bool whole = true;
  for (double from = period.start, to; from < end; from = to) {
    to = next_switch(policy, instrument, from, end);
    const bool in = in_force(policy, instrument, (from + to) / 2, known);
    whole = whole && in;
    if (in) force += to - from;
    if (in && policy->lot != NULL) paid += paid_years(dataset, instrument, policy->lot, from, to, known);
  }
  if (policy->lot != NULL) return paid / period.length;
  const double expected = instrument->appropriation_probability * survival(dataset, instrument, period);
  return expected * (whole ? 1 : force / period.length);
}

/* ---- building ---- */

static bool add_event(struct timeline *timeline, struct draft *draft, const struct event *event, const char *id,
                      const char *where, struct error *error)
{
  if (id == NULL) return true;
  struct draft_table *table = draft_table(draft, "instruments");
  const struct row *row = draft_row(table, id);
  if (row == NULL)
    return error_set(error, event->record.place.file, event->record.place.line, where, "there is no instrument '%s'%s",
                     id, draft_hint_rows(id, table, draft->arena));
  struct policy *policy = &timeline->policies[row - table->rows];
  const int count = policy->events_count;
  if (count % 8 == 0) policy->events = arena_grow(draft->arena, policy->events, count, count + 8, sizeof event);
  policy->events[policy->events_count++] = event;
  return true;
}

bool timeline_add_policies(struct timeline *timeline, struct draft *draft, const struct dataset *dataset,
                           struct error *error)
{
  timeline->policies = ARENA_ARRAY(draft->arena, dataset->instruments_count, struct policy);
  for (int i = 0; i < dataset->events_count; i++) {
    const struct event *event = &dataset->events[i];
    if (!add_event(timeline, draft, event, event->activates, "events.activates", error)) return false;
    if (!add_event(timeline, draft, event, event->suspends, "events.suspends", error)) return false;
  }
  return true;
}

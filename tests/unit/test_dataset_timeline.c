/* Figures over time: schedules, events and what is known of them, instruments in force, indices; means by an oracle. */
#include <math.h>

#include "base/text.h"
#include "dataset_files.h"

static const double always = 3000; /* a date at which everything is known */

static const struct dataset *load(struct files *files, const char *more)
{
  files_add(files, "a.yaml", arena_format(files->arena, "%s%s", SMALL, more));
  return files_load(files, "a.yaml");
}

static void assert_near(double value, double expected)
{
  if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected)))) fail_msg("%.17g, expected %.17g", value, expected);
}

/* ---- schedules ---- */

static void without_anything_the_number_holds(void **state)
{
  const struct dataset *dataset = load(*state, "");
  const double *cost = &dataset->facilities[0].cost_usd_per_kg;
  assert_true(dataset_at(dataset, cost, 2027, always) == 1);
  assert_true(dataset_mean(dataset, cost, (struct period){2027, 1}, always) == 1);
  assert_true(dataset_named_at(dataset, "instruments", "duty", "rate", 0.3, 2027, always) == 0.3);
}

static void steps_hold_from_their_date(void **state)
{
  const struct dataset *dataset =
      load(*state, "  schedules:\n"
                   "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: 2027, value: 4}\n"
                   "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: 2025-07, value: 2}\n");
  const double *cost = &dataset->facilities[0].cost_usd_per_kg;
  assert_near(dataset_at(dataset, cost, 2024, 0), 1);
  assert_near(dataset_at(dataset, cost, 2025.49, 0), 1);
  assert_near(dataset_at(dataset, cost, 2025.5, 0), 2);
  assert_near(dataset_at(dataset, cost, 2026.99, 0), 2);
  assert_near(dataset_at(dataset, cost, 2050, 0), 4);
  assert_near(dataset_mean(dataset, cost, (struct period){2025, 1}, 0), 1.5);
  assert_near(dataset_mean(dataset, cost, (struct period){2025.25, 0.5}, 0), 1.5);
  assert_near(dataset_mean(dataset, cost, (struct period){2024, 4}, 0), (1.5 * 1 + 1.5 * 2 + 1 * 4) / 4);
  assert_near(dataset_at(dataset, &dataset->facilities[1].cost_usd_per_kg, 2030, 0), 0);
}

static void lines_run_between_points(void **state)
{
  const struct dataset *dataset = load(
      *state, "  schedules:\n"
              "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: 2025, value: 2, shape: linear}\n"
              "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: 2027, value: 6, shape: linear}\n");
  const double *cost = &dataset->facilities[0].cost_usd_per_kg;
  assert_near(dataset_at(dataset, cost, 2024.9, 0), 1);
  assert_near(dataset_at(dataset, cost, 2025, 0), 2);
  assert_near(dataset_at(dataset, cost, 2025.5, 0), 3);
  assert_near(dataset_at(dataset, cost, 2027, 0), 6);
  assert_near(dataset_at(dataset, cost, 2040, 0), 6);
  assert_near(dataset_mean(dataset, cost, (struct period){2025, 1}, 0), 3);
  assert_near(dataset_mean(dataset, cost, (struct period){2026, 2}, 0), (5 + 6) / 2.0);
}

static void terms_have_schedules(void **state)
{
  const struct dataset *dataset =
      load(*state, "instruments:\n"
                   "  - {id: duty, kind: tariff, rate: {2025: 0.1, 2027Q3: 0.2}}\n"
                   "events:\n"
                   "  - {id: truce, start: 2028, end: 2029, change: instruments.duty.rate, factor: 0.5}\n");
  assert_string_equal(dataset->instruments[0].terms[0].text, "0.1");
  assert_near(dataset_named_at(dataset, "instruments", "duty", "rate", 0.1, 2027.4, always), 0.1);
  assert_near(dataset_named_at(dataset, "instruments", "duty", "rate", 0.1, 2027.5, always), 0.2);
  assert_near(dataset_named_at(dataset, "instruments", "duty", "rate", 0.1, 2028.5, always), 0.1);
  assert_near(dataset_named_at(dataset, "instruments", "duty", "other", 7, 2028.5, always), 7);
}

/* ---- events ---- */

static void events_are_seen_when_known(void **state)
{
  const struct dataset *dataset =
      load(*state,
           "events:\n"
           "  - {id: fire, start: 2025-07, end: 2026, change: facilities.mine.availability, factor: 0.5}\n"
           "  - {id: strike, start: 2027, end: 2028, announced: 2026, change: facilities.mine.availability, value: 0}\n"
           "  - {id: law, start: 2029, announced: 2035, change: facilities.mine.availability, value: 0.1}\n");
  const double *availability = &dataset->facilities[0].availability;
  assert_near(dataset_at(dataset, availability, 2025.6, 2025.4), 1);
  assert_near(dataset_at(dataset, availability, 2025.6, 2025.5), 0.5);
  assert_near(dataset_at(dataset, availability, 2026, 2026), 1);
  assert_near(dataset_at(dataset, availability, 2027.5, 2025.9), 1);
  assert_near(dataset_at(dataset, availability, 2027.5, 2026), 0);
  assert_near(dataset_at(dataset, availability, 2028, 2028), 1);
  assert_near(dataset_at(dataset, availability, 2030, 2030), 1);
  assert_near(dataset_at(dataset, availability, 2030, 2035), 0.1);
  assert_near(dataset_mean(dataset, availability, (struct period){2025, 1}, 2025), 1);
  assert_near(dataset_mean(dataset, availability, (struct period){2025, 1}, 2026), 0.75);
}

static void events_apply_in_order_after_the_schedule(void **state)
{
  const struct dataset *dataset =
      load(*state, "  schedules:\n"
                   "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: 2025, value: 10}\n"
                   "events:\n"
                   "  - {id: fuel, start: 2026, end: 2028, change: facilities.*.cost_usd_per_kg, factor: 1.5}\n"
                   "  - {id: deal, start: 2027, end: 2029, change: facilities.mine.cost_usd_per_kg, value: 3}\n"
                   "  - {id: wage, start: 2027-07, change: facilities.mine.cost_usd_per_kg, factor: 2}\n");
  const double *cost = &dataset->facilities[0].cost_usd_per_kg;
  assert_near(dataset_at(dataset, cost, 2026, always), 15);
  assert_near(dataset_at(dataset, cost, 2027, always), 3);
  assert_near(dataset_at(dataset, cost, 2027.5, always), 6);
  assert_near(dataset_at(dataset, cost, 2029, always), 20);
  assert_near(dataset_at(dataset, &dataset->facilities[1].cost_usd_per_kg, 2026, always), 0);
}

/* ---- instruments in force ---- */

static double share_of(const struct dataset *dataset, const char *id, double start, double length, double known)
{
  const struct instrument *instrument = &dataset->instruments[dataset_find(dataset, "instruments", id)];
  return instrument_share(dataset, instrument, (struct period){start, length}, known);
}

static void dates_of_instruments(void **state)
{
  const struct dataset *dataset = load(*state, "instruments:\n"
                                               "  - {id: ever, kind: tariff}\n"
                                               "  - {id: spell, kind: tariff, start: 2025-04, end: 2026-07}\n"
                                               "  - {id: secret, kind: tariff, start: 2025, announced: 2027}\n"
                                               "  - {id: off, kind: tariff, enabled: no}\n"
                                               "  - {id: dead, kind: tariff, status: lapsed}\n"
                                               "  - {id: asleep, kind: tariff, status: suspended}\n");
  assert_true(share_of(dataset, "ever", 2024, 1, 2024) == 1);
  assert_near(share_of(dataset, "spell", 2024, 1, 2024), 0);
  assert_near(share_of(dataset, "spell", 2025, 1, 2024), 0.75);
  assert_near(share_of(dataset, "spell", 2026, 1, 2024), 0.5);
  assert_near(share_of(dataset, "spell", 2024, 4, 2024), 1.25 / 4);
  assert_near(share_of(dataset, "secret", 2026, 1, 2026), 0);
  assert_near(share_of(dataset, "secret", 2026, 1, 2027), 1);
  assert_near(share_of(dataset, "off", 2026, 1, always), 0);
  assert_near(share_of(dataset, "dead", 2026, 1, always), 0);
  assert_near(share_of(dataset, "asleep", 2026, 1, always), 0);
}

static void events_switch_instruments(void **state)
{
  const struct dataset *dataset = load(*state, "instruments:\n"
                                               "  - {id: ban, kind: ban}\n"
                                               "  - {id: duty, kind: tariff, start: 2025}\n"
                                               "  - {id: quota, kind: quota, status: suspended, start: 2025}\n"
                                               "  - {id: off, kind: ban, enabled: no}\n"
                                               "events:\n"
                                               "  - {id: e1, start: 2026, end: 2027, activates: ban}\n"
                                               "  - {id: e2, start: 2026-07, end: 2026-10, suspends: ban}\n"
                                               "  - {id: e3, start: 2028, end: 2029, announced: 2027, suspends: duty}\n"
                                               "  - {id: e4, start: 2024-07, end: 2024-10, activates: duty}\n"
                                               "  - {id: e5, start: 2027, activates: quota}\n"
                                               "  - {id: e6, start: 2027, activates: off}\n");
  assert_near(share_of(dataset, "ban", 2025, 1, always), 0);
  assert_near(share_of(dataset, "ban", 2026, 1, 2026.5), 0.75); /* both events are known */
  assert_near(share_of(dataset, "ban", 2026, 1, 2026), 1);      /* the suspension is not known yet */
  assert_near(share_of(dataset, "ban", 2026, 1, 2025.9), 0);
  assert_near(share_of(dataset, "duty", 2024, 1, 2025), 0.25);
  assert_near(share_of(dataset, "duty", 2028, 1, 2026), 1);
  assert_near(share_of(dataset, "duty", 2028, 1, 2027), 0);
  assert_near(share_of(dataset, "duty", 2029, 1, 2029), 1);
  assert_near(share_of(dataset, "quota", 2026, 1, always), 0);
  assert_near(share_of(dataset, "quota", 2027, 5, always), 1);
  assert_near(share_of(dataset, "off", 2028, 1, always), 0);
}

/* ---- indices ---- */

static void indices_run_and_go_on(void **state)
{
  const struct dataset *dataset = load(*state, "  indices:\n"
                                               "    - {index: deflator, date: 2026, value: 1.05}\n"
                                               "    - {index: deflator, date: 2024, value: 1}\n"
                                               "    - {index: deflator, date: 2027, value: 1.155}\n"
                                               "    - {index: cny_per_usd, date: 2024, value: 7.2}\n"
                                               "    - {index: basis, date: 2024, value: 1}\n"
                                               "    - {index: basis, date: 2025, value: -1}\n");
  assert_near(index_at(dataset, "deflator", 2020, 9), 1);
  assert_near(index_at(dataset, "deflator", 2025, 9), 1.025);
  assert_near(index_at(dataset, "deflator", 2026, 9), 1.05);
  assert_near(index_at(dataset, "deflator", 2027, 9), 1.155);
  assert_near(index_at(dataset, "deflator", 2029, 9), 1.155 * 1.1 * 1.1);
  assert_near(index_at(dataset, "cny_per_usd", 2040, 9), 7.2);
  assert_near(index_at(dataset, "basis", 2024.5, 9), 0);
  assert_near(index_at(dataset, "basis", 2030, 9), -1);
  assert_near(index_at(dataset, "treasury_10y", 2030, 9), 9);
}

/* ---- an oracle: the definitions, evaluated on a fine grid ---- */

enum { months = 96, points_max = 5, events_max = 4 };

struct story { /* all dates are whole months after 2024 */
  int points_count, events_count;
  struct {
    int month, value;
    bool linear;
  } points[points_max];
  struct {
    int start, end, announced; /* announced -1: not given */
    int factor, value;         /* value -1: multiply by factor */
  } events[events_max];
};

static unsigned next_random(unsigned *seed, unsigned below)
{
  *seed = *seed * 1664525u + 1013904223u;
  return (*seed >> 8) % below;
}

static struct story make_story(unsigned *seed)
{
  struct story story = {.points_count = (int)next_random(seed, points_max + 1),
                        .events_count = (int)next_random(seed, events_max + 1)};
  int month = 0;
  for (int i = 0; i < story.points_count; i++) {
    month += 1 + (int)next_random(seed, months / points_max);
    story.points[i].month = month;
    story.points[i].value = (int)next_random(seed, 100);
    story.points[i].linear = next_random(seed, 2) == 1;
  }
  for (int i = 0; i < story.events_count; i++) {
    story.events[i].start = (int)next_random(seed, months - 1);
    story.events[i].end = story.events[i].start + 1 + (int)next_random(seed, 20);
    story.events[i].announced = (int)next_random(seed, months) - 1;
    story.events[i].factor = (int)next_random(seed, 4);
    story.events[i].value = next_random(seed, 2) == 1 ? (int)next_random(seed, 100) : -1;
  }
  return story;
}

static const char *month_text(int month, struct arena *arena)
{
  return arena_format(arena, "%d-%02d", 2024 + month / 12, month % 12 + 1);
}

static const char *tell(const struct story *story, struct arena *arena)
{
  struct text text = text_new(arena);
  if (story->points_count > 0) text_add(&text, "  schedules:\n");
  for (int i = 0; i < story->points_count; i++)
    text_add(&text, "    - {table: facilities, row: mine, field: cost_usd_per_kg, date: %s, value: %d, shape: %s}\n",
             month_text(story->points[i].month, arena), story->points[i].value,
             story->points[i].linear ? "linear" : "step");
  if (story->events_count > 0) text_add(&text, "events:\n");
  for (int i = 0; i < story->events_count; i++) {
    text_add(&text, "  - {id: e%d, change: facilities.mine.cost_usd_per_kg, start: %s, end: %s, ", i,
             month_text(story->events[i].start, arena), month_text(story->events[i].end, arena));
    if (story->events[i].announced >= 0)
      text_add(&text, "announced: %s, ", month_text(story->events[i].announced, arena));
    if (story->events[i].value >= 0)
      text_add(&text, "value: %d}\n", story->events[i].value);
    else
      text_add(&text, "factor: %d}\n", story->events[i].factor);
  }
  return text.bytes;
}

/* The definition, month in fractions. */
static double oracle_at(const struct story *story, double month, double known)
{
  double value = 1;
  for (int i = 0; i < story->points_count; i++) {
    if (story->points[i].month > month) continue;
    value = story->points[i].value;
    if (!story->points[i].linear || i + 1 == story->points_count) continue;
    const double span = story->points[i + 1].month - story->points[i].month;
    value += (story->points[i + 1].value - value) * (month - story->points[i].month) / span;
  }
  for (int i = 0; i < story->events_count; i++) {
    const int seen = story->events[i].announced >= 0 ? story->events[i].announced : story->events[i].start;
    if (known < seen || month < story->events[i].start || month >= story->events[i].end) continue;
    value = story->events[i].value >= 0 ? story->events[i].value : value * story->events[i].factor;
  }
  return value;
}

static void means_agree_with_the_definition(void **state)
{
  struct files *files = *state;
  unsigned seed = 7;
  for (int round = 0; round < 100; round++) {
    const struct story story = make_story(&seed);
    const struct dataset *dataset = load(files, tell(&story, files->arena));
    const double *cost = &dataset->facilities[0].cost_usd_per_kg;
    for (int trial = 0; trial < 20; trial++) {
      const int start = (int)next_random(&seed, months), length = 1 + (int)next_random(&seed, 24);
      const double known = next_random(&seed, months) + 0.5;
      double sum = 0; /* straight within each month: its middle is its mean */
      for (int month = start; month < start + length; month++) {
        const double middle = oracle_at(&story, month + 0.5, known);
        assert_true(fabs(dataset_at(dataset, cost, 2024 + (month + 0.5) / 12, 2024 + known / 12) - middle) < 1e-9);
        sum += middle;
      }
      const struct period period = {2024 + start / 12.0, length / 12.0};
      assert_true(fabs(dataset_mean(dataset, cost, period, 2024 + known / 12) - sum / length) < 1e-9);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      FILES_TEST(without_anything_the_number_holds),
      FILES_TEST(steps_hold_from_their_date),
      FILES_TEST(lines_run_between_points),
      FILES_TEST(terms_have_schedules),
      FILES_TEST(events_are_seen_when_known),
      FILES_TEST(events_apply_in_order_after_the_schedule),
      FILES_TEST(dates_of_instruments),
      FILES_TEST(events_switch_instruments),
      FILES_TEST(indices_run_and_go_on),
      FILES_TEST(means_agree_with_the_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the tables alone say of a base year: splits, stated trade, headline, single plants, weakest figures. */
#include <math.h>

#include "dataset_files.h"
#include "metrics/exposure.h"
#include "metrics/headline.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

/* 300 t of ore in the north (100 a, 200 b) and 50 t in the south; the works of the north runs on both; 60 t of
 * scrap. */
#define CHAIN                                                                                                          \
  "schema_version: 1\n"                                                                                                \
  "scenario: chain\n"                                                                                                  \
  "horizon: {from: 2024, to: 2025}\n"                                                                                  \
  "tables:\n"                                                                                                          \
  "  regions: [{id: north}, {id: south}]\n"                                                                            \
  "  materials:\n"                                                                                                     \
  "    - {id: ore-a, stage: concentrate, price_usd_per_kg: 2}\n"                                                       \
  "    - {id: ore-b, stage: concentrate, price_usd_per_kg: 2}\n"                                                       \
  "    - {id: oxide, stage: oxide, price_usd_per_kg: 50}\n"                                                            \
  "    - {id: magnet, stage: magnet, price_usd_per_kg: 90}\n"                                                          \
  "    - {id: duty, stage: product, price_usd_per_kg: 90}\n"                                                           \
  "    - {id: waste, stage: scrap, price_usd_per_kg: 1}\n"                                                             \
  "  contents:\n"                                                                                                      \
  "    - {material: ore-a, element: Nd, share: 1, quality: A}\n"                                                       \
  "    - {material: ore-b, element: Nd, share: 1, quality: A}\n"                                                       \
  "    - {material: oxide, element: Nd, share: 1, quality: A}\n"                                                       \
  "    - {material: magnet, element: Nd, share: 0.5, quality: A}\n"                                                    \
  "    - {material: waste, element: Nd, share: 0.5, quality: A}\n"                                                     \
  "  prices: [{material: oxide, region: north, date: 2024, price_usd_per_kg: 40}]\n"                                   \
  "  processes: [{id: dig-a}, {id: dig-b}, {id: refine-a}, {id: refine-b}, {id: recycle}, {id: press}, {id: fit}]\n"   \
  "  yields:\n"                                                                                                        \
  "    - {process: dig-a, material: ore-a, amount: 1}\n"                                                               \
  "    - {process: dig-b, material: ore-b, amount: 1}\n"                                                               \
  "    - {process: refine-a, material: ore-a, amount: -1}\n"                                                           \
  "    - {process: refine-a, material: oxide, amount: 0.8}\n"                                                          \
  "    - {process: refine-b, material: ore-b, amount: -1}\n"                                                           \
  "    - {process: refine-b, material: oxide, amount: 0.8}\n"                                                          \
  "    - {process: recycle, material: waste, amount: -1}\n"                                                            \
  "    - {process: recycle, material: oxide, amount: 0.5}\n"                                                           \
  "    - {process: press, material: oxide, amount: -0.5}\n"                                                            \
  "    - {process: press, material: magnet, amount: 1}\n"                                                              \
  "    - {process: fit, material: magnet, amount: -1}\n"                                                               \
  "    - {process: fit, material: duty, amount: 1}\n"                                                                  \
  "  facilities:\n"                                                                                                    \
  "    - {id: pit-a, region: north, processes: dig-a, capacity_t_per_year: 900, output_t_per_year: 100, "              \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: pit-b, region: north, processes: dig-b, capacity_t_per_year: 900, output_t_per_year: 200, "              \
  "cost_usd_per_kg: 1, supply_elasticity: 1, quality: D, note: guess; range 100 to 250}\n"                             \
  "    - {id: quarry, region: south, processes: dig-b, capacity_t_per_year: 900, output_t_per_year: 100, "             \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: works, region: north, processes: refine-a refine-b, capacity_t_per_year: 900, output_t_per_year: 300, "  \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: mill, region: south, processes: refine-b, capacity_basis: product, capacity_t_per_year: 900, "           \
  "output_t_per_year: 80, cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                 \
  "    - {id: salvage, region: north, processes: recycle, capacity_t_per_year: 900, output_t_per_year: 60, "           \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: press-north, region: north, processes: press, capacity_t_per_year: 900, output_t_per_year: 480, "        \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: press-south, region: south, processes: press, capacity_t_per_year: 900, output_t_per_year: 200, "        \
  "cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                        \
  "    - {id: fitter, region: south, processes: fit, capacity_t_per_year: inf}\n"                                      \
  "    - {id: dream, region: south, processes: dig-a, status: optional, capacity_t_per_year: 900, output_t_per_year: " \
  "500, cost_usd_per_kg: 1, supply_elasticity: 1}\n"                                                                   \
  "  links: [{from: north, to: south, materials: oxide, flow_t_per_year: 20, vat_not_rebated_rate: 0.1}]\n"            \
  "  segments: [{id: users, region: south, material: duty, quantity_t_per_year: 150, price_usd_per_kg: 90, "           \
  "elasticity: 1}]\n"

static const struct base_year *read_chain(struct files *files)
{
  files_add(files, "chain.yaml", CHAIN);
  return base_year_read(files_load(files, "chain.yaml"), files->arena);
}

static int place(const struct base_year *base, const char *material, const char *region)
{
  return base_place(base, dataset_find(base->dataset, "materials", material),
                    dataset_find(base->dataset, "regions", region));
}

static void stated_outputs_go_through_recipes(void **state)
{
  const struct base_year *base = read_chain(*state);
  assert_near(base->made[place(base, "oxide", "north")], 0.8 * 300 + 0.5 * 60, 1e-9);
  assert_near(base->made[place(base, "oxide", "south")], 80, 1e-9); /* stated as product */
  assert_near(base->taken[place(base, "ore-b", "south")], 100, 1e-9);
  assert_near(base_left(base, place(base, "oxide", "south")), 80 + 20 - 100, 1e-9);
  assert_near(base->made[place(base, "ore-a", "south")], 0, 0); /* a project has no output yet */
}

static void an_output_is_split_by_the_feeds_of_the_region(void **state)
{
  const struct base_year *base = read_chain(*state);
  assert_near(base->taken[place(base, "ore-a", "north")], 100, 1e-6);
  assert_near(base->taken[place(base, "ore-b", "north")], 200, 1e-6);
}

static void a_maker_without_output_serves_the_segment(void **state)
{
  const struct base_year *base = read_chain(*state);
  assert_near(base->made[place(base, "duty", "south")], 150, 1e-9);
  assert_near(base->taken[place(base, "magnet", "south")], 150, 1e-9);
  assert_int_equal(base->unstated, 0);
}

static void the_headline_follows_from_the_tables(void **state)
{
  struct files *files = *state;
  const struct base_year *base = read_chain(files);
  const struct shares shares = shares_of_base(base, elements_of(base->dataset, files->arena), files->arena);
  const struct headline headline = headline_of(base, &shares, NULL, files->arena);
  assert_near(headline.value[headline_mining], 300.0 / 400, 1e-9);
  assert_near(headline.value[headline_refining], 270.0 / 350, 1e-9);
  assert_near(headline.inside_kusd, 40 * (240 + 80), 1e-6);
  assert_near(headline.value[headline_worth], 1.1 * 40 * (240 + 80), 1e-6);
  assert_near(headline.scrap_kusd, 1.1 * 40 * 30, 1e-6);
  assert_near(headline.value[headline_balance], (350.0 - 340) / 350, 1e-9);
  assert_near(shares_at(&shares, STAGE_CONCENTRATE, 0)->index, 0.75 * 0.75 + 0.25 * 0.25, 1e-9);
  assert_near(shares_at(&shares, STAGE_MAGNET, 0)->world, 0.5 * 680, 1e-9);
}

/* Of the 200 t of magnets outside the north, 80 of 100 t of oxide came from the mill, and so from the quarry. */
static void what_passed_a_plant_is_traced(void **state)
{
  struct files *files = *state;
  const struct base_year *base = read_chain(files);
  const struct exposures exposures = exposures_of_base(base, 0.1, files->arena);
  const int magnet = dataset_find(base->dataset, "materials", "magnet");
  int found = 0;
  for (int i = 0; i < exposures.count; i++) {
    const struct exposure *row = &exposures.rows[i];
    const char *id = base->dataset->facilities[row->facility].record.id;
    if (row->material != magnet) continue;
    const double share = id[0] == 'm' || id[0] == 'q' ? 0.8 : id[0] == 'w' ? 0.2 * 240 / 270 : id[0] == 'p' ? -1 : 0;
    if (share > 0) assert_near(row->share, share, 2e-3);
    found += share > 0;
  }
  assert_int_equal(found, 3);
}

static void guesses_are_ranked_by_what_they_move(void **state)
{
  struct files *files = *state;
  const struct dataset *dataset = read_chain(files)->dataset;
  const struct weak_figures weakest = headline_weakest(dataset, files->arena);
  assert_int_equal(weakest.count, 1);
  const struct weak_figure *pit = &weakest.rows[0];
  assert_string_equal(pit->record->id, "pit-b");
  assert_true(pit->range_stated && pit->low == 100 && pit->high == 250);
  assert_near(pit->change[headline_mining], 200.0 / 300 - 0.75, 1e-9); /* the larger of the two changes */
  assert_near(pit->effect, 0.75 - 200.0 / 300, 1e-9);
  assert_true(dataset->facilities[1].output_t_per_year == 200);
}

static void ranges_come_from_columns_notes_or_a_rule(void **state)
{
  struct files *files = *state;
  files_add(files, "chain.yaml",
            CHAIN "set:\n"
                  "  prices.oxide.north.2024.quality: D\n"
                  "  prices.oxide.north.2024.low: 30\n"
                  "  prices.oxide.north.2024.high: 80\n"
                  "  yields.refine-b.oxide.quality: D\n"
                  "  yields.refine-b.oxide.note: 'recovery 80 per cent; guess; range 60 to 88'\n"
                  "  yields.press.oxide.quality: D\n"
                  "  facilities.pit-b.quality: A\n");
  const struct weak_figures weakest = headline_weakest(files_load(files, "chain.yaml"), files->arena);
  assert_int_equal(weakest.count, 3);
  for (int i = 0; i < 3; i++) {
    const struct weak_figure *row = &weakest.rows[i];
    const bool price = row->table[0] == 'p', press = row->record->id[0] == 'p' && !price;
    assert_near(row->low, price ? 30 : press ? -0.35 : 0.6, 1e-12);
    assert_near(row->high, price ? 80 : press ? -0.65 : 0.88, 1e-12);
    assert_true(row->range_stated == !press);
    if (price) assert_near(row->change[headline_worth], 1, 1e-9);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      FILES_TEST(stated_outputs_go_through_recipes),
      FILES_TEST(an_output_is_split_by_the_feeds_of_the_region),
      FILES_TEST(a_maker_without_output_serves_the_segment),
      FILES_TEST(the_headline_follows_from_the_tables),
      FILES_TEST(what_passed_a_plant_is_traced),
      FILES_TEST(guesses_are_ranked_by_what_they_move),
      FILES_TEST(ranges_come_from_columns_notes_or_a_rule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

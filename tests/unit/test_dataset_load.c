/* Loading: defaults, merging of layers, paths, horizons, packages, what was not yet known. */
#include <math.h>

#include "dataset_files.h"

/* ---- one file ---- */

static void defaults_and_references(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml", SMALL);
  const struct dataset *dataset = files_load(files, "a.yaml");
  const struct facility *smelter = &dataset->facilities[1];
  assert_string_equal(smelter->record.id, "smelter");
  assert_int_equal(smelter->record.place.line, 14);
  assert_int_equal(smelter->region, dataset_find(dataset, "regions", "south"));
  assert_int_equal(smelter->owner, -1);
  assert_int_equal(smelter->processes.count, 2);
  assert_int_equal(smelter->processes.indices[1], 1);
  assert_true(smelter->availability == 1 && smelter->cost_usd_per_kg == 0 && smelter->life_years == 20);
  assert_true(isnan(smelter->start) && isnan(smelter->capital_usd_per_kg_year));
  assert_true(smelter->build_limit_t_per_year == 50);
  assert_int_equal(dataset->regions[0].valuation, VALUE_CIF);
  assert_int_equal(dataset->yields[2].material, dataset_find(dataset, "materials", "metal"));
  assert_int_equal(dataset_find(dataset, "materials", "gold"), -1);
}

static void made_up_ids(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml",
            SMALL "  prices: [{material: metal, region: south, date: 2024Q2, price_usd_per_kg: 11}]\n"
                  "set: {links.north.south.freight_usd_per_kg: 2, prices.metal.south.2024q2.high: 13}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_string_equal(dataset->yields[1].record.id, "smelting.ore");
  assert_string_equal(dataset->links[0].record.id, "north.south");
  assert_true(dataset->links[0].freight_usd_per_kg == 2);
  assert_true(dataset->prices[0].high == 13 && dataset->prices[0].date == 2024.25);
}

static void figures_from_others(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml",
            SMALL "  owners: [{id: firm}, {id: fund, hurdle_rate: 0.2}]\n"
                  "  prices:\n"
                  "    - {material: metal, region: south, date: 2019, price_usd_per_kg: 7}\n"
                  "    - {material: metal, region: south, date: 2024, price_usd_per_kg: 9}\n"
                  "    - {material: metal, region: north, date: 2024, price_usd_per_kg: 8}\n"
                  "economy: {discount_rate: 0.08}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_true(dataset->segments[0].price_usd_per_kg == 9);
  assert_true(dataset->segments[0].elasticity == 0.5 && dataset->segments[0].elasticity_long == 0.5);
  assert_true(dataset->owners[0].hurdle_rate == 0.08 && dataset->owners[1].hurdle_rate == 0.2);
  assert_true(dataset->materials[0].quantity_t_per_year == 100); /* ore: 100 mined, 2 x 50 smelted */
  assert_true(dataset->materials[1].quantity_t_per_year == 50);  /* metal: 50 made, 40 used */
}

static void segment_price_without_observation(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml", SMALL);
  assert_true(files_load(files, "a.yaml")->segments[0].price_usd_per_kg == 12);
}

static void lists_with_patterns(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml", SMALL "set: {facilities.mine.processes: '*ing', links.north.south.materials: all}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_int_equal(dataset->facilities[0].processes.count, 2);
  assert_string_equal(dataset->facilities[0].processes.names[1], "smelting");
  assert_int_equal(dataset->links[0].materials.count, 2);
  assert_int_equal(dataset->links[0].materials.indices[1], 1);
}

static void instruments_keep_their_terms(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml",
            SMALL "instruments:\n"
                  "  - {id: duty, kind: tariff, start: 2026, to: [south, north], cap: {tonnes: 5}, rate: 0.1}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  const struct instrument *duty = &dataset->instruments[0];
  assert_string_equal(duty->kind, "tariff");
  assert_true(duty->start == 2026 && duty->enabled && duty->status == INSTRUMENT_IN_FORCE);
  assert_int_equal(duty->terms_count, 3);
  assert_string_equal(duty->terms[0].text, "south north");
  assert_string_equal(duty->terms[1].name, "cap.tonnes");
  assert_int_equal(duty->terms[2].place.line, 19);
}

struct duty_terms {
  struct field_list to;
  int from;
};

static void terms_resolve(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml", SMALL);
  const struct dataset *dataset = files_load(files, "a.yaml");
  const struct field fields[] = {
      {"to", FIELD_LIST, offsetof(struct duty_terms, to), "", "", 0, 0, NULL, "regions", "Where to"},
      {"from", FIELD_REFERENCE, offsetof(struct duty_terms, from), "", "", 0, 0, NULL, "regions", "Where from"},
      FIELD_END};
  const char *const names[] = {"all"};
  struct instrument_term terms[] = {{"to", "all", {"a.yaml", 7}}, {"from", "south", {"a.yaml", 8}}};
  struct duty_terms record = {.to = {.count = 1, .names = names}, .from = -1};
  struct error error = {0};
  assert_true(dataset_resolve(dataset, fields, &record, terms, 2, "instruments.duty", files->arena, &error));
  assert_int_equal(record.to.count, 2);
  assert_int_equal(record.from, 1);
  terms[1].text = "suoth";
  assert_false(dataset_resolve(dataset, fields, &record, terms, 2, "instruments.duty", files->arena, &error));
  error_print(&error, files->line, sizeof files->line);
  assert_string_equal(files->line,
                      "a.yaml:8: instruments.duty.from: there is no 'suoth' in regions; did you mean 'south'?");
}

/* ---- layers ---- */

static void rows_override_cell_by_cell(void **state)
{
  struct files *files = *state;
  files_add(files, "base.yaml", SMALL "set: {facilities.mine.attainment: 0.9}\n");
  files_add(
      files, "a.yaml",
      "schema_version: 1\nscenario: variant\nextends: base.yaml\nhorizon: {to: 2026}\n"
      "tables:\n"
      "  facilities: {mine: {cost_usd_per_kg: 3}, pit: {region: south, processes: mining, capacity_t_per_year: 7}}\n"
      "set: {facilities.pit.availability: 0.5}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  const struct facility *mine = &dataset->facilities[0], *pit = &dataset->facilities[2];
  assert_string_equal(dataset->scenario->id, "variant");
  assert_int_equal(dataset->scenario->periods_count, 3);
  assert_int_equal(dataset->facilities_count, 3);
  assert_true(mine->cost_usd_per_kg == 3 && mine->capacity_t_per_year == 100 && mine->attainment == 0.9);
  assert_true(pit->availability == 0.5 && pit->capacity_t_per_year == 7);
  assert_int_equal(dataset->inputs_count, 2);
}

/* An overridden mistake is no mistake: cells are judged when everything is in. */
static void overridden_mistakes_do_not_count(void **state)
{
  struct files *files = *state;
  files_add(files, "base.yaml", SMALL "  stocks: [{material: metal, region: south, opening_t: many}]\n");
  files_add(files, "a.yaml",
            "schema_version: 1\nscenario: variant\nextends: base.yaml\nset: {stocks.metal.south.opening_t: 5}\n");
  assert_null(files_try(files, "base.yaml"));
  assert_true(files_load(files, "a.yaml")->stocks[0].opening_t == 5);
}

static void a_diamond_is_read_once(void **state)
{
  struct files *files = *state;
  files_add(files, "base.yaml", SMALL);
  files_add(files, "left.yaml", "schema_version: 1\nextends: base.yaml\nset: {facilities.mine.cost_usd_per_kg: 5}\n");
  files_add(files, "right.yaml", "schema_version: 1\nextends: base.yaml\nset: {facilities.mine.cost_usd_per_kg: 6}\n");
  files_add(files, "a.yaml", "schema_version: 1\nscenario: both\nextends: [left.yaml, right.yaml]\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_int_equal(dataset->inputs_count, 4);
  assert_int_equal(dataset->facilities_count, 2);
  assert_true(dataset->facilities[0].cost_usd_per_kg == 6);
}

static void instruments_come_from_files(void **state)
{
  struct files *files = *state;
  files_add(files, "deals/duty.yaml", "schema_version: 1\ninstrument: duty\nkind: tariff\nrate: 0.1\nto: south\n");
  files_add(files, "deals/more.yaml",
            "schema_version: 1\ninstruments:\n  - duty.yaml\n  - {id: quota, kind: export_quota, tonnes: 4}\n");
  files_add(files, "a.yaml", SMALL "instruments:\n  - deals/more.yaml\n  - {id: duty, rate: 0.3}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_int_equal(dataset->instruments_count, 2);
  assert_string_equal(dataset->instruments[0].record.id, "duty");
  assert_int_equal(dataset->instruments[0].terms_count, 2);
  assert_string_equal(dataset->instruments[0].terms[0].text, "0.3");
  assert_string_equal(dataset->instruments[1].kind, "export_quota");
}

static void command_line_comes_last(void **state)
{
  struct files *files = *state;
  const char *sets[] = {"facilities.*.availability=0.25", "scenario.window=all", "scenario.to=2025",
                        "instruments.duty.rate=0.7"};
  files_add(files, "a.yaml",
            SMALL "instruments: [{id: duty, kind: tariff, rate: 0.1}]\nset: {facilities.mine.availability: 0.5}\n");
  files->options = (struct load_options){.sets = sets, .sets_count = 4};
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_true(dataset->facilities[0].availability == 0.25 && dataset->facilities[1].availability == 0.25);
  assert_int_equal(dataset->scenario->periods_count, 2);
  assert_int_equal(dataset->scenario->window, 2);
  assert_string_equal(dataset->instruments[0].terms[0].text, "0.7");
}

static void null_takes_back_to_the_default(void **state)
{
  struct files *files = *state;
  files_add(files, "a.yaml", SMALL "set: {facilities.mine.cost_usd_per_kg: null}\n");
  assert_true(files_load(files, "a.yaml")->facilities[0].cost_usd_per_kg == 0);
}

/* ---- packages ---- */

static void add_package(struct files *files)
{
  files_add(
      files, "chain/datapackage.json",
      "{\"name\": \"chain\", \"schema_version\": 1, \"licenses\": [{\"name\": \"CC-BY-4.0\"}], \"resources\": ["
      "{\"name\": \"regions\", \"path\": \"regions.csv\"}, {\"name\": \"materials\", \"path\": \"materials.csv\"},"
      "{\"name\": \"sources\", \"path\": \"sources.csv\"},"
      "{\"name\": \"prices\", \"path\": [\"old.csv\", \"new.csv\"]}, {\"name\": \"notes\", \"path\": \"notes.md\"}]}");
  files_add(files, "chain/regions.csv", "id,name\nnorth,North\nsouth,South\n");
  files_add(files, "chain/materials.csv",
            "id,stage,holding_usd_per_kg_year,source\nore,ore,2,a holding_usd_per_kg_year:b\n");
  files_add(files, "chain/sources.csv", "id,title,published\na,Old book,2019\nb,New book,2026-03\n");
  files_add(files, "chain/old.csv", "material,region,date,price_usd_per_kg,source\nore,north,2019,5,a\n");
  files_add(files, "chain/new.csv", "material,region,date,price_usd_per_kg,source\nore,north,2026,6,b\n");
  files_add(files, "chain/stray.csv", "id\nx\n");
  files_add(files, "chain/instruments/duty.yaml", "schema_version: 1\ninstrument: duty\nkind: tariff\nrate: 0.1\n");
  files_add(files, "a.yaml", SMALL_HEAD "data: chain\n");
}

static void make_instruments_folder(struct files *files)
{
  (void)mkdir(path_join(files->folder, "chain", files->arena), 0777);
  (void)mkdir(path_join(files->folder, "chain/instruments", files->arena), 0777);
}

static void packages_load(void **state)
{
  struct files *files = *state;
  make_instruments_folder(files);
  add_package(files);
  files_add(files, "a.yaml",
            SMALL_HEAD "data: chain\ninstruments: [duty]\ntables: {materials: {ore: {decay_per_year: 0.1}}}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_string_equal(dataset->name, "chain");
  assert_string_equal(dataset->licence, "CC-BY-4.0");
  assert_int_equal(dataset->prices_count, 2);
  assert_true(dataset->materials[0].decay_per_year == 0.1 && dataset->materials[0].holding_usd_per_kg_year == 2);
  assert_int_equal(dataset->materials[0].stage, STAGE_ORE);
  assert_string_equal(dataset->instruments[0].record.id, "duty");
  assert_int_equal(dataset->warnings_count, 2);
  assert_non_null(strstr(dataset->warnings[0], "stray.csv"));
  assert_non_null(strstr(dataset->warnings[1], "materials.csv:2: materials: nobody makes or takes 'ore'"));
}

static void later_sources_are_left_out(void **state)
{
  struct files *files = *state;
  make_instruments_folder(files);
  add_package(files);
  files->options.as_of = 2026;
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_int_equal(dataset->prices_count, 1);
  assert_true(dataset->prices[0].price_usd_per_kg == 5);
  assert_true(dataset->materials[0].holding_usd_per_kg_year == 0); /* the figure's own source is younger */
  files->options.as_of = 2026.5;
  assert_int_equal(files_load(files, "a.yaml")->prices_count, 2);
}

static void odd_things_are_warnings(void **state)
{
  struct files *files = *state;
  files_add(
      files, "a.yaml",
      SMALL
      "  contents:\n    - {material: ore, element: REO, share: 0.7}\n    - {material: ore, element: Nd, share: 0.5}\n"
      "events: [{id: late, start: 2031, change: facilities.mine.availability, factor: 0}]\n"
      "set: {facilities.smelter.processes: mining}\n");
  const struct dataset *dataset = files_load(files, "a.yaml");
  assert_int_equal(dataset->warnings_count, 3);
  assert_non_null(strstr(dataset->warnings[0], "a.yaml:7: processes: no facility runs 'smelting'"));
  assert_non_null(strstr(dataset->warnings[1], "a.yaml:21: events: 'late' is outside the horizon"));
  assert_non_null(strstr(dataset->warnings[2], "a.yaml:6: contents: 'ore' has a total of 0.7"));
  files_add(files, "b.yaml", SMALL);
  assert_int_equal(files_load(files, "b.yaml")->warnings_count, 0);
}

/* ---- horizons ---- */

static const struct scenario *load_horizon(struct files *files, const char *horizon)
{
  files_add(files, "h.yaml",
            arena_format(files->arena, "schema_version: 1\nscenario: h\nhorizon: %s\n%s", horizon, SMALL_TABLES));
  return files_load(files, "h.yaml")->scenario;
}

static void horizons(void **state)
{
  struct files *files = *state;
  const struct scenario *years = load_horizon(files, "{from: 2024, to: 2040}");
  assert_int_equal(years->periods_count, 17);
  assert_true(years->periods[16].start == 2040 && years->periods[16].length == 1);
  assert_true(years->base_year == 2024 && years->window == 3 && !years->tail);
  const struct scenario *quarters =
      load_horizon(files, "{from: 2025Q3, to: 2026, period: quarter, window: 40, tail: yes}");
  assert_int_equal(quarters->periods_count, 6);
  assert_true(quarters->periods[0].start == 2025.5 && quarters->periods[5].start == 2026.75);
  assert_true(quarters->base_year == 2025 && quarters->window == 6 && quarters->tail);
  const struct scenario *months = load_horizon(files, "{from: 2025-02, to: 2025-04, period: month}");
  double april;
  assert_int_equal(months->periods_count, 3);
  assert_true(parse_date("2025-04", &april) && months->periods[2].start == april);
}

static void mixed_horizon(void **state)
{
  struct files *files = *state;
  const struct scenario *mixed = load_horizon(
      files, "{periods: [{from: 2024, to: 2025}, {from: 2025, to: 2026, length: month}, {from: 2026, to: 2028}]}");
  assert_int_equal(mixed->periods_count, 1 + 12 + 2);
  double end = 2024;
  for (int i = 0; i < mixed->periods_count; i++) {
    assert_true(fabs(mixed->periods[i].start - end) < 1e-12);
    end = mixed->periods[i].start + mixed->periods[i].length;
  }
  assert_true(end == 2028);
}

static void tail_follows_what_ties_periods(void **state)
{
  struct files *files = *state;
  files_add(files, "stock.yaml", SMALL "  stocks: [{material: metal, region: south}]\n");
  files_add(files, "build.yaml", SMALL "set: {facilities.mine.capital_usd_per_kg_year: 20}\n");
  assert_true(files_load(files, "stock.yaml")->scenario->tail);
  assert_true(files_load(files, "build.yaml")->scenario->tail);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      FILES_TEST(defaults_and_references),
      FILES_TEST(made_up_ids),
      FILES_TEST(figures_from_others),
      FILES_TEST(segment_price_without_observation),
      FILES_TEST(lists_with_patterns),
      FILES_TEST(instruments_keep_their_terms),
      FILES_TEST(terms_resolve),
      FILES_TEST(rows_override_cell_by_cell),
      FILES_TEST(overridden_mistakes_do_not_count),
      FILES_TEST(a_diamond_is_read_once),
      FILES_TEST(instruments_come_from_files),
      FILES_TEST(command_line_comes_last),
      FILES_TEST(null_takes_back_to_the_default),
      FILES_TEST(packages_load),
      FILES_TEST(later_sources_are_left_out),
      FILES_TEST(odd_things_are_warnings),
      FILES_TEST(horizons),
      FILES_TEST(mixed_horizon),
      FILES_TEST(tail_follows_what_ties_periods),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* dataset/entities_market.c - the field tables of demand, time series, policy and the scenario; the list of all tables.
 *
 * See entities.c. Adding a table takes a struct and an array in dataset.h, its fields here or there, and one line in
 * the list at the end.
 */
#include <math.h>
#include <string.h>

#include "dataset/entities.h"

#define ROW segment
static const struct field segment_fields[] = {
    RECORD_KEYED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    TEXT(ROW, sector, "Use: ev, wind, defence, ..."),
    REFERENCE(ROW, region, NULL, "regions", "Where it buys"),
    REFERENCE(ROW, material, NULL, "materials", "What it buys"),
    CHOICE(ROW, form, "linear", "linear|isoelastic", "Shape of the demand curve; the scenario may force one"),
    NUMBER(ROW, quantity_t_per_year, "t/y", "", 0, 1e12, "Quantity of the reference point"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", "", 0, 1e9, "Price of the reference point. Absent: the base price there"),
    NUMBER(ROW, elasticity, "1", "", -1e3, 1e3, "Own-price elasticity, short run; the sign does not matter"),
    NUMBER(ROW, elasticity_long, "1", "", -1e3, 1e3, "Likewise, long run. Absent: as in the short run"),
    NUMBER(ROW, adjustment_per_year, "per year", "0", 0, 1, "Share of the gap to the long-run curve closed a year"),
    NUMBER(ROW, choke_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Most that it pays. Absent: the intercept if linear, no limit if isoelastic"),
    NUMBER(ROW, intercept_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Instead of a reference point: price = intercept - slope x"),
    NUMBER(ROW, slope_usd_per_kg_per_t, "USD/kg/t", "", 0, 1e9, "Slope that belongs to the intercept"),
    NUMBER(ROW, growth_per_year, "per year", "0", -1, 10, "Growth of the reference quantity"),
    FLAG(ROW, thrifting, "no", "What long-run substitution saved never comes back"),
    LIST(ROW, requires, "", "rules", "Rules that its purchases must comply with"),
    FLAG(ROW, defence, "no", "Counts as defence demand: needs qualified output"),
    REFERENCE(ROW, scrap, "", "materials", "Material that returns at the end of life"),
    NUMBER(ROW, scrap_t_per_t, "t/t", "0", 0, 10, "Tonnes of scrap a tonne consumed"),
    NUMBER(ROW, scrap_life_years, "y", "10", 0, 200, "Years in use"),
    FIELD_END};
#undef ROW

#define ROW curve
static const struct field curve_fields[] = {
    RECORD_KEYED(ROW),
    REFERENCE(ROW, region, NULL, "regions", "Where it holds"),
    CHOICE(ROW, side, NULL, "demand|supply", "Whether it takes or gives"),
    REFERENCE(ROW, material, NULL, "materials", "Material whose quantity it states"),
    REFERENCE(ROW, price_of, "", "materials", "Material whose price multiplies the value. Absent: the constant"),
    NUMBER(ROW, value, "t/y per USD/kg", NULL, 0, 0, "Coefficient of that price, or the constant in t/y"),
    FIELD_END};
#undef ROW

#define ROW index_value
static const struct field index_fields[] = {
    RECORD_KEYED(ROW), TEXT_REQUIRED(ROW, index, "Name of the series: deflator, cny_per_usd, treasury_10y"),
    DATE(ROW, date, NULL, "Date of the value"),
    NUMBER(ROW, value, "", NULL, 0, 0, "Value; a deflator is 1 in the price base year"), FIELD_END};
#undef ROW

#define ROW cohort
static const struct field cohort_fields[] = {
    RECORD_KEYED(ROW), REFERENCE(ROW, segment, NULL, "segments", "Segment that consumed it"),
    DATE(ROW, date, NULL, "Year of consumption"), NUMBER(ROW, quantity_t, "t", NULL, 0, 1e12, "Quantity consumed then"),
    FIELD_END};
#undef ROW

#define ROW rule
static const struct field rule_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    LIST(ROW, stages, "", NULL, "Stages it looks at: " STAGE_CHOICES ". Absent: all"),
    LIST(ROW, regions, "", "regions", "Covered regions: what is made there does not comply"),
    LIST(ROW, owners, "", "owners", "Covered owners, wherever they produce"),
    FIELD_END};
#undef ROW

#define ROW source
static const struct field source_fields[] = {
    RECORD_NAMED(ROW),
    TEXT_REQUIRED(ROW, title, "Author, title, year, page or table"),
    TEXT(ROW, url, "Address where it was read"),
    DATE(ROW, published, "", "When it appeared: --as-of leaves out what came later"),
    DATE(ROW, accessed, "", "When it was read"),
    FIELD_END};
#undef ROW

#define ROW schedule
static const struct field schedule_fields[] = {
    RECORD_KEYED(ROW),
    TEXT_REQUIRED(ROW, table, "Table of the figure that changes, or instruments"),
    TEXT_REQUIRED(ROW, row, "Id of its row"),
    TEXT_REQUIRED(ROW, field, "Its column, or the instrument's term"),
    DATE(ROW, date, NULL, "Date from which the value holds"),
    NUMBER(ROW, value, "", NULL, 0, 0, "Value from then on, in the unit of the figure"),
    CHOICE(ROW, shape, "step", "step|linear", "Holds until the next point (step), or runs straight to it (linear)"),
    FIELD_END};
#undef ROW

#define ROW observation
static const struct field observation_fields[] = {
    RECORD_NAMED(ROW),
    CHOICE(ROW, what, NULL, "output|activity|flow|consumption|stock_change", "What was counted"),
    LIST(ROW, materials, "", "materials", "Of these materials. Absent: of all"),
    LIST(ROW, stages, "", NULL, "Of materials of these stages (activity: of processes). Absent: of all"),
    LIST(ROW, regions, "", "regions", "There; of flows: from there. Absent: everywhere"),
    LIST(ROW, to, "", "regions", "Of flows: into these. Absent: anywhere"),
    LIST(ROW, facilities, "", "facilities", "At these facilities. Absent: at all"),
    LIST(ROW, processes, "", "processes", "By these processes. Absent: by all"),
    LIST(ROW, segments, "", "segments", "Of consumption: by these segments. Absent: by all"),
    TEXT(ROW, element, "Counted by content of this element. Absent: gross weight"),
    NUMBER(ROW, value_t_per_year, "t/y", NULL, 0, 0, "The figure: a sum over all that is named"),
    NUMBER(ROW, low, "t/y", "", 0, 0, "Lower end of its range. Absent: two standard errors below"),
    NUMBER(ROW, high, "t/y", "", 0, 0, "Upper end of its range. Absent: two standard errors above"),
    NUMBER(ROW, error, "1", "", 1e-4, 10, "Relative standard error. Absent: by quality, A 0.02, B 0.05, C 0.15, D 0.4"),
    FIELD_END};
#undef ROW

#define ROW realisation
static const struct field realisation_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    CHOICE(ROW, what, NULL, "price|price_paid|output|flow|consumption",
           "What was seen; price: of the next tonne, price_paid: mean over all that came in, licensed tonnes included"),
    LIST(ROW, materials, "", "materials", "Of these materials. Absent: of all"),
    LIST(ROW, stages, "", NULL, "Of materials of these stages. Absent: of all"),
    LIST(ROW, regions, "", "regions", "There; of flows: from there. Absent: everywhere"),
    LIST(ROW, to, "", "regions", "Of flows: into these. Absent: anywhere"),
    TEXT(ROW, element, "Quantities: counted by content of this element. Absent: gross weight"),
    TEXT(ROW, group, "Figures scored together. Absent: the element, else what was seen"),
    DATE(ROW, date, NULL, "In the period that it speaks of"),
    NUMBER(ROW, value, "t/y or USD/kg", NULL, 0, 1e12, "What happened; prices real, of the base year, without VAT"),
    NUMBER(ROW, low, "t/y or USD/kg", "", 0, 1e12, "Lower end of its range"),
    NUMBER(ROW, high, "t/y or USD/kg", "", 0, 1e12, "Upper end of its range"),
    NUMBER(ROW, base_value, "t/y or USD/kg", "", 0, 1e12, "The same in the base year: the forecast of no change"),
    FIELD_END};
#undef ROW

#define STATUS_CHOICES "announced|letter_of_intent|conditional|binding|disbursed|in_force|suspended|lapsed"

#define ROW deal
static const struct field deal_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, title, "Name as people write it"),
    TEXT(ROW, parties, "Who signed it"),
    {"signed", FIELD_DATE, offsetof(struct ROW, signed_date), "date", "", 0, 0, NULL, NULL, "Day of signature"},
    DATE(ROW, announced, "", "Known to the market from. Absent: when it was signed"),
    CHOICE(ROW, status, "in_force", STATUS_CHOICES, "Where it stands; its instruments stand there too"),
    TEXT(ROW, government, "Id of the region whose government is the public party; instruments inherit it"),
    TEXT(ROW, authority, "Law under which money may be spent on it"),
    TEXT(ROW, account, "Budget account that pays"),
    DATE(ROW, available_until, "", "The account's money can be committed until. Absent: not known, or no limit"),
    CHOICE(ROW, appropriated, "unknown", "unknown|yes|no", "Whether the money has been appropriated"),
    TEXT(ROW, description, "What it is about"),
    FLAG(ROW, enabled, "yes", "No: the run is what it would be without the file"),
    CHOICE(ROW, settlement, "market", "market|cash",
           "cash: prices and quantities of the run without it, payments computed on those; of all its instruments"),
    FIELD_END};
#undef ROW

#define ROW recorded_piece
static const struct field recorded_fields[] = {
    RECORD_KEYED(ROW),
    REFERENCE(ROW, deal, NULL, "deals", "Deal that it is a piece of"),
    TEXT_REQUIRED(ROW, title, "What it is"),
    CHOICE(ROW, status, "in_force", STATUS_CHOICES, "Where it stands"),
    NUMBER(ROW, amount_usd, "USD", "", 0, 1e15, "Its size in money of the day. Absent: not stated"),
    TEXT_REQUIRED(ROW, why, "Why it is recorded and not modelled"),
    FIELD_END};
#undef ROW

#define ROW instrument
static const struct field instrument_fields[] = {
    RECORD_NAMED(ROW),
    TEXT_REQUIRED(ROW, kind, "What it is: tariff, ban, export_quota, floor_topup, ..."),
    TEXT(ROW, title, "Name as people write it"),
    TEXT(ROW, payer, "Who pays, as the contract says"),
    TEXT(ROW, payee, "Who is paid"),
    DATE(ROW, start, "", "In force from. Absent: always, or only during the events that activate it"),
    DATE(ROW, end, "", "In force until (that day not included). Absent: for good"),
    DATE(ROW, announced, "", "Known to the market from. Absent: always known"),
    CHOICE(ROW, status, "in_force", STATUS_CHOICES,
           "Where it stands. Suspended: only events put it in force; lapsed: never in force"),
    FLAG(ROW, enabled, "yes", "No: left out altogether"),
    FLAG(ROW, real, "no", "Money terms are in base-year money instead of nominal"),
    REFERENCE(ROW, deal, "", "deals", "Deal that it is a part of"),
    TEXT(ROW, government,
         "Id of the region whose government pays or is paid. Absent: the one that `payer` begins with"),
    TEXT(ROW, authority, "Law under which money may be spent on it"),
    TEXT(ROW, account, "Budget account that pays"),
    DATE(ROW, available_until, "", "The account's money can be committed until. Absent: not known, or no limit"),
    CHOICE(ROW, appropriated, "unknown", "unknown|yes|no", "Whether the money has been appropriated"),
    CHOICE(ROW, fiscal_basis, "kind", "kind|cash|credit|asset|revenue|none",
           "In a public budget: outlay, credit subsidy, asset bought, revenue forgone, no public money"),
    NUMBER(ROW, appropriation_probability, "1", "1", 0, 1,
           "Chance that a year's money is appropriated: that share of each period is in force"),
    NUMBER(ROW, end_hazard_per_year, "per year", "0", 0, 1,
           "Chance a year, from its start on, that the programme ends early: what is left is in force"),
    CHOICE(ROW, settlement, "market", "market|cash",
           "cash: prices and quantities of the run without it, payments computed on those"),
    FIELD_END};
#undef ROW

#define ROW event
static const struct field event_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, title, "Name as people write it"),
    DATE(ROW, start, "", "First day. With a hazard: the hazard counts from then. Not with a regime"),
    DATE(ROW, end, "", "Day after the last. Absent: for good. With a hazard: the hazard counts until then"),
    DATE(ROW, announced, "", "Known to the market from. Absent: known when it starts, not before"),
    TEXT(ROW, change, "Path table.row.field of the figure that changes; '*' in the row stands for any letters"),
    NUMBER(ROW, factor, "1", "", 0, 1e6, "The figure is multiplied by this"),
    NUMBER(ROW, value, "", "", 0, 0, "Or replaced by this"),
    TEXT(ROW, activates, "Id of an instrument that is in force during the event"),
    TEXT(ROW, suspends, "Id of an instrument that is not in force during the event"),
    NUMBER(ROW, hazard_per_year, "per year", "", 0, 100,
           "It begins by chance, so often a year while not in force. In draws only: without them it never does"),
    NUMBER(ROW, duration_years, "y", "", 1e-3, 1000, "How long an event with a hazard lasts. Absent: for good"),
    CHOICE(ROW, duration_law, "fixed", "fixed|exponential", "duration_years as it stands, or the mean of a random one"),
    REFERENCE(ROW, regime, "", "regimes", "In force while this regime is in the state"),
    TEXT(ROW, state, "A state of the regime"),
    FIELD_END};
#undef ROW

#define ROW deck_price
static const struct field deck_fields[] = {
    RECORD_KEYED(ROW),
    REFERENCE(ROW, material, NULL, "materials", "Material whose price is imposed"),
    REFERENCE(ROW, region, NULL, "regions", "Region where it is imposed"),
    DATE(ROW, date, NULL, "Date from which it holds, until the next row of the same material and region"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Imposed price, real, without VAT"),
    FIELD_END};
#undef ROW

#define ROW scenario
static const struct field scenario_table[] = {
    COLUMN(ROW, id, FIELD_ID, "", NULL, 0, 0, NULL, NULL, "Name of the scenario (key `scenario` of the file)"),
    TEXT(ROW, title, "One line for a person"),
    TEXT(ROW, question, "The question that it answers"),
    TEXT(ROW, description, "What is assumed, and why"),
    TEXT(ROW, dial, "Path of the figure by which the policy is scaled, where policies are compared at equal outlays"),
    NUMBER(ROW, dial_low, "1", "0", 0, HUGE_VAL, "Its lowest value"),
    NUMBER(ROW, dial_high, "1", "", 0, HUGE_VAL, "Its highest value; needed with dial"),
    LIST(ROW, stress, "", NULL, "Settings (path=value) of the stress under which deals are looked at: a ban, say"),
    TEXT(ROW, data, "Folder of the data package, from the file's own folder. Absent: the file has its own tables"),
    NUMBER(ROW, discount_rate, "per year", "0.05", 0, 1, "Real discount rate"),
    NUMBER(ROW, base_year, "y", "", 1900, 2200, "Price base year and first year of growth. Absent: the first period's"),
    {"demand_form", FIELD_CHOICE, offsetof(struct ROW, form), "", "as_data", 0, 0, "as_data|linear|isoelastic", NULL,
     "Shape of all demand curves"},
    CHOICE(ROW, expectations, "foresight", "foresight|rational",
           "rational: distributions are drawn anew in every period and stores know the odds, not the future"),
    NUMBER(ROW, prohibitive_factor, "1", "10", 1, 1e6,
           "A banned flow costs so many times the dearest price or willingness to pay"),
    FLAG(ROW, calibrate, "no", "Reconcile the figures of the base year, fill its prices and fit the market to them"),
    INTEGER(ROW, window, "3", 1, HUGE_VAL, "Periods solved together; all: the whole horizon"),
    FLAG(ROW, tail, "", "A tail period after the window. Absent: yes if stocks or investment tie the periods"),
    NUMBER(ROW, tail_years_after, "y", "5", 0, 100, "The tail has the demand of so many years after the window"),
    FIELD_END};
#undef ROW

#define ROW horizon
static const struct field horizon_table[] = {
    TEXT(ROW, from, "First year, quarter or month"), TEXT(ROW, to, "Last year, quarter or month, included"),
    CHOICE(ROW, period, "year", "year|quarter|month", "Length of a period"), FIELD_END};
#undef ROW

const struct field *scenario_fields(void)
{
  return scenario_table;
}

const struct field *horizon_fields(void)
{
  return horizon_table;
}

bool field_takes_infinity(const struct field *field)
{
  return strncmp(field->name, "capacity_t", 10) == 0 || strncmp(field->name, "build_limit", 11) == 0;
}

#define TABLE(array, row, fields, key, help)                                                                           \
  {                                                                                                                    \
#array, help, sizeof(struct row), offsetof(struct dataset, array), offsetof(struct dataset, array##_count),        \
        fields, key                                                                                                    \
  }
static const struct entity entities[] = {
    TABLE(regions, region, region_fields, NULL, "Places where goods are made, held or used"),
    TABLE(materials, material, material_fields, NULL, "Goods; each ore basket is its own"),
    TABLE(contents, content, content_fields, "material element", "What a tonne consists of"),
    TABLE(prices, price, price_fields, "material region date", "Observed prices"),
    TABLE(owners, owner, owner_fields, NULL, "Firms that run facilities"),
    TABLE(processes, process, process_fields, NULL, "Recipes"),
    TABLE(yields, yield, yield_fields, "process material", "What a unit of a process makes and takes"),
    TABLE(facilities, facility, facility_fields, NULL, "Mines, plants, projects"),
    TABLE(ramps, ramp, ramp_fields, NULL, "How output grows after a start"),
    TABLE(segments, segment, segment_fields, "region material sector", "Demand of a group of users for one material"),
    TABLE(curves, curve, curve_fields, "region side material price_of",
          "Linear demand or supply over several materials: quantity = constant + sum of value x price"),
    TABLE(links, link, link_fields, "from to materials", "Arcs on which materials may move"),
    TABLE(stocks, stock, stock_fields, "material region", "Materials that can be stored, privately"),
    TABLE(observations, observation, observation_fields, NULL,
          "Statistics of the base year that calibration reconciles"),
    TABLE(outcomes, realisation, realisation_fields, NULL, "What happened after the base year, to judge forecasts by"),
    TABLE(indices, index_value, index_fields, "index date", "Deflators, exchange rates, interest rates"),
    TABLE(labour_pools, labour_pool, labour_pool_fields, NULL, "Skilled people that several projects share"),
    TABLE(cohorts, cohort, cohort_fields, "segment date", "Consumption before the base year whose scrap is to come"),
    TABLE(rules, rule, rule_fields, NULL, "Rules of origin: who complies"),
    TABLE(sources, source, source_fields, NULL, "Where figures come from"),
    TABLE(schedules, schedule, schedule_fields, "table row field date", "Figures that change over time"),
    TABLE(deals, deal, deal_fields, NULL, "Contracts and packages; a file of deals/ states one with its instruments"),
    TABLE(recorded, recorded_piece, recorded_fields, "deal title", "Pieces of deals that are recorded, not modelled"),
    TABLE(instruments, instrument, instrument_fields, NULL, "Policies and contracts: the head that all kinds share"),
    TABLE(events, event, event_fields, NULL, "What happens at a date"),
    TABLE(deck, deck_price, deck_fields, "material region date", "Prices imposed on nodes (--prices)"),
    TABLE(distributions, distribution, distribution_fields, NULL, "Figures that are drawn, and their laws"),
    TABLE(correlations, correlation, correlation_fields, NULL, "Distributions that go together"),
    TABLE(startups, startup, startup_fields, NULL, "Delay, ramp, attainment, overrun and failure of plants to come"),
    TABLE(regimes, regime, regime_fields, NULL, "Chains of states that switch events"),
    TABLE(price_paths, price_path, price_path_fields, NULL, "How imposed prices wander"),
    TABLE(indicators, wanted_indicator, indicator_fields, NULL,
          "Figures that every draw yields. None: a choice is made"),
};

const struct entity *dataset_entities(int *count)
{
  *count = (int)(sizeof entities / sizeof entities[0]);
  return entities;
}

const struct entity *dataset_entity(const char *table)
{
  for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
    if (strcmp(entities[i].table, table) == 0) return &entities[i];
  return NULL;
}

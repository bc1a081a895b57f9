/* dataset/entities.c - the field tables of the physical world: places, goods, plants, arcs, stocks.
 *
 * One line a column, in the order in which a person would fill it in. Reading, --set, checks, --help and
 * docs/formats.md follow these tables and nothing else. Demand, time series and policy are in entities_market.c;
 * the list of all tables is at the end of that file.
 */
#include "dataset/entities.h"

#include <math.h>

#define ROW region
const struct field region_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    CHOICE(ROW, valuation, "cif", "fob|cif", "Customs value of imports: with freight (cif) or without it (fob)"),
    NUMBER(ROW, profit_tax_rate, "1", "0.25", 0, 1, "Tax on profits of firms, for the cash flow of projects"),
    INTEGER(ROW, fiscal_year_start_month, "1", 1, 12,
            "Month in which its fiscal year begins; from 2 on it is named by its last year"),
    FIELD_END};
#undef ROW

#define ROW material
const struct field material_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    CHOICE(ROW, stage, "other", STAGE_CHOICES, "Stage of the chain that it belongs to"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", "1", 1e-6, 1e9, "Typical price: scales residuals, fills missing prices"),
    NUMBER(ROW, quantity_t_per_year, "t/y", "", 1e-9, 1e12,
           "Typical quantity of a region: scales residuals. Absent: from capacities and demands"),
    NUMBER(ROW, disposal_usd_per_kg, "USD/kg", "0", 0, HUGE_VAL, "Cost of getting rid of it"),
    NUMBER(ROW, holding_usd_per_kg_year, "USD/kg/y", "0", 0, HUGE_VAL, "Cost of storing it"),
    NUMBER(ROW, decay_per_year, "per year", "0", 0, 1, "Share of a stock lost a year"),
    NUMBER(ROW, payability, "1", "", 0, 10,
           "Calibration: its price over the worth of what is made of it. Absent: worth less costs"),
    FIELD_END};
#undef ROW

#define ROW content
const struct field content_fields[] = {
    RECORD_KEYED(ROW), REFERENCE(ROW, material, NULL, "materials", "Material that contains it"),
    TEXT_REQUIRED(ROW, element, "Element or group that is balanced: Nd, NdPr, REO"),
    NUMBER(ROW, share, "t/t", NULL, 0, 2, "Tonnes of the element's oxide in a tonne (above 1 in a pure metal)"),
    FIELD_END};
#undef ROW

#define ROW price
const struct field price_fields[] = {
    RECORD_KEYED(ROW),
    REFERENCE(ROW, material, NULL, "materials", "Material quoted"),
    REFERENCE(ROW, region, NULL, "regions", "Region where it is quoted"),
    DATE(ROW, date, NULL, "Year, quarter or month of the quotation"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", NULL, 0, HUGE_VAL, "Observed price, real, without VAT"),
    NUMBER(ROW, low, "USD/kg", "", 0, HUGE_VAL, "Lower end of its range"),
    NUMBER(ROW, high, "USD/kg", "", 0, HUGE_VAL, "Upper end of its range"),
    FIELD_END};
#undef ROW

#define ROW owner
const struct field owner_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    REFERENCE(ROW, region, "", "regions", "Where it is based"),
    NUMBER(ROW, conduct, "1", "0", 0, 1, "Conjectural variation: 0 price taker, 1 Cournot"),
    CHOICE(ROW, price_response, "demand", "demand|residual|number",
           "Price response that it reckons with: slope of demand, of residual demand, or a number"),
    NUMBER(ROW, response_usd_per_kg_per_t, "USD/kg/t", "", 0, HUGE_VAL, "The response, where it is a number"),
    FLAG(ROW, integrated, "no", "Trades inside its own chain at internal values"),
    FLAG(ROW, delivers, "no",
         "With nodes of its own: carries its goods over the links and sells in every region itself"),
    NUMBER(ROW, hurdle_rate, "per year", "", 0, 1, "Real return asked for. Absent: the scenario's discount rate"),
    FIELD_END};
#undef ROW

#define ROW process
const struct field process_fields[] = {
    RECORD_NAMED(ROW), TEXT(ROW, name, "Name as people write it"),
    CHOICE(ROW, stage, "other", STAGE_CHOICES, "Stage of its main product"),
    NUMBER(ROW, cost_usd_per_kg, "USD/kg", "0", 0, 0, "Cost of a unit of activity, added to the facility's"),
    FIELD_END};
#undef ROW

#define ROW yield
const struct field yield_fields[] = {
    RECORD_KEYED(ROW), REFERENCE(ROW, process, NULL, "processes", "Process that makes or takes it"),
    REFERENCE(ROW, material, NULL, "materials", "Material made or taken"),
    NUMBER(ROW, amount, "t/t", NULL, 0, 0,
           "Tonnes a unit of activity: outputs positive, inputs negative; the first of each are product and feed"),
    FIELD_END};
#undef ROW

#define ROW facility
const struct field facility_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, name, "Name as people write it"),
    REFERENCE(ROW, region, NULL, "regions", "Where it stands"),
    REFERENCE(ROW, owner, "", "owners", "Who runs it. Absent: nobody in particular, a price taker"),
    LIST(ROW, processes, NULL, "processes", "What it can run; they share the capacity"),
    CHOICE(ROW, status, "operating", "operating|committed|optional|cancelled",
           "Operating, being built, built only if it pays, or given up"),
    NUMBER(ROW, capacity_t_per_year, "t/y", NULL, 0, HUGE_VAL, "Nameplate capacity; inf: none binds"),
    CHOICE(ROW, capacity_basis, "activity", "activity|feed|product", "What the capacity counts"),
    NUMBER(ROW, availability, "1", "1", 0, 1, "Share of the year it can run"),
    NUMBER(ROW, attainment, "1", "1", 0, 1.5, "Share of nameplate reached at best"),
    DATE(ROW, start, "", "First day of output. Absent: always there"),
    DATE(ROW, end, "", "Day it closes. Absent: never"),
    REFERENCE(ROW, ramp, "", "ramps", "How output grows after the start. Absent: full at once"),
    NUMBER(ROW, delay_years, "y", "0", 0, 100, "Median delay of the start"),
    NUMBER(ROW, success_probability, "1", "1", 0, 1, "Chance that it is ever built"),
    NUMBER(ROW, cost_usd_per_kg, "USD/kg", "0", 0, 0,
           "Marginal cost of a unit of activity at zero output, without traded inputs"),
    NUMBER(ROW, cost_slope_usd_per_kg_per_t, "USD/kg/t", "0", 0, HUGE_VAL, "Rise of marginal cost with yearly output"),
    NUMBER(ROW, cost_power_usd_per_kg, "USD/kg", "0", 0, HUGE_VAL,
           "Adds cost_power (output / cost_power_scale) ^ cost_power_exponent to marginal cost"),
    NUMBER(ROW, cost_power_scale_t, "t/y", "1", 1e-9, 1e12, "Scale of the power curve"),
    NUMBER(ROW, cost_power_exponent, "1", "1", 0, 50, "Exponent of the power curve"),
    NUMBER(ROW, supply_elasticity, "1", "", 1e-6, 1e6,
           "Instead of the slope: slope = cost / (elasticity x output_t_per_year)"),
    NUMBER(ROW, output_t_per_year, "t/y", "", 0, 1e12, "Observed in the base year, in the unit of capacity_basis"),
    NUMBER(ROW, wedge_usd_per_kg, "USD/kg", "0", 0, 0, "Calibration wedge: cost that the data do not explain"),
    NUMBER(ROW, capital_usd_per_kg_year, "USD per kg/y", "", 0, HUGE_VAL,
           "Capital cost of new capacity. Absent: cannot be expanded"),
    NUMBER(ROW, capital_factor, "1", "1", 0, 100, "Cost overrun: multiplies the capital cost"),
    NUMBER(ROW, build_limit_t_per_year, "t/y", "", 0, HUGE_VAL,
           "Capacity that can be ordered in a year. Absent: as much as its capacity; inf: any"),
    NUMBER(ROW, lead_time_years, "y", "3", 0, 50, "From order to first output"),
    NUMBER(ROW, life_years, "y", "20", 0.25, 200, "Economic life of new capacity"),
    NUMBER(ROW, patience_years, "y", "", 0, 200, "Closes after so long with a negative margin. Absent: never"),
    NUMBER(ROW, learning_rate, "1", "0", 0, 0.9, "Fall of cost with each doubling of cumulative output"),
    NUMBER(ROW, qualification_years, "y", "0", 0, 50, "From start until its output counts as defence supply"),
    REFERENCE(ROW, labour_pool, "", "labour_pools", "Pool that it hires from"),
    NUMBER(ROW, staff_now, "people", "", 0, 1e7, "Skilled people now. Absent: staffing never binds"),
    NUMBER(ROW, staff_needed, "people", "", 0, 1e7, "Skilled people at full output"),
    NUMBER(ROW, hiring_per_year, "people/y", "", 0, 1e7, "People it can hire and train a year"),
    REFERENCE(ROW, technology_region, "", "regions", "Whose technology and equipment it runs on. Absent: its own"),
    NUMBER(ROW, technology_delay_years, "y", "0", 0, 50, "Delay when that region bans the technology"),
    NUMBER(ROW, technology_cost_factor, "1", "1", 0, 100, "Multiplies capital cost when it bans the technology"),
    NUMBER(ROW, royalty_usd_per_kg, "USD/kg", "0", 0, HUGE_VAL, "Royalty for the technology when it is controlled"),
    FIELD_END};
#undef ROW

#define ROW ramp
const struct field ramp_fields[] = {
    RECORD_NAMED(ROW),
    LIST(ROW, shares, NULL, NULL, "Share of capacity in the first, second, ... year; 1 after the last"), FIELD_END};
#undef ROW

#define ROW link
const struct field link_fields[] = {
    RECORD_KEYED(ROW),
    LIST(ROW, materials, "", "materials", "Materials that move on it. Absent: every material"),
    REFERENCE(ROW, from, NULL, "regions", "Region of origin"),
    REFERENCE(ROW, to, NULL, "regions", "Region of destination"),
    NUMBER(ROW, freight_usd_per_kg, "USD/kg", "0", 0, HUGE_VAL, "Freight and insurance"),
    NUMBER(ROW, tariff_rate, "1", "0", 0, 100, "Ad-valorem tariff on the customs value"),
    NUMBER(ROW, tariff_usd_per_kg, "USD/kg", "0", 0, HUGE_VAL, "Specific tariff"),
    NUMBER(ROW, export_tax_rate, "1", "0", 0, 100, "Export tax on the price inside"),
    NUMBER(ROW, vat_not_rebated_rate, "1", "0", 0, 1, "VAT that exporters do not get back"),
    NUMBER(ROW, wedge_usd_per_kg, "USD/kg", "0", 0, 0, "Calibration wedge: cost that the data do not explain"),
    NUMBER(ROW, slope_usd_per_kg_per_t, "USD/kg/t", "", 0, HUGE_VAL, "Rise of cost with the flow"),
    NUMBER(ROW, flow_t_per_year, "t/y", "", 0, 1e12, "Observed flow of the base year"),
    NUMBER(ROW, elasticity, "1", "2.5", 1e-6, 1e6, "Instead of the slope: slope = landed price / (elasticity x flow)"),
    NUMBER(ROW, capacity_t_per_year, "t/y", "", 0, HUGE_VAL, "Largest flow. Absent: none"),
    FLAG(ROW, traders, "yes", "Open to price-taking traders; no: only owners that deliver use it"),
    FIELD_END};
#undef ROW

#define ROW stock
const struct field stock_fields[] = {RECORD_KEYED(ROW),
                                     REFERENCE(ROW, material, NULL, "materials", "Material stored"),
                                     REFERENCE(ROW, region, NULL, "regions", "Where it is stored"),
                                     NUMBER(ROW, opening_t, "t", "0", 0, 1e12, "Stock at the start of the horizon"),
                                     NUMBER(ROW, capacity_t, "t", "", 0, HUGE_VAL, "Room. Absent: no limit"),
                                     FIELD_END};
#undef ROW

#define ROW labour_pool
const struct field labour_pool_fields[] = {
    RECORD_NAMED(ROW), REFERENCE(ROW, region, NULL, "regions", "Where the people are"),
    NUMBER(ROW, people, "people", NULL, 0, 1e9, "Skilled people that projects can hire from"),
    NUMBER(ROW, training_per_year, "people/y", "0", 0, 1e9, "People added by training"), FIELD_END};
#undef ROW

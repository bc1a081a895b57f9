/* dataset/dataset.h - the world and the question, as read from files: entities in plain arrays, immutable once loaded.
 *
 * A data set is a folder with datapackage.json and one CSV file a table; a small model is one YAML file with the same
 * tables inline (`tables:`). A scenario (YAML) names a data set, or carries its own tables, adds and overrides rows,
 * sets single figures, lists instruments and events, and states the horizon. Everything arrives here in one struct.
 *
 * Entities refer to each other by row index (-1: none). Numbers that were not given and have no default are NAN.
 * Units: t, t/y, USD/kg in real money of the price base year excluding VAT, shares as fractions, dates as years with
 * fraction (2025.25 is 1 April 2025). USD/kg times t is thousand USD.
 *
 * The field tables in entities.c (one per table: name, unit, default, bounds, help) are the only place where a column
 * is described; reading, --set, checks, --help and docs/formats.md follow them.
 */
#ifndef DATASET_DATASET_H
#define DATASET_DATASET_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/field.h"
#include "dataset/chance.h"
#include "dataset/record.h"

#define SCHEMA_VERSION 1

enum valuation { VALUE_FOB, VALUE_CIF };
struct region { /* table "regions" */
  struct record record;
  const char *name;
  int valuation;               /* customs value of imports: fob|cif, default cif */
  double profit_tax_rate;      /* on profits of firms, for the cash flow of projects; default 0.25 */
  int fiscal_year_start_month; /* 1..12, default 1; from 2 on a fiscal year is named by the year in which it ends */
};

enum stage {
  STAGE_ORE,
  STAGE_CONCENTRATE,
  STAGE_COMPOUND,
  STAGE_OXIDE,
  STAGE_METAL,
  STAGE_ALLOY,
  STAGE_MAGNET,
  STAGE_PRODUCT,
  STAGE_SCRAP,
  STAGE_OTHER
};
struct material { /* "materials" */
  struct record record;
  const char *name;
  int stage;                  /* ore|concentrate|compound|oxide|metal|alloy|magnet|product|scrap|other */
  double price_usd_per_kg;    /* typical price, > 0: scales residuals; fills missing base prices. Default 1 */
  double quantity_t_per_year; /* typical regional quantity, > 0: scales residuals. Default: from capacities, demands */
  double disposal_usd_per_kg; /* cost of getting rid of it, >= 0, default 0 (free disposal) */
  double holding_usd_per_kg_year; /* storage cost, default 0 */
  double decay_per_year;          /* share of a stock lost a year, default 0 */
  double payability; /* calibration: its price over the worth of what is made of it; NAN: worth less costs */
};

struct content { /* "contents": what a tonne consists of; drives the element balances */
  struct record record;
  int material;
  const char *element; /* "Nd", "NdPr", "REO" ... */
  double share;        /* t of the element's oxide (or as the element row says, alike everywhere) a t */
};

struct price { /* "prices": observed base prices */
  struct record record;
  int material, region;
  double date, price_usd_per_kg, low, high;
};

enum price_response { RESPONSE_DEMAND, RESPONSE_RESIDUAL, RESPONSE_NUMBER };
struct owner { /* "owners" */
  struct record record;
  const char *name;
  int region;
  double conduct;                   /* theta: 0 price taker (default) ... 1 Cournot */
  int price_response;               /* b_f: demand|residual|number, default demand */
  double response_usd_per_kg_per_t; /* where price_response is number */
  bool integrated;                  /* trades inside its own chain at internal values */
  bool delivers;                    /* carries its own goods over the links and sells in every region itself */
  double hurdle_rate;               /* real, a year; default: the scenario's discount rate */
};

struct process { /* "processes": a recipe. One unit of activity is 1 t of whatever the yields are stated for */
  struct record record;
  const char *name;
  int stage;              /* of its main product */
  double cost_usd_per_kg; /* a unit of activity, added to the facility's; default 0 */
};

struct yield { /* "yields" */
  struct record record;
  int process, material;
  double amount; /* t a unit of activity; outputs positive, inputs negative. The first input is the feed, the first
                  * output the product (see facility.capacity_basis) */
};

enum capacity_basis { BASIS_ACTIVITY, BASIS_FEED, BASIS_PRODUCT };
enum facility_status { STATUS_OPERATING, STATUS_COMMITTED, STATUS_OPTIONAL, STATUS_CANCELLED };
struct facility { /* "facilities": each (facility, process) is an activity; they share the capacity */
  struct record record;
  const char *name;
  int region, owner;                  /* owner -1: nobody in particular */
  struct field_list processes;        /* of "processes" */
  int status;                         /* operating|committed|optional|cancelled. optional: built only if it pays */
  double capacity_t_per_year;         /* nameplate; INFINITY allowed ("inf") */
  int capacity_basis;                 /* activity|feed|product, default activity */
  double availability;                /* share of the year it can run, default 1 */
  double attainment;                  /* share of nameplate reached at best, default 1 */
  double start, end;                  /* dates; NAN: always / never */
  int ramp;                           /* row of "ramps" or -1: full from the start */
  double delay_years;                 /* median delay of start, default 0 */
  double success_probability;         /* default 1; a deterministic run weights capacity with it */
  double cost_usd_per_kg;             /* marginal cost at zero output a unit of activity, without traded inputs */
  double cost_slope_usd_per_kg_per_t; /* default 0 */
  double cost_power_usd_per_kg;       /* adds cost_power (x / cost_power_scale_t)^cost_power_exponent; default 0 */
  double cost_power_scale_t, cost_power_exponent;
  double supply_elasticity; /* alternative to the slope: slope = cost / (elasticity x output_t_per_year) */
  double output_t_per_year; /* observed in the base year, in the unit of capacity_basis; used with supply_elasticity,
                                * learning, calibration. NAN: not observed */
  double wedge_usd_per_kg;  /* calibration wedge, default 0 */
  double capital_usd_per_kg_year; /* capital cost per kg/y of capacity_basis; NAN: cannot be expanded */
  double capital_factor;          /* cost overrun (multiplies capital), default 1 */
  double build_limit_t_per_year;  /* capacity that can be ordered a year; default: its capacity, else none */
  double lead_time_years;         /* default 3 */
  double life_years;              /* default 20 */
  double patience_years;          /* closes after so long with a negative margin; NAN: never */
  double learning_rate;           /* cost falls by this share with each doubling of cumulative output, default 0 */
  double qualification_years;     /* after start, before output counts as defence supply; default 0 */
  int labour_pool;                /* row of "labour_pools" or -1 */
  double staff_now, staff_needed, hiring_per_year; /* people; NAN: staffing never binds */
  int technology_region;                           /* whose technology and equipment it runs on, -1: its own */
  double technology_delay_years, technology_cost_factor, royalty_usd_per_kg; /* when that region bans it: 0, 1, 0 */
};

struct ramp { /* "ramps" */
  struct record record;
  struct field_list shares; /* numbers as text: share of capacity in the 1st, 2nd, ... year; 1 after the last */
  const double *share;      /* [shares.count] the same as numbers */
};

enum demand_form { DEMAND_LINEAR, DEMAND_ISOELASTIC };
struct segment { /* "segments": a consumer group's demand for one material in one region */
  struct record record;
  const char *name, *sector;
  int region, material;
  int form;                   /* linear|isoelastic, default linear; the scenario may force one */
  double quantity_t_per_year; /* reference point (or: intercept and slope below) */
  double price_usd_per_kg;    /* default: the base price of the node */
  double elasticity;          /* own-price, magnitude (a minus sign is accepted), short run */
  double elasticity_long;     /* default: elasticity */
  double adjustment_per_year; /* share of the gap to the long-run curve closed a year, default 0 */
  double choke_usd_per_kg;    /* willingness to pay of the last unit; NAN: linear: the intercept, isoelastic: none */
  double intercept_usd_per_kg, slope_usd_per_kg_per_t; /* p = intercept - slope d, instead of the reference point */
  double growth_per_year;                              /* of the reference quantity, default 0 */
  bool thrifting;                                      /* what long-run substitution saved never comes back */
  struct field_list requires;                          /* "rules" whose compliant class alone serves it */
  bool defence;                                        /* counts as defence demand; needs qualified output */
  int scrap;                                           /* material that returns at the end of life, -1 none */
  double scrap_t_per_t, scrap_life_years;              /* t of scrap material a t consumed; years later */
};

enum curve_side { CURVE_DEMAND, CURVE_SUPPLY };
struct curve { /* "curves": linear over several materials: quantity_m = constant + sum of value_mk p_k */
  struct record record;
  int region, side; /* demand|supply */
  int material;     /* whose quantity */
  int price_of;     /* material whose price multiplies, -1: the constant */
  double value;     /* t/y, or t/y per USD/kg */
};

struct link { /* "links": an arc on which materials may move */
  struct record record;
  struct field_list materials; /* none given: every material */
  int from, to;
  double freight_usd_per_kg;                    /* default 0 */
  double tariff_rate, tariff_usd_per_kg;        /* ad valorem on customs value, specific; default 0 */
  double export_tax_rate, vat_not_rebated_rate; /* default 0 */
  double wedge_usd_per_kg;                      /* calibration wedge, default 0 */
  double slope_usd_per_kg_per_t;                /* rising cost; or: */
  double flow_t_per_year, elasticity; /* observed base flow; slope = landed price / (elasticity x flow). Default 2.5 */
  double capacity_t_per_year;         /* NAN: none */
  bool traders;                       /* open to price-taking traders (default yes), or to owners that deliver alone */
};

struct stock { /* "stocks": a material that can be stored in a region, privately */
  struct record record;
  int material, region;
  double opening_t;  /* default 0 */
  double capacity_t; /* NAN: none */
};

enum observed { OBSERVED_OUTPUT, OBSERVED_ACTIVITY, OBSERVED_FLOW, OBSERVED_CONSUMPTION, OBSERVED_STOCK_CHANGE };
struct observation { /* "observations": base-year statistics, beside the figures of facilities, links and segments. Sums
                      * over all that the lists hold; an empty list holds everything */
  struct record record;
  int what;                            /* output|activity|flow|consumption|stock_change */
  struct field_list materials, stages; /* of these materials, and of these stages */
  struct field_list regions, to;       /* where; of flows: from, and to */
  struct field_list facilities, processes, segments;
  const char *element; /* counted by content of this element; NULL: gross weight */
  double value_t_per_year;
  double low, high; /* range; default: two standard errors either way */
  double error;     /* relative standard error; default by quality: A 0.02, B 0.05, C 0.15, D 0.4 */
};

enum realised { REALISED_PRICE, REALISED_PRICE_PAID, REALISED_OUTPUT, REALISED_FLOW, REALISED_CONSUMPTION };
struct realisation { /* "outcomes": what happened after the base year. The model never sees it: forecasts are judged by
                      * it (metrics/score.h). Selection as in observations; prices of several places are means by
                      * inflow */
  struct record record;
  const char *name;
  int what;                            /* price|price_paid|output|flow|consumption */
  struct field_list materials, stages; /* of these materials, and of these stages */
  struct field_list regions, to;       /* where; of flows: from, and to */
  const char *element;                 /* quantities: counted by content of this element; NULL: gross weight */
  const char *group;                   /* figures scored together; default: the element, else the name of what */
  double date;                         /* in the period whose figure it is */
  double value, low, high;             /* USD/kg (real, of the base year, without VAT) or t/y */
  double base_value;                   /* the same statistic in the base year; NAN: not known */
};

struct index_value { /* "indices": deflator (base year 1), cny_per_usd, treasury_10y, ... */
  struct record record;
  const char *index;
  double date, value;
};

struct labour_pool { /* "labour_pools" */
  struct record record;
  int region;
  double people;            /* skilled people that projects can hire from */
  double training_per_year; /* people added a year, default 0 */
};

struct cohort { /* "cohorts": consumption before the base year whose scrap is still to come */
  struct record record;
  int segment;
  double date, quantity_t;
};

struct rule { /* "rules": one bit of an origin class. Complies: not made, at these stages, in or by the covered */
  struct record record;
  const char *name;
  struct field_list stages;  /* stage names; none given: all */
  struct field_list regions; /* covered */
  struct field_list owners;  /* covered wherever they are */
};

struct source { /* "sources" */
  struct record record;
  const char *title, *url;
  double published, accessed;
};

enum schedule_shape { SCHEDULE_STEP, SCHEDULE_LINEAR };
struct schedule { /* "schedules": a figure that changes over time: any number of any table above, or of an instrument */
  struct record record;
  const char *table, *row, *field;
  double date, value;
  int shape; /* step|linear (from this point to the next), default step */
};

/* An instrument: the header that all share, and its own terms, read by the module of its kind (model/instruments). */
enum instrument_status {
  INSTRUMENT_ANNOUNCED,
  INSTRUMENT_LETTER_OF_INTENT,
  INSTRUMENT_CONDITIONAL,
  INSTRUMENT_BINDING,
  INSTRUMENT_DISBURSED,
  INSTRUMENT_IN_FORCE,
  INSTRUMENT_SUSPENDED,
  INSTRUMENT_LAPSED
};
enum appropriated { APPROPRIATED_UNKNOWN, APPROPRIATED_YES, APPROPRIATED_NO };
enum settlement { SETTLEMENT_MARKET, SETTLEMENT_CASH };
/* How an outlay stands in a public budget; BASIS_OF_KIND: as instruments of its kind do (model/instruments.h). */
enum fiscal_basis { BASIS_OF_KIND, BASIS_CASH, BASIS_CREDIT, BASIS_ASSET, BASIS_REVENUE, BASIS_NONE };

struct deal { /* "deals": contracts and packages; a file deals/<id>.yaml is one row, with its instruments and pieces */
  struct record record;
  const char *title, *parties, *authority, *account, *description;
  const char *government; /* id of the region whose government is the public party; its instruments inherit it */
  double signed_date;     /* column "signed" */
  double announced;       /* NAN: when it was signed */
  int status;             /* enum instrument_status */
  int appropriated;       /* enum appropriated */
  double available_until; /* last day on which the account's money can be committed; NAN: not known, or no limit */
  bool enabled;           /* no: the run is what it would be without the file */
  int settlement;         /* enum settlement, of all its instruments */
};
struct recorded_piece { /* "recorded": pieces of deals that are recorded, not modelled */
  struct record record;
  int deal;
  const char *title, *why;
  int status;
  double amount_usd; /* nominal; NAN: not stated */
};

struct instrument_term {
  const char *name, *text; /* lists as words separated by spaces */
  struct place place;
};
struct instrument { /* "instruments" (YAML: a list of maps, or files with `instrument:` at the top) */
  struct record record;
  const char *kind, *title;
  const char *payer, *payee; /* as the contract says; free text */
  double start, end;         /* in force from, until (exclusive); NAN: always, for good */
  double announced;          /* known to the market from; NAN: always */
  int status;
  bool enabled;           /* default yes */
  bool real;              /* money terms in base-year money instead of nominal; default no */
  int deal;               /* row of "deals" it is a part of, or -1 */
  const char *government; /* id of the region whose government pays or is paid; NULL: the one that payer begins with */
  const char *authority, *account;
  double available_until;
  int appropriated; /* enum appropriated */
  int fiscal_basis; /* enum fiscal_basis */
  double
      appropriation_probability; /* that a year's money is appropriated: the share of it that is in force. Default 1 */
  double end_hazard_per_year; /* chance a year, from its start, that the programme ends early: survival is the share */
  int settlement;             /* enum settlement: cash: prices and quantities of the run without it, paid on those */
  int terms_count;
  const struct instrument_term *terms;
};

/* An event: during [start, end) a number is multiplied or replaced, or an instrument switched on or off. One with a
 * hazard, or of a state of a regime, has no dates of its own: INFINITY, until a draw gives it some. */
enum duration_law { DURATION_FIXED, DURATION_EXPONENTIAL };
struct event { /* "events" */
  struct record record;
  const char *title;
  double start, end, announced;     /* announced NAN: known when it starts, not before */
  const char *change;               /* path table.row.field, or NULL */
  double factor, value;             /* one of them */
  const char *activates, *suspends; /* instrument id, or NULL */
  double hazard_per_year;           /* chance a year that it begins, while it is not in force; NAN: it has dates */
  double duration_years;            /* of an event with a hazard; NAN: for good */
  int duration_law;                 /* enum duration_law: duration_years as stated, or the mean of an exponential one */
  double hazard_start, hazard_end;  /* the hazard counts between them; NAN: from the second period on, to the end */
  int regime;                       /* in force while this regime is in `state`; -1: none */
  const char *state;
};

/* Prices imposed on nodes (`--prices`): the node's price is the deck's, the rest of the world takes the difference. */
struct deck_price { /* "deck" */
  struct record record;
  int material, region;
  double date, price_usd_per_kg;
};

struct period {
  double start, length; /* years */
};

enum expectations_choice { EXPECTATIONS_FORESIGHT, EXPECTATIONS_RATIONAL };
enum form_choice { FORM_AS_DATA, FORM_LINEAR, FORM_ISOELASTIC };
struct scenario {
  const char *id, *title, *question, *description, *data; /* data: folder, or NULL for a one-file model */
  const char *file;
  double discount_rate;      /* real, a year; default 0.05 */
  double base_year;          /* price base year and first year of growth; default: the first period's */
  int window;                /* periods solved together (1 ... all), default 3 */
  bool tail;                 /* a tail period after the window; default: when something ties periods together */
  double tail_years_after;   /* the tail takes its demand from so many years after the window's end, default 5 */
  int form;                  /* as_data|linear|isoelastic */
  int expectations;          /* foresight|rational: what is drawn is drawn anew each period; stores know the odds */
  double prohibitive_factor; /* a banned flow costs so many times the dearest price or choke; default 10 */
  int periods_count;
  const struct period *periods;
  const char *dial;           /* path of the number that scales the scenario's policy; NULL: none */
  double dial_low, dial_high; /* between which it may stand */
  struct field_list stress;   /* settings, "path=value", of the stress under which deals are looked at */
  bool calibrate;             /* reconcile and fit the base year (src/calibration), default no */
};

struct dataset {
  const char *name, *title, *licence, *path;
  const struct scenario *scenario;
#define DATASET_TABLE(type, name)                                                                                      \
  int name##_count;                                                                                                    \
  struct type *name;
  DATASET_TABLE(region, regions)
  DATASET_TABLE(material, materials)
  DATASET_TABLE(content, contents)
  DATASET_TABLE(price, prices)
  DATASET_TABLE(owner, owners)
  DATASET_TABLE(process, processes)
  DATASET_TABLE(yield, yields)
  DATASET_TABLE(facility, facilities)
  DATASET_TABLE(ramp, ramps)
  DATASET_TABLE(segment, segments)
  DATASET_TABLE(curve, curves)
  DATASET_TABLE(link, links)
  DATASET_TABLE(stock, stocks)
  DATASET_TABLE(observation, observations)
  DATASET_TABLE(realisation, outcomes)
  DATASET_TABLE(index_value, indices)
  DATASET_TABLE(labour_pool, labour_pools)
  DATASET_TABLE(cohort, cohorts)
  DATASET_TABLE(rule, rules)
  DATASET_TABLE(source, sources)
  DATASET_TABLE(schedule, schedules)
  DATASET_TABLE(deal, deals)
  DATASET_TABLE(recorded_piece, recorded)
  DATASET_TABLE(instrument, instruments)
  DATASET_TABLE(event, events)
  DATASET_TABLE(deck_price, deck)
  DATASET_TABLE(distribution, distributions)
  DATASET_TABLE(correlation, correlations)
  DATASET_TABLE(startup, startups)
  DATASET_TABLE(regime, regimes)
  DATASET_TABLE(price_path, price_paths)
  DATASET_TABLE(wanted_indicator, indicators)
#undef DATASET_TABLE
  const struct timeline *timeline; /* schedules and events bound to the numbers they change; see dataset_at */
  const struct chance *chance;     /* what differs between draws; never NULL once loaded */
  const char *const *inputs;       /* every file that was read, in order */
  int inputs_count;
  const char *const *warnings; /* what a person should look at, "file:line: text"; nothing is printed here */
  int warnings_count;
};

/* The description of one table, for reading, checking, --set and documents. */
struct entity {
  const char *table;          /* "facilities" */
  const char *help;           /* what one row is */
  size_t size;                /* of the struct */
  size_t array, count;        /* offsets of the array and its count in struct dataset */
  const struct field *fields; /* ends with FIELD_END; the record's columns included */
  const char *key;            /* columns that make up the id where none is given: "process material", else NULL */
};
const struct entity *dataset_entities(int *count);
const struct entity *dataset_entity(const char *table); /* NULL when there is none */
const struct field *scenario_fields(void);

struct load_options {
  const char *const *sets; /* "path=value" */
  int sets_count;
  const char *prices; /* a price deck (CSV: material, region, date, price_usd_per_kg), or NULL */
  double as_of;       /* use only rows whose source was published by then; 0: all */
};

/* Reads a scenario or one-file model with all it names. NULL with error set. */
[[nodiscard]] const struct dataset *dataset_load(const char *scenario_path, const struct load_options *options,
                                                 struct arena *arena, struct error *error);
/* Reads a data set folder alone (for `check`). */
[[nodiscard]] const struct dataset *dataset_load_package(const char *folder, struct arena *arena, struct error *error);

/* Reads the file of one deal alone: its tables deals, recorded, instruments (terms as text, not resolved) and
 * sources. */
[[nodiscard]] const struct dataset *dataset_load_deal(const char *path, struct arena *arena, struct error *error);

/* Row of table with that id, or -1. */
int dataset_find(const struct dataset *dataset, const char *table, const char *id);
/* Resolves the references of a record that was read outside the tables (an instrument's terms). */
bool dataset_resolve(const struct dataset *dataset, const struct field *fields, void *record,
                     const struct instrument_term *terms, int terms_count, const char *where, struct arena *arena,
                     struct error *error);

/* A number of an entity at a date, as known at `known`: schedules applied, then events in force. `number` must point
 * at a double inside one of the arrays above. Without schedules or events on it: *number itself. */
double dataset_at(const struct dataset *dataset, const double *number, double date, double known);
/* Mean over a period of that number (schedules and events may change inside it). */
double dataset_mean(const struct dataset *dataset, const double *number, struct period period, double known);
/* What a schedule, an event or a draw ever changes has a track, in all draws the same: its row, or -1. Where there is
 * none the mean is the number itself. */
int dataset_track(const struct dataset *dataset, const double *number);
/* dataset_mean of a number whose track is known. */
double dataset_track_mean(const struct dataset *dataset, int track, double number, struct period period, double known);
/* From a date on a track stays as it is, once what is in force then is known. */
struct steady {
  double from, known;
  double value; /* then; of a number found by address */
};
const struct steady *dataset_steady(const struct dataset *dataset); /* [tracks] NULL: there is none */
/* The same for a number outside the arrays, named by table, row and field: the numeric terms of an instrument
 * ("instruments", its id, the term's name). number is its value without schedules or events. */
double dataset_named_at(const struct dataset *dataset, const char *table, const char *row, const char *field,
                        double number, double date, double known);
/* The track of a term of an instrument, or -1; and its mean over a period, in so many samples. */
int instrument_term_track(const struct dataset *dataset, const struct instrument *instrument, const char *name);
double dataset_track_sampled(const struct dataset *dataset, int track, double number, struct period period,
                             double known, int samples);
/* The chance that money which is due at a date has been appropriated; in a draw 1 or 0. */
double instrument_appropriated(const struct dataset *dataset, const struct instrument *instrument, double date);
/* Share of the period during which the instrument is in force, as known at `known` (0 when not enabled, lapsed, or
 * not yet announced; events that activate or suspend it included), times the chance that its money is appropriated and
 * that its programme has not ended early. */
double instrument_share(const struct dataset *dataset, const struct instrument *instrument, struct period period,
                        double known);
/* When an instrument begins: its start, else the horizon's (else, without a scenario, otherwise); and the rate a year
 * at which its programme may end early, of an exponential law. */
double instrument_begin(const struct dataset *dataset, const struct instrument *instrument, double otherwise);
double instrument_ending_rate(const struct instrument *instrument);
/* Settled in cash only, by its own word or its deal's. */
bool instrument_in_cash(const struct dataset *dataset, const struct instrument *instrument);
/* An index (deflator ...) at a date, interpolated, its last growth rate going on. fallback where there is none. */
double index_at(const struct dataset *dataset, const char *index, double date, double fallback);
#endif

/* dataset/entities_chance.c - the field tables of what is uncertain. */
#include <math.h>

#include "dataset/entities.h"

#define ROW distribution
const struct field distribution_fields[] = {
    RECORD_NAMED(ROW),
    TEXT_REQUIRED(ROW, path, "Figures that it moves: table.row.field or instruments.id.term, '*' in the row allowed"),
    CHOICE(ROW, kind, NULL, "uniform|triangular|pert|normal|lognormal|beta|discrete", "Law of the draw"),
    CHOICE(ROW, use, "factor", "factor|value|shift", "The draw multiplies the figure, replaces it, or is added to it"),
    NUMBER(ROW, low, "", "", 0, 0, "Lowest draw; of normal and lognormal: cut off there"),
    NUMBER(ROW, mode, "", "", 0, 0, "Likeliest draw, of triangular and pert"),
    NUMBER(ROW, high, "", "", 0, 0, "Highest draw; of normal and lognormal: cut off there"),
    NUMBER(ROW, mean, "", "", 0, 0, "Of normal"),
    NUMBER(ROW, deviation, "", "", 1e-12, 1e12, "Standard deviation of normal; of the logarithm of lognormal"),
    NUMBER(ROW, median, "", "", 1e-12, 1e12, "Of lognormal"),
    NUMBER(ROW, alpha, "1", "", 0.01, 1000, "First parameter of beta, between low (0) and high (1)"),
    NUMBER(ROW, beta, "1", "", 0.01, 1000, "Second parameter of beta"),
    LIST(ROW, values, "", NULL, "Of discrete: the draws that are possible"),
    LIST(ROW, probabilities, "", NULL, "Of discrete: their chances, adding up to 1. Absent: equal"),
    FLAG(ROW, apart, "no", "Each figure that the path names has a draw of its own"),
    DATE(ROW, start, "", "Counts from then on; for figures that may change over time. Absent: always"),
    FIELD_END};
#undef ROW

#define ROW correlation
const struct field correlation_fields[] = {
    RECORD_NAMED(ROW),
    LIST(ROW, members, NULL, "distributions", "Distributions that go together, in the order of the ranks"),
    LIST(ROW, ranks, NULL, NULL,
         "Rank correlations: one for all pairs, or those of 1-2, 1-3, ..., 2-3, ... (Gaussian copula)"),
    FIELD_END};
#undef ROW

#define ROW startup
const struct field startup_fields[] = {
    RECORD_NAMED(ROW),
    LIST(ROW, facilities, NULL, "facilities", "Plants to come, each with draws of its own"),
    NUMBER(ROW, delay_low_years, "y", "", -50, 50,
           "Shortest delay of the start (facilities.delay_years), triangular law"),
    NUMBER(ROW, delay_mode_years, "y", "", -50, 50, "Likeliest delay"),
    NUMBER(ROW, delay_high_years, "y", "", -50, 50, "Longest delay"),
    NUMBER(ROW, attainment_low, "1", "", 0, 2, "Least share of nameplate reached (facilities.attainment), triangular"),
    NUMBER(ROW, attainment_mode, "1", "", 0, 2, "Likeliest share"),
    NUMBER(ROW, attainment_high, "1", "", 0, 2, "Largest share"),
    NUMBER(ROW, overrun_low, "1", "", 0, 100, "Lowest cost factor (facilities.capital_factor), triangular law"),
    NUMBER(ROW, overrun_mode, "1", "", 0, 100, "Likeliest cost factor"),
    NUMBER(ROW, overrun_high, "1", "", 0, 100, "Highest cost factor"),
    LIST(ROW, ramps, "", "ramps", "Ramps, equally likely, instead of the plant's own"),
    FLAG(ROW, success, "yes",
         "It works with its success_probability, or never runs. No: weighted with the probability"),
    NUMBER(ROW, widening, "1", "1", 1, 10, "First of a kind: times as far from the likeliest on the bad side"),
    FIELD_END};
#undef ROW

#define ROW regime
const struct field regime_fields[] = {
    RECORD_NAMED(ROW),
    TEXT(ROW, title, "Name as people write it"),
    LIST(ROW, states, NULL, NULL, "States; the first holds until start, and in runs without draws"),
    DATE(ROW, start, NULL, "Date of the first step, at which the state may change"),
    CHOICE(ROW, step, "year", "year|quarter", "Time from step to step"),
    LIST(ROW, transitions, NULL, NULL,
         "Chances of going from the first state to each state, then from the second, ..."),
    FIELD_END};
#undef ROW

#define ROW price_path
const struct field price_path_fields[] = {
    RECORD_NAMED(ROW),
    LIST(ROW, materials, "", "materials", "Whose imposed prices wander. Absent: all"),
    LIST(ROW, regions, "", "regions", "Where. Absent: everywhere"),
    DATE(ROW, start, "", "They are as imposed until then. Absent: until the first imposed date"),
    NUMBER(ROW, volatility, "per root year", NULL, 0, 10, "Standard deviation of the logarithm a root year"),
    NUMBER(ROW, reversion, "per year", "0", 0, 100, "Speed of return to the imposed path; 0: a random walk"),
    NUMBER(ROW, jump_hazard_per_year, "per year", "0", 0, 50, "Jumps a year"),
    NUMBER(ROW, jump_size, "1", "0", -10, 10, "Mean of a jump of the logarithm"),
    NUMBER(ROW, jump_deviation, "1", "0", 0, 10, "Standard deviation of a jump"),
    FIELD_END};
#undef ROW

#define ROW wanted_indicator
const struct field indicator_fields[] = {
    RECORD_NAMED(ROW),
    TEXT_REQUIRED(ROW, of,
                  "A figure of a run as in claims: price[ndpr-oxide, china, 2030]. Without a date: every period"),
    FIELD_END};
#undef ROW

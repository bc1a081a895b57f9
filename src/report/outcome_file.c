/* report/outcome_file.c - one table of columns, each a member of period_outcome, read and written by the same loops.
 *
 * A column's array has one number for each entry of its axis; a period's arrays become one variable (period, axis).
 * Terms in force are members of structs, reached by stride and offset. The solutions of the windows are written one
 * after another along "unknown".
 */
#include "report/outcome_file.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum axis { AXIS_NODE, AXIS_ACTIVITY, AXIS_ARC, AXIS_CONSUMER, AXIS_STORE, AXIS_FACILITY, AXIS_INSTRUMENT, axes_count };
enum cell_type { CELL_NUMBER, CELL_INTEGER, CELL_FLAG };

struct column {
  const char *name, *units, *help;
  enum axis axis;
  size_t member;         /* of struct period_outcome: a pointer to the array */
  size_t stride, offset; /* of the array's items, and of the number in an item */
  enum cell_type type;
};

#define PLAIN(axis, member, units, help)                                                                               \
  {                                                                                                                    \
#member, units, help, axis, offsetof(struct period_outcome, member), sizeof(double), 0, CELL_NUMBER                \
  }
#define TERM(axis, thing, field, units, help, type)                                                                    \
  {                                                                                                                    \
#thing "_" #field, units, help, axis, offsetof(struct period_outcome, thing##_terms),                              \
        sizeof(struct thing##_terms), offsetof(struct thing##_terms, field), type                                      \
  }

static const struct column columns[] = {
    PLAIN(AXIS_NODE, price, "USD/kg", "price of the node, real; missing where nothing flows"),
    PLAIN(AXIS_NODE, multiplier, "USD/kg", "the unknown behind the price, also where it is arbitrary"),
    PLAIN(AXIS_NODE, surplus, "t/year", "disposed of"),
    PLAIN(AXIS_NODE, throughput, "t/year", "what came in"),
    PLAIN(AXIS_NODE, scrap, "t/year", "end-of-life scrap that became available"),
    {"activity_level", "t/year", "throughput of the activity, in units of its recipe", AXIS_ACTIVITY,
     offsetof(struct period_outcome, activity), sizeof(double), 0,
     CELL_NUMBER}, /* no variable may be called as its axis */
    PLAIN(AXIS_ACTIVITY, activity_margin, "USD/kg", "cost less worth of a unit of activity: 0 where it runs"),
    PLAIN(AXIS_FACILITY, capacity_rent, "USD/kg", "rent of a unit of capacity"),
    PLAIN(AXIS_FACILITY, capacity, "t/year", "usable capacity"),
    PLAIN(AXIS_FACILITY, order, "t/year", "capacity ordered in the period"),
    PLAIN(AXIS_ARC, flow, "t/year", "what moved over the arc"),
    PLAIN(AXIS_ARC, flow_margin, "USD/kg", "landed cost less price: 0 where something moves"),
    PLAIN(AXIS_ARC, arc_rent, "USD/kg", "rent of the arc's capacity"),
    PLAIN(AXIS_ARC, sale_response, "USD/kg per t/year", "price response a seller with conduct reckons with"),
    PLAIN(AXIS_ARC, sale_slope, "1", "slope of the seller's net price in the market price"),
    PLAIN(AXIS_ARC, sale_volume, "t/year", "volume whose price a contract has fixed"),
    PLAIN(AXIS_CONSUMER, consumption, "t/year", "consumed"),
    PLAIN(AXIS_CONSUMER, unserved, "t/year", "not served at the choke price"),
    PLAIN(AXIS_CONSUMER, value, "USD/kg", "worth of the last unit to the consumer"),
    PLAIN(AXIS_STORE, stock, "t", "private stock at the period's end"),
    PLAIN(AXIS_STORE, stock_before, "t", "private stock at the period's start"),
    PLAIN(AXIS_INSTRUMENT, instrument_share, "1", "share of the period in which the instrument was in force"),
    TERM(AXIS_ACTIVITY, activity, cost, "USD/kg", "constant marginal cost in force", CELL_NUMBER),
    TERM(AXIS_ACTIVITY, activity, slope, "USD/kg per t/year", "slope of marginal cost in force", CELL_NUMBER),
    TERM(AXIS_ACTIVITY, activity, power, "USD/kg", "coefficient of the power cost in force", CELL_NUMBER),
    TERM(AXIS_ACTIVITY, activity, power_scale, "t/year", "scale of the power cost", CELL_NUMBER),
    TERM(AXIS_ACTIVITY, activity, power_exponent, "1", "exponent of the power cost", CELL_NUMBER),
    TERM(AXIS_FACILITY, facility, capacity, "t/year", "usable capacity before the window's own orders", CELL_NUMBER),
    TERM(AXIS_FACILITY, facility, factor, "1", "what a new t/year of nameplate yields once ramped up", CELL_NUMBER),
    TERM(AXIS_FACILITY, facility, capital_cut, "USD/kg per year", "capital that grants and cheap money pay",
         CELL_NUMBER),
    TERM(AXIS_FACILITY, facility, hurdle, "1", "rate asked of an order, where not the owner's own", CELL_NUMBER),
    TERM(AXIS_ARC, arc, freight, "USD/kg", "freight in force", CELL_NUMBER),
    TERM(AXIS_ARC, arc, tariff_rate, "1", "ad-valorem tariff in force", CELL_NUMBER),
    TERM(AXIS_ARC, arc, tariff_specific, "USD/kg", "specific tariff in force", CELL_NUMBER),
    TERM(AXIS_ARC, arc, export_tax_rate, "1", "export tax in force", CELL_NUMBER),
    TERM(AXIS_ARC, arc, export_tax_specific, "USD/kg", "specific export tax in force", CELL_NUMBER),
    TERM(AXIS_ARC, arc, vat_rate, "1", "VAT not rebated on export", CELL_NUMBER),
    TERM(AXIS_ARC, arc, value_cost_rate, "1", "cost per unit of the exporter's price, while a licence is pending",
         CELL_NUMBER),
    TERM(AXIS_ARC, arc, cost, "USD/kg", "wedge, fees, cost of a ban", CELL_NUMBER),
    TERM(AXIS_ARC, arc, slope, "USD/kg per t/year", "slope of transport cost", CELL_NUMBER),
    TERM(AXIS_ARC, arc, slope_base, "t/year", "flow from which rising transport cost counts", CELL_NUMBER),
    TERM(AXIS_ARC, arc, capacity, "t/year", "capacity of the arc", CELL_NUMBER),
    TERM(AXIS_ARC, arc, fob, "1", "1: the importer values f.o.b., 0: c.i.f.", CELL_FLAG),
    TERM(AXIS_CONSUMER, consumer, form, "1", "0: linear demand, 1: isoelastic", CELL_INTEGER),
    TERM(AXIS_CONSUMER, consumer, quantity, "t/year", "reference quantity in force", CELL_NUMBER),
    TERM(AXIS_CONSUMER, consumer, price, "USD/kg", "reference price in force", CELL_NUMBER),
    TERM(AXIS_CONSUMER, consumer, elasticity, "1", "elasticity in force", CELL_NUMBER),
    TERM(AXIS_CONSUMER, consumer, intercept, "USD/kg", "intercept of linear demand", CELL_NUMBER),
    TERM(AXIS_CONSUMER, consumer, slope, "USD/kg per t/year", "slope of linear demand", CELL_NUMBER),
    TERM(AXIS_CONSUMER, consumer, choke, "USD/kg", "choke price", CELL_NUMBER),
};
enum { columns_count = sizeof columns / sizeof *columns, slots_count = 8 };

static const char *const axis_names[axes_count] = {"node",  "activity", "arc",       "consumer",
                                                   "store", "facility", "instrument"};

static int axis_length(const struct network *network, enum axis axis)
{
  const int lengths[axes_count] = {
      network->nodes_count,  network->activities_count,          network->arcs_count,       network->consumers_count,
      network->stores_count, network->dataset->facilities_count, network->instruments_count};
  return lengths[axis];
}

static const char *axis_entry(const struct network *network, enum axis axis, int i)
{
  switch (axis) {
  case AXIS_NODE: return network->nodes[i].name;
  case AXIS_ACTIVITY: return network->activities[i].name;
  case AXIS_ARC: return network->arcs[i].name;
  case AXIS_CONSUMER: return network->consumers[i].name;
  case AXIS_STORE: return network->nodes[network->stores[i].node].name;
  case AXIS_FACILITY: return network->dataset->facilities[i].record.id;
  case AXIS_INSTRUMENT: return network->dataset->instruments[i].record.id;
  case axes_count: break;
  }
  return NULL;
}

/* ---- writing ---- */

/* Dimensions without entries are left out, and with them the variables that need them. */
static void add_axes(struct netcdf *file, const struct network *network, int *dimensions)
{
  for (int axis = 0; axis < axes_count; axis++) {
    const int length = axis_length(network, (enum axis)axis);
    dimensions[axis] = -1;
    if (length == 0) continue;
    dimensions[axis] = netcdf_add_dimension(file, axis_names[axis], length);
    const char **names = ARENA_ARRAY(file->arena, length, const char *);
    for (int i = 0; i < length; i++) names[i] = axis_entry(network, (enum axis)axis, i);
    netcdf_add_texts(file, axis_names[axis], "name", &dimensions[axis], 1, names);
  }
}

static void add_node_parts(struct netcdf *file, const struct network *network, int dimension)
{
  static const char *const holders[] = {"market", "make", "bought"};
  const int count = network->nodes_count;
  const char **materials = ARENA_ARRAY(file->arena, count, const char *),
             **regions = ARENA_ARRAY(file->arena, count, const char *);
  const char **holder = ARENA_ARRAY(file->arena, count, const char *),
             **owners = ARENA_ARRAY(file->arena, count, const char *);
  int *classes = ARENA_ARRAY(file->arena, count, int);
  for (int i = 0; i < count; i++) {
    const struct node *node = &network->nodes[i];
    materials[i] = network->dataset->materials[node->material].record.id;
    regions[i] = network->dataset->regions[node->region].record.id;
    owners[i] = node->owner >= 0 ? network->dataset->owners[node->owner].record.id : "";
    holder[i] = holders[node->holder];
    classes[i] = (int)node->class;
  }
  netcdf_add_texts(file, "node_material", "material of the node", &dimension, 1, materials);
  netcdf_add_texts(file, "node_region", "region of the node", &dimension, 1, regions);
  netcdf_add_texts(file, "node_holder", "market, or an owner's make or bought node", &dimension, 1, holder);
  netcdf_add_texts(file, "node_owner", "owner of the node", &dimension, 1, owners);
  netcdf_add_integers(file, "node_class", NULL, "origin class: bit r set where rule r is complied with", &dimension, 1,
                      classes);
}

static const char *column_at(const struct column *column, const struct period_outcome *period, int i)
{
  const char *array;
  memcpy(&array, (const char *)period + column->member, sizeof array);
  return array != NULL ? array + (size_t)i * column->stride + column->offset : NULL;
}

static void add_column(struct netcdf *file, const struct column *column, const struct outcome *outcome,
                       const int dimensions[2])
{
  const int length = axis_length(outcome->network, column->axis), count = outcome->periods_count * length;
  double *numbers = ARENA_ARRAY(file->arena, count, double);
  int *integers = ARENA_ARRAY(file->arena, count, int);
  for (int at = 0; at < count; at++) {
    const char *cell = column_at(column, &outcome->periods[at / length], at % length);
    if (column->type == CELL_FLAG)
      integers[at] = cell != NULL && *(const bool *)cell;
    else if (column->type == CELL_INTEGER)
      integers[at] = cell != NULL ? *(const int *)cell : 0;
    else
      numbers[at] = cell != NULL ? *(const double *)cell : (double)NAN;
  }
  if (column->type == CELL_NUMBER)
    netcdf_add_numbers(file, column->name, column->units, column->help, dimensions, 2, numbers);
  else
    netcdf_add_integers(file, column->name, NULL, column->help, dimensions, 2, integers);
}

static void add_instrument_slots(struct netcdf *file, const struct outcome *outcome, int period, int instrument)
{
  const int slot = netcdf_add_dimension(file, "slot", slots_count), count = outcome->network->instruments_count;
  double *values = ARENA_ARRAY(file->arena, outcome->periods_count * count * slots_count, double);
  for (int p = 0; p < outcome->periods_count; p++)
    memcpy(&values[p * count * slots_count], outcome->periods[p].instrument,
           sizeof(double) * (size_t)(count * slots_count));
  const int dimensions[] = {period, instrument, slot};
  netcdf_add_numbers(file, "instrument_unknown", NULL, "unknowns of the instrument, in the order of docs/theory.md",
                     dimensions, 3, values);
}

static int add_periods(struct netcdf *file, const struct outcome *outcome)
{
  const int count = outcome->periods_count, period = netcdf_add_dimension(file, "period", count);
  double *start = ARENA_ARRAY(file->arena, count, double), *length = ARENA_ARRAY(file->arena, count, double);
  double *deflator = ARENA_ARRAY(file->arena, count, double), *known = ARENA_ARRAY(file->arena, count, double);
  for (int p = 0; p < count; p++) {
    start[p] = outcome->periods[p].period.start;
    length[p] = outcome->periods[p].period.length;
    deflator[p] = outcome->periods[p].deflator;
    known[p] = outcome->periods[p].known;
  }
  netcdf_add_numbers(file, "period", "year", "start of the period, calendar year with fraction", &period, 1, start);
  netcdf_add_numbers(file, "period_length", "year", "length of the period", &period, 1, length);
  netcdf_add_numbers(file, "known", "year", "date at which the period's window was seen", &period, 1, known);
  netcdf_add_numbers(file, "deflator", "1", "nominal over real money", &period, 1, deflator);
  return period;
}

#define WINDOW_NUMBERS(X)                                                                                              \
  X(residual, certificate.residual, "natural residual, data-scaled")                                                   \
  X(bound_violation, certificate.bound_violation, "distance from the box, scaled")                                     \
  X(complementarity, certificate.complementarity, "scaled complementarity gap")                                        \
  X(eigenvalue_min, class.eigenvalue_min, "smallest eigenvalue of the scaled symmetric part, where computed")
#define WINDOW_INTEGERS(X)                                                                                             \
  X(first, first, "first period of the window")                                                                        \
  X(unknowns, unknowns, "unknowns of the problem")                                                                     \
  X(activities, activities, "activities a period")                                                                     \
  X(prices, prices, "prices a period")                                                                                 \
  X(iterations, iterations, "iterations of the interior point method")                                                 \
  X(fallback_iterations, fallback_iterations, "iterations of the fallback")                                            \
  X(solves, solves, "problems solved for this window")                                                                 \
  X(determinant_sign, class.determinant_sign, "sign of the determinant of the reduced Jacobian")                       \
  X(solutions, solutions, "distinct solutions found from several starts")                                              \
  X(residual_row, certificate.residual_row, "row of the residual")
#define WINDOW_CHOICES(X)                                                                                              \
  X(status, status, enum mcp_status, "0 solved, 1 stalled, 2 exhausted, 3 diverged")                                   \
  X(class, class.class, enum problem_class, "0 monotone, 1 P, 2 unknown")                                              \
  X(accepted, certificate.accepted, bool, "1: certified")
#define WINDOW_TEXTS(X)                                                                                                \
  X(method, method, "method that found the solution")                                                                  \
  X(worst, worst, "row with the largest residual")                                                                     \
  X(reason, class.reason, "why the class holds")                                                                       \
  X(note, note, "what the reader must know")

static void add_windows(struct netcdf *file, const struct outcome *outcome, int window)
{
  const int count = outcome->windows_count;
#define WRITE_NUMBERS(label, member, help)                                                                             \
  double *label = ARENA_ARRAY(file->arena, count, double);                                                             \
  for (int w = 0; w < count; w++) label[w] = outcome->windows[w].member;                                               \
  netcdf_add_numbers(file, "window_" #label, "1", help, &window, 1, label);
#define WRITE_INTEGERS(label, member, help)                                                                            \
  int *label = ARENA_ARRAY(file->arena, count, int);                                                                   \
  for (int w = 0; w < count; w++) label[w] = outcome->windows[w].member;                                               \
  netcdf_add_integers(file, "window_" #label, NULL, help, &window, 1, label);
#define WRITE_CHOICES(label, member, type, help)                                                                       \
  int *label = ARENA_ARRAY(file->arena, count, int);                                                                   \
  for (int w = 0; w < count; w++) label[w] = (int)outcome->windows[w].member;                                          \
  netcdf_add_integers(file, "window_" #label, NULL, help, &window, 1, label);
#define WRITE_TEXTS(label, member, help)                                                                               \
  const char **label = ARENA_ARRAY(file->arena, count, const char *);                                                  \
  for (int w = 0; w < count; w++) label[w] = outcome->windows[w].member;                                               \
  netcdf_add_texts(file, "window_" #label, help, &window, 1, label);
  WINDOW_NUMBERS(WRITE_NUMBERS)
  WINDOW_INTEGERS(WRITE_INTEGERS)
  WINDOW_CHOICES(WRITE_CHOICES)
  WINDOW_TEXTS(WRITE_TEXTS)
}

static int sale_arcs_count(const struct network *network)
{
  int count = 0;
  for (int a = 0; a < network->arcs_count; a++) count += network->arcs[a].kind == ARC_SALE;
  return count;
}

/* Blocks of a window, as many as its stored sales say. */
static void add_sales(struct netcdf *file, const struct outcome *outcome, const int *blocks, int total)
{
  const struct network *network = outcome->network;
  const int dimension = netcdf_add_dimension(file, "sale", total);
  double *response = ARENA_ARRAY(file->arena, total, double), *slope = ARENA_ARRAY(file->arena, total, double);
  double *volume = ARENA_ARRAY(file->arena, total, double);
  int at = 0;
  for (int w = 0; w < outcome->windows_count; w++)
    for (int b = 0; b < blocks[w]; b++)
      for (int a = 0; a < network->arcs_count; a++) {
        if (network->arcs[a].kind != ARC_SALE) continue;
        const struct sale_terms *terms = &outcome->assembled[w]->sales[b * network->arcs_count + a];
        response[at] = terms->response;
        slope[at] = terms->slope;
        volume[at++] = terms->volume;
      }
  netcdf_add_numbers(file, "window_sale_response", "USD/kg per t/year", "price response, by window, block and sale",
                     &dimension, 1, response);
  netcdf_add_numbers(file, "window_sale_slope", "1", "slope of the net price, likewise", &dimension, 1, slope);
  netcdf_add_numbers(file, "window_sale_volume", "t/year", "contracted volume, likewise", &dimension, 1, volume);
}

static void add_solutions(struct netcdf *file, const struct outcome *outcome, int window)
{
  const int windows = outcome->windows_count;
  int total = 0, sales = 0, *counts = ARENA_ARRAY(file->arena, windows, int),
      *blocks = ARENA_ARRAY(file->arena, windows, int);
  for (int w = 0; w < windows; w++) {
    counts[w] = outcome->assembled[w]->equations->n;
    blocks[w] = outcome->assembled[w]->blocks_count;
    total += counts[w];
    sales += blocks[w] * sale_arcs_count(outcome->network);
  }
  netcdf_add_integers(file, "window_unknowns_count", NULL, "unknowns of the window along dimension unknown", &window, 1,
                      counts);
  netcdf_add_integers(file, "window_blocks", NULL, "periods of the window, the tail included", &window, 1, blocks);
  double *z = ARENA_ARRAY(file->arena, total, double);
  for (int w = 0, at = 0; w < windows; at += counts[w++])
    memcpy(&z[at], outcome->solutions[w]->z, sizeof(double) * (size_t)counts[w]);
  const int unknown = netcdf_add_dimension(file, "unknown", total);
  netcdf_add_numbers(file, "solution", NULL, "unknowns of every window, one window after another", &unknown, 1, z);
  if (sales > 0) add_sales(file, outcome, blocks, sales);
}

void outcome_file_add(struct netcdf *file, const struct outcome *outcome)
{
  assert(outcome->assembled != NULL && outcome->solutions != NULL);
  const int period = add_periods(file, outcome);
  int dimensions[axes_count];
  add_axes(file, outcome->network, dimensions);
  if (dimensions[AXIS_NODE] >= 0) add_node_parts(file, outcome->network, dimensions[AXIS_NODE]);
  for (int c = 0; c < columns_count; c++) {
    const int dimension = dimensions[columns[c].axis];
    if (dimension >= 0) add_column(file, &columns[c], outcome, (const int[]){period, dimension});
  }
  if (dimensions[AXIS_INSTRUMENT] >= 0) add_instrument_slots(file, outcome, period, dimensions[AXIS_INSTRUMENT]);
  const int window = netcdf_add_dimension(file, "window", outcome->windows_count);
  add_windows(file, outcome, window);
  add_solutions(file, outcome, window);
}

/* ---- reading ---- */

struct reader {
  const struct netcdf *file;
  const char *path;
  const struct network *network;
  struct arena *arena;
  struct error *error;
};

/* NULL with error set unless the variable is there with so many values of that type. */
static const struct netcdf_variable *expect(const struct reader *reader, const char *name, enum netcdf_type type,
                                            int count)
{
  const struct netcdf_variable *variable = netcdf_find(reader->file, name);
  if (variable != NULL && variable->type == type && variable->values_count == count) return variable;
  error_set(reader->error, reader->path, 0, name, "expected a variable with %d values, as the run's inputs ask for",
            count);
  return NULL;
}

static bool read_axes(const struct reader *reader)
{
  for (int axis = 0; axis < axes_count; axis++) {
    const int length = axis_length(reader->network, (enum axis)axis);
    const char *name = axis_names[axis];
    if (length == 0) continue;
    const struct netcdf_variable *names = expect(reader, name, NETCDF_TEXT, length);
    if (names == NULL) return false;
    for (int i = 0; i < length; i++)
      if (!text_equal(names->texts[i], axis_entry(reader->network, (enum axis)axis, i)))
        return error_set(reader->error, reader->path, 0, name, "'%s' stands where the inputs have '%s'",
                         names->texts[i], axis_entry(reader->network, (enum axis)axis, i));
  }
  return true;
}

static bool read_column(const struct reader *reader, const struct column *column, struct outcome *outcome)
{
  const int length = axis_length(reader->network, column->axis);
  if (length == 0) return true;
  const enum netcdf_type type = column->type == CELL_NUMBER ? NETCDF_NUMBER : NETCDF_INTEGER;
  const struct netcdf_variable *values = expect(reader, column->name, type, length * outcome->periods_count);
  if (values == NULL) return false;
  for (int p = 0; p < outcome->periods_count; p++) {
    char *array;
    memcpy(&array, (const char *)&outcome->periods[p] + column->member, sizeof array);
    if (array == NULL) {
      array = arena_alloc(reader->arena, (size_t)length, column->stride);
      memcpy((char *)&outcome->periods[p] + column->member, &array, sizeof array);
    }
    for (int i = 0; i < length; i++) {
      char *cell = array + (size_t)i * column->stride + column->offset;
      const int at = p * length + i;
      if (column->type == CELL_FLAG)
        *(bool *)cell = values->integers[at] != 0;
      else if (column->type == CELL_INTEGER)
        *(int *)cell = values->integers[at];
      else
        *(double *)cell = values->numbers[at];
    }
  }
  return true;
}

static bool read_instrument_slots(const struct reader *reader, struct outcome *outcome)
{
  const int count = reader->network->instruments_count;
  if (count == 0) return true;
  const struct netcdf_variable *values =
      expect(reader, "instrument_unknown", NETCDF_NUMBER, outcome->periods_count * count * slots_count);
  for (int p = 0; values != NULL && p < outcome->periods_count; p++) {
    outcome->periods[p].instrument = arena_alloc(reader->arena, (size_t)count, sizeof *outcome->periods[p].instrument);
    memcpy(outcome->periods[p].instrument, &values->numbers[p * count * slots_count],
           sizeof(double) * (size_t)(count * slots_count));
  }
  return values != NULL;
}

static bool read_periods(const struct reader *reader, struct outcome *outcome)
{
  const int count = reader->network->scenario->periods_count;
  const struct netcdf_variable *start = expect(reader, "period", NETCDF_NUMBER, count);
  const struct netcdf_variable *length = expect(reader, "period_length", NETCDF_NUMBER, count);
  const struct netcdf_variable *deflator = expect(reader, "deflator", NETCDF_NUMBER, count);
  const struct netcdf_variable *known = expect(reader, "known", NETCDF_NUMBER, count);
  if (start == NULL || length == NULL || deflator == NULL || known == NULL) return false;
  outcome->periods_count = count;
  outcome->periods = ARENA_ARRAY(reader->arena, count, struct period_outcome);
  for (int p = 0; p < count; p++)
    outcome->periods[p] = (struct period_outcome){.period = {start->numbers[p], length->numbers[p]},
                                                  .deflator = deflator->numbers[p],
                                                  .known = known->numbers[p]};
  return true;
}

static bool read_windows(const struct reader *reader, struct outcome *outcome)
{
  const int dimension = netcdf_dimension_find(reader->file, "window");
  const int count = dimension >= 0 ? reader->file->dimensions[dimension].length : 0;
  outcome->windows_count = count;
  outcome->windows = ARENA_ARRAY(reader->arena, count, struct window_report);
  const struct netcdf_variable *values;
#define READ_AS(label, type, body)                                                                                     \
  values = expect(reader, "window_" #label, type, count);                                                              \
  if (values == NULL) return false;                                                                                    \
  for (int w = 0; w < count; w++) body;
#define READ_NUMBERS(label, member, help) READ_AS(label, NETCDF_NUMBER, outcome->windows[w].member = values->numbers[w])
#define READ_INTEGERS(label, member, help)                                                                             \
  READ_AS(label, NETCDF_INTEGER, outcome->windows[w].member = values->integers[w])
#define READ_CHOICES(label, member, type, help)                                                                        \
  READ_AS(label, NETCDF_INTEGER, outcome->windows[w].member = (type)values->integers[w])
#define READ_TEXTS(label, member, help)                                                                                \
  READ_AS(label, NETCDF_TEXT, outcome->windows[w].member = values->texts[w][0] != '\0' ? values->texts[w] : NULL)
  WINDOW_NUMBERS(READ_NUMBERS)
  WINDOW_INTEGERS(READ_INTEGERS)
  WINDOW_CHOICES(READ_CHOICES)
  WINDOW_TEXTS(READ_TEXTS)
  return true;
}

static bool read_sales(const struct reader *reader, struct stored_window *window, int first)
{
  const int dimension = netcdf_dimension_find(reader->file, "sale");
  const int total = dimension >= 0 ? reader->file->dimensions[dimension].length : 0;
  const struct netcdf_variable *response = expect(reader, "window_sale_response", NETCDF_NUMBER, total);
  const struct netcdf_variable *slope = expect(reader, "window_sale_slope", NETCDF_NUMBER, total);
  const struct netcdf_variable *volume = expect(reader, "window_sale_volume", NETCDF_NUMBER, total);
  if (response == NULL || slope == NULL || volume == NULL) return false;
  if (first + window->sales_count > total)
    return error_set(reader->error, reader->path, 0, "sale", "expected at least %d entries",
                     first + window->sales_count);
  struct sale_terms *sales = ARENA_ARRAY(reader->arena, window->sales_count, struct sale_terms);
  for (int i = 0; i < window->sales_count; i++)
    sales[i] = (struct sale_terms){response->numbers[first + i], slope->numbers[first + i], volume->numbers[first + i]};
  window->sales = sales;
  return true;
}

static struct stored_window *read_solutions(const struct reader *reader, int windows_count)
{
  const int dimension = netcdf_dimension_find(reader->file, "unknown");
  const int total = dimension >= 0 ? reader->file->dimensions[dimension].length : 0;
  const struct netcdf_variable *z = expect(reader, "solution", NETCDF_NUMBER, total);
  const struct netcdf_variable *counts = expect(reader, "window_unknowns_count", NETCDF_INTEGER, windows_count);
  const struct netcdf_variable *blocks = expect(reader, "window_blocks", NETCDF_INTEGER, windows_count);
  if (z == NULL || counts == NULL || blocks == NULL) return NULL;
  struct stored_window *windows = ARENA_ARRAY(reader->arena, windows_count, struct stored_window);
  const int sales = sale_arcs_count(reader->network);
  for (int w = 0, at = 0, sale = 0; w < windows_count; w++) {
    windows[w] = (struct stored_window){
        .unknowns_count = counts->integers[w], .z = &z->numbers[at], .sales_count = sales * blocks->integers[w]};
    if (counts->integers[w] < 0 || counts->integers[w] > total - at || blocks->integers[w] < 0) {
      error_set(reader->error, reader->path, 0, "solution", "it ends before window %d does", w + 1);
      return NULL;
    }
    if (windows[w].sales_count > 0 && !read_sales(reader, &windows[w], sale)) return NULL;
    at += counts->integers[w];
    sale += windows[w].sales_count;
  }
  return windows;
}

const struct outcome *outcome_file_read(const struct netcdf *file, const char *path, const struct network *network,
                                        struct stored_window **windows, struct arena *arena, struct error *error)
{
  const struct reader reader = {file, path, network, arena, error};
  struct outcome *outcome = ARENA_NEW(arena, struct outcome);
  outcome->network = network;
  outcome->solved = true; /* a run that was not solved leaves no folder */
  if (!read_axes(&reader) || !read_periods(&reader, outcome)) return NULL;
  for (int c = 0; c < columns_count; c++)
    if (!read_column(&reader, &columns[c], outcome)) return NULL;
  if (!read_instrument_slots(&reader, outcome) || !read_windows(&reader, outcome)) return NULL;
  *windows = read_solutions(&reader, outcome->windows_count);
  return *windows != NULL ? outcome : NULL;
}

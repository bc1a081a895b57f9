/* report/mcp_json.c - writes each window's equations as they were stated; entries given twice are summed by the reader
 * as they are by the solver (M is a sum of its triplets).
 */
#include "report/mcp_json.h"

#include "io/json.h"

struct export
{
  struct json_writer writer;
  struct arena *arena;
};

static void add_matrix(struct json_writer *writer, const struct equations *equations, struct arena *arena)
{
  const int count = equations->entries_count;
  int *rows = ARENA_ARRAY(arena, count, int), *columns = ARENA_ARRAY(arena, count, int);
  double *values = ARENA_ARRAY(arena, count, double);
  int used = 0;
  for (int i = 0; i < count; i++) {
    if (equations->values[i] == 0) continue;
    rows[used] = equations->places[i].row;
    columns[used] = equations->places[i].column;
    values[used++] = equations->values[i];
  }
  json_map_open(writer, "M");
  json_add_integers(writer, "row", rows, used);
  json_add_integers(writer, "col", columns, used);
  json_add_numbers(writer, "val", values, used);
  json_map_close(writer);
}

static void add_terms(struct json_writer *writer, const struct equations *equations)
{
  json_list_open(writer, "terms");
  for (int i = 0; i < equations->powers_count; i++) {
    const struct equations_power *power = &equations->powers[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "kind", "power");
    json_add_integer(writer, "row", power->row);
    json_add_number(writer, "coef", power->coefficient);
    json_add_integer(writer, "var", power->variable);
    json_add_number(writer, "scale", power->scale);
    json_add_number(writer, "exponent", power->exponent);
    if (power->times >= 0) json_add_integer(writer, "times", power->times);
    json_map_close(writer);
  }
  for (int i = 0; i < equations->hinges_count; i++) {
    const struct equations_hinge *hinge = &equations->hinges[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "kind", "hinge");
    json_add_integer(writer, "row", hinge->row);
    json_add_number(writer, "coef", hinge->coefficient);
    json_add_integer(writer, "var", hinge->variable);
    json_add_number(writer, "const", hinge->constant);
    json_add_number(writer, "slope", hinge->slope);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static bool add_problem(void *context, const struct window *window, const struct mcp *problem, const double *z)
{
  struct export *export = context;
  struct json_writer *writer = &export->writer;
  const char **names = ARENA_ARRAY(export->arena, problem->n, const char *);
  for (int i = 0; i < problem->n; i++) names[i] = window_unknown_name(window, i, export->arena);
  json_map_open(writer, NULL);
  json_add_texts(writer, "names", names, problem->n);
  json_add_numbers(writer, "lower", problem->lower, problem->n);
  json_add_numbers(writer, "upper", problem->upper, problem->n);
  json_add_numbers(writer, "z", z, problem->n);
  json_add_numbers(writer, "z_scale", window->equations->z_scale, problem->n);
  json_add_numbers(writer, "f_scale", window->equations->f_scale, problem->n);
  json_add_numbers(writer, "q", window->equations->constant, problem->n);
  add_matrix(writer, window->equations, export->arena);
  add_terms(writer, window->equations);
  json_map_close(writer);
  return true;
}

const char *mcp_json(const struct archive *archive, struct arena *arena, struct error *error)
{
  struct export export = {.writer = json_writer_new(arena, 1), .arena = arena};
  json_map_open(&export.writer, NULL);
  json_list_open(&export.writer, "problems");
  if (!archive_reassemble(archive, add_problem, &export, error)) return NULL;
  json_list_close(&export.writer);
  json_map_close(&export.writer);
  return json_writer_finish(&export.writer);
}

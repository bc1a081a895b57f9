/* io/catalogue.c - the list of runs in SQLite: one table of runs, one of their headline figures.
 *
 * Every call opens the database, makes the tables if they are not there, does its work in one transaction and closes.
 * Another writer is waited for, five seconds at most. The schema's version is SQLite's user_version.
 */
#include "io/catalogue.h"

#include <assert.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "io/file.h"

enum { schema_version = 1, patience_ms = 5000 };

static const char schema[] = "CREATE TABLE IF NOT EXISTS runs ("
                             "  id TEXT PRIMARY KEY, scenario TEXT NOT NULL, title TEXT NOT NULL,"
                             "  scenario_hash TEXT NOT NULL, data_hash TEXT NOT NULL, date TEXT NOT NULL,"
                             "  folder TEXT NOT NULL, status TEXT NOT NULL, version TEXT NOT NULL);"
                             "CREATE TABLE IF NOT EXISTS figures ("
                             "  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, place INTEGER NOT NULL,"
                             "  name TEXT NOT NULL, unit TEXT NOT NULL, value REAL, PRIMARY KEY (run, place));"
                             "PRAGMA user_version = 1;";

/* ---- one connection, one transaction ---- */

static int read_version(sqlite3 *database)
{
  sqlite3_stmt *statement;
  int version = -1;
  if (sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    version = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return version;
}

static bool refuse(sqlite3 *database, const char *path, struct error *error)
{
  return error_set(error, path, 0, NULL, "the list of runs cannot be used: %s", sqlite3_errmsg(database));
}

static bool execute(sqlite3 *database, const char *statements)
{
  return sqlite3_exec(database, statements, NULL, NULL, NULL) == SQLITE_OK;
}

/* The work of one call; context is what it needs. */
typedef bool work_function(sqlite3 *database, const void *context);

static bool begin(sqlite3 *database, int version)
{
  return version >= 0 && execute(database, "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE") &&
         (version == schema_version || execute(database, schema));
}

static bool write_database(sqlite3 *database, const char *path, int version, work_function *work, const void *context,
                           struct error *error)
{
  if (begin(database, version) && work(database, context) && execute(database, "COMMIT")) return true;
  return refuse(database, path, error);
}

/* Changes nothing, so that a list in a folder one may not write to can be read. */
static bool read_database(sqlite3 *database, const char *path, int version, work_function *work, const void *context,
                          struct error *error)
{
  if (version == 0) return true; /* made, but nothing was ever added */
  if (version > 0 && execute(database, "BEGIN") && work(database, context) && execute(database, "COMMIT")) return true;
  return refuse(database, path, error);
}

typedef bool access_function(sqlite3 *database, const char *path, int version, work_function *work, const void *context,
                             struct error *error);

static bool with_database(const char *path, access_function *access, work_function *work, const void *context,
                          struct error *error)
{
  sqlite3 *database;
  bool done = false;
  if (sqlite3_open(path, &database) == SQLITE_OK) {
    sqlite3_busy_timeout(database, patience_ms);
    const int version = read_version(database);
    if (version > schema_version)
      error_set(error, path, 0, NULL, "the list of runs was made by a later version (schema %d)", version);
    else
      done = access(database, path, version, work, context, error);
  } else {
    refuse(database, path, error);
  }
  sqlite3_close(database); /* rolls back what was not committed */
  return done;
}

/* ---- statements ---- */

/* Runs a statement without results; texts: count parameters, NULL as "". */
static bool run_statement(sqlite3 *database, const char *sql, const char *const *texts, int count)
{
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) return false;
  bool bound = true;
  for (int i = 0; i < count; i++)
    bound =
        bound && sqlite3_bind_text(statement, i + 1, texts[i] != NULL ? texts[i] : "", -1, SQLITE_STATIC) == SQLITE_OK;
  const bool done = bound && sqlite3_step(statement) == SQLITE_DONE;
  return sqlite3_finalize(statement) == SQLITE_OK && done;
}

static bool add_figure(sqlite3 *database, const char *run, int place, const struct catalogue_figure *figure)
{
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, "INSERT INTO figures VALUES (?, ?, ?, ?, ?)", -1, &statement, NULL) != SQLITE_OK)
    return false;
  /* SQLite keeps NaN as NULL, which is what it means here. */
  const bool bound =
      sqlite3_bind_text(statement, 1, run, -1, SQLITE_STATIC) == SQLITE_OK &&
      sqlite3_bind_int(statement, 2, place) == SQLITE_OK &&
      sqlite3_bind_text(statement, 3, figure->name, -1, SQLITE_STATIC) == SQLITE_OK &&
      sqlite3_bind_text(statement, 4, figure->unit != NULL ? figure->unit : "", -1, SQLITE_STATIC) == SQLITE_OK &&
      sqlite3_bind_double(statement, 5, figure->value) == SQLITE_OK;
  const bool done = bound && sqlite3_step(statement) == SQLITE_DONE;
  return sqlite3_finalize(statement) == SQLITE_OK && done;
}

static bool add_run(sqlite3 *database, const void *context)
{
  const struct catalogue_run *run = context;
  const char *const earlier[] = {run->id, run->folder};
  const char *const texts[] = {run->id,   run->scenario, run->title,  run->scenario_hash, run->data_hash,
                               run->date, run->folder,   run->status, run->version};
  bool done = run_statement(database, "DELETE FROM runs WHERE id = ? OR folder = ?", earlier, 2) &&
              run_statement(database, "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", texts, 9);
  for (int i = 0; done && i < run->figures_count; i++) done = add_figure(database, run->id, i, &run->figures[i]);
  return done;
}

bool catalogue_add(const char *path, const struct catalogue_run *run, struct error *error)
{
  assert(run->id != NULL && run->folder != NULL);
  return with_database(path, write_database, add_run, run, error);
}

static bool remove_run(sqlite3 *database, const void *context)
{
  const char *const id = context;
  return run_statement(database, "DELETE FROM runs WHERE id = ?", &id, 1);
}

bool catalogue_remove(const char *path, const char *id, struct error *error)
{
  return with_database(path, write_database, remove_run, id, error);
}

/* ---- reading ---- */

struct listing {
  struct arena *arena;
  struct catalogue_run *runs;
  int count, capacity;
};

static const char *column_text(sqlite3_stmt *statement, int column, struct arena *arena)
{
  const unsigned char *text = sqlite3_column_text(statement, column);
  return text != NULL ? arena_copy(arena, (const char *)text) : "";
}

static void list_run(struct listing *listing, sqlite3_stmt *row)
{
  if (listing->count == listing->capacity) {
    const size_t old = (size_t)listing->capacity, larger = old > 0 ? 2 * old : 32;
    listing->runs = arena_grow(listing->arena, listing->runs, old, larger, sizeof *listing->runs);
    listing->capacity = (int)larger;
  }
  struct catalogue_run *run = &listing->runs[listing->count++];
  const char **const texts[] = {&run->id,   &run->scenario, &run->title,  &run->scenario_hash, &run->data_hash,
                                &run->date, &run->folder,   &run->status, &run->version};
  for (int i = 0; i < 9; i++) *texts[i] = column_text(row, i, listing->arena);
}

static bool list_runs(sqlite3 *database, struct listing *listing)
{
  sqlite3_stmt *statement;
  const char *sql = "SELECT id, scenario, title, scenario_hash, data_hash, date, folder, status, version "
                    "FROM runs ORDER BY date DESC, id";
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) return false;
  while (sqlite3_step(statement) == SQLITE_ROW) list_run(listing, statement);
  return sqlite3_finalize(statement) == SQLITE_OK;
}

static bool list_figures(sqlite3 *database, struct catalogue_run *run, struct arena *arena)
{
  sqlite3_stmt *statement;
  const char *sql = "SELECT name, unit, value, (SELECT count(*) FROM figures WHERE run = ?1) "
                    "FROM figures WHERE run = ?1 ORDER BY place";
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) return false;
  struct catalogue_figure *figures = NULL;
  int count = 0;
  if (sqlite3_bind_text(statement, 1, run->id, -1, SQLITE_STATIC) == SQLITE_OK) {
    for (; sqlite3_step(statement) == SQLITE_ROW; count++) {
      if (figures == NULL) figures = ARENA_ARRAY(arena, sqlite3_column_int(statement, 3), struct catalogue_figure);
      const bool missing = sqlite3_column_type(statement, 2) == SQLITE_NULL;
      figures[count].name = column_text(statement, 0, arena);
      figures[count].unit = column_text(statement, 1, arena);
      figures[count].value = missing ? (double)NAN : sqlite3_column_double(statement, 2);
    }
  }
  run->figures = figures;
  run->figures_count = count;
  return sqlite3_finalize(statement) == SQLITE_OK;
}

static bool list_all(sqlite3 *database, const void *context)
{
  struct listing *const *listing = context;
  bool done = list_runs(database, *listing);
  for (int i = 0; done && i < (*listing)->count; i++)
    done = list_figures(database, &(*listing)->runs[i], (*listing)->arena);
  return done;
}

const struct catalogue *catalogue_read(const char *path, struct arena *arena, struct error *error)
{
  struct catalogue *catalogue = ARENA_NEW(arena, struct catalogue);
  if (!path_exists(path)) return catalogue;
  struct listing listing = {.arena = arena}, *filled = &listing;
  if (!with_database(path, read_database, list_all, &filled, error)) return NULL;
  catalogue->count = listing.count;
  catalogue->runs = listing.runs;
  return catalogue;
}

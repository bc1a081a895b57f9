/* io/netcdf.c - struct netcdf to and from a netCDF-4 file, through the serial netCDF library.
 *
 * Written in two phases, definitions and then values, with contiguous storage (in chunks where packed) and no fill; the
 * first failing call ends the work. netCDF-4 files carry no times of their own (the library turns HDF5's object times
 * off), so that the same content gives the same bytes with the same versions of the libraries. Reads back doubles,
 * ints, strings and text attributes; anything else in a file is refused.
 */
#include "io/netcdf.h"

#include <assert.h>
#include <math.h>
#include <netcdf.h>
#include <string.h>

enum { deflate_level = 1 }; /* what repeats is small at any level; this one is the fastest */

/* ---- building ---- */

struct netcdf *netcdf_new(struct arena *arena)
{
  struct netcdf *file = ARENA_NEW(arena, struct netcdf);
  file->arena = arena;
  netcdf_add_attribute(file, -1, "Conventions", "CF-1.10");
  return file;
}

/* Room for one more: arrays are full exactly at 0, 8, 16, 32 ... */
static void *grown(struct arena *arena, void *old, int count, size_t size)
{
  const bool full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);
  return full ? arena_grow(arena, old, (size_t)count, count == 0 ? 8 : 2 * (size_t)count, size) : old;
}

int netcdf_add_dimension(struct netcdf *file, const char *name, int length)
{
  assert(length >= 0 && netcdf_dimension_find(file, name) < 0);
  file->dimensions = grown(file->arena, file->dimensions, file->dimensions_count, sizeof *file->dimensions);
  file->dimensions[file->dimensions_count] = (struct netcdf_dimension){name, length};
  return file->dimensions_count++;
}

void netcdf_add_attribute(struct netcdf *file, int variable, const char *name, const char *text)
{
  assert(variable >= -1 && variable < file->variables_count && name != NULL && text != NULL);
  struct netcdf_variable *owner = variable >= 0 ? &file->variables[variable] : NULL;
  int *count = owner != NULL ? &owner->attributes_count : &file->attributes_count;
  struct netcdf_attribute **attributes = owner != NULL ? &owner->attributes : &file->attributes;
  *attributes = grown(file->arena, *attributes, *count, sizeof **attributes);
  (*attributes)[(*count)++] = (struct netcdf_attribute){name, text};
}

/* The values are filled in by the caller. */
static int add_variable(struct netcdf *file, const char *name, const char *units, const char *long_name,
                        const int *dimensions, int dimensions_count)
{
  assert(dimensions_count >= 0 && dimensions_count <= netcdf_dimensions_max && netcdf_find(file, name) == NULL);
  file->variables = grown(file->arena, file->variables, file->variables_count, sizeof *file->variables);
  struct netcdf_variable *variable = &file->variables[file->variables_count];
  *variable = (struct netcdf_variable){.name = name, .dimensions_count = dimensions_count, .values_count = 1};
  for (int i = 0; i < dimensions_count; i++) {
    assert(dimensions[i] >= 0 && dimensions[i] < file->dimensions_count);
    variable->dimensions[i] = dimensions[i];
    variable->values_count *= file->dimensions[dimensions[i]].length;
  }
  const int index = file->variables_count++;
  if (long_name != NULL) netcdf_add_attribute(file, index, "long_name", long_name);
  if (units != NULL) netcdf_add_attribute(file, index, "units", units);
  return index;
}

int netcdf_add_numbers(struct netcdf *file, const char *name, const char *units, const char *long_name,
                       const int *dimensions, int dimensions_count, const double *values)
{
  const int index = add_variable(file, name, units, long_name, dimensions, dimensions_count);
  file->variables[index].type = NETCDF_NUMBER;
  file->variables[index].numbers = values;
  return index;
}

int netcdf_add_integers(struct netcdf *file, const char *name, const char *units, const char *long_name,
                        const int *dimensions, int dimensions_count, const int *values)
{
  const int index = add_variable(file, name, units, long_name, dimensions, dimensions_count);
  file->variables[index].type = NETCDF_INTEGER;
  file->variables[index].integers = values;
  return index;
}

int netcdf_add_texts(struct netcdf *file, const char *name, const char *long_name, const int *dimensions,
                     int dimensions_count, const char *const *values)
{
  const int index = add_variable(file, name, NULL, long_name, dimensions, dimensions_count);
  file->variables[index].type = NETCDF_TEXT;
  file->variables[index].texts = values;
  return index;
}

void netcdf_pack(struct netcdf *file, int variable)
{
  assert(variable >= 0 && variable < file->variables_count && file->variables[variable].type != NETCDF_TEXT);
  file->variables[variable].packed = file->variables[variable].values_count > 0;
}

/* ---- writing: each step returns a netCDF status, NC_NOERR to go on ---- */

static nc_type library_type(enum netcdf_type type)
{
  switch (type) {
  case NETCDF_NUMBER: return NC_DOUBLE;
  case NETCDF_INTEGER: return NC_INT;
  case NETCDF_TEXT: return NC_STRING;
  }
  return NC_NAT;
}

static int write_attributes(int id, int variable, const struct netcdf_attribute *attributes, int count)
{
  int status = NC_NOERR;
  for (int i = 0; i < count && status == NC_NOERR; i++)
    status = nc_put_att_text(id, variable, attributes[i].name, strlen(attributes[i].text), attributes[i].text);
  return status;
}

static int define_variable(int id, const struct netcdf_variable *variable, const int *dimensions)
{
  int own[netcdf_dimensions_max], index;
  for (int i = 0; i < variable->dimensions_count; i++) own[i] = dimensions[variable->dimensions[i]];
  int status = nc_def_var(id, variable->name, library_type(variable->type), variable->dimensions_count, own, &index);
  /* A number that was not given is NaN; xarray and others are told so. */
  const double missing = (double)NAN;
  if (status == NC_NOERR && variable->type == NETCDF_NUMBER) status = nc_def_var_fill(id, index, NC_FILL, &missing);
  if (status == NC_NOERR && variable->packed) status = nc_def_var_deflate(id, index, NC_SHUFFLE, 1, deflate_level);
  if (status == NC_NOERR) status = write_attributes(id, index, variable->attributes, variable->attributes_count);
  return status;
}

static int write_definitions(int id, const struct netcdf *file)
{
  int *dimensions = ARENA_ARRAY(file->arena, file->dimensions_count, int);
  int status = write_attributes(id, NC_GLOBAL, file->attributes, file->attributes_count);
  for (int i = 0; i < file->dimensions_count && status == NC_NOERR; i++) {
    const struct netcdf_dimension *dimension = &file->dimensions[i];
    /* Length 0 would mean unlimited: an unlimited dimension without records is what that is. */
    status = nc_def_dim(id, dimension->name, (size_t)dimension->length, &dimensions[i]);
  }
  for (int i = 0; i < file->variables_count && status == NC_NOERR; i++)
    status = define_variable(id, &file->variables[i], dimensions);
  return status != NC_NOERR ? status : nc_enddef(id);
}

/* The library writes to strings it is given as const char **. */
static int write_texts(int id, int index, const struct netcdf_variable *variable, struct arena *arena)
{
  const char **texts = ARENA_ARRAY(arena, variable->values_count, const char *);
  for (int i = 0; i < variable->values_count; i++) texts[i] = variable->texts[i] != NULL ? variable->texts[i] : "";
  return nc_put_var_string(id, index, texts);
}

static int write_values(int id, const struct netcdf *file)
{
  int status = NC_NOERR;
  for (int i = 0; i < file->variables_count && status == NC_NOERR; i++) {
    const struct netcdf_variable *variable = &file->variables[i];
    if (variable->values_count == 0) continue;
    switch (variable->type) {
    case NETCDF_NUMBER: status = nc_put_var_double(id, i, variable->numbers); break;
    case NETCDF_INTEGER: status = nc_put_var_int(id, i, variable->integers); break;
    case NETCDF_TEXT: status = write_texts(id, i, variable, file->arena); break;
    }
  }
  return status;
}

bool netcdf_write(const struct netcdf *file, const char *path, struct error *error)
{
  int id;
  int status = nc_create(path, NC_NETCDF4 | NC_CLOBBER, &id);
  if (status == NC_NOERR) {
    status = write_definitions(id, file);
    if (status == NC_NOERR) status = write_values(id, file);
    const int closing = nc_close(id);
    if (status == NC_NOERR) status = closing;
  }
  return status == NC_NOERR || error_set(error, path, 0, NULL, "cannot be written: %s", nc_strerror(status));
}

/* ---- reading ---- */

static int read_attributes(int id, int variable, int count, struct netcdf *file, int owner)
{
  int status = NC_NOERR;
  for (int i = 0; i < count && status == NC_NOERR; i++) {
    char name[NC_MAX_NAME + 1];
    nc_type type;
    size_t length;
    status = nc_inq_attname(id, variable, i, name);
    if (status == NC_NOERR) status = nc_inq_att(id, variable, name, &type, &length);
    if (status != NC_NOERR || type != NC_CHAR) continue;
    char *text = arena_alloc(file->arena, length + 1, 1);
    status = nc_get_att_text(id, variable, name, text);
    netcdf_add_attribute(file, owner, arena_copy(file->arena, name), text);
  }
  return status;
}

static int read_texts(int id, int index, struct netcdf_variable *variable, struct arena *arena)
{
  const size_t count = (size_t)variable->values_count;
  char **raw = ARENA_ARRAY(arena, count, char *);
  const int status = nc_get_var_string(id, index, raw);
  if (status != NC_NOERR) return status;
  const char **texts = ARENA_ARRAY(arena, count, const char *);
  for (size_t i = 0; i < count; i++) texts[i] = arena_copy(arena, raw[i] != NULL ? raw[i] : "");
  variable->texts = texts;
  return nc_free_string(count, raw);
}

static int read_values(int id, int index, struct netcdf_variable *variable, nc_type type, struct arena *arena)
{
  double *numbers;
  int *integers;
  switch (type) {
  case NC_DOUBLE:
    variable->type = NETCDF_NUMBER;
    variable->numbers = numbers = ARENA_ARRAY(arena, variable->values_count, double);
    return variable->values_count > 0 ? nc_get_var_double(id, index, numbers) : NC_NOERR;
  case NC_INT:
    variable->type = NETCDF_INTEGER;
    variable->integers = integers = ARENA_ARRAY(arena, variable->values_count, int);
    return variable->values_count > 0 ? nc_get_var_int(id, index, integers) : NC_NOERR;
  case NC_STRING:
    variable->type = NETCDF_TEXT;
    return variable->values_count > 0 ? read_texts(id, index, variable, arena) : NC_NOERR;
  default: return NC_EBADTYPE;
  }
}

static int read_variable(int id, int index, struct netcdf *file)
{
  char name[NC_MAX_NAME + 1];
  nc_type type;
  int dimensions[NC_MAX_VAR_DIMS], dimensions_count, attributes_count;
  int status = nc_inq_var(id, index, name, &type, &dimensions_count, dimensions, &attributes_count);
  if (status != NC_NOERR) return status;
  if (dimensions_count > netcdf_dimensions_max) return NC_EMAXDIMS;
  const int own = add_variable(file, arena_copy(file->arena, name), NULL, NULL, dimensions, dimensions_count);
  status = read_values(id, index, &file->variables[own], type, file->arena);
  return status != NC_NOERR ? status : read_attributes(id, index, attributes_count, file, own);
}

static int read_file(int id, struct netcdf *file)
{
  int dimensions_count, variables_count, attributes_count;
  int status = nc_inq(id, &dimensions_count, &variables_count, &attributes_count, NULL);
  if (status == NC_NOERR) status = read_attributes(id, NC_GLOBAL, attributes_count, file, -1);
  for (int i = 0; i < dimensions_count && status == NC_NOERR; i++) {
    char name[NC_MAX_NAME + 1];
    size_t length;
    status = nc_inq_dim(id, i, name, &length);
    if (status == NC_NOERR) netcdf_add_dimension(file, arena_copy(file->arena, name), (int)length);
  }
  for (int i = 0; i < variables_count && status == NC_NOERR; i++) status = read_variable(id, i, file);
  return status;
}

const struct netcdf *netcdf_read(const char *path, struct arena *arena, struct error *error)
{
  struct netcdf *file = ARENA_NEW(arena, struct netcdf);
  file->arena = arena;
  int id;
  int status = nc_open(path, NC_NOWRITE, &id);
  if (status == NC_NOERR) {
    status = read_file(id, file);
    nc_close(id);
  }
  if (status == NC_NOERR) return file;
  error_set(error, path, 0, NULL, "cannot be read as netCDF: %s", nc_strerror(status));
  return NULL;
}

const struct netcdf_variable *netcdf_find(const struct netcdf *file, const char *variable)
{
  for (int i = 0; i < file->variables_count; i++)
    if (strcmp(file->variables[i].name, variable) == 0) return &file->variables[i];
  return NULL;
}

const char *netcdf_attribute_find(const struct netcdf *file, const struct netcdf_variable *variable, const char *name)
{
  const int count = variable != NULL ? variable->attributes_count : file->attributes_count;
  const struct netcdf_attribute *attributes = variable != NULL ? variable->attributes : file->attributes;
  for (int i = 0; i < count; i++)
    if (strcmp(attributes[i].name, name) == 0) return attributes[i].text;
  return NULL;
}

int netcdf_dimension_find(const struct netcdf *file, const char *name)
{
  for (int i = 0; i < file->dimensions_count; i++)
    if (strcmp(file->dimensions[i].name, name) == 0) return i;
  return -1;
}

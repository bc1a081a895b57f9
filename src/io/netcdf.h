/* io/netcdf.h - a netCDF-4 file as one struct: described in memory, written in one call, read back into the same.
 *
 * The same content gives the same bytes. Missing numbers are NaN. Variables and dimensions follow the CF conventions:
 * a dimension with a variable of its own name has that as its coordinate.
 */
#ifndef IO_NETCDF_H
#define IO_NETCDF_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

enum { netcdf_dimensions_max = 4 };
enum netcdf_type { NETCDF_NUMBER, NETCDF_INTEGER, NETCDF_TEXT };

struct netcdf_dimension {
  const char *name;
  int length;
};

struct netcdf_attribute {
  const char *name, *text;
};

struct netcdf_variable {
  const char *name;
  enum netcdf_type type;
  int dimensions_count;
  int dimensions[netcdf_dimensions_max]; /* indices of netcdf.dimensions, the slowest first */
  int values_count;                      /* product of their lengths; 1 without dimensions */
  const double *numbers;                 /* [values_count] of the type's kind, the others NULL */
  const int *integers;
  const char *const *texts;
  bool packed; /* written compressed: many equal values */
  int attributes_count;
  struct netcdf_attribute *attributes;
};

struct netcdf {
  struct arena *arena;
  int dimensions_count, variables_count, attributes_count;
  struct netcdf_dimension *dimensions;
  struct netcdf_variable *variables;
  struct netcdf_attribute *attributes; /* of the file */
};

/* Building. Names, texts and values are not copied: they must live until the file is written. */
[[nodiscard]] struct netcdf *netcdf_new(struct arena *arena);
int netcdf_add_dimension(struct netcdf *file, const char *name, int length); /* its index; length >= 0 */
/* Add a variable over dimensions_count dimensions; return its index. units, long_name may be NULL. NULL texts are
 * "". */
int netcdf_add_numbers(struct netcdf *file, const char *name, const char *units, const char *long_name,
                       const int *dimensions, int dimensions_count, const double *values);
int netcdf_add_integers(struct netcdf *file, const char *name, const char *units, const char *long_name,
                        const int *dimensions, int dimensions_count, const int *values);
int netcdf_add_texts(struct netcdf *file, const char *name, const char *long_name, const int *dimensions,
                     int dimensions_count, const char *const *values);
/* Written compressed; for numbers that repeat. */
void netcdf_pack(struct netcdf *file, int variable);
/* variable -1: an attribute of the file. "Conventions" = "CF-1.10" is there from the start. */
void netcdf_add_attribute(struct netcdf *file, int variable, const char *name, const char *text);

/* False with error set. An existing file is replaced. */
bool netcdf_write(const struct netcdf *file, const char *path, struct error *error);

/* All of a file that netcdf_write has written (text attributes only). NULL with error set. */
[[nodiscard]] const struct netcdf *netcdf_read(const char *path, struct arena *arena, struct error *error);
/* NULL when there is none. */
const struct netcdf_variable *netcdf_find(const struct netcdf *file, const char *variable);
const char *netcdf_attribute_find(const struct netcdf *file,
                                  const struct netcdf_variable *variable, /* NULL: the file */
                                  const char *name);
int netcdf_dimension_find(const struct netcdf *file, const char *name); /* -1 when there is none */
#endif

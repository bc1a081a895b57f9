/* io/yaml.h - YAML as a tree whose every node knows its line.
 *
 * One document a file. Anchors, aliases and the merge key "<<" are resolved (an alias shares the node it names);
 * keys are plain texts and appear once in their map. Scalars stay text: what "yes" or "010" means is for the field
 * that reads it. Limits: 64 levels, ten million nodes counted through aliases.
 */
#ifndef IO_YAML_H
#define IO_YAML_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_key {
  const char *text;
  int line, column;
};

struct yaml {
  enum yaml_kind kind;
  const char *file;
  int line, column;                /* 1-based */
  const char *text;                /* scalar, else NULL */
  bool quoted;                     /* scalar: in quotes or a block */
  int count;                       /* of a list's items or a map's values */
  const struct yaml *const *items; /* [count] */
  const struct yaml_key *keys;     /* [count] of a map, in the order of the file; else NULL */
};

/* NULL with error set. An empty file is an empty map. */
[[nodiscard]] const struct yaml *yaml_read(const char *path, struct arena *arena, struct error *error);
[[nodiscard]] const struct yaml *yaml_parse(const char *bytes, size_t length, const char *file, struct arena *arena,
                                            struct error *error);

/* The value of key, or NULL when map is NULL, no map, or has no such key. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);
int yaml_find(const struct yaml *map, const char *key); /* its index, or -1 */

/* The text of a scalar that is not null, else NULL. */
const char *yaml_text(const struct yaml *node);
/* A plain scalar that is empty, "~" or "null"; also NULL itself. */
bool yaml_is_null(const struct yaml *node);
const char *yaml_kind_name(enum yaml_kind kind); /* "a single value", "a list", "a map" */

/* False with error set unless node is of that kind. where names the place in messages: "horizon". */
bool yaml_expect(const struct yaml *node, enum yaml_kind kind, const char *where, struct error *error);

/* A scalar as it is; a list of scalars as words separated by spaces; NULL for null. False with error set for anything
 * else, or for a word of a list that is empty or has a space in it. */
bool yaml_words(const struct yaml *node, const char *where, const char **words, struct arena *arena,
                struct error *error);
#endif

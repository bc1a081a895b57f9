/* tests/fuzz/fuzz_yaml.c - any bytes as YAML, and what comes out as a table. */
#include "fuzz.h"
#include "io/table.h"
#include "io/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct arena *arena = arena_new();
  struct error error = {0}, table_error = {0};
  const struct yaml *root = yaml_parse((const char *)bytes, length, "fuzz", arena, &error);
  check_refusal(root, &error);
  if (root != NULL) {
    const struct table *table = table_from_yaml(root, "table", arena, &table_error);
    check_refusal(table, &table_error);
  }
  arena_free(arena);
  return 0;
}

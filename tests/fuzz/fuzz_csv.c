/* tests/fuzz/fuzz_csv.c - any bytes as CSV; a table that was read is written and must read back the same. */
#include "fuzz.h"
#include "io/csv.h"

static void check_round_trip(const struct table *table, struct arena *arena)
{
  struct text text = text_new(arena);
  struct error error = {0};
  csv_add_row(&text, table->names, table->columns);
  for (int row = 0; row < table->rows; row++)
    csv_add_row(&text, table->cells + (size_t)row * (size_t)table->columns, table->columns);
  const struct table *again = csv_parse_table(text.bytes, text.length, "fuzz", "table", arena, &error);
  if (table->columns == 1) return; /* a row of one empty cell is a blank line */
  assert(again != NULL && again->rows == table->rows && again->columns == table->columns);
  for (int row = 0; row < table->rows; row++)
    for (int column = 0; column < table->columns; column++)
      assert(text_equal(table_cell(table, row, column), table_cell(again, row, column)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct table *table = csv_parse_table((const char *)bytes, length, "fuzz", "table", arena, &error);
  check_refusal(table, &error);
  if (table != NULL) check_round_trip(table, arena);
  arena_free(arena);
  return 0;
}

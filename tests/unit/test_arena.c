/* Memory: alignment, zeroing after reuse, growth, marks. */
#include <string.h>

#include "base/arena.h"
#include "unit.h"

static void blocks_are_aligned_and_zeroed(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  for (size_t bytes = 1; bytes < 3000000; bytes = bytes * 3 + 1) {
    unsigned char *memory = arena_alloc(arena, bytes, 1);
    assert_int_equal((uintptr_t)memory % 64, 0);
    for (size_t i = 0; i < bytes; i++) assert_int_equal(memory[i], 0);
    memset(memory, 0xAB, bytes);
  }
  arena_free(arena);
}

static void allocations_do_not_overlap(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  enum { count = 500 };
  int *blocks[count];
  for (int i = 0; i < count; i++) {
    blocks[i] = ARENA_ARRAY(arena, 1 + i * 7 % 300, int);
    for (int j = 0; j < 1 + i * 7 % 300; j++) blocks[i][j] = i;
  }
  for (int i = 0; i < count; i++)
    for (int j = 0; j < 1 + i * 7 % 300; j++) assert_int_equal(blocks[i][j], i);
  arena_free(arena);
}

static void reset_gives_back_what_came_after_the_mark(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  int *kept = ARENA_ARRAY(arena, 10, int);
  kept[9] = 99;
  const struct arena_mark mark = arena_mark(arena);
  const size_t small = 1000, large = 5000000;
  char *first = arena_alloc(arena, small, 1);
  memset(first, 1, small);
  memset(arena_alloc(arena, large, 1), 1, large);
  const size_t held = arena_bytes(arena);
  for (int round = 0; round < 20; round++) {
    arena_reset(arena, mark);
    char *again = arena_alloc(arena, small, 1);
    assert_ptr_equal(again, first);
    char *second = arena_alloc(arena, large, 1);
    for (size_t i = 0; i < small; i++) assert_int_equal(again[i], 0);
    for (size_t i = 0; i < large; i += 997) assert_int_equal(second[i], 0);
    memset(again, 2, small);
    memset(second, 2, large);
  }
  assert_int_equal(arena_bytes(arena), held); /* spares are used again */
  assert_int_equal(kept[9], 99);
  arena_free(arena);
}

static void marks_nest(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct arena_mark outer = arena_mark(arena); /* before any block exists */
  char *first = arena_copy(arena, "first");
  const struct arena_mark inner = arena_mark(arena);
  (void)arena_alloc(arena, 200000, 1);
  arena_reset(arena, inner);
  assert_string_equal(first, "first");
  arena_reset(arena, outer);
  assert_ptr_equal(arena_copy(arena, "again"), first);
  arena_free(arena);
}

static void grow_copies_and_zeroes_the_tail(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double old[] = {1, 2, 3};
  const double *larger = arena_grow(arena, old, 3, 5, sizeof old[0]);
  assert_memory_equal(larger, old, sizeof old);
  assert_true(larger[3] == 0 && larger[4] == 0);
  assert_non_null(arena_grow(arena, NULL, 0, 0, 8));
  arena_free(arena);
}

static void formats_into_the_arena(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  assert_string_equal(arena_format(arena, "%s-%d", "node", 7), "node-7");
  assert_int_equal(strlen(arena_format(arena, "%*d", 100000, 1)), 100000);
  arena_free(arena);
  arena_free(NULL);
}

/* Room that was used before is not cleared, and what is asked for after it is. */
static void room_is_as_large_and_apart(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct arena_mark empty = arena_mark(arena);
  memset(arena_alloc(arena, 1000, 1), 1, 1000);
  arena_reset(arena, empty);
  double *room = ARENA_ROOM(arena, 50, double);
  unsigned char *after = ARENA_ARRAY(arena, 500, unsigned char);
  for (int i = 0; i < 50; i++) room[i] = -1;
  for (int i = 0; i < 500; i++) assert_int_equal(after[i], 0);
  assert_true((uintptr_t)room % 64 == 0 && after >= (unsigned char *)(room + 50));
  arena_free(arena);
}

static void a_cleared_arena_holds_nothing_and_goes_on(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const size_t bare = arena_bytes(arena);
  memset(arena_alloc(arena, 1 << 20, 1), 1, 1 << 20);
  assert_true(arena_bytes(arena) > 1 << 20);
  arena_clear(arena);
  assert_int_equal(arena_bytes(arena), bare);
  const unsigned char *again = ARENA_ARRAY(arena, 1000, unsigned char);
  for (int i = 0; i < 1000; i++) assert_int_equal(again[i], 0);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_are_aligned_and_zeroed),
      cmocka_unit_test(allocations_do_not_overlap),
      cmocka_unit_test(reset_gives_back_what_came_after_the_mark),
      cmocka_unit_test(marks_nest),
      cmocka_unit_test(grow_copies_and_zeroes_the_tail),
      cmocka_unit_test(room_is_as_large_and_apart),
      cmocka_unit_test(a_cleared_arena_holds_nothing_and_goes_on),
      cmocka_unit_test(formats_into_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

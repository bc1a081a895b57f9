/* base/arena.c - chained blocks, each twice as large as the one before, bumped from bottom to top.
 *
 * Blocks come from calloc, so that memory never used before need not be zeroed again: a block remembers how far it was
 * ever handed out (touched) and only that part is cleared when it is given out a second time. A reset keeps the
 * blocks after the mark as spares: a loop that marks and resets asks the system for memory once.
 * Under the address sanitizer every allocation is followed by a red zone and everything not handed out is poisoned.
 * Does not give single blocks back, and is not for use by two threads at once.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_GUARDED 1
#endif
#endif

#ifdef ARENA_GUARDED
#include <sanitizer/asan_interface.h>
enum { red_zone_bytes = 64 };
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes)   ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
enum { red_zone_bytes = 0 };
#endif

enum { alignment = 64 };
static const size_t first_block_bytes = (size_t)64 << 10;
static const size_t block_bytes_max = (size_t)64 << 20;

struct block {
  struct block *next; /* later ones, spares included */
  char *payload;
  size_t bytes, used, touched; /* used <= bytes; all beyond touched is zero */
};

struct arena {
  struct block *first, *last; /* last: the one being filled; those after it are spares. NULL: nothing handed out */
  size_t held_bytes, next_block_bytes;
  struct arena *child, *sibling; /* freed with it; of the same parent */
};

struct arena *arena_new(void)
{
  struct arena *arena = calloc(1, sizeof *arena);
  if (arena == NULL) abort();
  arena->next_block_bytes = first_block_bytes;
  return arena;
}

struct arena *arena_child(struct arena *parent)
{
  struct arena *child = arena_new();
  child->sibling = parent->child;
  parent->child = child;
  return child;
}

void arena_clear(struct arena *arena)
{
  for (struct block *block = arena->first; block != NULL;) {
    struct block *next = block->next;
    ASAN_UNPOISON_MEMORY_REGION(block->payload, block->bytes);
    free(block);
    block = next;
  }
  arena->first = arena->last = NULL;
  arena->held_bytes = 0;
  arena->next_block_bytes = first_block_bytes;
}

void arena_free(struct arena *arena)
{
  if (arena == NULL) return;
  for (struct arena *child = arena->child; child != NULL;) {
    struct arena *sibling = child->sibling;
    arena_free(child);
    child = sibling;
  }
  arena_clear(arena);
  free(arena);
}

static struct block *block_new(struct arena *arena, size_t need)
{
  const size_t bytes = need > arena->next_block_bytes ? need : arena->next_block_bytes;
  struct block *block = calloc(1, sizeof *block + alignment + bytes);
  if (block == NULL) abort();
  const uintptr_t payload = ((uintptr_t)(block + 1) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  block->payload = (char *)block + (payload - (uintptr_t)block);
  block->bytes = bytes;
  ASAN_POISON_MEMORY_REGION(block->payload, block->bytes);
  arena->held_bytes += sizeof *block + alignment + bytes;
  if (arena->next_block_bytes < block_bytes_max) arena->next_block_bytes *= 2;
  return block;
}

/* The block to fill with need bytes: the current one, a spare, or a new one put right after the current one. */
static struct block *block_with_room(struct arena *arena, size_t need)
{
  struct block *block = arena->last;
  if (block != NULL && block->bytes - block->used >= need) return block;
  struct block **place = block != NULL ? &block->next : &arena->first;
  while (*place != NULL && (*place)->bytes < need) place = &(*place)->next;
  struct block *found = *place;
  if (found != NULL) *place = found->next; /* a spare, taken out of its place */
  if (found == NULL) found = block_new(arena, need);
  place = block != NULL ? &block->next : &arena->first;
  found->next = *place;
  *place = found;
  arena->last = found;
  assert(found->used == 0);
  return found;
}

/* Room for so many bytes; the first *dirty of them were handed out before. */
static char *room_for(struct arena *arena, size_t count, size_t size, size_t *dirty)
{
  assert(arena != NULL && size > 0);
  if (count > (SIZE_MAX / 4) / size) abort();
  const size_t bytes = count * size;
  const size_t need = ((bytes + alignment - 1) & ~(size_t)(alignment - 1)) + red_zone_bytes;
  struct block *block = block_with_room(arena, need);
  char *memory = block->payload + block->used;
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
  const size_t before = block->touched > block->used ? block->touched - block->used : 0;
  *dirty = before < bytes ? before : bytes;
  block->used += need;
  if (block->touched < block->used) block->touched = block->used;
  return memory;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
  size_t dirty;
  char *memory = room_for(arena, count, size, &dirty);
  if (dirty > 0) memset(memory, 0, dirty);
  return memory;
}

/* Under the sanitizer what was not written shows as huge numbers. */
void *arena_room(struct arena *arena, size_t count, size_t size)
{
  size_t dirty;
  char *memory = room_for(arena, count, size, &dirty);
  if (red_zone_bytes > 0 && count > 0) memset(memory, 0x7b, count * size);
  return memory;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size)
{
  assert(new_count >= old_count && (old != NULL || old_count == 0));
  size_t dirty;
  const size_t kept = old_count * size;
  char *larger = room_for(arena, new_count, size, &dirty);
  if (kept > 0) memcpy(larger, old, kept);
  if (dirty > kept) memset(larger + kept, 0, dirty - kept);
  return larger;
}

char *arena_copy(struct arena *arena, const char *text)
{
  assert(text != NULL);
  return arena_grow(arena, text, strlen(text) + 1, strlen(text) + 1, 1);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  char *text = arena_format_list(arena, format, arguments);
  va_end(arguments);
  return text;
}

char *arena_format_list(struct arena *arena, const char *format, va_list arguments)
{
  assert(format != NULL);
  va_list measured;
  va_copy(measured, arguments);
  const int length = vsnprintf(NULL, 0, format, measured);
  va_end(measured);
  assert(length >= 0);
  char *text = arena_alloc(arena, (size_t)length + 1, 1);
  (void)vsnprintf(text, (size_t)length + 1, format, arguments);
  return text;
}

struct arena_mark arena_mark(const struct arena *arena)
{
  return (struct arena_mark){.block = arena->last, .used = arena->last != NULL ? arena->last->used : 0};
}

static void block_rewind(struct block *block, size_t used)
{
  assert(used <= block->used);
  ASAN_POISON_MEMORY_REGION(block->payload + used, block->bytes - used);
  block->used = used;
}

void arena_reset(struct arena *arena, struct arena_mark mark)
{
  struct block *keep = mark.block;
  if (keep != NULL) block_rewind(keep, mark.used);
  for (struct block *block = keep != NULL ? keep->next : arena->first; block != NULL; block = block->next)
    block_rewind(block, 0);
  arena->last = keep;
}

void arena_trim(void)
{
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

size_t arena_bytes(const struct arena *arena)
{
  return sizeof *arena + arena->held_bytes;
}

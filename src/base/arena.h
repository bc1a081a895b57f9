/* base/arena.h - memory that lives as long as one job.
 *
 * One arena per run, one scratch arena per thread; nobody frees a single block. Blocks are zeroed and aligned to
 * 64 bytes. Running out of memory is not an error a caller can mend: arena_alloc aborts the process.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stdarg.h>
#include <stddef.h>

struct arena;

[[nodiscard]] struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is allowed */

/* One for another thread, freed with its parent. Make it before the thread begins. */
[[nodiscard]] struct arena *arena_child(struct arena *parent);

/* count * size bytes, zeroed. count 0 gives a valid pointer that must not be read. */
[[nodiscard]] void *arena_alloc(struct arena *arena, size_t count, size_t size);
/* The same but for the zeros: for what is written whole at once. */
[[nodiscard]] void *arena_room(struct arena *arena, size_t count, size_t size);

/* A larger copy of old (old_count items, may be NULL with old_count 0); the tail is zeroed. old stays valid. */
[[nodiscard]] void *arena_grow(struct arena *arena, const void *old, size_t old_count, size_t new_count, size_t size);

[[nodiscard]] char *arena_copy(struct arena *arena, const char *text);
[[nodiscard]] char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
[[nodiscard]] char *arena_format_list(struct arena *arena, const char *format, va_list arguments);

/* Scratch use: everything allocated after the mark is given back at the reset. Marks nest. */
struct arena_mark {
  void *block;
  size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_reset(struct arena *arena, struct arena_mark mark);

/* Everything is given back to the system; the arena can be used again. */
void arena_clear(struct arena *arena);

/* Gives what was freed, by all arenas, back to the system, where the C library would keep it for later. */
void arena_trim(void);

/* Bytes held from the system, for reports of memory. */
size_t arena_bytes(const struct arena *arena);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_alloc((arena), (size_t)(count), sizeof(type)))
#define ARENA_ROOM(arena, count, type)  ((type *)arena_room((arena), (size_t)(count), sizeof(type)))
#endif

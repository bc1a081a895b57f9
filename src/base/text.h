/* base/text.h - a growing text in an arena. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct text {
  struct arena *arena;
  char *bytes; /* always terminated; "" before the first addition */
  size_t length, capacity;
};

struct text text_new(struct arena *arena);
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const char *bytes, size_t count);
/* The fewest of 15, 16 or 17 digits that read back as the same double. */
void text_add_number(struct text *text, double value);

/* Display columns of UTF-8 text (code points; no wide characters in our output). */
int text_columns(const char *utf8);
bool text_equal(const char *a, const char *b); /* NULL equals NULL only */
bool text_starts(const char *text, const char *prefix);

/* A shell-style match with '*' (any run) and '?' only. */
bool text_matches(const char *pattern, const char *text);

/* The closest of count candidates by edit distance, or NULL when none is near: "did you mean ...". */
const char *text_nearest(const char *word, const char *const *candidates, int count);
#endif

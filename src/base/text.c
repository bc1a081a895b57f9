/* base/text.c - a growing text, and the few questions we ask of words.
 *
 * Growth doubles and leaves the old copy in the arena. Columns are counted as code points: combining marks and wide
 * characters do not occur in what we print. Nearness is the edit distance with swaps of neighbours (optimal string
 * alignment), on words of at most 63 bytes.
 */
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text text_new(struct arena *arena)
{
  /* The literal is never written to: capacity 0 makes the first addition allocate. */
  return (struct text){.arena = arena, .bytes = ""};
}

static void text_reserve(struct text *text, size_t more)
{
  const size_t need = text->length + more + 1;
  if (need <= text->capacity) return;
  size_t capacity = text->capacity > 0 ? text->capacity : 64;
  while (capacity < need) capacity *= 2;
  text->bytes = arena_grow(text->arena, text->bytes, text->length, capacity, 1);
  text->capacity = capacity;
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
  text_reserve(text, count);
  if (count > 0) memcpy(text->bytes + text->length, bytes, count);
  text->length += count;
  text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
  assert(format != NULL);
  va_list arguments, measured;
  va_start(arguments, format);
  va_copy(measured, arguments);
  const int length = vsnprintf(NULL, 0, format, measured);
  va_end(measured);
  assert(length >= 0);
  text_reserve(text, (size_t)length);
  (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
  va_end(arguments);
  text->length += (size_t)length;
}

void text_add_number(struct text *text, double value)
{
  char number[32];
  for (int digits = 15; digits <= 17; digits++) {
    (void)snprintf(number, sizeof number, "%.*g", digits, value);
    if (strtod(number, NULL) == value) break;
  }
  text_add_bytes(text, number, strlen(number));
}

int text_columns(const char *utf8)
{
  int columns = 0;
  for (; *utf8 != '\0'; utf8++) columns += ((unsigned char)*utf8 & 0xC0u) != 0x80u; /* continuation bytes: 10xxxxxx */
  return columns;
}

bool text_equal(const char *a, const char *b)
{
  if (a == NULL || b == NULL) return a == b;
  return a[0] == b[0] && strcmp(a, b) == 0; /* most differ at once */
}

bool text_starts(const char *text, const char *prefix)
{
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_matches(const char *pattern, const char *text)
{
  const char *star = NULL, *after_star = NULL; /* on a mismatch the last '*' takes one character more */
  while (*text != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      after_star = text;
    } else if (*pattern == '?' || (*pattern == *text && *pattern != '\0')) {
      pattern++;
      text++;
    } else if (star != NULL) {
      pattern = star;
      text = ++after_star;
    } else {
      return false;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == '\0';
}

enum { word_max = 64 };

static int minimum(int a, int b)
{
  return a < b ? a : b;
}

static int edit_distance(const char *a, const char *b)
{
  const int rows = (int)strlen(a), columns = (int)strlen(b);
  assert(rows < word_max && columns < word_max);
  int distance[word_max][word_max];
  for (int i = 0; i <= rows; i++) distance[i][0] = i;
  for (int j = 0; j <= columns; j++) distance[0][j] = j;
  for (int i = 1; i <= rows; i++) {
    for (int j = 1; j <= columns; j++) {
      int best = distance[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      best = minimum(best, minimum(distance[i - 1][j], distance[i][j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = minimum(best, distance[i - 2][j - 2] + 1);
      distance[i][j] = best;
    }
  }
  return distance[rows][columns];
}

const char *text_nearest(const char *word, const char *const *candidates, int count)
{
  const int length = (int)strlen(word);
  if (length >= word_max) return NULL;
  const char *nearest = NULL;
  int nearest_distance = length < 6 ? 1 : length / 3; /* a third of the letters may differ, one in a short word */
  for (int i = 0; i < count; i++) {
    if (strlen(candidates[i]) >= word_max) continue;
    const int distance = edit_distance(word, candidates[i]);
    if (distance > nearest_distance || (distance == nearest_distance && nearest != NULL)) continue;
    nearest = candidates[i];
    nearest_distance = distance;
  }
  return nearest;
}

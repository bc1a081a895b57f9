/* io/utf8.c - the well-formed byte sequences of the Unicode standard, table 3-7: no overlong forms, no surrogates,
 * nothing beyond U+10FFFF. Does not look at what characters mean.
 */
#include "io/utf8.h"

#include <stdbool.h>

static bool follows(unsigned char byte, unsigned char low, unsigned char high)
{
  return byte >= low && byte <= high;
}

int utf8_character(const char *bytes, size_t length)
{
  if (length == 0) return 0;
  const unsigned char *b = (const unsigned char *)bytes;
  if (b[0] < 0x80) return 1;
  if (follows(b[0], 0xC2, 0xDF)) return length >= 2 && follows(b[1], 0x80, 0xBF) ? 2 : 0;
  if (follows(b[0], 0xE0, 0xEF)) {
    const unsigned char low = b[0] == 0xE0 ? 0xA0 : 0x80, high = b[0] == 0xED ? 0x9F : 0xBF;
    return length >= 3 && follows(b[1], low, high) && follows(b[2], 0x80, 0xBF) ? 3 : 0;
  }
  if (follows(b[0], 0xF0, 0xF4)) {
    const unsigned char low = b[0] == 0xF0 ? 0x90 : 0x80, high = b[0] == 0xF4 ? 0x8F : 0xBF;
    const bool fits = length >= 4 && follows(b[1], low, high) && follows(b[2], 0x80, 0xBF);
    return fits && follows(b[3], 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

size_t utf8_valid(const char *bytes, size_t length)
{
  size_t valid = 0;
  for (int count; valid < length && (count = utf8_character(bytes + valid, length - valid)) > 0;)
    valid += (size_t)count;
  return valid;
}

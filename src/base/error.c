/* base/error.c - fills the caller's struct error once and prints it in the form compilers use.
 *
 * Texts too long for their place are cut; nothing is allocated, so that running out of anything can be told.
 */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_cut(char *target, size_t target_bytes, const char *source)
{
  (void)snprintf(target, target_bytes, "%s", source != NULL ? source : "");
}

bool error_set(struct error *error, const char *file, int line, const char *field, const char *format, ...)
{
  assert(format != NULL && line >= 0);
  if (error == NULL || error->set) return false;
  error->set = true;
  error->line = line;
  copy_cut(error->file, sizeof error->file, file);
  copy_cut(error->field, sizeof error->field, field);
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return false;
}

void error_print(const struct error *error, char *buffer, int buffer_bytes)
{
  assert(error != NULL && buffer != NULL && buffer_bytes > 0);
  char line[16] = "";
  if (error->line > 0) (void)snprintf(line, sizeof line, "%s%d", error->file[0] != '\0' ? ":" : "line ", error->line);
  const bool placed = error->file[0] != '\0' || error->line > 0;
  (void)snprintf(buffer, (size_t)buffer_bytes, "%s%s%s%s%s%s", error->file, line, placed ? ": " : "", error->field,
                 error->field[0] != '\0' ? ": " : "", error->message);
}

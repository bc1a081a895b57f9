/* tests/formats/formats_doc.c - writes the generated part of docs/formats.md: what follows the marker line.
 *
 *   formats_doc                   prints it
 *   formats_doc --write FILE      replaces it in FILE
 */
#include <stdio.h>
#include <string.h>

#include "formats.h"
#include "io/file.h"

static bool replace(const char *path, struct arena *arena, struct error *error)
{
  const char *document = file_read(path, NULL, arena, error);
  if (document == NULL) return false;
  const char *marker = strstr(document, formats_marker);
  if (marker == NULL) return error_set(error, path, 0, NULL, "has no line '%s'", formats_marker);
  const int kept = (int)(marker - document);
  const char *text = arena_format(arena, "%.*s%s\n\n%s", kept, document, formats_marker, formats_generated(arena));
  return file_write(path, text, strlen(text), error);
}

int main(int count, char **arguments)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  char line[1024];
  if (count == 3 && strcmp(arguments[1], "--write") == 0)
    replace(arguments[2], arena, &error);
  else
    fputs(formats_generated(arena), stdout);
  error_print(&error, line, sizeof line);
  if (error.set) fprintf(stderr, "%s\n", line);
  arena_free(arena);
  return error.set;
}

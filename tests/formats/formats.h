/* tests/formats/formats.h - the generated part of docs/formats.md, for the program that writes it and its test. */
#ifndef FORMATS_H
#define FORMATS_H
#include "dataset/describe.h"

#define formats_marker "<!-- generated from here on -->"

static inline const char *formats_generated(struct arena *arena)
{
  return formats_markdown(arena);
}
#endif

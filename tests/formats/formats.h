/* tests/formats/formats.h - the generated part of docs/formats.md, for the program that writes it and its test. */
#ifndef FORMATS_H
#define FORMATS_H
#include "dataset/describe.h"
#include "model/instruments.h"

#define formats_marker "<!-- generated from here on -->"

static inline const char *formats_generated(struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "%s\n## Kinds of instruments\n\nThe terms of each kind, beside the head that all share.\n",
           formats_markdown(arena));
  int count;
  const struct instrument_kind *const *kinds = instrument_kinds(&count);
  for (int i = 0; i < count; i++) {
    text_add(&text, "\n### %s\n\n%s.\n\n", kinds[i]->name, kinds[i]->help);
    fields_markdown(kinds[i]->fields, NULL, &text);
  }
  return text.bytes;
}
#endif

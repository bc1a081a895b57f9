/* dataset/record.h - what every row of every table begins with. */
#ifndef DATASET_RECORD_H
#define DATASET_RECORD_H
#include "base/field.h"

/* First member of every entity. Columns of the same names exist in every table (id is optional in relation tables). */
struct record {
  const char *id;      /* made up from the row's parts where a table needs none: never NULL */
  const char *source;  /* ids of `sources`, separated by spaces: a default for the row; field:id for a single field */
  const char *quality; /* A official, B filing, C press, D estimate or guess */
  const char *note;
  struct place place;
};
#endif

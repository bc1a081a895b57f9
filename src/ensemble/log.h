/* ensemble/log.h - the log of draws: its header, and a record of a draw in bytes. Inner header; docs/uncertainty.md. */
#ifndef ENSEMBLE_LOG_H
#define ENSEMBLE_LOG_H
#include "ensemble/ensemble.h"

struct draw_record {
  long draw;
  uint64_t digest; /* of its inputs */
  enum draw_state state;
  const double *values;       /* [indicators] */
  const char *failure;        /* NULL: none */
  const unsigned char *codes; /* [cells] bins of all fields; NULL: not here, they are in a record of counts */
};

/* One line of JSON. */
const char *log_header(const struct ensemble *ensemble, const char *inputs, struct arena *arena);

/* Little-endian: draw (8 bytes), digest (8), state (4), values (4 + 8 each), failure (4 + text), bins as fields_pack
 * gives them to the end. */
const unsigned char *record_pack(const struct draw_record *record, const struct ensemble *ensemble, size_t *length,
                                 struct arena *arena);
bool record_unpack(struct draw_record *record, const struct ensemble *ensemble, const unsigned char *bytes,
                   size_t length, struct arena *arena);

/* The counts of fields of all draws before it whose record has no bins: a mark that no draw has (8 bytes), how many
 * draws (8), the counts as fields_pack_counts gives them. */
const unsigned char *counts_pack(const struct ensemble *ensemble, size_t *length, struct arena *arena);
bool counts_marked(const unsigned char *bytes, size_t length);
/* Adds them; *draws: of how many. False: of other fields. */
bool counts_unpack(const struct ensemble *ensemble, const unsigned char *bytes, size_t length, long *draws);

/* How many draws are wanted: 8 bytes, first of all and whenever it changes; the last one holds. */
bool plan_unpack(const unsigned char *bytes, size_t length, long *draws); /* false: a record of something else */
const unsigned char *plan_pack(long draws, size_t *length, struct arena *arena);
#endif

/* ensemble/log.h - the log of draws: its header, and a record of a draw in bytes. Inner header; docs/uncertainty.md. */
#ifndef ENSEMBLE_LOG_H
#define ENSEMBLE_LOG_H
#include "ensemble/ensemble.h"

struct draw_record {
  long draw;
  uint64_t digest; /* of its inputs */
  enum draw_state state;
  const double *values; /* [indicators] */
  const char *failure;  /* NULL: none */
};

/* One line of JSON. */
const char *log_header(const struct ensemble *ensemble, const char *inputs, struct arena *arena);

/* Little-endian: draw (8 bytes), digest (8), state (4), values (4 + 8 each), failure (4 + text). */
const unsigned char *record_pack(const struct draw_record *record, int values_count, size_t *length,
                                 struct arena *arena);
bool record_unpack(struct draw_record *record, const unsigned char *bytes, size_t length, int values_count,
                   struct arena *arena);

/* How many draws are wanted: 8 bytes, first of all and whenever it changes; the last one holds. */
bool plan_unpack(const unsigned char *bytes, size_t length, long *draws); /* false: a record of something else */
const unsigned char *plan_pack(long draws, size_t *length, struct arena *arena);
#endif

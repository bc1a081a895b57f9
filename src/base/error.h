/* base/error.h - what was wrong with the input, for the person who wrote it.
 *
 * The caller owns the struct and zero-initialises it. The first error wins: later calls leave it alone, so a reader
 * may go on and the user still sees the cause. Wrong programs are asserts and what a solver found is a status;
 * neither comes here.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H
#include <stdbool.h>

struct error {
  bool set;
  char file[256];    /* path as the user gave it, "" when no file is to blame */
  int line;          /* 1-based; 0 when unknown. In a CSV file the line of the row */
  char field[128];   /* "facilities.capacity_t_per_year", "" when no field is to blame */
  char message[512]; /* what was found and what was expected, one sentence without a full stop */
};

/* Always returns false, so that a reader can `return error_set(...)`. file and field may be NULL. error may be NULL. */
bool error_set(struct error *error, const char *file, int line, const char *field, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* "file:line: field: message" (the parts that are known) into buffer, always terminated. */
void error_print(const struct error *error, char *buffer, int buffer_bytes);
#endif

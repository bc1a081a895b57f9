/* tests/fuzz/fuzz.h - what every fuzzer defines, and what it asserts of a refusal. */
#ifndef FUZZ_H
#define FUZZ_H
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Either there is a result or there is a reason, never both. */
static inline void check_refusal(const void *result, const struct error *error)
{
  assert((result == NULL) == error->set);
  if (error->set) assert(error->message[0] != '\0' && error->line >= 0 && strcmp(error->file, "fuzz") == 0);
}
#endif

/* model/classes.h - origin classes: which rules are traced, for which materials, and what a place complies with. */
#ifndef MODEL_CLASSES_H
#define MODEL_CLASSES_H
#include "model/network.h"

struct classes {
  class_mask traced;    /* rules that some consumer or instrument asks for, and CLASS_QUALIFIED */
  const bool *material; /* [materials]: carries a class; the others have class 0 alone */
};

/* asked: what instruments need; what segments require is added here. */
struct classes classes_trace(const struct dataset *dataset, class_mask asked, struct arena *arena);

/* What a process at a facility leaves standing of its inputs' class: the bits whose rule does not cover it. */
class_mask classes_of_place(const struct dataset *dataset, const struct classes *classes, int facility, int process);

/* The class a segment asks for. */
class_mask classes_of_segment(const struct dataset *dataset, const struct segment *segment);

/* " (not-china, qualified)" or "". */
const char *classes_name(const struct dataset *dataset, class_mask class, struct arena *arena);
#endif

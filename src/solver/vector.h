/* solver/vector.h - a few doubles at once, by the compilers' vector extensions; any address will do.
 *
 * As many as a register of the build's instruction set holds: compilers emulate wider ones poorly. Operations go
 * element by element only, so results do not depend on the width.
 */
#ifndef SOLVER_VECTOR_H
#define SOLVER_VECTOR_H

#ifdef __AVX__
enum { VECTOR_DOUBLES = 4 };
#else
enum { VECTOR_DOUBLES = 2 };
#endif

typedef double vector __attribute__((vector_size(VECTOR_DOUBLES * sizeof(double)), aligned(8), may_alias));

#define VECTOR_AT(array, index)   (*(vector *)&(array)[index])
#define VECTOR_READ(array, index) (*(const vector *)&(array)[index])
#endif

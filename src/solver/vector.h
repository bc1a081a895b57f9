/* solver/vector.h - several doubles at once.
 *
 * By the compilers' vector extensions, any address will do: as many as a register of the build's instruction set holds,
 * since compilers emulate wider ones poorly. Operations go element by element only, so results do not depend on the
 * width. And functions that the compiler builds for any machine and for those with wider registers: which one runs is
 * decided when the program is loaded; products and sums are rounded alike in all.
 */
#ifndef SOLVER_VECTOR_H
#define SOLVER_VECTOR_H

#ifdef __AVX__
enum { VECTOR_DOUBLES = 4 };
#else
enum { VECTOR_DOUBLES = 2 };
#endif

#ifdef __clang__ /* which would round a product and a sum at once where the machine can */
#pragma STDC FP_CONTRACT OFF
#endif

typedef double vector __attribute__((vector_size(VECTOR_DOUBLES * sizeof(double)), aligned(8), may_alias));

#define VECTOR_AT(array, index)   (*(vector *)&(array)[index])
#define VECTOR_READ(array, index) (*(const vector *)&(array)[index])

/* Eight at once in loops over long arrays, whatever the machine has: so many partial sums a sum has everywhere. Arrays
 * are as long as EIGHTS says. */
typedef double eight __attribute__((vector_size(8 * sizeof(double)), aligned(8), may_alias));
typedef long long eight_mask __attribute__((vector_size(8 * sizeof(double)), aligned(8), may_alias));

#define EIGHTS(n)                (((n) + 7) / 8 * 8)
#define EIGHT_AT(array, index)   (*(eight *)&(array)[index])
#define EIGHT_READ(array, index) (*(const eight *)&(array)[index])
#define EIGHT_SELECT(mask, yes, no)                                                                                    \
  ((eight)(((eight_mask)(mask) & (eight_mask)(yes)) | (~(eight_mask)(mask) & (eight_mask)(no))))
#define EIGHT_LARGER(a, b)  EIGHT_SELECT((a) > (b), a, b)
#define EIGHT_SMALLER(a, b) EIGHT_SELECT((a) < (b), a, b)
#define EIGHT_SUM(v)        ((((v)[0] + (v)[1]) + ((v)[2] + (v)[3])) + (((v)[4] + (v)[5]) + ((v)[6] + (v)[7])))

#if defined(__SANITIZE_THREAD__)
#define VECTOR_ONE_BUILD 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) /* it is not ready when the choice is made */
#define VECTOR_ONE_BUILD 1
#endif
#endif

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(VECTOR_ONE_BUILD)
#define VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTOR_CLONES
#endif
#endif

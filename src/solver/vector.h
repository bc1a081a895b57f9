/* solver/vector.h - functions that the compiler builds twice: for any machine, and for one with wider registers.
 *
 * Which one runs is decided when the program is loaded. Products and sums are rounded alike in both, so results do not
 * depend on the machine.
 */
#ifndef SOLVER_VECTOR_H
#define SOLVER_VECTOR_H

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__)
#define VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define VECTOR_CLONES
#endif
#endif

/* ensemble/comm.h - the processes that share the draws: one alone (comm_single.c), or the ranks of MPI (comm_mpi.c).
 *
 * Rank 0 reads and writes files and speaks to the user; the others send it their records. Calls of one process must not
 * overlap: callers hold a lock.
 */
#ifndef ENSEMBLE_COMM_H
#define ENSEMBLE_COMM_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct comm {
  int rank, size;
};

/* Joins the other processes where this one was started by mpirun or srun. Once a process, before anything else. */
struct comm comm_begin(void);
/* Once, at the very end; all processes. failed: ends the others too, wherever they are. */
void comm_end(bool failed);
struct comm comm_here(void);

/* From rank 0 to all, in place. */
void comm_share(void *bytes, size_t length);

/* Of the others, to rank 0; length 0: this one has done its part. Returns at once unless much is under way already;
 * what waits, sleeps, so that ranks may share a processor. */
struct comm_queue;
[[nodiscard]] struct comm_queue *comm_queue_new(struct arena *arena); /* lives until comm_wait has returned */
void comm_send(struct comm_queue *queue, const void *bytes, size_t length);
/* Of rank 0: a record that has come, in the arena; NULL: none yet. *length 0: some rank has done its part. */
const void *comm_receive(size_t *length, struct arena *arena);

/* Of rank 0: all others shall stop; once, at the latest when all have done their part. Of the others: whether they
 * shall; and having done its part, wait for that word. */
void comm_stop_others(void);
bool comm_stopped(void);
void comm_wait(struct comm_queue *queue);
#endif

/* ensemble/comm_mpi.c - ranks by MPI: records as messages, dealt with one at a time.
 *
 * MPI is started only where a launcher has set its environment: a program run by hand stays what it is without it.
 * Errors of MPI end the job, as is its default.
 */
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ensemble/comm.h"

enum { TAG_RECORD = 1, TAG_STOP = 2 };

static bool is_launched(void)
{
  static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (getenv(signs[i]) != NULL) return true;
  return false;
}

static bool is_begun(void)
{
  int begun = 0, ended = 0;
  MPI_Initialized(&begun);
  if (begun) MPI_Finalized(&ended);
  return begun && !ended;
}

struct comm comm_begin(void)
{
  int level;
  if (is_launched() && !is_begun()) MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  return comm_here();
}

void comm_end(bool failed)
{
  if (!is_begun()) return;
  if (failed && comm_here().size > 1) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
}

struct comm comm_here(void)
{
  struct comm comm = {0, 1};
  if (!is_begun()) return comm;
  MPI_Comm_rank(MPI_COMM_WORLD, &comm.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &comm.size);
  return comm;
}

void comm_share(void *bytes, size_t length)
{
  char *at = bytes;
  for (; is_begun() && length > 0;) {
    const size_t part = length < INT_MAX ? length : INT_MAX;
    MPI_Bcast(at, (int)part, MPI_BYTE, 0, MPI_COMM_WORLD);
    at += part, length -= part;
  }
}

enum { queue_slots = 64 };

struct comm_queue {
  int next;
  MPI_Request requests[queue_slots];
  struct arena *arenas[queue_slots]; /* of the bytes on their way; NULL: free */
};

static void sleep_shortly(void)
{
  nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

struct comm_queue *comm_queue_new(struct arena *arena)
{
  return ARENA_NEW(arena, struct comm_queue);
}

/* Waits until what was sent from a slot has left. */
static void empty_slot(struct comm_queue *queue, int slot)
{
  int done = 0;
  if (queue->arenas[slot] == NULL) return;
  for (;;) {
    MPI_Test(&queue->requests[slot], &done, MPI_STATUS_IGNORE);
    if (done) break;
    sleep_shortly();
  }
  arena_free(queue->arenas[slot]);
  queue->arenas[slot] = NULL;
}

void comm_send(struct comm_queue *queue, const void *bytes, size_t length)
{
  const int slot = queue->next++ % queue_slots;
  empty_slot(queue, slot);
  queue->arenas[slot] = arena_new();
  char *copy = arena_alloc(queue->arenas[slot], length + 1, 1);
  if (length > 0) memcpy(copy, bytes, length);
  MPI_Isend(copy, (int)length, MPI_BYTE, 0, TAG_RECORD, MPI_COMM_WORLD, &queue->requests[slot]);
}

const void *comm_receive(size_t *length, struct arena *arena)
{
  MPI_Status status;
  int there = 0, count;
  if (!is_begun()) return NULL;
  MPI_Iprobe(MPI_ANY_SOURCE, TAG_RECORD, MPI_COMM_WORLD, &there, &status);
  if (!there) return NULL;
  MPI_Get_count(&status, MPI_BYTE, &count);
  void *bytes = arena_alloc(arena, (size_t)count + 1, 1);
  MPI_Recv(bytes, count, MPI_BYTE, status.MPI_SOURCE, TAG_RECORD, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  *length = (size_t)count;
  return bytes;
}

void comm_stop_others(void)
{
  const struct comm comm = comm_here();
  for (int rank = 1; rank < comm.size; rank++) MPI_Send(NULL, 0, MPI_BYTE, rank, TAG_STOP, MPI_COMM_WORLD);
}

bool comm_stopped(void)
{
  int there = 0;
  MPI_Iprobe(0, TAG_STOP, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
  return there;
}

void comm_wait(struct comm_queue *queue)
{
  for (int slot = 0; slot < queue_slots; slot++) empty_slot(queue, slot);
  while (!comm_stopped()) sleep_shortly();
  MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_STOP, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

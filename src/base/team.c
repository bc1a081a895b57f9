/* base/team.c - threads begun and joined; what they share, and its lock, are the caller's. */
#include "base/team.h"

#include <assert.h>
#include <pthread.h>

struct member {
  void (*work)(void *context, int member);
  void *context;
  int number;
  pthread_t thread;
};

int team_threads(int asked)
{
  return asked < 1 ? 1 : asked > team_threads_max ? team_threads_max : asked;
}

static void *member_run(void *context)
{
  const struct member *member = context;
  member->work(member->context, member->number);
  return NULL;
}

void team_work(int threads, void (*work)(void *context, int member), void *context)
{
  struct member members[team_threads_max];
  int begun = 1;
  assert(threads >= 1 && threads <= team_threads_max);
  for (int i = 0; i < threads; i++) members[i] = (struct member){.work = work, .context = context, .number = i};
  while (begun < threads && pthread_create(&members[begun].thread, NULL, member_run, &members[begun]) == 0) begun++;
  member_run(&members[0]);
  for (int i = 1; i < begun; i++) pthread_join(members[i].thread, NULL);
}

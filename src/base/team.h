/* base/team.h - one piece of work done by several threads: each takes from it what is left until nothing is. */
#ifndef BASE_TEAM_H
#define BASE_TEAM_H

enum { team_threads_max = 1024 };

/* How many a caller gets who asks for so many: at least one. */
int team_threads(int asked);

/* Calls work(context, member) with members 0 to threads - 1, each in a thread of its own and the first in the caller's,
 * and returns once all have. Where the system grants fewer threads the last members are not called: work must not
 * depend on how many take part. */
void team_work(int threads, void (*work)(void *context, int member), void *context);
#endif

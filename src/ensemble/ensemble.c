/* ensemble/ensemble.c - deals draws to threads and gathers their records. Read ensemble_step first.
 *
 * Threads take chunks of neighbouring draws from a counter; chunk_compute is all that knows how a chunk is solved. Each
 * thread works in an arena that is given back after every chunk, so memory does not grow with their number but for the
 * table of results. One lock guards that table, the log and what goes to other processes. With several processes, chunk
 * k is rank k's, counted round; the others send their records to rank 0, which alone has the log and the table.
 */
#include "ensemble/ensemble.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ensemble/comm.h"
#include "ensemble/log.h"
#include "ensemble/solve.h"
#include "ensemble/vary.h"
#include "io/file.h"
#include "io/journal.h"

/* Draws that are solved together: of more, fewer lanes idle at the end (24 take some four per cent less time than 16). */
enum { chunk_least = 16, chunk_most = 24, starts_every = 100 };

/* What all threads share; the lock guards everything below it. */
struct ensemble_work {
  struct ensemble *ensemble;
  struct ensemble_options options;
  struct arena *arena;               /* of the result */
  const struct outcome_batch *batch; /* NULL: draws are solved one by one */
  struct comm comm;
  struct comm_queue *queue;
  pthread_mutex_t lock;
  struct journal journal;
  long next, until; /* draws: the next one, and the end of this step */
  int chunk;        /* draws dealt together in this step */
  int at_work;      /* of rank 0: other ranks that have not done their part */
  bool stopped_others;
  long planned;   /* the last plan of the log */
  long uncounted; /* certified draws of the log whose bins have not come */
  bool ended;
  struct error error;
};

static double seconds_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- solving ---- */

static void hear(struct ensemble_work *team);

/* Whether to go on. Under the lock. */
static void ask(struct ensemble_work *team)
{
  if (!team->ended && team->options.progress != NULL)
    team->ended = !team->options.progress(team->options.context, team->ensemble);
}

static bool goes_on(void *context, double share, const char *what)
{
  (void)share, (void)what;
  struct ensemble_work *team = context;
  pthread_mutex_lock(&team->lock);
  hear(team);
  ask(team);
  const bool on = !team->ended;
  pthread_mutex_unlock(&team->lock);
  return on;
}

/* Every hundredth draw also by itself, from several starts. */
static void solve_draws(struct ensemble_work *team, const long *draws, const struct network *const *networks, int count,
                        const struct outcome **outcomes, struct arena *arena)
{
  const struct solve_options options = {.progress = goes_on, .progress_context = team};
  bool several_starts[chunk_most];
  for (int i = 0; i < count; i++) several_starts[i] = draws[i] % starts_every == starts_every - 1;
  variations_solve(team->batch, networks, several_starts, count, &options, outcomes, arena);
}

/* ---- gathering ---- */

static void keep(struct ensemble *ensemble, const struct draw_record *record, struct arena *arena)
{
  const int count = ensemble->indicators->count;
  if (record->draw >= ensemble->wanted || ensemble->state[record->draw] != DRAW_MISSING) return;
  memcpy(ensemble->values + record->draw * count, record->values, sizeof(double) * (size_t)count);
  ensemble->digests[record->draw] = record->digest;
  ensemble->state[record->draw] = (unsigned char)record->state;
  if (record->failure != NULL) ensemble->failure[record->draw] = arena_copy(arena, record->failure);
  ensemble->failed += record->state == DRAW_FAILED;
  ensemble->done++;
  if (record->draw >= ensemble->reach) ensemble->reach = record->draw + 1;
  if (record->codes != NULL && ensemble->counts != NULL)
    fields_count(ensemble->fields, record->codes, ensemble->counts);
}

/* Into the log first: what the result has is safe. Under the lock. */
static void take(struct ensemble_work *team, const void *bytes, size_t length)
{
  struct draw_record record;
  struct arena *arena = arena_new();
  if (team->options.log != NULL && !journal_append(&team->journal, bytes, length, &team->error)) team->ended = true;
  if (record_unpack(&record, team->ensemble, bytes, length, arena)) keep(team->ensemble, &record, team->arena);
  arena_free(arena);
  ask(team);
}

/* What other processes say. Under the lock. */
static void hear(struct ensemble_work *team)
{
  if (team->comm.size == 1) return;
  if (team->comm.rank > 0) {
    team->ended = team->ended || comm_stopped();
    return;
  }
  struct arena *arena = arena_new();
  const void *bytes;
  for (size_t length; (bytes = comm_receive(&length, arena)) != NULL;) {
    if (length == 0)
      team->at_work--;
    else
      take(team, bytes, length);
  }
  arena_free(arena);
  if (team->ended && !team->stopped_others) comm_stop_others(), team->stopped_others = true;
}

static void give(struct ensemble_work *team, const struct draw_record *record, struct arena *arena)
{
  size_t length;
  const unsigned char *bytes = record_pack(record, team->ensemble, &length, arena);
  pthread_mutex_lock(&team->lock);
  if (team->comm.rank > 0)
    comm_send(team->queue, bytes, length);
  else
    take(team, bytes, length);
  hear(team);
  pthread_mutex_unlock(&team->lock);
}

/* All that other ranks still send; they are told that it is over. */
static void gather(struct ensemble_work *team)
{
  if (team->comm.size == 1) return;
  if (team->comm.rank > 0) {
    comm_send(team->queue, NULL, 0);
    comm_wait(team->queue);
    return;
  }
  while (team->at_work > 0) {
    hear(team);
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  if (!team->stopped_others) comm_stop_others();
}

static bool has_missing(const struct ensemble *ensemble, long first, long end)
{
  for (long draw = first; draw < end; draw++)
    if (ensemble->state[draw] == DRAW_MISSING) return true;
  return false;
}

/* The next chunk of this rank that has anything to do; false: none is left. */
static bool take_chunk(struct ensemble_work *team, long *first, long *end)
{
  bool taken = false;
  pthread_mutex_lock(&team->lock);
  while (!taken && !team->ended && team->next < team->until) {
    *first = team->next;
    *end = *first + team->chunk < team->until ? *first + team->chunk : team->until;
    team->next = *end;
    taken = *first / team->chunk % team->comm.size == team->comm.rank && has_missing(team->ensemble, *first, *end);
  }
  pthread_mutex_unlock(&team->lock);
  return taken;
}

/* The draws of a chunk that are not done yet. */
static int missing_of(struct ensemble_work *team, long first, long end, long *draws)
{
  int count = 0;
  pthread_mutex_lock(&team->lock);
  for (long draw = first; draw < end; draw++)
    if (team->ensemble->state[draw] == DRAW_MISSING) draws[count++] = draw;
  pthread_mutex_unlock(&team->lock);
  return count;
}

/* Into values and codes of the record. */
static void measure(const struct ensemble *ensemble, const struct outcome *outcome, struct draw_record *record,
                    struct arena *arena)
{
  const struct metrics *metrics = metrics_compute_some(outcome, &ensemble->indicators->wanted, arena);
  double *values = ARENA_ARRAY(arena, ensemble->indicators->count, double);
  indicators_measure(ensemble->indicators, outcome, metrics, ensemble->run->metrics->budget.region, values, arena);
  record->values = values;
  if (record->state != DRAW_CERTIFIED) return;
  unsigned char *codes = ARENA_ARRAY(arena, ensemble->fields->cells, unsigned char);
  fields_code(ensemble->fields, outcome, metrics->tallies, codes);
  record->codes = codes;
}

/* All draws of a chunk that are not done yet, each with a record of its own that hangs on its number alone. */
static void chunk_compute(struct ensemble_work *team, long first, long end, struct arena *arena)
{
  const struct ensemble *ensemble = team->ensemble;
  const struct draw_inputs *inputs[chunk_most];
  const struct network *networks[chunk_most];
  const struct outcome *outcomes[chunk_most];
  long draws[chunk_most];
  const int count = missing_of(team, first, end, draws);
  for (int i = 0; i < count; i++) {
    inputs[i] = draws_make(ensemble->draws, draws[i], arena);
    networks[i] = network_vary(ensemble->run->network, &inputs[i]->redraw, arena);
  }
  solve_draws(team, draws, networks, count, outcomes, arena);
  const struct arena_mark solved = arena_mark(arena); /* what is measured is large: one draw's at a time */
  for (int i = 0; i < count; i++) {
    const bool whole = outcome_is_whole(outcomes[i]);
    arena_reset(arena, solved);
    if (!whole && !goes_on(team, 0, "")) return;
    struct draw_record record = {.draw = draws[i],
                                 .digest = inputs[i]->digest,
                                 .state = whole ? DRAW_CERTIFIED : DRAW_FAILED,
                                 .failure = whole ? NULL : outcomes[i]->failure};
    measure(ensemble, outcomes[i], &record, arena);
    give(team, &record, arena);
  }
}

static void *work(void *context)
{
  struct ensemble_work *team = context;
  struct arena *arena = arena_new();
  long first, end;
  const struct arena_mark empty = arena_mark(arena);
  while (take_chunk(team, &first, &end)) {
    chunk_compute(team, first, end, arena);
    arena_reset(arena, empty);
  }
  arena_free(arena);
  return NULL;
}

/* ---- all ---- */

enum { threads_max = 1024 };

static int threads_of(const struct ensemble_work *team)
{
  const int threads = team->options.threads;
  return threads < 1 ? 1 : threads > threads_max ? threads_max : threads;
}

/* As large as leaves none of the threads of all ranks without work. */
static int chunk_of(const struct ensemble_work *team, long draws)
{
  const long each = draws / ((long)threads_of(team) * team->comm.size);
  return each < chunk_least ? chunk_least : each > chunk_most ? chunk_most : (int)each;
}

static void run_team(struct ensemble_work *team, struct arena *scratch)
{
  const int threads = threads_of(team);
  pthread_t *others = ARENA_ARRAY(scratch, threads, pthread_t);
  int started = 0;
  while (started < threads - 1 && pthread_create(&others[started], NULL, work, team) == 0) started++;
  work(team);
  for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
}

/* Of a log that was finished once: the bins of all draws so far. */
static bool take_counts(struct ensemble_work *team, const unsigned char *bytes, size_t length)
{
  long draws = 0;
  if (!counts_unpack(team->ensemble, bytes, length, &draws) || draws != team->uncounted)
    return error_set(&team->error, team->options.log, 0, "draws",
                     "this log was finished with %ld certified draws; ask for at least as many draws as it has", draws);
  team->uncounted = 0;
  return true;
}

static bool take_logged(void *context, const unsigned char *bytes, size_t length)
{
  struct ensemble_work *team = context;
  struct draw_record record;
  if (plan_unpack(bytes, length, &team->planned)) return true;
  if (counts_marked(bytes, length)) return take_counts(team, bytes, length);
  struct arena *arena = arena_new();
  const bool whole = record_unpack(&record, team->ensemble, bytes, length, arena);
  if (whole) keep(team->ensemble, &record, team->arena);
  if (whole && record.draw < team->ensemble->wanted)
    team->uncounted += record.state == DRAW_CERTIFIED && record.codes == NULL;
  arena_free(arena);
  return whole;
}

static struct ensemble *ensemble_new(const struct run *run, const struct ensemble_options *options, struct arena *arena,
                                     struct error *error)
{
  struct ensemble *ensemble = ARENA_NEW(arena, struct ensemble);
  *ensemble =
      (struct ensemble){.run = run, .seed = options->seed, .sampling = options->sampling, .wanted = options->draws};
  if (!run->dataset->chance->any) {
    error_set(error, run->dataset->scenario->file, 0, NULL,
              "nothing in it is uncertain: it has no distributions, startups, regimes, price paths or hazards");
    return NULL;
  }
  if (run->dataset->scenario->expectations == EXPECTATIONS_RATIONAL) {
    error_set(
        error, run->dataset->scenario->file, 0, "economy.expectations",
        "rational: what is drawn is drawn anew in every period; the run itself shows its moments, without --draws");
    return NULL;
  }
  if (!network_expect_terms(run->network, arena, error)) return NULL;
  ensemble->indicators = indicators_choose(run, arena, error);
  if (ensemble->indicators == NULL) return NULL;
  ensemble->draws = draws_new(run->dataset, options->seed, options->sampling, arena);
  ensemble->values = ARENA_ARRAY(arena, options->draws * ensemble->indicators->count, double);
  ensemble->fields = fields_choose(run, arena);
  if (comm_here().rank == 0) ensemble->counts = ARENA_ARRAY(arena, ensemble->fields->cells * field_bins, int32_t);
  ensemble->digests = ARENA_ARRAY(arena, options->draws, uint64_t);
  ensemble->state = ARENA_ARRAY(arena, options->draws, unsigned char);
  ensemble->failure = ARENA_ARRAY(arena, options->draws, const char *);
  return ensemble;
}

/* A log begins with its header and plan, both or neither. */
static bool log_begin(long planned, const char *log, const char *header, struct arena *arena, struct error *error)
{
  struct journal journal;
  const char *part = arena_format(arena, "%s.part", log);
  size_t length;
  (void)remove(part);
  if (!journal_open(&journal, part, header, NULL, NULL, arena, error)) return false;
  const bool written = journal_append(&journal, plan_pack(planned, &length, arena), 8, error);
  journal_close(&journal);
  return written && (rename(part, log) == 0 || error_set(error, log, 0, NULL, "cannot be written"));
}

/* Opens the log and takes what is there; a plan for other draws than before is noted. */
static bool log_open(struct ensemble_work *team, const char *log, const char *inputs, struct error *error)
{
  size_t length;
  const char *header = log_header(team->ensemble, inputs, team->arena);
  const long planned = team->ensemble->wanted;
  if (!path_exists(log) && !log_begin(planned, log, header, team->arena, error)) return false;
  if (!journal_open(&team->journal, log, header, take_logged, team, team->arena, error)) return false;
  if (team->error.set) {
    *error = team->error;
    return false;
  }
  if (team->uncounted > 0)
    return error_set(error, log, 0, NULL, "it is damaged: the counts of fields of %ld draws are missing",
                     team->uncounted);
  if (team->planned == planned) return true;
  return journal_append(&team->journal, plan_pack(planned, &length, team->arena), 8, error);
}

struct ensemble_work *ensemble_begin(const struct run *run, const struct ensemble_options *options, struct arena *arena,
                                     struct error *error)
{
  assert(run->outcome->solved && options->draws >= 1);
  struct ensemble *ensemble = ensemble_new(run, options, arena, error);
  if (ensemble == NULL) return NULL;
  struct ensemble_work *team = ARENA_NEW(arena, struct ensemble_work);
  *team = (struct ensemble_work){
      .ensemble = ensemble, .options = *options, .arena = arena, .comm = comm_here(), .journal = {.descriptor = -1}};
  unsigned char opened =
      options->log == NULL || team->comm.rank > 0 || log_open(team, options->log, options->inputs, error);
  comm_share(&opened, 1);
  if (!opened) return NULL;
  ensemble->taken = ensemble->done;
  return team;
}

const struct ensemble *ensemble_so_far(const struct ensemble_work *work)
{
  return work->ensemble;
}

bool ensemble_step(struct ensemble_work *team, long until, struct error *error)
{
  struct ensemble *ensemble = team->ensemble;
  const double start = seconds_now();
  struct arena *scratch = arena_new();
  comm_share(ensemble->state, (size_t)ensemble->wanted);
  const long before = team->until;
  team->until = until < ensemble->wanted ? until : ensemble->wanted;
  team->chunk = chunk_of(team, team->until - before);
  team->next = 0;
  team->ended = team->stopped_others = false;
  team->queue = comm_queue_new(scratch);
  team->at_work = team->comm.size - 1;
  if (has_missing(ensemble, 0, team->until)) team->batch = outcome_batch_new(ensemble->run->network, NULL, scratch);
  pthread_mutex_init(&team->lock, NULL);
  run_team(team, scratch);
  gather(team);
  pthread_mutex_destroy(&team->lock);
  team->batch = NULL;
  arena_free(scratch);
  ensemble->stopped = team->ended && ensemble->done < ensemble->wanted;
  ensemble->seconds += seconds_now() - start;
  if (team->error.set) *error = team->error;
  return !team->error.set;
}

void ensemble_end(struct ensemble_work *team)
{
  journal_close(&team->journal);
}

const struct ensemble *ensemble_run(const struct run *run, const struct ensemble_options *options, struct arena *arena,
                                    struct error *error)
{
  struct ensemble_work *work = ensemble_begin(run, options, arena, error);
  if (work == NULL) return NULL;
  const bool done = ensemble_step(work, options->draws, error);
  ensemble_end(work);
  return done ? ensemble_so_far(work) : NULL;
}

double *ensemble_column(const struct ensemble *ensemble, int indicator, long *count, struct arena *arena)
{
  double *column = ARENA_ARRAY(arena, ensemble->reach, double);
  *count = 0;
  for (long d = 0; d < ensemble->reach; d++) {
    const double value = ensemble->values[d * ensemble->indicators->count + indicator];
    if (ensemble->state[d] == DRAW_CERTIFIED && !isnan(value)) column[(*count)++] = value;
  }
  return column;
}

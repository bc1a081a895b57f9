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

#include "base/team.h"
#include "ensemble/comm.h"
#include "ensemble/log.h"
#include "ensemble/solve.h"
#include "ensemble/vary.h"
#include "io/file.h"
#include "io/journal.h"

/* Draws that are solved together: of more, fewer lanes idle at the end (24 take some four per cent less time than
 * 16). */
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

static void hear(struct ensemble_work *job);

/* Whether to go on. Under the lock. */
static void ask(struct ensemble_work *job)
{
  if (!job->ended && job->options.progress != NULL)
    job->ended = !job->options.progress(job->options.context, job->ensemble);
}

static bool goes_on(void *context, double share, const char *what)
{
  (void)share, (void)what;
  struct ensemble_work *job = context;
  pthread_mutex_lock(&job->lock);
  hear(job);
  ask(job);
  const bool on = !job->ended;
  pthread_mutex_unlock(&job->lock);
  return on;
}

/* Every hundredth draw also by itself, from several starts. */
static void solve_draws(struct ensemble_work *job, const long *draws, const struct network *const *networks, int count,
                        const struct outcome **outcomes, struct arena *arena)
{
  const struct solve_options options = {.one_thread = true, .progress = goes_on, .progress_context = job};
  bool several_starts[chunk_most];
  for (int i = 0; i < count; i++) several_starts[i] = draws[i] % starts_every == starts_every - 1;
  variations_solve(job->batch, networks, several_starts, count, &options, outcomes, arena);
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
static void take(struct ensemble_work *job, const void *bytes, size_t length)
{
  struct draw_record record;
  struct arena *arena = arena_new();
  if (job->options.log != NULL && !journal_append(&job->journal, bytes, length, &job->error)) job->ended = true;
  if (record_unpack(&record, job->ensemble, bytes, length, arena)) keep(job->ensemble, &record, job->arena);
  arena_free(arena);
  ask(job);
}

/* What other processes say. Under the lock. */
static void hear(struct ensemble_work *job)
{
  if (job->comm.size == 1) return;
  if (job->comm.rank > 0) {
    job->ended = job->ended || comm_stopped();
    return;
  }
  struct arena *arena = arena_new();
  const void *bytes;
  for (size_t length; (bytes = comm_receive(&length, arena)) != NULL;) {
    if (length == 0)
      job->at_work--;
    else
      take(job, bytes, length);
  }
  arena_free(arena);
  if (job->ended && !job->stopped_others) comm_stop_others(), job->stopped_others = true;
}

static void give(struct ensemble_work *job, const struct draw_record *record, struct arena *arena)
{
  size_t length;
  const unsigned char *bytes = record_pack(record, job->ensemble, &length, arena);
  pthread_mutex_lock(&job->lock);
  if (job->comm.rank > 0)
    comm_send(job->queue, bytes, length);
  else
    take(job, bytes, length);
  hear(job);
  pthread_mutex_unlock(&job->lock);
}

/* All that other ranks still send; they are told that it is over. */
static void gather(struct ensemble_work *job)
{
  if (job->comm.size == 1) return;
  if (job->comm.rank > 0) {
    comm_send(job->queue, NULL, 0);
    comm_wait(job->queue);
    return;
  }
  while (job->at_work > 0) {
    hear(job);
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  if (!job->stopped_others) comm_stop_others();
}

static bool has_missing(const struct ensemble *ensemble, long first, long end)
{
  for (long draw = first; draw < end; draw++)
    if (ensemble->state[draw] == DRAW_MISSING) return true;
  return false;
}

/* The next chunk of this rank that has anything to do; false: none is left. */
static bool take_chunk(struct ensemble_work *job, long *first, long *end)
{
  bool taken = false;
  pthread_mutex_lock(&job->lock);
  while (!taken && !job->ended && job->next < job->until) {
    *first = job->next;
    *end = *first + job->chunk < job->until ? *first + job->chunk : job->until;
    job->next = *end;
    taken = *first / job->chunk % job->comm.size == job->comm.rank && has_missing(job->ensemble, *first, *end);
  }
  pthread_mutex_unlock(&job->lock);
  return taken;
}

/* The draws of a chunk that are not done yet. */
static int missing_of(struct ensemble_work *job, long first, long end, long *draws)
{
  int count = 0;
  pthread_mutex_lock(&job->lock);
  for (long draw = first; draw < end; draw++)
    if (job->ensemble->state[draw] == DRAW_MISSING) draws[count++] = draw;
  pthread_mutex_unlock(&job->lock);
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
static void chunk_compute(struct ensemble_work *job, long first, long end, struct arena *arena)
{
  const struct ensemble *ensemble = job->ensemble;
  const struct draw_inputs *inputs[chunk_most];
  const struct network *networks[chunk_most];
  const struct outcome *outcomes[chunk_most];
  long draws[chunk_most];
  const int count = missing_of(job, first, end, draws);
  for (int i = 0; i < count; i++) {
    inputs[i] = draws_make(ensemble->draws, draws[i], arena);
    networks[i] = network_vary(ensemble->run->network, &inputs[i]->redraw, arena);
  }
  solve_draws(job, draws, networks, count, outcomes, arena);
  const struct arena_mark solved = arena_mark(arena); /* what is measured is large: one draw's at a time */
  for (int i = 0; i < count; i++) {
    const bool whole = outcome_is_whole(outcomes[i]);
    arena_reset(arena, solved);
    if (!whole && !goes_on(job, 0, "")) return;
    struct draw_record record = {.draw = draws[i],
                                 .digest = inputs[i]->digest,
                                 .state = whole ? DRAW_CERTIFIED : DRAW_FAILED,
                                 .failure = whole ? NULL : outcomes[i]->failure};
    measure(ensemble, outcomes[i], &record, arena);
    give(job, &record, arena);
  }
}

static void work(void *context, int)
{
  struct ensemble_work *job = context;
  struct arena *arena = arena_new();
  long first, end;
  const struct arena_mark empty = arena_mark(arena);
  while (take_chunk(job, &first, &end)) {
    chunk_compute(job, first, end, arena);
    arena_reset(arena, empty);
  }
  arena_free(arena);
}

/* ---- all ---- */

/* As large as leaves none of the threads of all ranks without work, and all with about as much. */
static int chunk_of(const struct ensemble_work *job, long draws)
{
  const long each = draws / ((long)job->options.threads * job->comm.size);
  const long chunks = (each + chunk_most - 1) / chunk_most;
  return each < chunk_least ? chunk_least : (int)((each + chunks - 1) / chunks);
}

/* Of a log that was finished once: the bins of all draws so far. */
static bool take_counts(struct ensemble_work *job, const unsigned char *bytes, size_t length)
{
  long draws = 0;
  if (!counts_unpack(job->ensemble, bytes, length, &draws) || draws != job->uncounted)
    return error_set(&job->error, job->options.log, 0, "draws",
                     "this log was finished with %ld certified draws; ask for at least as many draws as it has", draws);
  job->uncounted = 0;
  return true;
}

static bool take_logged(void *context, const unsigned char *bytes, size_t length)
{
  struct ensemble_work *job = context;
  struct draw_record record;
  if (plan_unpack(bytes, length, &job->planned)) return true;
  if (counts_marked(bytes, length)) return take_counts(job, bytes, length);
  struct arena *arena = arena_new();
  const bool whole = record_unpack(&record, job->ensemble, bytes, length, arena);
  if (whole) keep(job->ensemble, &record, job->arena);
  if (whole && record.draw < job->ensemble->wanted)
    job->uncounted += record.state == DRAW_CERTIFIED && record.codes == NULL;
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
static bool log_open(struct ensemble_work *job, const char *log, const char *inputs, struct error *error)
{
  size_t length;
  const char *header = log_header(job->ensemble, inputs, job->arena);
  const long planned = job->ensemble->wanted;
  if (!path_exists(log) && !log_begin(planned, log, header, job->arena, error)) return false;
  if (!journal_open(&job->journal, log, header, take_logged, job, job->arena, error)) return false;
  if (job->error.set) {
    *error = job->error;
    return false;
  }
  if (job->uncounted > 0)
    return error_set(error, log, 0, NULL, "it is damaged: the counts of fields of %ld draws are missing",
                     job->uncounted);
  if (job->planned == planned) return true;
  return journal_append(&job->journal, plan_pack(planned, &length, job->arena), 8, error);
}

struct ensemble_work *ensemble_begin(const struct run *run, const struct ensemble_options *options, struct arena *arena,
                                     struct error *error)
{
  assert(run->outcome->solved && options->draws >= 1);
  struct ensemble *ensemble = ensemble_new(run, options, arena, error);
  if (ensemble == NULL) return NULL;
  struct ensemble_work *job = ARENA_NEW(arena, struct ensemble_work);
  *job = (struct ensemble_work){
      .ensemble = ensemble, .options = *options, .arena = arena, .comm = comm_here(), .journal = {.descriptor = -1}};
  job->options.threads = team_threads(options->threads);
  unsigned char opened =
      options->log == NULL || job->comm.rank > 0 || log_open(job, options->log, options->inputs, error);
  comm_share(&opened, 1);
  if (!opened) return NULL;
  ensemble->taken = ensemble->done;
  return job;
}

const struct ensemble *ensemble_so_far(const struct ensemble_work *work)
{
  return work->ensemble;
}

bool ensemble_step(struct ensemble_work *job, long until, struct error *error)
{
  struct ensemble *ensemble = job->ensemble;
  const double start = seconds_now();
  struct arena *scratch = arena_new();
  comm_share(ensemble->state, (size_t)ensemble->wanted);
  const long before = job->until;
  job->until = until < ensemble->wanted ? until : ensemble->wanted;
  job->chunk = chunk_of(job, job->until - before);
  job->next = 0;
  job->ended = job->stopped_others = false;
  job->queue = comm_queue_new(scratch);
  job->at_work = job->comm.size - 1;
  if (has_missing(ensemble, 0, job->until))
    job->batch = outcome_batch_new(ensemble->run->network, NULL, job->options.threads, scratch);
  pthread_mutex_init(&job->lock, NULL);
  team_work(job->options.threads, work, job);
  gather(job);
  pthread_mutex_destroy(&job->lock);
  job->batch = NULL;
  arena_free(scratch);
  arena_trim(); /* the next step may be another run's */
  ensemble->stopped = job->ended && ensemble->done < ensemble->wanted;
  ensemble->seconds += seconds_now() - start;
  if (job->error.set) *error = job->error;
  return !job->error.set;
}

void ensemble_end(struct ensemble_work *job)
{
  journal_close(&job->journal);
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

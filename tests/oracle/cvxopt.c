/* tests/oracle/cvxopt.c - CVXOPT as the other road: its interior point method for quadratic programmes with sparse
 * matrices, in a Python process for each programme. Only the seconds that the method itself takes count.
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agreement.h"

enum { FIGURES = 4 };

/* A programme as the process reads it, in units of one. */
struct message {
  double *numbers;
  int count;
};

static void add(struct message *message, double number)
{
  message->numbers[message->count++] = number;
}

struct entries { /* of a matrix by rows, and the magnitudes of rows and columns that are taken out of it */
  int rows;
  const int *start, *column;
  const double *value;
};

static void add_entries(struct message *message, const struct entries *matrix, const double *row_size,
                        const double *column_size, double value)
{
  for (int k = 0; k < matrix->rows; k++)
    for (int p = matrix->start[k]; p < matrix->start[k + 1]; p++) add(message, k);
  for (int p = 0; p < matrix->start[matrix->rows]; p++) add(message, matrix->column[p]);
  for (int k = 0; k < matrix->rows; k++)
    for (int p = matrix->start[k]; p < matrix->start[k + 1]; p++)
      add(message, matrix->value[p] * row_size[k] * column_size[matrix->column[p]] / value);
}

static struct message message_of(const struct qp *qp, double value, double tolerance, struct arena *arena)
{
  const int n = qp->variables, m = qp->rows, h = qp->h_start[n], a = qp->a_start[m];
  struct message message = {ARENA_ARRAY(arena, FIGURES + 3 * (h + a + n) + m + 1, double), 0};
  double *per_row = ARENA_ARRAY(arena, m, double);
  for (int k = 0; k < m; k++) per_row[k] = 1 / qp->row_scale[k];
  add(&message, n), add(&message, m), add(&message, h), add(&message, a);
  add_entries(&message, &(struct entries){n, qp->h_start, qp->h_column, qp->h_value}, qp->x_scale, qp->x_scale, value);
  add_entries(&message, &(struct entries){m, qp->a_start, qp->a_column, qp->a_value}, per_row, qp->x_scale, 1);
  for (int i = 0; i < n; i++) add(&message, qp->cost[i] * qp->x_scale[i] / value);
  for (int k = 0; k < m; k++) add(&message, qp->row_lower[k] * per_row[k]);
  for (int i = 0; i < n; i++) add(&message, qp->lower[i] / qp->x_scale[i]);
  for (int i = 0; i < n; i++) add(&message, qp->upper[i] / qp->x_scale[i]);
  add(&message, tolerance);
  return message;
}

/* Whether the process took the message and answered with so many numbers. */
static bool ask(const struct message *message, double *answer, int count)
{
  int to[2], from[2], status = 0;
  if (pipe(to) != 0 || pipe(from) != 0) return false;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    dup2(to[0], STDIN_FILENO), dup2(from[1], STDOUT_FILENO);
    close(to[0]), close(to[1]), close(from[0]), close(from[1]);
    execl(CVXOPT_PYTHON, CVXOPT_PYTHON, CVXOPT_SOLVE, (char *)NULL);
    _exit(127);
  }
  close(to[0]), close(from[1]);
  FILE *out = fdopen(to[1], "w"), *in = fdopen(from[0], "r");
  bool done = fwrite(message->numbers, sizeof(double), (size_t)message->count, out) == (size_t)message->count;
  done &= fclose(out) == 0;
  done &= fread(answer, sizeof(double), (size_t)count, in) == (size_t)count;
  fclose(in);
  return waitpid(child, &status, 0) == child && done && status == 0;
}

static double cvxopt_solve(const struct generated *market, const struct mcp *problem, int attempt, double *x, double *y,
                           struct arena *arena)
{
  static const double tolerance = 1e-11; /* the points of smaller ones were no better */
  const struct qp *qp = market->qp;
  const double value = road_value(qp);
  const int n = qp->variables, m = qp->rows;
  const struct message message = message_of(qp, value, tolerance, arena);
  double *answer = ARENA_ARRAY(arena, n + m + 1, double);
  (void)problem, (void)attempt;
  if (!ask(&message, answer, n + m + 1)) {
    fprintf(stderr, "%s: no answer\n", CVXOPT_SOLVE);
    exit(2);
  }
  for (int i = 0; i < n; i++) x[i] = answer[i] * qp->x_scale[i];
  for (int k = 0; k < m; k++) y[k] = answer[n + k] * value / qp->row_scale[k];
  return answer[n + m];
}

int main(int argc, char **argv)
{
  signal(SIGPIPE, SIG_IGN); /* a process that ends early is an answer that is missing */
  const struct road road = {.name = "CVXOPT", .solve = cvxopt_solve, .attempts = 1, .good = 1e-6, .tolerance = 1e-6};
  return agreement_main(&road, argc, argv);
}

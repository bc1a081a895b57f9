"""Solves one quadratic programme with CVXOPT: numbers in on standard input, the point out on standard output.

In, native doubles: variables, rows, entries of H, entries of A; H and A as rows, columns, values; cost; row_lower; lower;
upper; the tolerance. The programme is that of solver/qp.h without equations. Out: x, y, and the processor seconds that
CVXOPT took, the reading and writing not counted.
"""

import array
import math
import sys
import time

from cvxopt import matrix, solvers, spmatrix


def numbers_read():
    numbers = array.array("d")
    numbers.frombytes(sys.stdin.buffer.read())
    place = 0

    def take(count):
        nonlocal place
        place += count
        return numbers[place - count:place]

    return take


def entries_read(take, count, rows, columns):
    row, column, value = (take(count) for _ in range(3))
    return [int(r) for r in row], [int(c) for c in column], list(value), (rows, columns)


def limits(low, lower, upper, a):
    """The rows of G x <= h: those of -A x <= -b, then the bounds that there are."""
    row, column, value, (rows, variables) = a
    row, column, value = list(row), list(column), [-v for v in value]
    right = [-v for v in low]
    for sign, bounds in ((-1, lower), (1, upper)):
        for i, bound in enumerate(bounds):
            if math.isfinite(bound):
                row.append(len(right))
                column.append(i)
                value.append(float(sign))
                right.append(sign * bound)
    return spmatrix(value, row, column, (len(right), variables)), matrix(right)


def main():
    take = numbers_read()
    variables, rows, h_entries, a_entries = (int(v) for v in take(4))
    row, column, value, size = entries_read(take, h_entries, variables, variables)
    a = entries_read(take, a_entries, rows, variables)
    cost, low, lower, upper = take(variables), take(rows), take(variables), take(variables)
    tolerance = take(1)[0]
    h, (g, right) = spmatrix(value, row, column, size), limits(low, lower, upper, a)
    options = {"show_progress": False, "abstol": tolerance, "reltol": tolerance, "feastol": tolerance, "maxiters": 200}
    start = time.process_time()
    answer = solvers.coneqp(h, matrix(cost), g, right, options=options)
    seconds = time.process_time() - start
    y = list(answer["z"])[:rows]
    array.array("d", list(answer["x"]) + y + [seconds]).tofile(sys.stdout.buffer)


main()

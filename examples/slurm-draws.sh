#!/bin/bash
# 100,000 draws of the world on eight nodes: one rank a socket, a thread a core. Submit with: sbatch examples/slurm-draws.sh
#
# The log is written by rank 0 alone, so the run's folder may lie on any shared file system. The job may be cut off at its time
# limit or requeued: it then goes on with the draws that are missing.
#SBATCH --job-name=didymium
#SBATCH --nodes=8
#SBATCH --ntasks-per-socket=1
#SBATCH --cpus-per-task=32
#SBATCH --hint=nomultithread
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append

set -euo pipefail
scenario=${1:-world-uncertain}
draws=${2:-100000}
run=${3:-runs/$(basename "$scenario" .yaml)-$draws}

if [ -e "$run/draws.log" ]; then
  srun --mpi=pmix build/didymium run --resume "$run" --draws "$draws" --threads "$SLURM_CPUS_PER_TASK" --quiet
else
  srun --mpi=pmix build/didymium run "$scenario" -o "$run" --draws "$draws" --seed 1 --threads "$SLURM_CPUS_PER_TASK" --quiet
fi

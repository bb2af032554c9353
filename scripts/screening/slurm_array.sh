#!/usr/bin/env bash
#SBATCH --job-name=vqe
#SBATCH --cpus-per-task=1
#SBATCH --mem=3G
#SBATCH --time=01:00:00
#SBATCH --output=%x-%A_%a.log
# Runs one molecule in each task of a SLURM array.
#
#   sbatch --array=1-25 slurm_array.sh fragments.smi results [OPTIONS OF vqe run...]
#   python gather_records.py fragments.smi results > results.csv
#
# Task N takes the Nth molecule of the file (SMILES, then a name; blank lines, lines with # and a
# title line do not count) and writes results/N-NAME.json, or results/N-NAME.failed.json with the
# reason. The same command can be repeated: finished molecules are skipped, failed ones are tried
# again. For more molecules than tasks: STEP=100 sbatch --array=1-100 ... lets task N take
# molecules N, N+100, N+200 and so on. Without SLURM:
# SLURM_ARRAY_TASK_ID=3 ./slurm_array.sh ...
#
# If `vqe screen run` may run for as long as the jobs do, usually on a login node, a section
# `cluster: {kind: slurm, ...}` in its settings is nearly always the better choice: it limits memory
# and time of each molecule, repeats failures that may be temporary, keeps all results in one
# table, and computes more than the energy.
set -euo pipefail

if [[ $# -lt 2 ]]; then
  echo "usage: sbatch --array=1-25 slurm_array.sh CANDIDATES.smi FOLDER [OPTIONS]" >&2
  exit 2
fi
candidates=$1 folder=$2
options=("${@:3}")
if [[ ${#options[@]} -eq 0 ]]; then
  options=(--active-space '{name: frontier, electrons: 4, orbitals: 4, at_most: true}')
fi
task=${SLURM_ARRAY_TASK_ID:-}
[[ $task =~ ^[1-9][0-9]*$ ]] || { echo "error: no task: sbatch --array=1-25 ..." >&2; exit 2; }
[[ ${STEP:-1} =~ ^[1-9][0-9]*$ ]] || { echo "error: STEP takes a number" >&2; exit 2; }
[[ -r $candidates ]] || { echo "error: cannot read $candidates" >&2; exit 2; }
command -v vqe > /dev/null || { echo "error: no vqe here: activate its environment" >&2; exit 6; }
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
mkdir -p "$folder"

# Prints number, SMILES and name, separated by tabs, of this task's molecules.
mine() {
  LC_ALL=C awk -v task="$task" -v step="${STEP:-0}" '
    NR == 1 { sub(/^\357\273\277/, "") }  # how UTF-8 files of Windows begin
    { sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
    /^#/ || /^$/ { next }
    !begun++ && tolower($1) ~ /^(smiles|canonical_smiles|isomeric_smiles)$/ { next }
    {
      number++
      taken = step > 0 ? number >= task && (number - task) % step == 0 : number == task
      if (!taken) next
      smiles = $1
      sub(/^[^ \t]+[ \t]*/, "")
      if (match($0, /^\|[^|]*\|/) && substr($0, RLENGTH + 1, 1) ~ /^[ \t]?$/) {
        smiles = smiles " " substr($0, 1, RLENGTH)  # the extension of a CXSMILES
        sub(/^\|[^|]*\|[ \t]*/, "")
      }
      print number "\t" smiles "\t" ($0 == "" ? smiles : $0)
    }' "$candidates"
}

# The record of one molecule; standard output is one JSON object whether it succeeds or not.
compute() {
  local number=$1 smiles=$2 name=$3 code=0
  local file=$folder/$number-${name//[^A-Za-z0-9._+-]/_}
  file=${file:0:200}
  if [[ -s $file.json ]]; then
    echo "$number $name: there already"
    return
  fi
  rm -f "$file.failed.json"
  vqe run --smiles "$smiles" "${options[@]}" --json --resume --quiet > "$file.part" || code=$?
  if [[ ! -s $file.part ]]; then
    echo "error: $number $name: ended with $code and said nothing" >&2
    rm -f "$file.part"
    return 1
  elif grep -q '"schema": *"vqe-run/1"' "$file.part"; then
    mv "$file.part" "$file.json"
    echo "$number $name: done"
  else
    mv "$file.part" "$file.failed.json"
    echo "error: $number $name: see $file.failed.json" >&2
    return "$code"
  fi
}

found=0 worst=0
while IFS=$'\t' read -r number smiles name; do
  found=1
  compute "$number" "$smiles" "$name" < /dev/null || worst=$?
done < <(mine)
[[ $found -eq 1 ]] || { echo "error: $candidates has no molecule $task" >&2; exit 2; }
exit "$worst"

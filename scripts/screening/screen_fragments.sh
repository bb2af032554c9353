#!/usr/bin/env bash
# Screens the 25 fragments of fragments.smi with the settings of screen.yaml.
#
#   scripts/screening/screen_fragments.sh [--first N] [FOLDER]
#
# FOLDER, by default `fragments`, is the campaign folder and gets results.csv (one row for each
# molecule, failures included) and report.html. --first takes only the first N molecules.
# Repeat the command after an interruption: results are not computed again.
# WORKERS=8 in the environment starts eight workers; the default is one for each core.
set -euo pipefail

usage="usage: screen_fragments.sh [--first N] [FOLDER]"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
first=
if [[ ${1:-} == --first ]]; then
  first=${2:-}
  [[ $first =~ ^[1-9][0-9]*$ ]] || { echo "error: --first takes a number; $usage" >&2; exit 2; }
  shift 2
fi
if [[ $# -gt 1 || ${1:-} == -* ]]; then
  echo "$usage" >&2
  exit 2
fi
folder=${1:-fragments}
command -v vqe > /dev/null || { echo "error: no vqe here: activate its environment" >&2; exit 6; }

mkdir -p "$folder"
candidates=$here/fragments.smi
if [[ -n $first ]]; then
  candidates=$folder/first.smi
  grep -v '^#' "$here/fragments.smi" | awk -v last="$first" 'NR <= last' > "$candidates"
fi

vqe screen run "$candidates" --config "$here/screen.yaml" --out "$folder" \
  ${WORKERS:+--workers "$WORKERS"} > /dev/null
vqe screen status "$folder"
vqe screen export "$folder" -o "$folder/results.csv"
vqe screen report "$folder" -o "$folder/report.html"

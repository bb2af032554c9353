"""Run hydrogen by VQE on Aer with shots for ten seeds: errors, and shots spent.

    python scripts/h2_ten_seeds.py [--shots 4096] [--optimizer auto] [--seeds 10]

The exit code is 1 if an energy differs from the exact one by more than three standard errors, or by
more than 5 mHa.
"""

from __future__ import annotations

import argparse
import sys

from vqe_cli import run
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.records import RunRecord

STANDARD_ERRORS = 3.0
LARGEST_ERROR_MHA = 5.0


def main() -> int:
    """Run all seeds, and print a line for each; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--shots", type=int, default=4096, help="shots for each circuit")
    parser.add_argument("--optimizer", default="auto")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    print("seed  optimizer  energy / Ha   error / mHa  standard error / mHa  verdict       shots")
    records = [measured(options, seed) for seed in range(1, options.seeds + 1)]
    for seed, record in enumerate(records, start=1):
        print(line(seed, record))
    kept = sum(holds(record) for record in records)
    print(
        f"{kept} of {len(records)} within {STANDARD_ERRORS:g} standard errors "
        f"and {LARGEST_ERROR_MHA:g} mHa"
    )
    return 0 if kept == len(records) else 1


def measured(options: argparse.Namespace, seed: int) -> RunRecord:
    """The record of one run."""
    return run(
        spec_from_data(
            {
                "molecule": {"name": "Hydrogen", "geometry": "H 0 0 0; H 0 0 0.735"},
                "backend": {"name": "aer", "shots": options.shots},
                "optimizer": options.optimizer,
                "initial": "zeros",
                "seed": seed,
            }
        )
    )


def error_mha(record: RunRecord) -> float:
    """VQE minus exact energy in mHa."""
    assert record.error_mha is not None
    return record.error_mha


def standard_error_mha(record: RunRecord) -> float:
    """The standard error of the energy in mHa."""
    assert record.result.standard_error is not None
    return 1e3 * record.result.standard_error


def holds(record: RunRecord) -> bool:
    """Whether the error is within three standard errors and within 5 mHa."""
    distance = abs(error_mha(record))
    return distance <= min(STANDARD_ERRORS * standard_error_mha(record), LARGEST_ERROR_MHA)


def line(seed: int, record: RunRecord) -> str:
    """A row of the table."""
    return (
        f"{seed:4d}  {record.result.optimizer:9s}  {record.result.energy:11.7f}  "
        f"{error_mha(record):+11.3f}  {standard_error_mha(record):20.3f}  {record.verdict:7s}"
        f"  {record.result.evaluations.shots:10,d}"
    )


if __name__ == "__main__":
    sys.exit(main())

"""Gather the records written by slurm_array.sh in one table, failures included.

    python scripts/screening/gather_records.py fragments.smi results > results.csv

The table has a row for each molecule of the list, with status done, failed, or missing where no
task has ended yet. A record of another molecule, from an earlier list, is ignored and named. The
exit code is 1 if any molecule is missing or failed.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from vqe_cli.screening.candidates.smiles_lines import read_smiles_lines
from vqe_cli.screening.model import Candidate

COLUMNS = (
    "candidate", "smiles", "status", "verdict", "energy_hartree", "reference_hartree", "error_mha",
    "hf_hartree", "evaluations", "wall_s", "failure_kind", "failure_message",
)  # fmt: skip


def main() -> int:
    """Read the list and the record of each molecule, and print the table; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("candidates", type=Path, help="the .smi file of the array job")
    parser.add_argument("folder", type=Path, help="folder of its records")
    options = parser.parse_args()
    for path, there in (
        (options.candidates, options.candidates.is_file()),
        (options.folder, options.folder.is_dir()),
    ):
        if not there:
            parser.error(f"there is no {path}")
    listed = enumerate(read_smiles_lines(options.candidates), start=1)
    rows = [row(number, candidate, options.folder) for number, candidate in listed]
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    counts = Counter(entry["status"] for entry in rows)
    print(", ".join(f"{count} {status}" for status, count in counts.items()), file=sys.stderr)
    return 0 if set(counts) == {"done"} else 1


def row(number: int, candidate: Candidate, folder: Path) -> dict[str, Any]:
    """The row of one molecule.

    Args:
        number: Number of the molecule in the list, as counted by slurm_array.sh.
        candidate: Candidate from the list.
        folder: Folder of the records.
    """
    known = {"candidate": candidate.name, "smiles": candidate.smiles}
    found = sorted(folder.glob(f"{number}-*.json"), key=lambda path: "failed" in path.name)
    for path in found:
        record = json.loads(path.read_text(encoding="utf-8"))
        error = record.get("error")
        if error is not None:
            failure = {"failure_kind": error["kind"], "failure_message": error["message"]}
            return {**known, "status": "failed", **failure}
        smiles = record["spec"]["molecule"]["geometry"]["smiles"]
        if smiles == candidate.smiles:
            return {**known, "status": "done", **energies(record)}
        print(f"{path} is of {smiles}, not of {candidate.smiles}: left out", file=sys.stderr)
    return {**known, "status": "missing"}


def energies(record: dict[str, Any]) -> dict[str, Any]:
    """Values of a finished run by column."""
    result, reference = record["result"], record.get("reference") or {}
    return {
        "verdict": record["verdict"],
        "energy_hartree": result["energy"],
        "reference_hartree": reference.get("energy"),
        "error_mha": record["error_mha"],
        "hf_hartree": record["problem"]["hartree_fock_energy"],
        "evaluations": result["evaluations"]["energy"] + result["evaluations"]["gradient"],
        "wall_s": result["wall_s"],
    }


if __name__ == "__main__":
    sys.exit(main())

"""One table of the records that slurm_array.sh left, failures included.

    python scripts/screening/gather_records.py fragments.smi results > results.csv

A row for each molecule of the list: its status is done, failed, or missing where no task has
ended yet. Ends with exit code 1 if any is missing or failed.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = (
    "candidate", "smiles", "status", "verdict", "energy_hartree", "reference_hartree", "error_mha",
    "hf_hartree", "evaluations", "wall_s", "failure_kind", "failure_message",
)  # fmt: skip


def main() -> int:
    """Read the list, then what there is of each molecule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("candidates", type=Path, help="the .smi file of the array job")
    parser.add_argument("folder", type=Path, help="where its records are")
    options = parser.parse_args()
    for path, there in (
        (options.candidates, options.candidates.is_file()),
        (options.folder, options.folder.is_dir()),
    ):
        if not there:
            parser.error(f"there is no {path}")
    rows = [row(entry, options.folder) for entry in molecules(options.candidates)]
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    counts = Counter(entry["status"] for entry in rows)
    print(", ".join(f"{count} {status}" for status, count in counts.items()), file=sys.stderr)
    return 0 if set(counts) == {"done"} else 1


def molecules(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number, SMILES and name of each, counted as slurm_array.sh counts."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    kept = (line for line in lines if line and not line.startswith("#"))
    for number, line in enumerate(kept, start=1):
        smiles, *name = line.split(None, 1)
        yield number, smiles, name[0] if name else smiles


def row(molecule: tuple[int, str, str], folder: Path) -> dict[str, Any]:
    """What is known of one molecule."""
    number, smiles, name = molecule
    known = {"candidate": name, "smiles": smiles}
    found = sorted(folder.glob(f"{number}-*.json"), key=lambda path: "failed" in path.name)
    if not found:
        return {**known, "status": "missing"}
    record = json.loads(found[0].read_text(encoding="utf-8"))
    error = record.get("error")
    if error is not None:
        failure = {"failure_kind": error["kind"], "failure_message": error["message"]}
        return {**known, "status": "failed", **failure}
    return {**known, "status": "done", **energies(record)}


def energies(record: dict[str, Any]) -> dict[str, Any]:
    """The columns of a finished run."""
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

"""Qubits, parameters, gates and shots of every ansatz, tapered or not, into docs/resources.md.

    python scripts/resources/run.py                   # all: about an hour on one core
    python scripts/resources/run.py lih --ansatz uccsd
    python scripts/resources/run.py --write           # only the document

Rows that scripts/resources/results.json has are skipped, so that the command can be stopped and
repeated; --again computes them anew. A row that takes longer than --seconds is marked.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from resources.problems import PROBLEMS, label_of, selections
from resources.rows import row, shots
from resources.table import document

from vqe_cli._core.files import write_atomic
from vqe_cli.ansatz import ANSATZE

RESULTS = Path(__file__).parent / "results.json"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "resources.md"


def main() -> None:
    """Compute the rows that are missing, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="names of problems")
    parser.add_argument("--ansatz", action="append", help="only this ansatz; can be repeated")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of a step")
    parser.add_argument("--again", action="store_true", help="compute rows anew")
    parser.add_argument("--write", action="store_true", help="only write the document")
    options = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in () if options.write else options.names or PROBLEMS:
        for selection in selections():
            if options.ansatz and selection["name"] not in options.ansatz:
                continue
            _complete(results, name, selection, options)
    write_atomic(DOCUMENT, document(results))


def _complete(
    results: dict[str, Any], name: str, selection: dict[str, Any], options: argparse.Namespace
) -> None:
    """Add the rows of one ansatz for one problem, and keep them."""
    ours = results.setdefault(name, {"shots": {}, "rows": {}})
    label = label_of(selection)
    for taper in ("no", "yes", "parities"):
        if taper not in ours["shots"]:
            ours["shots"][taper] = shots(PROBLEMS[name], taper)
        key = f"{label} | {taper}"
        if taper == "parities" and not _needs_parities(selection, ours["rows"][f"{label} | yes"]):
            continue
        if key not in ours["rows"] or options.again:
            found = row(PROBLEMS[name], selection, taper, options.seconds)
            ours["rows"][key] = {"ansatz": label, "taper": taper, **found}
            print(name, key, found.get("reason") or found.get("all"), flush=True)
            write_atomic(RESULTS, json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def _needs_parities(selection: dict[str, Any], tapered: dict[str, Any]) -> bool:
    """Whether an ansatz of excitations was refused by the point group's parities."""
    is_product = ANSATZE.create(selection).is_product
    return is_product and "by which a qubit is tapered" in tapered.get("reason", "")


if __name__ == "__main__":
    main()

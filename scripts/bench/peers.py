"""Compare this package with its peers: the same Hamiltonian, ansatz and machine.

python scripts/bench/peers.py
python scripts/bench/peers.py --only uccsd:h2o,converge --repeats 11
python scripts/bench/peers.py --write docs/performance.md
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from peer_bench.cases import CASES, ROOT
from peer_bench.document import document, keep, kept, sections
from peer_bench.environments import PEERS
from peer_bench.measure import Settings, measure
from peer_bench.whole_runs import COMMANDS, LARGE, measure_command, measure_large

ON_REQUEST = {case.name for case in CASES if case.on_request} | {
    large.name for large in LARGE if large.on_request
}


def main() -> None:
    """Measure the chosen cases, print them, and write the page."""
    arguments = _parser().parse_args()
    settings = Settings(
        folder=arguments.venvs,
        repeats=arguments.repeats,
        cap=arguments.cap,
        threads=arguments.threads,
        peers=tuple(arguments.peers),
    )
    known = tasks(settings)
    results = []
    for name in () if arguments.write_only else selected(list(known), arguments.only):
        print(f"measuring {name}", file=sys.stderr, flush=True)
        result = known[name]()
        result["surroundings"]["load_after"] = os.getloadavg()[0]
        keep(result, settings.folder)
        results.append(result)
    print(sections(results))
    if arguments.write:
        page = document(kept(settings.folder, list(known)))
        arguments.write.write_text(page, encoding="utf-8")


def tasks(settings: Settings) -> dict[str, Callable[[], dict[str, Any]]]:
    """Functions that measure each case, by name, in the order of the page."""
    found: dict[str, Callable[[], dict[str, Any]]] = {
        case.name: partial(measure, case, settings) for case in CASES
    }
    for command in COMMANDS:
        found[command.name] = partial(measure_command, command, settings.repeats, settings.cap)
    for large in LARGE:
        found[large.name] = partial(measure_large, large)
    return found


def selected(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The chosen cases, by name or by section.

    Args:
        names: Names of all cases.
        wanted: Chosen names or sections; empty for all except those that run only by name.

    Raises:
        SystemExit: There is no such case.
    """
    for want in wanted:
        if not any(want in (name, name.split(":")[0]) for name in names):
            raise SystemExit(f"there is no case {want}; there are: {' '.join(names)}")
    return [
        name
        for name in names
        if name in wanted
        or (name not in ON_REQUEST and (not wanted or name.split(":")[0] in wanted))
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=7, help="number of samples for each program")
    parser.add_argument(
        "--only",
        type=_names,
        default=[],
        metavar="CASE,...",
        help="cases or sections (uccsd, converge, circuit, pairs, lucj, command, large); "
        f"only by name: {' '.join(sorted(ON_REQUEST))}",
    )
    parser.add_argument(
        "--peers",
        type=_peers,
        default=list(PEERS),
        metavar="NAME,...",
        help=f"peers out of {' '.join(PEERS)}; none for this package alone",
    )
    parser.add_argument(
        "--venvs",
        type=Path,
        default=ROOT / ".bench",
        metavar="FOLDER",
        help="folder for environments, cases and results",
    )
    parser.add_argument(
        "--cap", type=float, default=60.0, help="time limit in seconds for one program's samples"
    )
    parser.add_argument("--threads", type=int, default=1, help="threads of every program")
    parser.add_argument("--write", type=Path, metavar="FILE", help="file for the page")
    parser.add_argument(
        "--write-only", action="store_true", help="write the page from stored results"
    )
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _peers(text: str) -> list[str]:
    names = [] if text == "none" else _names(text)
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(
                f"there is no peer {name}; there are {', '.join(PEERS)}"
            )
    return names


if __name__ == "__main__":
    main()

"""Check that a change of the code changes no number: compare records to the last digit.

    python scripts/same_numbers.py --write before.json.gz     # before the change
    python scripts/same_numbers.py before.json.gz             # after the change

The corpus is every file of molecules/, a run of every registry entry, a small campaign, jobs on a
fake device, and estimate, diagnose, inspect, reference and export as JSON. Times, versions and
memory are not compared. Both commands must run on the same machine with the same packages: other
linear algebra libraries round differently (`--tolerance` then helps).

The exit code is 1 if a number, a word or a field differs.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Value = str | int | float | bool | None

UNSTABLE = re.compile(
    r"(^|[._\[])(wall|seconds|started|finished|created|submitted|versions?|packages|platform|python|"
    r"descriptions?|machine|host|peak_memory|memory|fingerprint|job_ids?|jobs|usable|path|file|folder|timings?|cpu|revision)"
    r"[a-z_]*(\.|\[|$)"
)
"""Paths of fields that differ from run to run."""

RENAMED: dict[str, str] = {}
"""Renamed fields of records: regular expressions for the old paths, and their replacements."""

ATTEMPTS = 3
"""Number of repetitions, in new processes, of a question whose answer differs: the alignment of
arrays in memory affects the order of summation, and so the last digit."""

H4 = {"geometry": "H 0 0 0; H 0 0 1; H 0 0 2; H 0 0 3"}
H2 = {"geometry": "H 0 0 0; H 0 0 0.735"}
LIH = {"geometry": "Li 0 0 0; H 0 0 1.6"}
WATER = {"geometry": "O 0 0 0.1173; H 0 0.7572 -0.4692; H 0 -0.7572 -0.4692"}
ETHENE = {"geometry": {"smiles": "C=C"}, "basis": "sto-3g"}
MODEL = {"name": "model", "paulis": {"ZZ": -1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2}}

OPTIONS: dict[tuple[str, str], dict[str, object]] = {
    ("ansatz", "two-local"): {"rotation_blocks": ["ry"], "entanglement_blocks": "cx"},
    ("active-space", "avas"): {"orbitals": ["O 2p", "H 1s"]},
    ("active-space", "explicit"): {"orbitals": [4, 5, 6, 7]},
    ("active-space", "frontier"): {"electrons": 4, "orbitals": 4},
    ("active-space", "mp2-natural"): {"electrons": 4, "orbitals": 4},
}
"""Required options of entries, by kind and name."""

CHAOTIC = ("efficient-su2", "excitation-preserving", "real-amplitudes", "two-local")
"""Ansätze whose long optimisations magnify round-off; only a few steps are compared."""

CAMPAIGN = """\
molecule: {basis: sto-3g}
active_space: {name: frontier, electrons: 2, orbitals: 2, at_most: true}
properties: [energy, dipole, gap, ionization-energy, electron-affinity, structure, triage]
"""
CANDIDATES = "O water\nN ammonia\nC=C ethene\nO again\nnonsense broken\n[OH-] hydroxide\n"


@dataclass(frozen=True)
class Question:
    """A question to the program: commands and the files they read.

    Args:
        name: Name of the question.
        commands: Commands in order, run in one folder; the last one's output is the answer.
        files: Contents of files by name.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    files: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Write a corpus, or compare with one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, help="Corpus to compare with.")
    parser.add_argument("--write", type=Path, help="File for a new corpus.")
    parser.add_argument(
        "--tolerance", type=float, default=0.0, help="Relative tolerance. Default: 0."
    )
    parser.add_argument("--jobs", type=int, default=2, help="Number of parallel processes.")
    parser.add_argument("--only", default="", help="Regular expression for names of questions.")
    options = parser.parse_args()
    if (options.corpus is None) == (options.write is None):
        parser.error("give a corpus to compare with, or --write")
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    questions = [one for one in corpus() if re.search(options.only, one.name)]
    found = answers(questions, options.jobs)
    if options.write:
        text = json.dumps(found, indent=0, sort_keys=True)
        options.write.write_bytes(gzip.compress(text.encode(), mtime=0))
        values = sum(len(answer) for answer in found.values())
        failed = [name for name, answer in found.items() if answer.get("exit code") not in (0, 5)]
        print(f"{len(found)} answers with {values} values; {len(failed)} failed: {failed}")
        return
    before = json.loads(gzip.decompress(options.corpus.read_bytes()))

    def differing() -> dict[str, list[str]]:
        return _differences(before, found, options.only, options.tolerance)

    differences = differing()
    for _ in range(ATTEMPTS):
        again = [one for one in questions if one.name in differences]
        if not again:
            break
        found |= answers(again, options.jobs)
        differences = {name: lines for name, lines in differing().items() if name in differences}
    for name, lines in differences.items():
        print("\n".join(f"{name}: {line}" for line in lines[:10]))
        if len(lines) > 10:
            print(f"{name}: and {len(lines) - 10} more")
    values = sum(len(answer) for answer in found.values())
    print(f"{len(found)} answers with {values} values: {len(differences)} answers differ")
    sys.exit(bool(differences))


def answers(questions: list[Question], jobs: int) -> dict[str, dict[str, Value]]:
    """The answers to questions, by name.

    Args:
        questions: Questions, each answered in a new process.
        jobs: Number of parallel processes.
    """
    workers = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=workers) as pool:
        names = (one.name for one in questions)
        return dict(zip(names, pool.map(asked, questions), strict=True))


def corpus() -> Iterator[Question]:
    """Iterate over all questions, whose names are unique."""
    for file in sorted((ROOT / "molecules").glob("*.yaml")):
        yield Question(f"molecules/{file.name}", (("run", str(file)),))
    yield from _entries()
    yield from _shots_and_devices()
    yield from _other_commands()
    yield Question(
        "campaign",
        (
            ("screen", "run", "list.smi", "--config", "s.yaml", "--out", "c", "-q", "--yes"),
            ("screen", "export", "c", "-o", "rows.jsonl"),
            ("@read", "rows.jsonl"),
        ),
        {"list.smi": CANDIDATES, "s.yaml": CAMPAIGN},
    )


def _run(name: str, **sections: object) -> Question:
    spec = {"seed": 7, **sections}
    if "hamiltonian" not in spec:
        spec.setdefault("molecule", H4)
    return Question(f"run/{name}", (("run", "input.json"),), {"input.json": json.dumps(spec)})


def _entries() -> Iterator[Question]:
    """Runs with each entry of each registry that a run can choose from."""
    kinds = json.loads(_called(("list",))[1])

    def of(kind: str) -> Iterator[dict[str, object]]:
        for name in kinds[kind]:
            yield {"name": name, **OPTIONS.get((kind, name), {})}

    for entry in of("ansatz"):
        optimizer = {"name": "l-bfgs-b", "maxiter": 3} if entry["name"] in CHAOTIC else "auto"
        yield _run(f"ansatz/{entry['name']}", ansatz=entry, optimizer=optimizer)
    for entry in of("optimizer"):
        problem = {"molecule": H4} if entry["name"] == "diis" else {"hamiltonian": MODEL}
        yield _run(f"optimizer/{entry['name']}", optimizer=entry, **problem)
    for entry in of("mapper"):
        yield _run(f"mapper/{entry['name']}", mapper=entry, backend={"name": "aer"}, molecule=H2)
    for name in ("auto", "fci", "numpy", "none"):  # `vqe reference` has the others
        yield _run(f"reference/{name}", reference=name)
    for entry in of("active-space"):
        yield _run(
            f"active-space/{entry['name']}",
            molecule=ETHENE if entry["name"] == "pi" else WATER,
            active_space=entry,
            optimizer={"name": "l-bfgs-b", "maxiter": 3},
        )
    for entry in of("measurement"):
        backend = {"name": "exact", "shots": 500, "measurement": entry}
        yield _run(f"measurement/{entry['name']}", backend=backend, optimizer="none")


def _shots_and_devices() -> Iterator[Question]:
    noisy = {"name": "aer", "shots": 300, "noise": {"depolarizing": {"two_qubit": 0.01}}}
    yield _run("aer/noise", molecule=H2, backend=noisy, optimizer={"name": "spsa", "maxiter": 20})
    yield _run("aer/nft", molecule=H2, backend={"name": "aer", "shots": 500}, optimizer="nft")
    yield _run("exact/shots", backend={"name": "exact", "shots": 500}, optimizer="nft")
    yield _run("sqd/exact", solver="sqd", ansatz="lucj", backend={"name": "exact", "shots": 200})
    for mitigation in ("readout", "symmetry", "zne", "reference_state"):
        backend = {"name": "fake_manila", "shots": 400, "mitigation": [mitigation]}
        yield _run(f"mitigation/{mitigation}", molecule=H2, backend=backend, optimizer="none")
    backend = {"name": "ibm", "device": "fake_manila", "shots": 300}
    yield _run("ibm/fake", hamiltonian=MODEL, backend=backend, optimizer="none")
    adaptive = {"name": "adapt", "max_operators": 2}
    device = {"name": "ibm", "device": "fake_manila", "shots": 200}
    yield _run("adaptive/device", molecule=H2, ansatz=adaptive, backend=device)
    yield _run("simulate-then-measure", molecule=H2, backend=device)
    yield _run(
        "search-on-device",
        molecule=H2,
        backend={**device, "optimize_on_device": True},
        optimizer={"name": "nft", "maxiter": 2},
    )
    yield _run("restarts", restarts=3, ansatz="k-upccgsd")
    doublet = {**WATER, "charge": 1, "multiplicity": 2}
    space = {"name": "frontier", "electrons": 5, "orbitals": 4}
    yield _run("cation", molecule=doublet, active_space=space)


def _other_commands() -> Iterator[Question]:
    lih = {"lih.json": json.dumps({"molecule": LIH, "seed": 7})}
    for command in ("estimate", "inspect", "reference"):
        yield Question(f"{command}/lih", ((command, "lih.json"),), lih)
    device = json.dumps(
        {"molecule": H2, "backend": {"name": "fake_manila", "shots": 300}, "seed": 7}
    )
    yield Question("estimate/device", (("estimate", "h2.json"),), {"h2.json": device})
    yield Question("diagnose/exact", (("diagnose", "lih.json"),), lih)
    yield Question("diagnose/device", (("diagnose", "h2.json"),), {"h2.json": device})
    yield Question("schema", (("schema",),))
    yield Question("list", (("list",),))
    for name, ending in (("fcidump", "fcidump"), ("qiskit", "json"), ("qcschema", "json")):
        file = f"out.{ending}"
        commands = (("inspect", "lih.json", "--export", name, file), ("@read", file))
        yield Question(f"export/{name}", commands, lih)


def asked(question: Question) -> dict[str, Value]:
    """The answer to a question, flattened: a value for each path in the JSON.

    Args:
        question: Question of the corpus.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["VQE_STATE_DIR"] = f"{folder}/state"
        for name, text in question.files.items():
            Path(name).write_text(text)
        code, out = 0, ""
        for command in question.commands:
            code, out = _called(command)
        return {"exit code": code, **dict(_stable(out))}


def _called(command: tuple[str, ...]) -> tuple[int, str]:
    if command[0] == "@read":
        return 0, Path(command[1]).read_text()
    from vqe_cli.cli.main import main as vqe

    out = io.StringIO()
    words = list(command)
    if words[0] not in ("screen", "schema") and "-o" not in words:
        words.append("--json")
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            vqe(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue()


def _stable(text: str) -> Iterator[tuple[str, Value]]:
    """Paths and values, without those that differ from run to run."""
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [_of_line(line) for line in text.splitlines()]
    for path, value in _flat("", whole):
        if not UNSTABLE.search(path):
            yield path, value


def _of_line(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return line


def _flat(path: str, value: object) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list):
        yield f"{path}.length", len(value)
        for number, inner in enumerate(value):
            yield from _flat(f"{path}[{number}]", inner)
    else:
        assert value is None or isinstance(value, str | int | float)
        yield path, value


def _differences(
    before: dict[str, dict[str, Value]],
    after: dict[str, dict[str, Value]],
    only: str,
    tolerance: float,
) -> dict[str, list[str]]:
    """Lines that describe the differences, by question."""
    found = {}
    for name in sorted(before.keys() | after.keys()):
        if not re.search(only, name):
            continue
        if name not in before or name not in after:
            found[name] = ["is new" if name in after else "is gone"]
            continue
        kept = (path for path in before[name] if not UNSTABLE.search(path))
        old = {_renamed(path): before[name][path] for path in kept}
        if lines := list(_between(old, after[name], tolerance)):
            found[name] = lines
    return found


def _between(old: dict[str, Value], new: dict[str, Value], tolerance: float) -> Iterator[str]:
    for path in sorted(old.keys() | new.keys()):
        if path not in old or path not in new:
            which, value = ("new", new[path]) if path in new else ("gone", old[path])
            yield f"{path} is {which}: {value}"
        elif not _same(old[path], new[path], tolerance):
            yield f"{path}: {old[path]!r} -> {new[path]!r}"


def _renamed(path: str) -> str:
    for old, new in RENAMED.items():
        path = re.sub(old, new, path)
    return path


def _same(old: Value, new: Value, tolerance: float) -> bool:
    if type(old) is type(new) is float:
        return old == new or abs(old - new) <= tolerance * max(abs(old), abs(new))
    return old == new


if __name__ == "__main__":
    main()

"""The document of the suite's results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import Any

from suite.problems import Problem, Published

LABELS = {
    "hf": "HF",
    "mp2": "MP2",
    "cisd": "CISD",
    "ccsd": "CCSD",
    "ccsd-t": "CCSD(T)",
    "fci": "FCI",
    "numpy": "NumPy",
    "selected-ci": "selected CI",
    "dmrg": "DMRG",
}
"""Columns of classical methods."""

WIDTH = 100
"""Width of the document's lines."""

UNEXPLAINED = "not reproduced"
"""Remark on a difference without a known reason."""

BEGINNING = """\
# Results

{count} problems with published values, computed by all main methods; written by
`python scripts/suite/run.py`, which needs no account and can be stopped and repeated. VQE is
simulated exactly. Each row had {seconds} s, and twice as much when it was tried again, on one of
two busy cores: a blank that says "time limit" may be filled by a faster machine.

{summary}

## Published and computed

Energies in Hartree, differences (computed minus published) in mHa. A difference is marked ✓ if it
is within what the source's digits allow; otherwise the last column says why it is not.

"""

ERRORS = """\

## Errors of all methods

Energies above the best one in mHa: the exact energy, or else the lowest upper bound (marked `*`;
MP2 and coupled cluster are no upper bounds, and can lie below). The last column has the best
energy. Letters stand for the reasons below.

"""


def document(problems: Sequence[Problem], results: Mapping[str, Any]) -> str:
    """The whole document.

    Args:
        problems: All problems.
        results: Rows of the problems that were computed, by name.
    """
    done = [problem for problem in problems if problem.name in results]
    figures = [(one, each, results[one.name]) for one in done for each in one.published]
    sources = dict.fromkeys(problem.source for problem in done)
    numbers = {source: number for number, source in enumerate(sources, 1)}
    lines = [_line(*figure, numbers[figure[0].source]) for figure in figures]
    reasons: dict[str, str] = {}
    errors = "\n".join(_error_tables(done, results, reasons))
    limits = [f"{limit:g}" for limit in sorted({results[one.name]["seconds"] for one in done})]
    begin = BEGINNING.format(
        count=len(done), seconds=" or ".join(limits), summary=_summary(figures, problems, done)
    )
    head = (
        "| problem | published | computed by | difference | source | |\n|---|---|---|---|---|---|\n"
    )
    cited = "\n".join(f"{number}. {source}" for source, number in numbers.items())
    said = "\n".join(f"- **{letter}**: {reason}" for reason, letter in reasons.items())
    table = "\n".join(lines)
    return f"{begin}{head}{table}\n\nSources:\n\n{cited}\n{ERRORS}{errors}\n## Blanks\n\n{said}\n"


def difference(figure: Published, rows: Mapping[str, Any]) -> float | None:
    """The computed minus the published energy, Hartree; None without a computed one.

    Args:
        figure: The published figure.
        rows: The problem's rows.
    """
    energy = energy_of(figure.method, rows)
    base = energy_of(figure.above, rows) if figure.above else 0.0
    return None if energy is None or base is None else energy - base - figure.energy


def energy_of(method: str, rows: Mapping[str, Any]) -> float | None:
    """The energy of a method, or the ``best`` of all; None without one.

    Args:
        method: The method.
        rows: The problem's rows.
    """
    if method == "best":
        found, _ = best(rows)
        return found
    energy: float | None = rows.get(method, {}).get("energy")
    return energy


def best(rows: Mapping[str, Any]) -> tuple[float | None, bool]:
    """The exact energy, or the lowest upper bound, and whether it is exact.

    Args:
        rows: The problem's rows.
    """
    known = [row for row in rows.values() if row["energy"] is not None]
    exact = [row["energy"] for row in known if row["exact"]]
    bounds = exact or [
        row["energy"] for row in known if row["variational"] and row["verdict"] != "fail"
    ]
    return (min(bounds) if bounds else None), bool(exact)


def _summary(
    figures: Sequence[tuple[Problem, Published, Any]],
    problems: Sequence[Problem],
    done: Sequence[Problem],
) -> str:
    found = [(difference(figure, kept["rows"]), figure) for _, figure, kept in figures]
    good = sum(gap is not None and abs(gap) <= figure.tolerance for gap, figure in found)
    others = Counter(
        (figure.why or UNEXPLAINED) if gap is not None else "no energy here"
        for gap, figure in found
        if gap is None or abs(gap) > figure.tolerance
    )
    text = f"Of {len(found)} published energies {good} are reproduced within their digits."
    if others:
        listed = "; ".join(f"{why} ({count})" for why, count in others.most_common())
        text = f"{text} The others differ, or are missing, because of: {listed}."
    missing = [one.title for one in problems if one not in done]
    rest = f"Not run yet: {'; '.join(missing)}." if missing else ""
    return "\n\n".join(fill(part, WIDTH) for part in (text, rest) if part)


def _line(problem: Problem, figure: Published, kept: Mapping[str, Any], source: int) -> str:
    gap = difference(figure, kept["rows"])
    label = _label(figure.method, kept["rows"])
    if gap is None:
        reason = kept["rows"].get(figure.method, {}).get("reason") or "not computed"
        shown, remark = "", _short(reason)
    elif abs(gap) <= figure.tolerance:
        row = kept["rows"].get(figure.method, {})
        shown = f"{1e3 * gap:+.4f} ✓"
        remark = _short(row["reason"] or "") if row.get("verdict") == "fail" else ""
    else:
        shown, remark = f"{1e3 * gap:+.4f}", figure.why or UNEXPLAINED
    published = f"{figure.what} {figure.energy:.10g}"
    return f"| {problem.title} | {published} | {label} | {shown} | [{source}] | {remark} |"


def _label(method: str, rows: Mapping[str, Any]) -> str:
    if method == "best":
        energy, _ = best(rows)
        found = [key for key, row in rows.items() if energy is not None and row["energy"] == energy]
        return f"best: {_label(found[0], rows)}" if found else "best"
    return LABELS.get(method) or f"VQE, {method.removeprefix('vqe-')}"


def _error_tables(
    done: Sequence[Problem], results: Mapping[str, Any], reasons: dict[str, str]
) -> Iterator[str]:
    for group in dict.fromkeys(problem.group for problem in done):
        problems = [problem for problem in done if problem.group == group]
        rows = [results[problem.name]["rows"] for problem in problems]
        order = [*LABELS, *(f"vqe-{name}" for one in problems for name in one.ansatze)]
        used = [key for key in dict.fromkeys(order) if any(key in row for row in rows)]
        heads = [LABELS.get(key) or key.removeprefix("vqe-") for key in used]
        yield f"### {group}\n"
        yield "| problem | qubits | " + " | ".join(heads) + " | best / Ha |"
        yield "|---" * (len(used) + 3) + "|"
        for problem, row in zip(problems, rows, strict=True):
            energy, exact = best(row)
            cells = [_cell(row.get(key), energy, reasons) for key in used]
            last = "" if energy is None else f"{energy:.8f}{'' if exact else ' `*`'}"
            qubits = results[problem.name]["qubits"] or ""
            yield f"| {problem.title} | {qubits} | " + " | ".join(cells) + f" | {last} |"
        yield ""


def _cell(row: Mapping[str, Any] | None, energy: float | None, reasons: dict[str, str]) -> str:
    """An error, or the letter of the reason why there is none."""
    if row is None:
        return _letter("not asked for", reasons)
    if row["energy"] is None:
        return _letter(row["reason"] or row["status"], reasons)
    if energy is None:
        return f"{row['energy']:.6f}"
    shown = f"{1e3 * (row['energy'] - energy):+.3f}"
    if row["verdict"] != "fail":
        return shown
    return f"{shown} ({_letter(row['reason'] or 'verdict fail', reasons)})"


def _letter(reason: str, reasons: dict[str, str]) -> str:
    """The letter of a reason; a new one the first time."""
    return reasons.setdefault(_short(reason), f"{_name(len(reasons))}")


def _name(number: int) -> str:
    """The letters a to z, then aa, ab and so on."""
    letter = chr(ord("a") + number % 26)
    return letter if number < 26 else _name(number // 26 - 1) + letter


def _short(reason: str) -> str:
    """A reason in one line of a table."""
    return " ".join(reason.split()).replace("|", "/")

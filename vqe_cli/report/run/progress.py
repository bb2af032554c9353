"""Progress of a run on standard error: a live line in a terminal, plain lines in a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.live import Live
from rich.text import Text

from vqe_cli._core.energy_units import HARTREES, units_of
from vqe_cli._core.resources import show_bytes
from vqe_cli._core.sizes import Forecast
from vqe_cli._core.wording import counted
from vqe_cli.backends import Cost
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.report.console import progress_console
from vqe_cli.report.format import rough_duration, seconds, whole_seconds, with_bar
from vqe_cli.report.layout import NARROW, NO_BREAK, print_wrapped
from vqe_cli.report.run.cycles import cycle_cells, cycle_titles
from vqe_cli.schema.backend_records import StageRecord
from vqe_cli.schema.records import Cycle, ReferenceRecord
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.search_progress import EndedStart, OnStep, Progress

WORTH_SAYING_BYTES, WORTH_SAYING_SECONDS = 100_000_000, 0.1
"""Estimates below these are not shown."""

PLAIN_SECONDS = 30.0
"""Shortest time between plain lines while the optimiser makes steps."""

LABEL_WIDTH, VALUE_WIDTH = 16, 38
"""Columns of what a line is about, and of what it says."""

CYCLE_WIDTHS = (9, 13, 11, 8, 6)
"""Columns of operators, energy, error, gradient and CNOTs of a cycle."""

FROM_CHECKPOINT = "(from the checkpoint)"

STAGES = {
    "chemistry": "Hartree-Fock and integrals",
    "orbitals": "orbitals",
    "solvent": "solvent",
    "preparation": "preparation",
    "reference": "exact energy",
    "properties": "density and properties",
    "states": "excited states",
    "forces": "forces",
    "correction": "correlation outside the active space",
    "record": "record",
    "recorded integrals": "the run on the recorded integrals",
}
"""What the stages of a run do, by their names."""


class LongRunNotice(Observer):
    """Observer that announces long runs and a faster alternative, also in quiet runs.

    Args:
        name: Name of the problem.
        say: Function that prints a line on standard error.
    """

    def __init__(self, name: str, say: Callable[[str], None]) -> None:
        self._name, self._say = name, say

    def on_forecast(self, forecast: Forecast) -> None:
        """Print the expected duration and memory."""
        time, memory = rough_duration(forecast.seconds), show_bytes(forecast.memory)
        quick = f"; {forecast.hint} takes less than a minute" if forecast.hint else ""
        self._say(f"{self._name}: this will take about {time} and {memory} of memory{quick}")


class ProgressReport(Observer):
    """Observer that prints a line for each finished stage, and shows the one that runs.

    Args:
        name: Name of the problem.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._console = progress_console()
        self._live: Live | None = None
        self._now = _Running("Hartree-Fock and integrals")
        self._exact: float | None = None
        self._units = HARTREES
        self._last_plain = 0.0
        self._replayed: Progress | None = None
        self._with_titles = False

    def __enter__(self) -> ProgressReport:
        """Start the live line in a terminal."""
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                get_renderable=lambda: self._now.shown(self._name),
                console=self._console,
                transient=True,
                refresh_per_second=8,
            )
            self._live.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Remove the live line."""
        if self._live is not None:
            self._live.stop()

    def on_begin(self, stage: str) -> None:
        """Show the stage that begins."""
        self._now, self._last_plain = _Running(STAGES.get(stage, stage)), 0.0

    def on_guess(self, number: int, most: int, lowest: float) -> None:
        """Show a guess of the search for the lowest mean field."""
        self._step_of(f"guess {number} of {most}", lowest, self._now.seconds)

    def on_problem(self, encoding: Encoding) -> None:
        """Print the size of the problem, and the energy of its determinant."""
        problem = encoding.problem
        self._units = units_of(problem.unit)
        size = counted(encoding.num_qubits, "qubit")
        if not isinstance(problem, ElectronicProblem):
            self._print(f"{self._name}: {size}")
            return
        self._print(f"{self._name}: {size}, {counted(problem.sector_dimension, 'determinant')}")
        is_mean_field = problem.reference_determinant == "hartree-fock"
        label = "Hartree-Fock" if is_mean_field else "determinant"
        energy = f"{problem.hartree_fock_energy:z.7f} {self._units.energy}"
        self._line(label, energy, self._now.seconds)

    def on_orbital_step(self, step: int, energy: float) -> None:
        """Show a step of the orbitals."""
        self._step_of(f"step {step}", energy, self._now.seconds)

    def on_cost(self, cost: Cost | None) -> None:
        """Print the estimated cost of an evaluation if it is large."""
        if cost is None:
            return
        text = f"about {show_bytes(cost.memory)} of memory"
        if cost.seconds is not None:
            text += f" and {seconds(cost.seconds)} for each energy with its gradient"
        if cost.memory >= WORTH_SAYING_BYTES or (cost.seconds or 0.0) >= WORTH_SAYING_SECONDS:
            self._line("expected", text)

    def on_compilation(self) -> None:
        """Print that kernels are compiled."""
        self._line("compiling", "kernels, once after installation ...")

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """Print the exact energy."""
        if reference is None:
            self._line("exact", "no exact reference")
        else:
            self._exact = reference.energy
            value = f"{reference.energy:z.7f} {self._units.energy}"
            self._line(f"exact ({reference.method})", value, reference.wall_s)
        self._now, self._last_plain = _Running("search"), 0.0

    def on_start(self, found: EndedStart) -> None:
        """Print where a start ended."""
        ended = "converged" if found.converged else "not converged"
        parts = ["evaluated" if found.converged and found.evaluations == 1 else ended]
        if found.energy is not None:
            parts.append(self._energy(found.energy))
        parts.append(counted(found.evaluations, "energy", "energies"))
        several = found.of > 1
        label = f"start {found.number + 1} of {found.of}" if several else "search"
        best = "lowest" if several and found.is_lowest and found.number else ""
        best = best or (FROM_CHECKPOINT if self._replayed is not None else "")
        self._line(label, "  ".join(parts), found.seconds, best)
        ending = "final energy and checks" if found.number + 1 == found.of else "search"
        self._now = _Running(ending)

    def on_cycle(self, cycle: Cycle) -> None:
        """Print the operators of a cycle, what they gained, and their CNOTs."""
        titles = cycle_titles(self._units)
        cells = cycle_cells(cycle, self._exact, self._units)
        if self._console.width < NARROW:
            self._print("  ".join(_labelled(titles, cells)))
            return
        if not self._with_titles:
            self._print_cycle(titles)
            self._with_titles = True
        self._print_cycle(cells)

    def _print_cycle(self, cells: Sequence[str]) -> None:
        """Print what is told of a cycle, or the titles, in columns."""
        *numbers, added = cells
        kept = range(len(numbers)) if self._exact is not None else (0, 1, 3, 4)
        columns = (f"{numbers[k]:>{CYCLE_WIDTHS[k]}}" for k in kept)
        self._print("  ".join(("", *columns, added.replace(" ", NO_BREAK))))

    def on_stage(self, stage: StageRecord) -> None:
        """Print the energy of simulation, noisy simulation or device."""
        value = with_bar(stage.energy, stage.standard_error)
        self._line(stage.name, f"{value} {self._units.energy}")

    @property
    def on_step(self) -> OnStep:
        """The callback that shows a step."""
        return self._step

    def _step(self, progress: Progress) -> None:
        if progress.replayed:
            self._replayed = progress
        elif self._replayed is not None and self._live is None:
            last, self._replayed = self._replayed, None
            self._line(f"step {last.step}", f"{self._energy(last.energy)}  {FROM_CHECKPOINT}")
        resumed = f" {FROM_CHECKPOINT}" if progress.replayed else ""
        label = f"step {progress.step}{resumed}"
        self._step_of(label, progress.energy, progress.elapsed_s)

    def _step_of(self, label: str, energy: float, elapsed_s: float) -> None:
        """Show a step; where nothing is live, print one now and then."""
        self._now.detail = f"{label}, {self._energy(energy)}"
        if self._live is None and elapsed_s - self._last_plain >= PLAIN_SECONDS:
            self._last_plain = elapsed_s
            self._line(label, self._energy(energy), elapsed_s)

    def _energy(self, energy: float) -> str:
        """The error of an energy, or the energy without an exact one."""
        if self._exact is None:
            return f"{energy:z.7f} {self._units.energy}"
        return f"{self._units.factor * (energy - self._exact):+z.4f} {self._units.error}"

    def _line(
        self, label: str, value: str, elapsed_s: float | None = None, remark: str = ""
    ) -> None:
        """Print a finished stage."""
        time = "" if elapsed_s is None else seconds(elapsed_s)
        parts = (f"  {label:<{LABEL_WIDTH}}  {value:<{VALUE_WIDTH}}", f"{time:>7}", remark)
        line = "  ".join(parts).rstrip()
        if len(line) > self._console.width:
            words = (label, *value.split("  "), time, remark)
            line = "  ".join(word.replace(" ", NO_BREAK) for word in words if word)
        self._print(line)

    def _print(self, text: str) -> None:
        print_wrapped(text, self._console, hanging=4)


def _labelled(titles: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    """What is told of a cycle with its units, for lines that end between two parts."""
    for title, cell in zip(titles, cells, strict=True):
        name, _, unit = title.partition(" / ")
        told = f"{cell} {unit}" if unit else cell if name == "added" else f"{name} {cell}"
        if cell:
            yield told.replace(" ", NO_BREAK)


@dataclass
class _Running:
    """The stage that runs.

    Args:
        stage: What is done.
        detail: How far it is.
    """

    stage: str
    detail: str = ""
    _began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the stage began."""
        return time.perf_counter() - self._began

    def shown(self, name: str) -> Text:
        """The live line, with a clock.

        Args:
            name: Name of the problem.
        """
        detail = f": {self.detail}" if self.detail else " ..."
        return Text(f"{name}: {self.stage}{detail}  {whole_seconds(self.seconds)}", style="dim")

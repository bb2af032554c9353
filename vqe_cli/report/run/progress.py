"""Progress of a run on standard error: a live line in a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
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
from vqe_cli.report.format import rough_duration, seconds
from vqe_cli.schema.backend_records import StageRecord
from vqe_cli.schema.records import ReferenceRecord
from vqe_cli.variational.evaluation_log import OnStep, Progress
from vqe_cli.variational.observers import Observer

WORTH_SAYING_BYTES, WORTH_SAYING_SECONDS = 100_000_000, 0.1
"""Estimates below these are not shown."""

PLAIN_SECONDS = 5.0
"""Longest time between plain lines while the optimiser makes steps."""


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
    """Observer that shows problem, exact energy and steps.

    Args:
        name: Name of the problem.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._console = progress_console()
        self._live: Live | None = None
        self._exact: float | None = None
        self._units = HARTREES
        self._last_plain = 0.0
        self._next_plain = 1
        self._last: Progress | None = None
        self._shown = 0

    def __enter__(self) -> ProgressReport:
        """Start the live line in a terminal."""
        if sys.stderr.isatty():
            start = Text(f"{self._name}: Hartree-Fock and integrals ...", style="dim")
            self._live = Live(start, console=self._console, transient=True, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Remove the live line, or print the last step."""
        if self._live is not None:
            self._live.stop()
        elif self._last is not None and self._last.step != self._shown:
            self._plain(self._last)

    def on_problem(self, encoding: Encoding) -> None:
        """Show the size of the problem."""
        problem = encoding.problem
        self._units = units_of(problem.unit)
        if isinstance(problem, ElectronicProblem):
            size = (
                f"{counted(encoding.num_qubits, 'qubit')},"
                f" {counted(problem.sector_dimension, 'determinant')}"
            )
        else:
            size = counted(encoding.num_qubits, "qubit")
        self._say(f"{self._name}: {size}")

    def on_orbital_step(self, step: int, energy: float) -> None:
        """Show a step of the orbitals: in a pipe the 1st, 2nd, 4th, 8th, ..."""
        if self._live is not None or step & (step - 1) == 0:
            self._say(f"{self._name}: orbitals, step {step}, {energy:.8f} {self._units.energy}")

    def on_cost(self, cost: Cost | None) -> None:
        """Show the estimated cost of an evaluation if it is large."""
        if cost is None:
            return
        text = f"{self._name}: about {show_bytes(cost.memory)} of memory"
        if cost.seconds is not None:
            text += f" and {seconds(cost.seconds)} for each energy with its gradient"
        if cost.memory >= WORTH_SAYING_BYTES or (cost.seconds or 0.0) >= WORTH_SAYING_SECONDS:
            self._say(text)

    def on_compilation(self) -> None:
        """Show that kernels are compiled."""
        self._say(f"{self._name}: compiling kernels, once after installation ...")

    def on_reference(self, reference: ReferenceRecord | None) -> None:
        """Show the exact energy."""
        if reference is None:
            self._say(f"{self._name}: no exact reference")
            return
        self._exact = reference.energy
        self._say(
            f"{self._name}: exact energy {reference.energy:.10f} {self._units.energy}"
            f" ({reference.method}, {seconds(reference.wall_s)})"
        )

    def on_stage(self, stage: StageRecord) -> None:
        """Show the energy of simulation, noisy simulation or device."""
        bar = "" if stage.standard_error is None else f" ± {stage.standard_error:.2g}"
        self._say(f"{self._name}: {stage.name}: {stage.energy:.6f}{bar} {self._units.energy}")

    @property
    def on_step(self) -> OnStep:
        """The callback that shows a step."""
        return self._step

    def _step(self, progress: Progress) -> None:
        self._last = progress
        if self._live is not None:
            self._live.update(Text(self._line(progress)))
            return
        due = progress.elapsed_s - self._last_plain >= PLAIN_SECONDS
        if due or progress.step >= self._next_plain:
            self._plain(progress)

    def _plain(self, progress: Progress) -> None:
        self._console.print(self._line(progress), soft_wrap=True)
        self._last_plain, self._shown = progress.elapsed_s, progress.step
        self._next_plain = 2 * progress.step

    def _line(self, progress: Progress) -> str:
        line = f"{self._name}: step {progress.step}, {progress.energy:.8f} {self._units.energy}"
        if self._exact is not None:
            error = self._units.factor * (progress.energy - self._exact)
            line += f", error {error:+.4f} {self._units.error}"
        line += f", {counted(progress.evaluations, 'evaluation')}, {seconds(progress.elapsed_s)}"
        return line + (" (from the checkpoint)" if progress.replayed else "")

    def _say(self, text: str) -> None:
        if self._live is not None:
            self._live.update(Text(text, style="dim"))
        else:
            self._console.print(text, soft_wrap=True)

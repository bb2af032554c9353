"""Write docs/measurement.md: the shots that each method needs, and the coverage of error bars.

python scripts/measurement_tables.py [--repetitions N] [--molecules H2 LiH ...]

Shots are drawn from exact ground states with the program's own allocation, pilot included, and all
of them are counted. All molecules take about a quarter of an hour on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import fci

from vqe_cli.backends.exact.program import Program
from vqe_cli.backends.exact.sampling import Distribution, SectorSampler
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MEASUREMENTS, MeasurementBasis, MeasurementPlan
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.shots import Budget, Measuring, measure
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.rotations import decompose
from vqe_cli.schema import spec_from_data

TARGET = Path(__file__).parent.parent / "docs" / "measurement.md"
METHODS = ("qubit-wise", "fully-commuting", "low-rank", "low-rank-shifted", "fluid")
MOLECULES = {
    "H2": "H 0 0 0\nH 0 0 0.735",
    "LiH": "Li 0 0 0\nH 0 0 1.6",
    "H2O": "O 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692",
    "NH3": "N 0 0 0.1173\nH 0 0.9326 -0.2738\nH 0.8077 -0.4663 -0.2738\nH -0.8077 -0.4663 -0.2738",
    "N2": "N 0 0 0\nN 0 0 1.1",
}
PRECISION = 1.6e-3
"""Target standard error in Hartree."""

SHOTS_OF_A_SETTING = 2000
COVERAGE_SHOTS = (1024, 4096, 16_384, 65_536)
COVERAGE_SEEDS = 2000
WRONG = 0.2
"""Weight of a random state in the state on which error bars are tested."""

HEAD = f"""# Measuring energies with shots

The cost of a method is `M ε²`: shots times the squared standard error, in Ha². The shots of all
measurement bases of one energy are counted together, and allocated so that the error is smallest.

- `qubit-wise`: Pauli strings that agree on every qubit (sorted insertion); no two-qubit gates.
- `fully-commuting`: Pauli strings that commute, after a Clifford circuit.
- `low-rank`: occupation numbers after one orbital rotation for each square of a one-body operator.
- `low-rank-shifted`: the same around the mean field.
- `fluid`: the same with the one-body part distributed by covariances of CISD; the default for
  molecules.

Select with `--measurement`, `--shots N` (per measurement basis, on average) or
`--precision 1.6mHa`.

## Shots

Ground states in STO-3G, all electrons, Jordan-Wigner. *Optimal* is `(Σ σ)²` with the exact standard
deviations σ of the ground state. *Sampled* is what the program takes: the variance of
repeated energies times the shots they were given, with shots allocated by CISD (the reference
determinant beyond 14 qubits for Pauli strings) and a pilot of a tenth. *Gain* is
that over qubit-wise bases, optimal over optimal.

| | method | bases | optimal / Ha² | sampled / Ha² | shots for {1e3 * PRECISION:g} mHa | gain |
| --- | --- | --- | --- | --- | --- | --- |
"""

COVERAGE = f"""
## Error bars

How often 1.96 standard errors hold the exact expectation value, in % of {COVERAGE_SEEDS} seeds; by
chance alone 95 ± 0.5. LiH (2 electrons in 3 orbitals, 6 qubits): its ground state with
{100 * WRONG:g} % of a random state, which has all numbers of electrons, so that post-selection has
something to leave out. Shots are those of each basis, on average.

| method | post-selection | {" | ".join(f"{shots:,}" for shots in COVERAGE_SHOTS)} |
| --- | --- | {" | ".join("---" for _ in COVERAGE_SHOTS)} |
"""

TAIL = """
A basis whose variance hangs on a rare outcome looks quiet until that outcome comes. The variance
that CISD predicts counts there as many shots as bring one, and never makes an error bar smaller.
Where the state is far from what CISD predicts, as here, bars of few shots are still too small: at
256 shots a basis they hold in 85 to 96 %.

Written by `python scripts/measurement_tables.py`.
"""


class GroundState:
    """The exact ground state of a molecule, and its outcomes in each measurement basis.

    Args:
        geometry: Atoms and positions in Å.
        parts_of_spec: Further sections of the spec, such as the active space.
    """

    def __init__(self, geometry: str, **parts_of_spec: Any) -> None:
        spec = spec_from_data({"molecule": {"geometry": geometry}, **parts_of_spec})
        parts = look_up_parts(spec)
        problem = build_problem(spec, parts.active_space)
        assert isinstance(problem, ElectronicProblem)
        self.encoding = Encoding(problem, parts.mapper)
        _, ground = fci.direct_spin0.kernel(problem.h1, problem.h2, problem.norb, problem.nelec)
        self._state = ground / np.linalg.norm(ground)
        space = SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)
        self._strings = (space.strings[0].values, space.strings[1].values)
        self._sampler = SectorSampler(self.encoding, space)
        self.whole = self._sampler.statevector(self._state.ravel()).astype(np.complex128)

    def read(self, basis: MeasurementBasis) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Outcomes and their probabilities in a measurement basis, both of shape (m,)."""
        if basis.orbital_rotation is not None:
            rotated = basis.orbital_rotation.apply(self._state, self._strings)
            return self._sampler.outcomes, np.square(rotated).ravel()
        program = Program(decompose(basis.circuit()))
        rotated = program.applied(self.whole.copy(), np.zeros(0))
        probabilities = np.abs(rotated) ** 2
        possible = np.flatnonzero(probabilities > 1e-15)
        return possible, probabilities[possible]


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--molecules", nargs="+", default=list(MOLECULES), choices=MOLECULES)
    parser.add_argument("--output", type=Path, default=TARGET)
    arguments = parser.parse_args()
    lines = [HEAD.rstrip("\n")]
    for name in arguments.molecules:
        for line in shots_of(name, arguments.repetitions):
            print(line, flush=True)
            lines.append(line)
    lines.append(COVERAGE.rstrip("\n"))
    for line in coverage():
        print(line, flush=True)
        lines.append(line)
    arguments.output.write_text("\n".join([*lines, TAIL.rstrip("\n")]) + "\n", encoding="utf-8")


def shots_of(name: str, repetitions: int) -> Iterator[str]:
    """Iterate over the rows of one molecule, one for each method."""
    ground = GroundState(MOLECULES[name])
    first = None
    for method in METHODS:
        plan = MEASUREMENTS.create(method).plan(ground.encoding)
        deviations, sampled, error = repeated(ground, plan, repetitions)
        optimal = float(deviations.sum()) ** 2
        first = first or optimal
        ratio = f"{first / optimal:.2g}" if method != METHODS[0] else "1"
        yield (
            f"| {name} | {method} | {len(plan.bases)} | {optimal:.4g} "
            f"| {sampled:.3g} ± {error:.1g} | {sampled / PRECISION**2:,.0f} | {ratio} |"
        )


def repeated(
    ground: GroundState, plan: MeasurementPlan, repetitions: int
) -> tuple[np.ndarray[Any, Any], float, float]:
    """Measure many times, basis by basis, so that each rotation is computed once in a round.

    Returns:
        Exact standard deviations, shape (bases,); sampled ``M ε²`` and its standard error.
    """
    underway = [Measuring(plan, Budget(SHOTS_OF_A_SETTING, None)) for _ in range(repetitions)]
    rng = np.random.default_rng(1)
    deviations = np.zeros(len(plan.bases))
    while (shots := np.array([one.next_round() for one in underway])).any():
        for index, basis in enumerate(plan.bases):
            outcomes, probabilities = ground.read(basis)
            values = basis.values(outcomes)
            mean = float(values @ probabilities)
            deviations[index] = np.sqrt(max(float((values - mean) ** 2 @ probabilities), 0.0))
            distribution = Distribution(probabilities)
            for one, count in zip(underway, shots[:, index], strict=True):
                places, counts = distribution.draw(int(count), rng)
                one.add(index, Counts(outcomes[places], counts))
    found = [one.result() for one in underway]
    values = np.array([estimate.value for estimate in found])
    sampled = float(np.mean([estimate.shots for estimate in found])) * float(values.var(ddof=1))
    return deviations, sampled, sampled * float(np.sqrt(2.0 / (repetitions - 1)))


def coverage() -> Iterator[str]:
    """Iterate over rows: each method without and with post-selection."""
    ground = GroundState(
        MOLECULES["LiH"], active_space={"name": "frontier", "electrons": 2, "orbitals": 3}
    )
    rng = np.random.default_rng(5)
    noise = rng.normal(size=ground.whole.size)
    psi = np.sqrt(1 - WRONG) * ground.whole + np.sqrt(WRONG) * noise / np.linalg.norm(noise)
    psi /= np.linalg.norm(psi)
    for method in METHODS:
        plan = MEASUREMENTS.create(method).plan(ground.encoding)
        probabilities = [_probabilities(psi, basis) for basis in plan.bases]
        for post_select in (False, True):
            cells = [f"{_covered(plan, probabilities, post_select, s):.1f}" for s in COVERAGE_SHOTS]
            yield f"| {method} | {'yes' if post_select else 'no'} | {' | '.join(cells)} |"


def _covered(
    plan: MeasurementPlan, probabilities: Sequence[Any], post_select: bool, shots: int
) -> float:
    """The percentage of seeds whose error bar contains the limit of infinitely many shots."""
    exact, _ = plan.expectation(probabilities, post_select=post_select)
    distributions = [Distribution(weights) for weights in probabilities]

    def sample(_: Sequence[MeasurementBasis], shots: Sequence[int], seed: int) -> list[Counts]:
        rng = np.random.default_rng(seed)
        pairs = zip(distributions, shots, strict=True)
        return [Counts(*distribution.draw(count, rng)) for distribution, count in pairs]

    held = 0
    for seed in range(COVERAGE_SEEDS):
        found = measure(plan, sample, Budget(shots, None), seed, post_select=post_select)
        held += abs(found.value - exact) <= 1.96 * (found.standard_error or 0.0)
    return 100.0 * held / COVERAGE_SEEDS


def _probabilities(psi: Any, basis: MeasurementBasis) -> Any:
    program = Program(decompose(basis.circuit()))
    return np.abs(program.applied(psi.copy(), np.zeros(0))) ** 2


if __name__ == "__main__":
    main()

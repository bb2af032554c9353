"""Energies of the space that bit strings span, and of equally many random ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import IntArray
from vqe_cli._core.seeds import stream
from vqe_cli.errors import InputError
from vqe_cli.fermions.determinants.hamiltonian import Direct
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.readers.content import about, read_text
from vqe_cli.schema.severity import or_fail
from vqe_cli.verification.records import Evidence, NullHypothesis

MAX_BYTES = 200_000_000

TRIALS = ((1_000, 40), (50_000, 10))
"""Numbers of sets of random bit strings that the given ones are compared with, after the number of
determinants up to which it holds."""

FEW_TRIALS = 3
"""The same for larger spaces."""

SPIN_TOLERANCE = 0.1
"""Largest deviation of S² of a state, since the space of some determinants has no exact spin."""

MOST_DETERMINANTS = 2_000_000
"""Number of determinants of the largest space that is diagonalised."""


@dataclass(frozen=True, eq=False)
class SpinStrings:
    """Occupied orbitals of each spin as integers, orbital 0 the lowest bit; sorted, distinct."""

    alpha: IntArray
    beta: IntArray

    @property
    def shared(self) -> SpinStrings:
        """The strings of both spins together, used for both."""
        both = np.union1d(self.alpha, self.beta)
        return SpinStrings(both, both)

    @property
    def dimension(self) -> int:
        """The number of determinants."""
        return self.alpha.size * self.beta.size


def of_bitstrings(
    given: str | tuple[str, ...], folder: Path, encoding: Encoding, claimed: float, seed: int
) -> Evidence:
    """The lowest energy in the space of the strings, with that of random ones.

    The space is that of all products of an alpha and a beta string; of a closed shell also that of
    all strings shared by both spins. The energy nearest to the claimed one is kept.

    Args:
        given: The bit strings, or the name of their file.
        folder: The folder of the claim.
        encoding: The problem.
        claimed: The claimed energy, Hartree.
        seed: Random seed of the random strings.

    Raises:
        InputError: The strings do not fit the problem.
    """
    problem = encoding.problem
    if not isinstance(problem, ElectronicProblem):
        message = "bit strings span a space of electrons; this problem is a qubit Hamiltonian"
        raise InputError(message, path=("bitstrings",))
    texts = texts_of(given, folder, encoding.num_qubits)
    outcomes = np.unique([int(text, 2) for text in texts])
    valid = outcomes[encoding.has_right_electrons(outcomes)]
    check = _any_valid(valid.size, outcomes.size)
    if not valid.size:
        return Evidence(kind="bitstrings", energy=None, checks=(check,))
    found = subspace_energies(texts, encoding)
    if not found:
        message = f"the bit strings span more than {MOST_DETERMINANTS:,} determinants"
        raise InputError(message, path=("bitstrings",), hint="give fewer bit strings")
    space, energy = min(found, key=lambda one: abs(one[1] - claimed))
    whole = problem.sector_dimension
    notes = (
        f"{valid.size:,} of {outcomes.size:,} different bit strings have the right electrons;"
        f" they span {space.dimension:,} of {whole:,} determinants",
    )
    # A single determinant is no sample that could be compared with random ones.
    nulls = () if space.dimension in (1, whole) else (_random(problem, space, seed),)
    return Evidence(kind="bitstrings", energy=energy, checks=(check,), notes=notes, nulls=nulls)


def subspace_energies(
    texts: Sequence[str], encoding: Encoding
) -> Sequence[tuple[SpinStrings, float]]:
    """The lowest energies in the spaces of bit strings, Hartree.

    Args:
        texts: Bit strings, the first qubit last.
        encoding: The problem of electrons.

    Returns:
        Spaces that are not too large, and the lowest energy in each with its spin kept near that
        of the problem, and, where the state without this constraint has this spin too, without.
    """
    problem = encoding.problem
    assert isinstance(problem, ElectronicProblem)
    outcomes = np.unique([int(text, 2) for text in texts])
    valid = outcomes[encoding.has_right_electrons(outcomes)]
    if not valid.size:
        return ()
    strings = _strings(problem, encoding.occupation_map.occupations(valid))
    spaces = [strings]
    if problem.nelec[0] == problem.nelec[1] and strings.shared.dimension > strings.dimension:
        spaces.append(strings.shared)
    return [
        (space, energy)
        for space in spaces
        if space.dimension <= MOST_DETERMINANTS
        for energy in _energies(problem, space)
    ]


def _any_valid(valid: int, given: int) -> Check:
    return Check(
        name="bit-strings-in-sector",
        status=or_fail(valid > 0),
        hard=True,
        value=float(valid),
        detail=f"of {given:,} different bit strings {valid:,} have the right electrons",
    )


def texts_of(given: str | tuple[str, ...], folder: Path, qubits: int) -> Sequence[str]:
    """The bit strings of a claim, without spaces.

    Args:
        given: The bit strings, or the name of their file.
        folder: The folder of the claim.
        qubits: The number of qubits of the problem.

    Raises:
        InputError: There are none, or they are not those of the problem's qubits.
    """
    path = folder / given if isinstance(given, str) else None
    texts = [text.strip().replace(" ", "") for text in (given if path is None else _read(path))]
    hint = "write the qubits from the last to the first, as Qiskit does"
    for text in texts:
        if len(text) != qubits or text.strip("01"):
            message = f"'{text[:70]}' is not a string of {qubits} bits"
            raise _wrong(path, message, hint)
    if not texts:
        raise _wrong(path, "there are no bit strings", hint)
    return texts


def _wrong(path: Path | None, message: str, hint: str) -> InputError:
    """An error in the file of the bit strings, or in the claim."""
    if path is None:
        return InputError(message, path=("bitstrings",), hint=hint)
    return about(path, message, hint)


def _read(path: Path) -> Sequence[str]:
    """Bit strings of a file: lines, whose first word counts, a JSON list, or keys of counts."""
    text = read_text(path, MAX_BYTES, hint="write one bit string in each line")
    if text.lstrip()[:1] not in ("[", "{"):
        return [line.split()[0] for line in text.splitlines() if line.strip()]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise about(path, f"is not valid JSON: {error}") from None
    return [str(one) for one in found]


def _strings(problem: ElectronicProblem, occupations: IntArray) -> SpinStrings:
    """The distinct strings of each spin among determinants."""
    alpha = np.unique(occupations & ((1 << problem.norb) - 1))
    return SpinStrings(alpha, np.unique(occupations >> problem.norb))


def _energies(problem: ElectronicProblem, space: SpinStrings) -> Iterator[float]:
    """The lowest energies in a space: with the spin constrained, and without."""
    yield _lowest(problem, space)
    if 0 in problem.nelec:
        return
    energy, spin_squared = _solved(problem, space, None)
    if abs(spin_squared - problem.spin_squared) <= SPIN_TOLERANCE:
        yield energy


def _lowest(problem: ElectronicProblem, space: SpinStrings) -> float:
    """The lowest energy of the right spin in a space, Hartree."""
    if 0 in problem.nelec:
        return _lowest_of_one_spin(problem, space)
    return _solved(problem, space, problem.spin_squared)[0]


def _solved(
    problem: ElectronicProblem, space: SpinStrings, spin_squared: float | None
) -> tuple[float, float]:
    """The lowest energy in a space, Hartree, and S² of its state; S² can be constrained."""
    from qiskit_addon_sqd.fermion import solve_sci

    found = solve_sci(
        (space.alpha, space.beta),
        problem.h1,
        problem.h2,
        norb=problem.norb,
        nelec=problem.nelec,
        spin_sq=spin_squared,
    )
    return float(found.energy) + problem.core_energy, float(found.sci_state.spin_square())


def _lowest_of_one_spin(problem: ElectronicProblem, space: SpinStrings) -> float:
    """The lowest energy of electrons of one spin, which PySCF's selected CI does not take."""
    sector = SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)
    chosen = space.alpha if problem.nelec[0] else space.beta
    values = sector.strings[0 if problem.nelec[0] else 1].values
    places = np.flatnonzero(np.isin(values, chosen))
    product = Direct(problem, sector)
    rows = np.array([product.times(row)[places] for row in np.eye(values.size)[places]])
    return float(np.linalg.eigvalsh(rows)[0]) + problem.core_energy


def _random(problem: ElectronicProblem, space: SpinStrings, seed: int) -> NullHypothesis:
    """Energies of as many random strings of each spin, the reference determinant among them."""
    rng = stream(seed, "verification baseline").generator
    shared = space.alpha.size == space.beta.size and bool(np.all(space.alpha == space.beta))
    trials = next((count for most, count in TRIALS if space.dimension <= most), FEW_TRIALS)
    energies = []
    for _ in range(trials):
        alpha = _draw(problem.norb, problem.nelec[0], space.alpha.size, rng)
        beta = alpha if shared else _draw(problem.norb, problem.nelec[1], space.beta.size, rng)
        energies.append(min(_energies(problem, SpinStrings(alpha, beta))))
    return NullHypothesis(
        name="as many random bit strings",
        energy=min(energies),
        mean=float(np.mean(energies)),
        spread=float(np.std(energies, ddof=1)),
        trials=trials,
    )


def _draw(norb: int, electrons: int, count: int, rng: np.random.Generator) -> IntArray:
    """Distinct random strings, the lowest orbitals filled among them; sorted, shape (count,)."""
    found = {(1 << electrons) - 1}
    while len(found) < count:
        occupied = rng.permutation(norb)[:electrons]
        found.add(sum(1 << int(orbital) for orbital in occupied))
    return np.array(sorted(found), dtype=np.int64)

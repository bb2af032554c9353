"""Whether a run fits here, asked of all its parts before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import (
    Forecast,
    Load,
    Need,
    Needs,
    Size,
    excitation_needs,
    forecast,
    mapping_need,
    refuse_what_does_not_fit,
)
from vqe_cli.chemistry.active_spaces.selection import MAX_ACTIVE_ORBITALS
from vqe_cli.chemistry.molecule import unplaced_molecule

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.backends import Backend
    from vqe_cli.classical import Reference
    from vqe_cli.registries import Parts
    from vqe_cli.schema import MoleculeSpec

MOST_IRREPS = 8
"""Of an abelian point group, D2h."""


def before_geometry(parts: Parts, needs: Needs, molecule: MoleculeSpec, memory: Memory) -> None:
    """Refuse a structure that is too large before its coordinates are made.

    Args:
        parts: Of the run.
        needs: What has to fit.
        molecule: What the user wrote.
        memory: What may be used.

    Raises:
        RefusedError: It names what does not fit, and the nearest size with which all does.
    """
    if molecule.geometry.is_structure:
        _refuse_extent(parts, needs, unplaced_molecule(molecule), memory)


def before_orbitals(parts: Parts, needs: Needs, memory: Memory) -> Callable[[Mole], None]:
    """What refuses a molecule or a file that is too large before its orbitals are computed.

    Args:
        parts: Of the run.
        needs: What has to fit.
        memory: What may be used.
    """

    def check(mole: Mole) -> None:
        _refuse_extent(parts, needs, mole, memory)
        parts.active_space.check(mole, memory)

    return check


def _refuse_extent(parts: Parts, needs: Needs, mole: Mole, memory: Memory) -> None:
    extent = parts.active_space.extent(mole)
    size = None if extent is None else _size(mole, *extent)
    if size is not None and max(size.nelec) <= size.norb:  # else there is no such space
        refuse_what_does_not_fit(size, needs, memory)


def refuse_too_large(parts: Parts, size: Size, memory: Memory) -> None:
    """Refuse a run of which a part does not fit.

    Args:
        parts: Of the run.
        size: Of its problem.
        memory: What may be used.

    Raises:
        RefusedError: It names what does not fit, and the nearest size with which all does.
    """
    refuse_what_does_not_fit(size, needs_of_run(parts, memory), memory)


def forecast_of(parts: Parts, size: Size, memory: Memory) -> Forecast | None:
    """What a run will take, None if it is not long.

    Args:
        parts: Of the run.
        size: Of its problem.
        memory: What may be used.
    """
    return forecast(size, needs_of_run(parts, memory), memory)


def search_of(parts: Parts, size: Size | None, memory: Memory) -> Backend | None:
    """Where parameters are found, if not on the backend itself.

    Where only bit strings are wanted nothing is searched, and the trial state's own energy is
    simulated only if that fits.

    Args:
        parts: Of the run.
        size: Of its problem; None for a qubit Hamiltonian.
        memory: What may be used.
    """
    elsewhere = parts.backend.search()
    if elsewhere is None or size is None or _measures(parts):
        return elsewhere
    fits = all(need.fits(memory) for need in elsewhere.needs(_load(parts, size)))
    return elsewhere if fits else None


def integral_needs(size: Size) -> Iterator[Need]:
    """What the problem itself takes, whatever becomes of it.

    Args:
        size: Of the problem.
    """
    if size.norb > MAX_ACTIVE_ORBITALS:
        what = f"{size.norb} active orbitals ({2 * size.norb} qubits)"
        yield Need(what, limit=f"{what} are more than {MAX_ACTIVE_ORBITALS}")


def needs_of_run(parts: Parts, memory: Memory) -> Needs:
    """What all parts of a run take.

    Args:
        parts: Of the run.
        memory: What may be used.
    """
    return partial(_run_needs, parts, memory)


def needs_of_operator(parts: Parts) -> Needs:
    """What the mapped Hamiltonian and the list of excitations take, with nothing simulated.

    Args:
        parts: Of the run.
    """
    return partial(_operator_needs, parts)


def needs_of_methods(parts: Parts, methods: Sequence[Reference], memory: Memory) -> Needs:
    """What classical methods take; nothing as long as one of them fits.

    Args:
        parts: Of the run.
        methods: Each stands alone.
        memory: What may be used.
    """
    return partial(_method_needs, parts, methods, memory)


def _operator_needs(parts: Parts, size: Size) -> Iterator[Need]:
    yield from integral_needs(size)
    load = _load(parts, size)
    yield mapping_need(load)
    yield from excitation_needs(load)


def _method_needs(
    parts: Parts, methods: Sequence[Reference], memory: Memory, size: Size
) -> Iterator[Need]:
    yield from integral_needs(size)
    qubits = parts.mapper.num_qubits(size)
    lists = [list(method.needs(size, qubits, memory)) for method in methods]
    if not any(all(need.fits(memory) for need in needs) for needs in lists):
        yield from (need for needs in lists for need in needs)


def _run_needs(parts: Parts, memory: Memory, size: Size) -> Iterator[Need]:
    """Of all parts; integrals first, without which there is nothing."""
    yield from integral_needs(size)
    load = _load(parts, size)
    elsewhere = parts.backend.search() if _measures(parts) else None
    if elsewhere is not None:
        yield from elsewhere.needs(load)
    yield from parts.backend.needs(load)
    yield from parts.solver.needs(size)
    if parts.reference is not None:
        yield from parts.reference.needs(size, load.qubits, memory)


def _load(parts: Parts, size: Size) -> Load:
    return Load(
        size=size,
        qubits=parts.mapper.num_qubits(size),
        is_product=parts.ansatz.is_product,
        excitations=parts.ansatz.num_excitations(size),
        draws=parts.solver.draws,
        measures=_measures(parts),
        searches=parts.optimizer.name != "none",
    )


def _measures(parts: Parts) -> bool:
    """Whether energies of the trial state are asked for, be it only to optimise it."""
    return not parts.solver.draws or parts.optimizer.name != "none"


def _size(mole: Mole, electrons: int, orbitals: int) -> Size:
    """Of an active space; unpaired electrons are always active."""
    unpaired = min(mole.spin, electrons)
    beta = (electrons - unpaired) // 2
    may_have_irreps = mole.symmetry or not mole.natm  # those of a file are found in its integrals
    return Size(orbitals, (electrons - beta, beta), MOST_IRREPS if may_have_irreps else 1)

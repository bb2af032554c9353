"""Whether a run fits here, asked of all its parts before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vqe_cli.chemistry.integrals import MAX_ACTIVE_ORBITALS
from vqe_cli.sizes import Forecast, Load, Need, Size, forecast, refuse_what_does_not_fit

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli.backends import Backend
    from vqe_cli.pipeline import Parts

MOST_IRREPS = 8
"""Of an abelian point group, D2h."""


def before_orbitals(parts: Parts) -> Callable[[Mole], None]:
    """What refuses a molecule that is too large before its orbitals are computed.

    Args:
        parts: Of the run.
    """

    def check(mole: Mole) -> None:
        extent = parts.active_space.extent(mole)
        size = None if extent is None else _size(mole, *extent)
        if size is not None and max(size.nelec) <= size.norb:  # else there is no such space
            refuse_too_large(parts, size)
        parts.active_space.check(mole)

    return check


def refuse_too_large(parts: Parts, size: Size) -> None:
    """Refuse a run of which a part does not fit.

    Args:
        parts: Of the run.
        size: Of its problem.

    Raises:
        RefusedError: It names what does not fit, and the nearest size with which all does.
    """
    refuse_what_does_not_fit(size, lambda other: _needs(parts, other))


def forecast_of(parts: Parts, size: Size) -> Forecast | None:
    """What a run will take, None if it is not long.

    Args:
        parts: Of the run.
        size: Of its problem.
    """
    return forecast(size, lambda other: _needs(parts, other))


def search_of(parts: Parts, size: Size | None) -> Backend | None:
    """Where parameters are found, if not on the backend itself.

    Where only bit strings are wanted nothing is searched, and the trial state's own energy is
    simulated only if that fits.

    Args:
        parts: Of the run.
        size: Of its problem; None for a qubit Hamiltonian.
    """
    elsewhere = parts.backend.search()
    if elsewhere is None or size is None or _measures(parts):
        return elsewhere
    fits = all(need.fits for need in elsewhere.needs(_load(parts, size)))
    return elsewhere if fits else None


def _needs(parts: Parts, size: Size) -> Iterator[Need]:
    """Of all parts; integrals first, without which there is nothing."""
    if size.norb > MAX_ACTIVE_ORBITALS:
        what = f"{size.norb} active orbitals ({2 * size.norb} qubits)"
        yield Need(what, limit=f"{what} are more than {MAX_ACTIVE_ORBITALS}")
    load = _load(parts, size)
    elsewhere = parts.backend.search() if _measures(parts) else None
    if elsewhere is not None:
        yield from elsewhere.needs(load)
    yield from parts.backend.needs(load)
    yield from parts.solver.needs(size)
    if parts.reference is not None:
        yield from parts.reference.needs(size, load.qubits)


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
    return Size(orbitals, (electrons - beta, beta), MOST_IRREPS if mole.symmetry else 1)

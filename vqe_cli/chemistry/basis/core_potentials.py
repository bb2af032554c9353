"""Core potentials: those that bases are made for, and those in use for every element.

A basis without functions for the core, used with all electrons, gives meaningless numbers. So the
potential belongs to the basis, as in Psi4, ORCA and Gaussian, unless the input says otherwise.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.basis.basis_sets import (
    BASIS_PATH,
    chosen,
    holds_core,
    not_a_path,
    refuse_no_name,
    refuse_unknown_elements,
    shells_of,
    spelling_of,
    written,
)
from vqe_cli.chemistry.basis.basis_text import Potential
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.errors import InputError, Path
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.basis import AUTO, NONE, Choice, WrittenOut
from vqe_cli.schema.check_records import Check, doubt

ECP_PATH: Path = ("molecule", "ecp")

FAMILIES: tuple[tuple[str, str], ...] = (
    (r"(ccecp(?:he|28|36|reg)?)(?:aug)?ccpv[dtq56]z", r"\1"),
    (r"bfdv[dtq5]z", "bfd"),
    (r"(?:aug)?ccp(?:wc)?v([dtq5])zpp", r"cc-pv\1z-pp"),
    (r"def2m?tzvpp?", "def2-tzvp"),
    (r"qavgvszps", "ecp-q-vszp"),
)
"""Patterns of bases' names, without hyphens, and PySCF's names of their potentials."""

WITH_POTENTIALS = ("Li", "Na", "Si", "Fe", "Zn", "Br", "Sr", "Ag", "I", "Au", "Pb", "La", "U")
"""Elements such that every family of core potentials covers at least one of them."""

HARTREE_FOCK_GTH = "gth-hf-rev"
"""Stein, Hutter and Rybkin, Molecules 25, 5174 (2020): made for Hartree-Fock, all elements."""

GTH_OF_BASES = "gth-pade"
"""The GTH potentials whose numbers of electrons GTH bases are made for."""


@dataclass(frozen=True, eq=False)
class CorePotential:
    """The potential that replaces the core electrons of an element.

    Args:
        choice: The potential as in the input.
        electrons: Number of electrons that it replaces in each atom.
        ecp: The semilocal potential in PySCF's form, or None.
        gth: The separable potential of Goedecker, Teter and Hutter in PySCF's form, or None.
    """

    choice: Choice
    electrons: int
    ecp: Potential | None = None
    gth: list[Any] | None = None

    @property
    def label(self) -> str:
        """The name of the potential, for display."""
        return self.choice if isinstance(self.choice, str) else "the one written out"


class MissingPotentialError(InputError):
    """A basis is made for a core potential that PySCF does not have."""


@dataclass(frozen=True, eq=False)
class Potentials:
    """The core potentials of a molecule.

    Args:
        by_element: The potentials in use, by element.
        assumed: Symbols of elements whose potential the input leaves open.
        misfits: Descriptions of choices that do not match the basis.
    """

    by_element: dict[str, CorePotential]
    assumed: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()

    def replaced(self, symbol: str) -> int:
        """The number of electrons that an element's potential replaces in each atom.

        Args:
            symbol: The element's symbol.
        """
        found = self.by_element.get(symbol)
        return found.electrons if found else 0

    @property
    def names(self) -> str:
        """The names and elements of the potentials: ``lanl2dz for Cl and I``."""
        return _listed(self.by_element)

    @property
    def assumptions(self) -> dict[str, int | str]:
        """Values assumed for what the input leaves open, for the record."""
        taken = {symbol: self.by_element[symbol] for symbol in self.assumed}
        return {"ecp": _listed(taken)} if taken else {}

    @property
    def checks(self) -> tuple[Check, ...]:
        """The failed check of potentials that do not match the basis."""
        if not self.misfits:
            return ()
        return (
            doubt(
                name="core-potential",
                value=False,
                expected=True,
                detail="; ".join(self.misfits),
            ),
        )


def _listed(potentials: dict[str, CorePotential]) -> str:
    by_label: dict[str, list[str]] = {}
    for symbol, potential in potentials.items():
        by_label.setdefault(potential.label, []).append(symbol)
    return ", ".join(f"{label} for {' and '.join(them)}" for label, them in by_label.items())


def potentials_of(molecule: MoleculeSpec) -> Potentials:
    """The core potentials of a molecule's elements.

    Args:
        molecule: The molecule section of the input.

    Raises:
        InputError: PySCF lacks the potential that is requested or that the basis is made for.
    """
    return potentials_for(molecule, elements_of(molecule))


def elements_of(molecule: MoleculeSpec) -> set[str]:
    """The symbols of elements with nuclei in a molecule, which needs no coordinates.

    Args:
        molecule: The molecule section of the input.
    """
    if molecule.geometry.is_structure:
        return set(structure_of(molecule)[0].symbols)
    return set(atoms(molecule).elements)


def potentials_for(molecule: MoleculeSpec, symbols: Iterable[str]) -> Potentials:
    """The core potentials of elements in a molecule; ghosts have none.

    An element has the potential that the input names for it; an element that the name or mapping
    does not cover is treated as by ``auto``.

    Args:
        molecule: The molecule section of the input.
        symbols: Symbols of elements with nuclei.

    Raises:
        InputError: PySCF lacks the potential that is requested or that the basis is made for.
    """
    refuse_unknown_elements(molecule.ecp, ECP_PATH)
    _refuse_unknown_potential(molecule)
    by_element: dict[str, CorePotential] = {}
    assumed, misfits = [], []
    for symbol in sorted(symbols):
        choice, path = chosen(molecule.ecp, symbol, ECP_PATH)
        potential = None if choice in (None, AUTO, NONE) else _named(choice, symbol, path)
        if choice != NONE and potential is None:
            potential = potential_of_basis(molecule, symbol)
            assumed += [symbol] if potential else []
        else:
            misfits += _misfit(molecule, symbol, potential)
        if potential is not None:
            by_element[symbol] = potential
    return Potentials(by_element, tuple(assumed), tuple(misfits))


def as_choices(molecule: MoleculeSpec, potentials: Potentials) -> Any:
    """The choice of potentials in full, as plain data that read back to the same choice.

    Args:
        molecule: The molecule section of the input.
        potentials: The potentials that it resulted in.
    """
    if molecule.ecp == NONE:
        return NONE
    left_out = molecule.ecp if isinstance(molecule.ecp, dict) else {}
    none = {symbol: NONE for symbol, choice in left_out.items() if choice == NONE}
    taken = {symbol: found.choice for symbol, found in potentials.by_element.items()}
    return {
        symbol: choice if isinstance(choice, str) else choice.model_dump(exclude_none=True)
        for symbol, choice in {**none, **taken}.items()
    }


def potential_of_basis(molecule: MoleculeSpec, symbol: str) -> CorePotential | None:
    """The potential that an element's basis is made for; None for an all-electron basis.

    Args:
        molecule: The molecule section of the input.
        symbol: The element's symbol.

    Raises:
        InputError: PySCF lacks the potential.
    """
    from pyscf.data.elements import charge

    choice, path = chosen(molecule.basis, symbol, BASIS_PATH)
    shells = shells_of(molecule.basis, [symbol])[symbol]
    if isinstance(choice, WrittenOut):
        potential = _written(choice, symbol, path)
    else:
        assert choice is not None
        potential = _of_named_basis(choice, symbol, path)
    number = int(charge(symbol))
    if potential is None and number > 2 and not holds_core(shells, number):
        raise _missing(symbol, path)
    return potential


def _missing(symbol: str, path: Path) -> MissingPotentialError:
    return MissingPotentialError(
        f"this basis of {symbol} has no functions for the core: it is made for a core potential,"
        " which PySCF lacks",
        path=path,
        hint=f"name one, such as ecp: {{{symbol}: def2-svp}}, or take another basis;"
        f" ecp: {{{symbol}: {NONE}}} uses none nevertheless",
    )


def _of_named_basis(name: str, symbol: str, path: Path) -> CorePotential | None:
    spelling = spelling_of(name)
    if _is_gth(spelling):
        return _gth_of_basis(name, symbol, path)
    names = [name.partition("@")[0]]
    for pattern, potential in FAMILIES:
        if match := re.fullmatch(pattern, spelling):
            names.append(match.expand(potential))
    return next(filter(None, (_named_ecp(known, symbol) for known in names)), None)


def _is_gth(spelling: str) -> bool:
    from pyscf.gto.basis import GTH_ALIAS

    return spelling in GTH_ALIAS or "gth" in spelling


def _gth_of_basis(name: str, symbol: str, path: Path) -> CorePotential:
    """The GTH potential for Hartree-Fock, if it replaces as many electrons as the basis expects."""
    found, usual = _named_gth(HARTREE_FOCK_GTH, symbol), _named_gth(GTH_OF_BASES, symbol)
    if found is not None and (usual is None or usual.electrons == found.electrons):
        return found
    raise MissingPotentialError(
        f"{name} of {symbol} is made for another potential than {HARTREE_FOCK_GTH},"
        " the only one of its kind that is made for Hartree-Fock",
        path=path,
        hint=f"name one: ecp: {{{symbol}: {GTH_OF_BASES}}}, which is made for LDA",
    )


def _named(choice: Choice | None, symbol: str, path: Path) -> CorePotential | None:
    """The potential that the input requests.

    With one name for all, elements without such a potential are treated by their basis.
    """
    if isinstance(choice, WrittenOut):
        potential = _written(choice, symbol, path)
        if potential is None and path[-1] == symbol:
            raise InputError(f"the text has no core potential of {symbol}", path=path)
        return potential
    assert choice is not None
    potential = named_potential(choice, symbol, path)
    if potential is None and path[-1] == symbol:
        raise InputError(
            f"PySCF has no core potential '{choice}' for {symbol}",
            path=path,
            hint=f"write {AUTO} for the one that the basis is made for, or {NONE}",
        )
    return potential


def _refuse_unknown_potential(molecule: MoleculeSpec) -> None:
    """Refuse a name under which PySCF has no potential for any element."""
    choice, path = chosen(molecule.ecp, "", ECP_PATH)
    if not isinstance(choice, str) or choice in (AUTO, NONE):
        return
    if not any(named_potential(choice, symbol, path) for symbol in WITH_POTENTIALS):
        raise InputError(
            f"PySCF has no core potential '{choice}'",
            path=path,
            hint=f"for example lanl2dz or def2-svp; {AUTO} takes what the basis is made for,"
            f" {NONE} takes none",
        )


def named_potential(name: str, symbol: str, path: Path) -> CorePotential | None:
    """PySCF's potential by name; None if PySCF has none for the element.

    Args:
        name: The name in any of PySCF's spellings.
        symbol: The element's symbol.
        path: Path of the name in the input.

    Raises:
        InputError: The text is not a name.
    """
    refuse_no_name(name, path)
    return _named_ecp(name, symbol) or _named_gth(name, symbol)


def _named_ecp(name: str, symbol: str) -> CorePotential | None:
    from pyscf.gto.basis import load_ecp

    data = _loaded(load_ecp, not_a_path(name), symbol)
    return CorePotential(name, int(data[0]), ecp=data) if data else None


def _named_gth(name: str, symbol: str) -> CorePotential | None:
    from pyscf.data.elements import charge
    from pyscf.gto.basis import load_pseudo

    if "gth" not in name.lower():
        return None
    data = _loaded(load_pseudo, not_a_path(name), symbol)
    return CorePotential(name, int(charge(symbol)) - sum(data[0]), gth=data) if data else None


@cache
def _loaded(load: Callable[[str, str], list[Any]], name: str, symbol: str) -> list[Any] | None:
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="ECP may be available")
            return load(name, symbol) or None
    except (BasisNotFoundError, KeyError, ValueError, OSError, RuntimeError, AssertionError):
        return None
    except (TypeError, StopIteration, IndexError):
        # load_ecp fails on bases of several files, load_pseudo on unknown names.
        return None


def _written(choice: WrittenOut, symbol: str, path: Path) -> CorePotential | None:
    data = written(choice, path).potentials.get(symbol)
    if data is None:
        return None
    electrons = data[0]
    assert isinstance(electrons, int)
    return CorePotential(choice, electrons, ecp=data)


def _misfit(molecule: MoleculeSpec, symbol: str, used: CorePotential | None) -> list[str]:
    """Descriptions of a basis made for another number of electrons than the potential leaves."""
    try:
        own = potential_of_basis(molecule, symbol)
    except MissingPotentialError:
        missing = f"the basis of {symbol} is made for a core potential, and none is used"
        return [] if used else [missing]
    replaced, expected = (found.electrons if found else 0 for found in (used, own))
    if replaced == expected and (used is not None or own is None):
        return []
    return [
        f"the basis of {symbol} is made for "
        + (
            f"{own.label}, which replaces {counted(expected, 'electron')}"
            if own
            else "all electrons"
        )
        + (f"; {used.label} replaces {replaced}" if used else "; no core potential is used")
    ]

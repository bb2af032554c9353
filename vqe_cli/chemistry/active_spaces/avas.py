"""The orbitals that certain atomic orbitals make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, field_validator

from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces._sizes import Size
from vqe_cli.chemistry.integrals import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.mean_field import MeanField
from vqe_cli.chemistry.problem import FloatArray
from vqe_cli.errors import InputError, Path
from vqe_cli.validation import SpecError

if TYPE_CHECKING:
    from pyscf.gto import Mole

MINIMAL_BASIS = "minao"
"""Atomic orbitals of free atoms, PySCF's own choice."""

_PATH: Path = ("active_space", "orbitals")
_LABEL = re.compile(r"[\w .|*+?^\[\]-]{1,40}", re.ASCII)
_MAX_REPEATS = 3
"""Patterns with more ``*``, ``+`` and ``?`` could take for ever to be found missing."""

_NUMBERED = re.compile(r"([A-Z][a-z]?)([1-9]\d*)\b")


class Avas(ActiveSpace):
    """The atomic valence active space: orbitals that overlap with given atomic orbitals.

    Labels are searched as PySCF does: "C 2p" is every 2p orbital of every carbon, "C 2pz" only the
    one along z. "C3 2pz" means the third atom, counted from 1 as in the geometry, and must be a
    carbon. Singly occupied orbitals are always active.

    Reference:
        Sayfutyarova, Sun, Chan and Knizia, J. Chem. Theory Comput. 13, 4063 (2017); open shells by
        option 3 of its section III.E.
    """

    orbitals: tuple[str, ...] = Field(
        min_length=1, max_length=100, description="Labels of atomic orbitals."
    )
    threshold: float = Field(
        0.2, gt=0, lt=1, description="Orbitals that overlap by more than this are active."
    )
    max_electrons: int | None = Field(
        None, ge=1, description="At most; then those that overlap most are kept."
    )
    max_orbitals: int | None = Field(
        None, ge=1, description="At most, the empty ones giving way first."
    )

    @field_validator("orbitals", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        labels = [value] if isinstance(value, str) else value
        if isinstance(labels, (list, tuple)):
            for label in labels:
                _check_label(label)
            return tuple(labels)
        return value

    def matched(self, electrons: int, orbitals: int = 0) -> Avas:
        """The same labels, and caps that leave as much room."""
        caps = {"max_electrons": electrons, "max_orbitals": orbitals}
        given = {key: getattr(self, key) for key in caps}
        new = {key: value + caps[key] for key, value in given.items() if value is not None}
        if min(new.values(), default=1) < 1:
            raise InputError("no active electrons or orbitals are left", path=("active_space",))
        return self.model_copy(update=new)

    def check(self, mole: Mole) -> None:
        """Every label must match, and below one half each gives one active orbital or more."""
        chosen = self._indices(_minimal(mole))
        if self.max_orbitals is None and self.threshold < 0.5:
            refuse_too_many(len(chosen))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Rotate doubly occupied and empty orbitals to those that overlap most and least."""
        projector = self._projector(field)
        ranking = Ranking.of(field, projector, projector)
        found = Size(ranking.doubly.above(self.threshold), ranking.empty.above(self.threshold))
        size = self._capped(found, field)
        labels = ", ".join(self.orbitals)
        reason = f"overlap of more than {self.threshold:g} with {labels}"
        if size != found:
            reason += f"; the largest of {found.doubly + found.empty + field.mole.spin}"
        return ranking.select(
            size,
            method=self.name,
            reason=reason,
            criterion=f"overlap with {labels}" if len(labels) < 30 else "overlap",
            matrix=projector,
        )

    def _capped(self, size: Size, field: MeanField) -> Size:
        unpaired, doubly, empty = field.mole.spin, size.doubly, size.empty
        if self.max_electrons is not None:
            doubly = min(doubly, (self.max_electrons - unpaired) // 2)
        if self.max_orbitals is not None:
            doubly = min(doubly, self.max_orbitals - unpaired)
            empty = min(empty, self.max_orbitals - unpaired - doubly)
        if doubly < 0 or empty < 0:
            message = f"{unpaired} unpaired electrons do not fit into this active space"
            raise InputError(message, path=("active_space",), hint="raise its limits")
        if 2 * doubly + unpaired == 0:
            raise InputError(
                "no electrons are left in the active space: no occupied orbital overlaps enough",
                path=("active_space",),
                hint="lower the threshold, name other atomic orbitals, or raise the limits",
            )
        refuse_too_many(doubly + unpaired + empty)
        return Size(doubly, empty)

    def _projector(self, field: MeanField) -> FloatArray:
        """Onto the space of the atomic orbitals, over the molecular ones, shape (nmo, nmo)."""
        from pyscf import gto

        minimal = _minimal(field.mole)
        chosen = self._indices(minimal)
        own = minimal.intor_symmetric("int1e_ovlp")[np.ix_(chosen, chosen)]
        cross = gto.intor_cross("int1e_ovlp", minimal, field.mole)[chosen] @ field.mo_coeff
        return np.asarray(cross.T @ np.linalg.solve(own, cross))

    def _indices(self, minimal: Mole) -> list[int]:
        """The atomic orbitals that the labels mean."""
        found: set[int] = set()
        for position, label in enumerate(self.orbitals):
            matching = minimal.search_ao_label(_pyscf_label(label)).tolist()
            if not matching:
                raise InputError(
                    f"no atomic orbital is called '{label}'",
                    path=(*_PATH, position),
                    hint=f"there are {_names(minimal)}; '[CNO] 2p' means any of three elements",
                )
            found.update(matching)
        return sorted(found)


def _check_label(label: Any) -> None:
    repeats = sum(str(label).count(sign) for sign in "*+?")
    if not isinstance(label, str) or not _LABEL.fullmatch(label) or repeats > _MAX_REPEATS:
        raise SpecError(f"{label!r:.60} is no label of atomic orbitals", "for example 'C 2pz'")
    try:
        re.compile(label)
    except re.error as error:
        raise SpecError(f"'{label}' is not a pattern: {error}", "for example 'C 2p[xz]'") from None


def _pyscf_label(label: str) -> str:
    """An atom counted from 1 in the form of PySCF, which counts from 0 and writes it first."""
    numbered = _NUMBERED.match(label.strip())
    if numbered is None:
        return label
    rest = label.strip()[numbered.end() :]
    return f"{int(numbered[2]) - 1} {numbered[1]}{rest}"


def _minimal(mole: Mole) -> Mole:
    """The same atoms in the minimal basis."""
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    for symbol in {mole.atom_pure_symbol(atom) for atom in range(mole.natm)}:
        element = symbol.upper().removeprefix("GHOST-").capitalize()
        try:
            load(MINIMAL_BASIS, element)
        except (BasisNotFoundError, KeyError):
            message = f"there are no reference orbitals for {element}"
            hint = "choose orbitals by energy (frontier) or by correlation (mp2-natural)"
            raise InputError(message, path=("active_space",), hint=hint) from None
    minimal = mole.copy()
    minimal.atom, minimal.unit = mole._atom, "Bohr"
    minimal.symmetry, minimal.basis = False, MINIMAL_BASIS
    return minimal.build(dump_input=False, parse_arg=False)


def _names(minimal: Mole) -> str:
    """The labels of all atomic orbitals of the elements."""
    labels = [(symbol, shell) for _, symbol, shell, _ in minimal.ao_labels(fmt=None)]
    return ", ".join(f"{symbol} {shell}" for symbol, shell in dict.fromkeys(labels))

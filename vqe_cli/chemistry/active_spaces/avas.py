"""The orbitals that overlap with given atomic orbitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, field_validator

from vqe_cli._core.validation import SpecError
from vqe_cli.chemistry.active_spaces._overlap import Overlapping, minimal_basis, projector
from vqe_cli.chemistry.active_spaces._ranking import Ranking
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError, Path

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory

_PATH: Path = ("active_space", "orbitals")
_LABEL = re.compile(r"[\w .|*+?^\[\]-]{1,40}", re.ASCII)
_MAX_REPEATS = 3
"""Maximum number of ``*``, ``+`` and ``?`` in a label, whose search could else take forever."""

_NUMBERED = re.compile(r"([A-Z][a-z]?)([1-9]\d*)\b")


class Avas(Overlapping):
    """Atomic valence active space (AVAS): orbitals that overlap with given atomic orbitals.

    Labels are searched as PySCF does: "C 2p" is every 2p orbital of every carbon, "C 2pz" only the
    one along z. "C3 2pz" is that of the third atom, counted from 1 as in the geometry, which must
    be a carbon. Singly occupied orbitals are always active. If limits exclude some orbitals, those
    with the largest overlap are kept.

    Reference:
        Sayfutyarova, Sun, Chan and Knizia, J. Chem. Theory Comput. 13, 4063 (2017); open shells by
        option 3 of its section III.E.
    """

    orbitals: tuple[str, ...] = Field(
        min_length=1, max_length=100, description="Labels of atomic orbitals."
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

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse labels without a match, and too many orbitals."""
        self.refuse_too_many(len(self._indices(minimal_basis(mole))))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Rotate doubly occupied and empty orbitals to eigenvectors of the overlap, and select.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        minimal = minimal_basis(field.mole)
        matrix = projector(field, minimal, np.eye(minimal.nao)[:, self._indices(minimal)])
        ranking = Ranking.of(field, matrix, matrix)
        found = self.above_threshold(ranking)
        size = self.limited(found, field)
        labels = ", ".join(self.orbitals)
        reason = f"overlap of more than {self.threshold:g} with {labels}"
        if size != found:
            reason += f"; the largest of {found.doubly + found.empty + field.mole.spin}"
        return ranking.select(
            size,
            method=self.name,
            reason=reason,
            criterion=f"overlap with {labels}" if len(labels) < 30 else "overlap",
            matrix=matrix,
        )

    def _indices(self, minimal: Mole) -> list[int]:
        """Indices of the atomic orbitals that match a label."""
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
        raise SpecError(f"{label!r:.60} is not a label of atomic orbitals", "for example 'C 2pz'")
    try:
        re.compile(label)
    except re.error as error:
        raise SpecError(f"'{label}' is not a pattern: {error}", "for example 'C 2p[xz]'") from None


def _pyscf_label(label: str) -> str:
    """PySCF's form of a label, with the atom's number from 0 in front."""
    numbered = _NUMBERED.match(label.strip())
    if numbered is None:
        return label
    rest = label.strip()[numbered.end() :]
    return f"{int(numbered[2]) - 1} {numbered[1]}{rest}"


def _names(minimal: Mole) -> str:
    """The labels of all atomic orbitals of the elements, as a list for messages."""
    labels = [(symbol, shell) for _, symbol, shell, _ in minimal.ao_labels(fmt=None)]
    return ", ".join(f"{symbol} {shell}" for symbol, shell in dict.fromkeys(labels))

"""The best estimate of an energy difference, and the doubts about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.properties.differences.levels import Energies
from vqe_cli.schema.check_records import Check, doubt

AGREEMENT_EV = 0.1
"""Largest difference between VQE and CCSD(T) of all electrons that is not flagged, eV.

2.3 kcal/mol: about the error of NEVPT2 for ionisation energies and reactions of small molecules,
and twice chemical accuracy. What differs by more differs by method, and one of them is wrong.
"""


@dataclass(frozen=True)
class Levels:
    """A difference by every level, Hartree; None where a species has no energy.

    Args:
        by_level: Differences by the keys of `LEVELS`.
        species: Energies of all species.
        is_complete: Whether all valence orbitals of all species are active.
    """

    by_level: dict[str, float | None]
    species: Sequence[Energies]
    is_complete: bool

    @property
    def correction(self) -> str | None:
        """Name of the corrected energy; None if a species has another one, or none."""
        names = {one.correction for one in self.species}
        return names.pop() if len(names) == 1 else None

    @property
    def is_single_reference(self) -> bool:
        """Whether T1 of all species is known and below its threshold."""
        return all(one.is_single_reference for one in self.species)

    @property
    def best(self) -> str:
        """The key of the best level.

        VQE where all valence orbitals are active; else CCSD(T) of all electrons, if T1 speaks for
        one determinant; else VQE with a correction; else CCSD(T) and MP2 of all electrons, and
        VQE alone if there is nothing else.
        """
        order = ["corrected", "all_ccsd_t", "all_mp2", ""]
        if self.is_single_reference:
            order.insert(0, "all_ccsd_t")
        if self.is_complete:
            order.insert(0, "")
        return next(level for level in order if self.by_level[level] is not None)

    @property
    def best_method(self) -> str:
        """The name of the best level."""
        names = {"all_ccsd_t": "CCSD(T)", "all_mp2": "MP2", "": "VQE"}
        if self.best == "" and not self.is_complete:
            return "VQE (active space only)"
        return names.get(self.best) or self.correction or "VQE"

    def checks(self) -> Iterator[Check]:
        """The doubts: what VQE leaves out, disagreement, and what a basis lacks."""
        yield from self._uncorrelated()
        yield from self._disagreement()
        yield from self._multireference()
        lacking = sorted({symbol for one in self.species for symbol in one.without_diffuse})
        if lacking:
            yield doubt(
                name="diffuse-functions",
                detail=f"no diffuse functions on {', '.join(lacking)}: anions are far too high (use"
                " 6-31+g*, aug-cc-pvdz or the like)",
            )

    def _uncorrelated(self) -> Iterator[Check]:
        if not self.is_complete and self.by_level["corrected"] is None:
            yield doubt(
                name="dynamic-correlation",
                detail="VQE lacks the correlation outside the active spaces (`correction: nevpt2`"
                " adds it)",
            )

    def _disagreement(self) -> Iterator[Check]:
        """VQE, corrected if it is, against the best method for all electrons."""
        own = "" if self.by_level["corrected"] is None else "corrected"
        other = "all_mp2" if self.by_level["all_ccsd_t"] is None else "all_ccsd_t"
        ours, theirs = self.by_level[own], self.by_level[other]
        if ours is None or theirs is None:
            return
        apart = HARTREE_IN_EV * (ours - theirs)
        if abs(apart) <= AGREEMENT_EV:
            return
        name = (self.correction or "corrected VQE") if own else "VQE"
        method = "CCSD(T)" if other == "all_ccsd_t" else "MP2"
        doubtful = other == "all_ccsd_t" and not self.is_single_reference
        largest = max(one.t1 or 0.0 for one in self.species)
        yield doubt(
            name="all-electron-agreement",
            value=apart,
            expected=0.0,
            tolerance=AGREEMENT_EV,
            detail=f"{name} is {apart:+.2f} eV from {method} of all electrons"
            + (f", whose T1 of {largest:.3f} is above its threshold" if doubtful else ""),
        )

    def _multireference(self) -> Iterator[Check]:
        if self.best == "all_ccsd_t" and not self.is_single_reference:
            largest = max(one.t1 or 0.0 for one in self.species)
            yield doubt(
                name="single-reference",
                value=largest,
                detail="T1 is too large for CCSD(T), and there is no corrected VQE energy",
            )

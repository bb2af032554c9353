"""GFN2-xTB energies and geometries, by tblite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.errors import InputError, NotConvergedError, UnavailableError

Positions = npt.NDArray[np.float64]

LABEL = "GFN2-xTB"
MAX_GRADIENT = 3e-4
"""Largest gradient component at a minimum, Hartree per bohr."""

MAX_STEPS = 500
HEAVIEST = 86


class Xtb:
    """GFN2-xTB for one molecule.

    Args:
        numbers: Atomic numbers.
        charge: Total charge, in units of e.
        multiplicity: The multiplicity 2S+1.

    Raises:
        UnavailableError: tblite is not installed.
        InputError: There is an element beyond radon.

    Reference:
        Bannwarth, Ehlert and Grimme, J. Chem. Theory Comput. 15, 1652 (2019).
    """

    def __init__(self, numbers: Sequence[int], charge: int, multiplicity: int) -> None:
        self._calculator_class = _calculator_class()
        self._numbers = np.array(numbers)
        self._charge, self._unpaired = charge, multiplicity - 1
        if max(numbers) > HEAVIEST:
            raise InputError(
                f"{LABEL} has no parameters for elements beyond radon",
                path=("molecule", "structure"),
            )

    def energy(self, positions: Positions) -> float:
        """The energy in Hartree.

        Args:
            positions: Positions of the atoms, Ångström, shape (atoms, 3).

        Raises:
            NotConvergedError: The self-consistent cycles did not converge.
        """
        return self._point(self._calculator(positions))[0]

    def relaxed(self, positions: Positions) -> tuple[Positions, float]:
        """The geometry of the nearest minimum, Ångström, shape (atoms, 3), and its energy, Hartree.

        Args:
            positions: Positions of the atoms, Ångström, shape (atoms, 3).

        Raises:
            NotConvergedError: No minimum was found within `MAX_STEPS` steps.
        """
        from scipy.optimize import minimize

        calculator = self._calculator(positions)

        def point(x: Positions) -> tuple[float, Positions]:
            calculator.update(positions=x.reshape(-1, 3))
            return self._point(calculator)

        options = {"gtol": MAX_GRADIENT, "ftol": 0.0, "maxiter": MAX_STEPS}
        start = positions.ravel() / BOHR_IN_ANGSTROM
        found = minimize(point, start, jac=True, method="L-BFGS-B", options=options)
        if np.abs(found.jac).max() > MAX_GRADIENT:
            raise NotConvergedError(
                f"the {LABEL} geometry did not converge in {found.nit} steps",
                hint="start from another geometry, or leave structure.optimize at auto",
            )
        return found.x.reshape(-1, 3) * BOHR_IN_ANGSTROM, float(found.fun)

    def _calculator(self, positions: Positions) -> Any:
        calculator = self._calculator_class(
            LABEL,
            self._numbers,
            positions / BOHR_IN_ANGSTROM,
            charge=self._charge,
            uhf=self._unpaired,
        )
        calculator.set("verbosity", 0)
        return calculator

    def _point(self, calculator: Any) -> tuple[float, Positions]:
        from tblite.exceptions import TBLiteRuntimeError

        try:
            found = calculator.singlepoint()
        except TBLiteRuntimeError as error:
            raise NotConvergedError(f"{LABEL} did not converge: {error}") from None
        return float(found.get("energy")), np.asarray(found.get("gradient")).ravel()


def _calculator_class() -> Any:
    try:
        from tblite.interface import Calculator
    except ImportError:
        raise UnavailableError(f"{LABEL} needs tblite", hint="pip install 'vqe-cli[xtb]'") from None
    return Calculator

"""Minima and saddle points of a potential energy surface, by geomeTRIC."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.wording import counted
from vqe_cli.analysis.geometries.constraints import TOLERANCES, Constraint
from vqe_cli.analysis.geometries.surface import Point
from vqe_cli.errors import NotConvergedError, UnavailableError

LOG = package_logger(__name__)

Thresholds = Literal["loose", "normal", "tight"]

THRESHOLDS = {"loose": "GAU_LOOSE", "normal": "GAU", "tight": "GAU_TIGHT"}
"""geomeTRIC's sets: largest gradients of 2.5e-3, 4.5e-4 and 1.5e-5 Hartree/bohr, among others."""


@dataclass(frozen=True)
class Options:
    """What is looked for, and how closely.

    Args:
        saddle_point: Whether a transition state is looked for, from the Hessian of the start.
        constraints: The constraints.
        thresholds: The convergence thresholds.
        max_steps: Maximum number of steps.
    """

    saddle_point: bool = False
    constraints: tuple[Constraint, ...] = ()
    thresholds: Thresholds = "normal"
    max_steps: int = 100


@dataclass(frozen=True, eq=False)
class Outcome:
    """The end of an optimisation, and the way there.

    Args:
        points: The points of all accepted steps; the last one is where it ended.
        steps: Number of steps, rejected ones included.
        converged: Whether the thresholds are met.
        gradient_max: Length of the largest gradient on an atom at the end, Hartree/bohr, without
            what constraints hold.
        message: Why it ended.
    """

    points: tuple[Point, ...]
    steps: int
    converged: bool
    gradient_max: float
    message: str


def optimise(
    energy_at: Callable[[FloatArray], Point],
    symbols: tuple[str, ...],
    start: FloatArray,
    options: Options,
    hessian: FloatArray | None = None,
) -> Outcome:
    """Optimise a geometry in internal coordinates.

    Wang and Song, J. Chem. Phys. 144, 214108 (2016).

    Args:
        energy_at: The energy and gradient at positions in bohr, shape (natm, 3).
        symbols: Symbols of the atoms.
        start: Positions to start from, bohr, shape (natm, 3).
        options: What is looked for.
        hessian: Second derivatives at the start, Hartree/bohr², shape (3 natm, 3 natm), for a
            saddle point; None for a model.

    Returns:
        The outcome, whether it converged or not.

    Raises:
        NotConvergedError: An energy did not converge.
    """
    from geometric.errors import Error, GeomOptNotConvergedError

    with TemporaryDirectory() as folder, _without_warnings_of_geometric():
        optimizer = _optimizer(energy_at, symbols, start, options, hessian, folder)
        try:
            optimizer.optimizeGeometry()
            converged, message = True, "all thresholds are met"
        except GeomOptNotConvergedError:
            converged, message = (
                False,
                f"not converged after {counted(optimizer.Iteration, 'step')}",
            )
        except Error as error:
            raise NotConvergedError(
                f"geomeTRIC: {str(error).strip()}", hint="start from another geometry"
            ) from error
    points = tuple(energy_at(_bohr(frame)) for frame in optimizer.progress.xyzs)
    unmet = _unmet(options.constraints, start, points[-1].positions)
    if converged and unmet:
        converged, message = False, f"constraints are not met: {unmet}"
    LOG.info("geometry: %s", message)
    _, largest = optimizer.calcGradNorm()
    return Outcome(points, int(optimizer.Iteration), converged, float(largest), message)


@contextmanager
def _without_warnings_of_geometric() -> Iterator[None]:
    """Hide NumPy's warnings within geomeTRIC, which tests its coordinates and makes them anew."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"geometric\.")
        yield


def _unmet(constraints: tuple[Constraint, ...], start: FloatArray, end: FloatArray) -> str:
    """The constraints that a geometry does not meet, such as those that contradict others."""
    unmet = (str(one) for one in constraints if one.deviation(start, end) > TOLERANCES[one.kind])
    return ", ".join(unmet)


def refuse_without_geometric() -> None:
    """Refuse to begin without geomeTRIC.

    Raises:
        UnavailableError: geomeTRIC is not installed.
    """
    try:
        import geometric  # noqa: F401
    except ImportError:
        raise UnavailableError(
            "geometries are optimised by geomeTRIC, which is not installed",
            hint="pip install 'vqe-cli[optimize]'",
        ) from None


def _optimizer(
    energy_at: Callable[[FloatArray], Point],
    symbols: tuple[str, ...],
    start: FloatArray,
    options: Options,
    hessian: FloatArray | None,
    folder: str,
) -> Any:
    """GeomeTRIC's optimiser in delocalised internal coordinates."""
    from geometric.engine import Engine
    from geometric.internal import DelocalizedInternalCoordinates
    from geometric.molecule import Molecule
    from geometric.optimize import Optimizer
    from geometric.params import OptParams
    from geometric.prepare import parse_constraints

    class VqeEngine(Engine):  # type: ignore[misc]
        """Energies and gradients for geomeTRIC."""

        def calc_new(self, coords: FloatArray, dirname: str) -> dict[str, Any]:
            """The energy in Hartree and the gradient, shape (3 natm,)."""
            point = energy_at(np.array(coords).reshape(-1, 3))
            return {"energy": point.energy, "gradient": point.gradient.ravel()}

    molecule = Molecule()
    molecule.elem, molecule.xyzs = list(symbols), [start * BOHR_IN_ANGSTROM]
    molecule.build_topology()
    text = "\n".join(line for one in options.constraints for line in one.lines())
    kept, values = parse_constraints(molecule, text) if text else (None, [None])
    coordinates = DelocalizedInternalCoordinates(
        molecule,
        build=True,
        connect=False,
        addcart=False,
        constraints=kept,
        cvals=values[0],
        # In rings the original algorithm (0) stops where forces beside the constraints are left.
        conmethod=1 if text else 0,
    )
    settings: dict[str, Any] = {
        "transition": options.saddle_point,
        "maxiter": options.max_steps,
        "convergence_set": THRESHOLDS[options.thresholds],
        "hessian": "never",
        "frequency": False,
    }
    if options.constraints:
        settings["enforce"] = 0.1
    if hessian is not None:
        settings["hess_data"] = hessian.tolist()
    parameters = OptParams(**settings)
    engine = VqeEngine(molecule)
    return Optimizer(start.ravel(), molecule, coordinates, engine, folder, parameters, False)


def _bohr(positions: FloatArray) -> FloatArray:
    return np.asarray(positions / BOHR_IN_ANGSTROM)

"""VQE as the solver of PySCF's multiconfigurational methods.

PySCF's CASCI and CASSCF give the integrals of an active space to a solver, and take an energy and
density matrices from it (Sun, Yang and Chan, Chem. Phys. Lett. 683, 291 (2017)). Here the solver
is a variational quantum eigensolver on an ansatz of excitations.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, ValidationError
from pyscf import ao2mo
from pyscf.fci import direct_spin1
from pyscf.lib import logger

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.seeds import stream
from vqe_cli._core.validation import Frozen, input_error
from vqe_cli.ansatz import ANSATZE, Ansatz
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS, Backend
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.exact.ensemble import EnsembleObjective, reference_states
from vqe_cli.backends.exact.sector import SectorObjective
from vqe_cli.backends.objective import Objective
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.fermions.orbital_rotations import rotation_matrix, with_orbital_rotations
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.circuits import excitation_circuit
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import RunSpec
from vqe_cli.schema.run_spec import InitialSpec
from vqe_cli.variational.adaptive import AdaptiveSearch, growing
from vqe_cli.variational.initial_points import Starts, starting_points
from vqe_cli.variational.leading_determinant import OrbitalOrder, order_of_leading_determinant
from vqe_cli.variational.minimise import Minimisation
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer
from vqe_cli.variational.pyscf_states import irreps_of, refuse_other_states
from vqe_cli.variational.solution import Solution

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

Named = str | Mapping[str, Any]
"""The name of an entry, or a mapping with ``name`` and its options, as in an input file."""

ITERATIONS_BETWEEN_ORBITALS = 10
"""Iterations of the parameters between two steps of the orbitals in CASSCF."""

SAME_ENERGY = 1e-6
"""Largest difference of energies that count as equal, Hartree."""

SEVERAL = "uccgsd"
"""The ansatz for several states: its excitations do not start from one determinant."""

UNREACHED = 0.02
"""Norm of (H - E)ψ above which one of several states is doubtful, Hartree: an error of its energy
of about 1 mHa, the square of the norm divided by the distance of other states."""

TOLERANCE = 1e-6
"""Convergence threshold for the largest gradient component by default, Hartree."""


class Search(Frozen):
    """How parameters are found: the keys of an input file of these names."""

    initial: InitialSpec
    restarts: int | None = Field(ge=0, le=1000)
    seed: int = Field(ge=0, lt=2**31)


class VQESolver(direct_spin1.FCISolver):  # type: ignore[misc]
    """A solver for `mcscf.CASCI` and `mcscf.CASSCF` whose state is an ansatz of excitations.

    >>> mc = pyscf.mcscf.CASSCF(mf, 6, 6)
    >>> mc.fcisolver = VQESolver("uccsd")
    >>> mc.kernel()

    States are kept as CI vectors in PySCF's order, so that density matrices, spin and perturbation
    theory are PySCF's own. A second call with ``ci0``, as CASSCF makes them, starts from the last
    parameters.

    Args:
        ansatz: The ansatz, of excitations: ``"uccsd"``, or ``{"name": "tups", "layers": 4}``.
        mol: PySCF's molecule; only its verbosity is used.
        optimizer: The optimiser.
        backend: The backend. On one with shots, `e_tot` is measured at parameters that were found
            on the exact simulator, and density matrices are those of the exact state.
        mapper: The mapping to qubits, for backends with circuits.
        initial: The initial parameters of the first call: a name or values.
        restarts: Number of further random starts of the first call; None for the default.
        seed: Random seed.
        rotates_orbitals: Whether rotations among the active orbitals are optimised together with
            the parameters. Most ansätze depend on them; the exact state does not.
        reorders_orbitals: Whether the active orbitals are reordered, with a warning, if the
            lowest state has hardly any of the determinant of the first ones, as it may with those
            of UHF, and its leading determinant leads to a lower energy.

    Attributes:
        parameters: Parameters of the last state, shape (num_parameters,).
        solution: The last solution, as in a run.
        orbital_rotation: The optimised rotation of the active orbitals, or their new order, shape
            (norb, norb): the ansatz acts on ``mo_coeff[:, ncore:nocc] @ orbital_rotation``. The CI
            vector is that over the unrotated orbitals.
        is_adaptive: Whether the ansatz was grown in the first call; later calls keep its operators.
        first_energy: Energy of the first call without rotations of orbitals, Hartree.
        standard_error: Standard error of the energy, Hartree; None for exact energies.
        converged: Whether the optimiser converged.
    """

    _keys: ClassVar[set[str]] = {
        "ansatz", "optimizer", "backend", "mapper", "search", "rotates_orbitals", "memory",
        "parameters", "solution", "orbital_rotation", "standard_error", "first_energy",
        "is_adaptive", "reorders_orbitals", "orbital_order",
    }  # fmt: skip

    def __init__(  # noqa: PLR0913 - each is a key of an input file
        self,
        ansatz: Named | Ansatz = "uccsd",
        *,
        mol: Any = None,
        optimizer: Named | Optimizer = "auto",
        backend: Named | Backend = "exact",
        mapper: str = "jordan-wigner",
        initial: Any = "auto",
        restarts: int | None = None,
        seed: int = 7,
        rotates_orbitals: bool = False,
        reorders_orbitals: bool = True,
        memory: Memory = MACHINE,
    ) -> None:
        super().__init__(mol)
        self.ansatz = ansatz if isinstance(ansatz, Ansatz) else ANSATZE.create(ansatz)
        if not self.ansatz.is_product:
            raise InputError(
                f"{self.ansatz.without_excitations}, not a product of excitations",
                path=("ansatz",),
                hint="PySCF needs density matrices: use uccsd, adapt, tups or puccd",
            )
        self.optimizer = (
            optimizer if isinstance(optimizer, Optimizer) else OPTIMIZERS.create(optimizer)
        )
        self.backend = backend if isinstance(backend, Backend) else BACKENDS.create(backend)
        self.mapper = MAPPERS.create(mapper)
        self.search = _search(initial, restarts, seed)
        self.rotates_orbitals = rotates_orbitals
        self.reorders_orbitals = reorders_orbitals
        self.orbital_order: OrbitalOrder | None = None
        self.memory = memory
        self.parameters: Vector | None = None
        self.solution: Solution | None = None
        self.orbital_rotation: FloatArray | None = None
        self.standard_error: float | None = None
        self.eci: Any = None
        self.ci: Any = None
        self.first_energy: float | None = None
        self.is_adaptive = False

    def kernel(  # noqa: PLR0913 - as in PySCF
        self,
        h1e: FloatArray,
        eri: FloatArray,
        norb: int,
        nelec: int | tuple[int, int],
        ci0: FloatArray | None = None,
        ecore: float = 0.0,
        *,
        nroots: int | None = None,
        max_cycle: int | None = None,
        **_: Any,
    ) -> tuple[Any, Any]:
        """Find the lowest energy of the ansatz, and its CI vector.

        Several states are those of the space that the same unitary makes of orthogonal references,
        the lowest ones among the reference determinant and its single excitations.

        Args:
            h1e: One-electron integrals, Hartree, shape (norb, norb).
            eri: Two-electron integrals, Hartree, in any packing of PySCF.
            norb: Number of orbitals.
            nelec: Number of electrons, or numbers of alpha and beta electrons.
            ci0: A state; if it is given, the search starts from the last parameters.
            ecore: Energy of the nuclei and frozen electrons, Hartree.
            nroots: Number of states, all of the reference determinant's spin.
            max_cycle: Maximum number of iterations; None for the optimiser's own.

        Returns:
            The total energy in Hartree, and the state, shape (alpha strings, beta strings); for
            several states lists of them.

        Raises:
            InputError: The ansatz is adaptive, or has shots, and there are several states; or the
                state is asked for by a symmetry or a spin that the ansatz does not choose.
        """
        _refuse_unrestricted(h1e)
        problem = self._problem(h1e, eri, norb, nelec, ecore)
        refuse_other_states(self, problem)
        count = nroots or self.nroots
        if count > 1:
            return self._several(problem, count, ci0 is not None, max_cycle)
        previous = self.solution if ci0 is not None else None
        if previous is not None and _fits(previous, problem):
            solution = self._from(previous, self._ordered(problem), max_cycle)
        else:
            solution = self._from_either_order(problem)
        return self._keep(solution, problem)

    def _from_either_order(self, problem: ElectronicProblem) -> Solution:
        """The solution from the initial parameters, in the order of orbitals with lower energy."""
        self.orbital_order, first = None, self._anew(problem)
        order = order_of_leading_determinant(problem) if self.reorders_orbitals else None
        if order is None:
            return first
        energy_of_first = self.first_energy
        other = self._anew(order.applied(problem))
        if first.energy.value <= other.energy.value + SAME_ENERGY:
            self.first_energy = energy_of_first
            return first
        self.orbital_order = order
        logger.warn(
            self,
            "VQESolver: the lowest state has hardly any of the determinant of the first active"
            " orbitals; the ansatz acts on them in the order %s (counted from 1), by which the"
            " energy is %.4f Hartree lower",
            ", ".join(str(orbital + 1) for orbital in order.orbitals),
            first.energy.value - other.energy.value,
        )
        return other

    def _ordered(self, problem: ElectronicProblem) -> ElectronicProblem:
        """The problem over the orbitals in their new order, if they have one."""
        return problem if self.orbital_order is None else self.orbital_order.applied(problem)

    def approx_kernel(self, *args: Any, **options: Any) -> tuple[Any, Any]:
        """Improve the last state by a few iterations, as CASSCF asks between steps of orbitals.

        Returns:
            The total energy in Hartree, and the state, as from `kernel`.
        """
        if not self._is_exact:
            raise InputError(
                "orbitals cannot be optimised with sampled energies",
                path=("backend",),
                hint="optimise them on backend exact, and measure the energy with mcscf.CASCI",
            )
        options["max_cycle"] = ITERATIONS_BETWEEN_ORBITALS
        return VQESolver.kernel(self, *args, **options)  # whatever averages over states

    def contract_2e(self, *_: Any, **__: Any) -> Any:
        """Refuse what varies the CI vector itself: its minimum is that of FCI, not of the ansatz.

        Raises:
            InputError: Always. PySCF's `newton` and gradients of averaged states call it.
        """
        raise InputError(
            "this method of PySCF varies the CI vector freely, and would leave the ansatz",
            hint="use mcscf.CASSCF without newton(), and gradients of single states",
        )

    def dump_flags(self, verbose: int | None = None) -> VQESolver:
        """Log what determines the state, in place of the settings of FCI, which have no effect."""
        log = logger.new_logger(self, verbose)
        log.info("******** %s ********", self.__class__)
        log.info("ansatz = %s", self.ansatz.name)
        log.info("optimizer = %s", self.optimizer.name)
        log.info("backend = %s", self.backend.name)
        log.info("rotates_orbitals = %s", self.rotates_orbitals)
        log.info("nroots = %d", self.nroots)
        log.info("spin = %s", self.spin)
        return self

    def energy(self, *args: Any, **options: Any) -> float:
        """The energy of a CI vector, as PySCF computes it; its arguments are those of PySCF."""
        return float(direct_spin1.energy(*args, **options))

    @property
    def _is_exact(self) -> bool:
        """Whether energies are those of the exact simulator without shots."""
        return isinstance(self.backend, Exact) and self.backend.budget is None

    def _problem(
        self,
        h1e: FloatArray,
        eri: FloatArray,
        norb: int,
        nelec: int | tuple[int, int],
        ecore: float,
    ) -> ElectronicProblem:
        alpha, beta = (int(count) for count in direct_spin1._unpack_nelec(nelec, self.spin))
        return ElectronicProblem(
            h1=np.asarray(h1e, dtype=float),
            h2=np.asarray(ao2mo.restore(1, np.asarray(eri, dtype=float), norb)),
            core_energy=float(ecore),
            nelec=(alpha, beta),
            multiplicity=abs(alpha - beta) + 1,
        )

    def _several(
        self, problem: ElectronicProblem, count: int, warm: bool, max_cycle: int | None
    ) -> tuple[list[float], list[FloatArray]]:
        """Total energies and CI vectors of several states."""
        state = self.ansatz.state(Encoding(problem, self.mapper, self.memory))
        if state.adaptive is not None or self.rotates_orbitals or not self._is_exact:
            raise InputError(
                "several states need a fixed ansatz, exact energies and given active orbitals",
                path=("ansatz",),
                hint=f"use VQESolver('{SEVERAL}')",
            )
        single = Exact().in_whole_sector(state)
        weights = getattr(self, "weights", None)
        weights = (1.0 / count,) * count if weights is None else weights
        irreps = None if self.wfnsym is None else irreps_of(self)
        references = reference_states(single, problem, count, irreps)
        ensemble = EnsembleObjective(single, references, weights, problem.spin_squared)
        previous = self.solution if warm else None
        if previous is not None and _fits(previous, problem):
            point = previous.x
        else:
            point = np.zeros(state.num_parameters)
        solution = self._searched(state, ensemble, (point,), max_cycle)
        energies, vectors = ensemble.states(solution.x)
        if max_cycle is None and ensemble.residual(energies, vectors) > UNREACHED:
            self._warn_of_unreached_states()
        self.solution, self.parameters = solution, solution.x
        self.converged = solution.outcome.converged
        self.eci = [float(energy) for energy in energies]
        self.ci = [single.space.unpack(psi) for psi in vectors]
        return self.eci, self.ci

    def _warn_of_unreached_states(self) -> None:
        """Warn of states that are no eigenstates, which the ansatz does not reach together."""
        others = "" if self.ansatz.name == SEVERAL else f"; use VQESolver('{SEVERAL}')"
        warnings.warn(
            f"ansatz '{self.ansatz.name}' does not reach all of the states: their energies are"
            f" too high by a millihartree or more, and CASSCF may not converge{others}",
            stacklevel=4,
        )

    def _anew(self, problem: ElectronicProblem) -> Solution:
        """The solution from the initial parameters."""
        seed = self.search.seed
        state = self.ansatz.state(Encoding(problem, self.mapper, self.memory))
        objective = Exact().in_whole_sector(state)
        optimizer = self.optimizer.resolve(objective)
        if state.adaptive is not None:
            adaptive, self.is_adaptive = state.adaptive, True
            found = AdaptiveSearch(state, adaptive, growing(objective), self.optimizer, seed).find()
            return self._rotated(found, ())
        starts = starting_points(self.search, state, objective.traits, optimizer.name)
        found = Minimisation(state, objective, optimizer, starts, seed).find()
        return self._rotated(found, starts.points if starts.random else ())

    def _rotated(self, found: Solution, further: tuple[Vector, ...]) -> Solution:
        """A solution improved by rotations of the orbitals, or the best from further points."""
        self.first_energy, state = found.energy.value, found.state
        if not self.rotates_orbitals:
            return found
        assert state.product is not None
        product = with_orbital_rotations(state.product)
        rotations = product.num_parameters - state.product.num_parameters
        padded = tuple(np.pad(point, (0, rotations)) for point in (found.x, *further))
        return self._minimised(state.with_product(product), padded)

    def _from(
        self, previous: Solution, problem: ElectronicProblem, max_cycle: int | None
    ) -> Solution:
        """The solution from that of another problem."""
        encoding = Encoding(problem, self.mapper, self.memory)
        product = previous.state.product
        assert product is not None
        state = ParameterisedState(
            encoding, partial(excitation_circuit, product, encoding), product
        )
        return self._minimised(state, (previous.x,), max_cycle)

    def _minimised(
        self, state: ParameterisedState, points: tuple[Vector, ...], max_cycle: int | None = None
    ) -> Solution:
        """The lowest solution from some points, by quasi-Newton steps."""
        return self._searched(state, Exact().in_whole_sector(state), points, max_cycle)

    def _searched(
        self,
        state: ParameterisedState,
        objective: Objective,
        points: tuple[Vector, ...],
        max_cycle: int | None,
    ) -> Solution:
        options = {} if max_cycle is None else {"maxiter": max_cycle}
        optimizer = OPTIMIZERS.create({"name": "bfgs", "tolerance": TOLERANCE, **options})
        starts = Starts(points, "given", random=False)
        return Minimisation(state, objective, optimizer, starts, self.search.seed).find()

    def _keep(self, solution: Solution, problem: ElectronicProblem) -> tuple[float, FloatArray]:
        """Keep a solution for the next call; the energy and the CI vector."""
        product, objective = solution.state.product, solution.objective
        assert product is not None
        assert isinstance(objective, SectorObjective)
        count = product.num_parameters
        rotation, order = None, self.orbital_order
        if self.rotates_orbitals:
            count -= _num_rotations(problem)
            rotation = rotation_matrix(product, solution.x, count)
        if order is not None:
            rotation = order.matrix if rotation is None else order.matrix @ rotation
        self.orbital_rotation = rotation
        self.solution, self.parameters = solution, solution.x[:count]
        self.converged = solution.outcome.converged
        energy = solution.energy.value
        if not self._is_exact:
            sampled = self.backend.prepare(solution.state, self.search.seed)
            seed = stream(self.search.seed, "final energy").seed
            measured = sampled.energy(solution.x, seed)
            energy, self.standard_error = measured.value, measured.standard_error
        vector = objective.space.unpack(objective.state(solution.x))
        self.eci, self.ci = energy, vector
        if order is not None:
            self.ci = order.undone(vector, problem.nelec)
        return self.eci, self.ci


def _search(initial: Any, restarts: Any, seed: Any) -> Search:
    """How parameters are found, checked as in an input file."""
    try:
        search = Search(initial=initial, restarts=restarts, seed=seed)
    except ValidationError as error:
        raise input_error(error, Search) from None
    if search.initial.file is not None:
        raise InputError(
            "initial parameters of a file are read by `vqe run` only",
            path=("initial", "file"),
            hint='give the values: initial={"values": [0.1, ...]}',
        )
    return search


def _refuse_unrestricted(h1e: Any) -> None:
    """Refuse integrals of different alpha and beta orbitals."""
    if np.ndim(h1e) != 2:
        raise InputError(
            "the orbitals of alpha and beta electrons differ (UCASCI, UCASSCF); an ansatz has one "
            "set",
            path=("fcisolver",),
            hint="use mcscf.CASCI or mcscf.CASSCF, which make restricted orbitals of a UHF",
        )


def solver_of_run(spec: RunSpec, parts: Parts, *, rotates_orbitals: bool = False) -> VQESolver:
    """A run's ansatz as a solver for PySCF, on the exact simulator.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        rotates_orbitals: Whether rotations of the active orbitals are optimised, too.
    """
    return VQESolver(
        parts.ansatz,
        optimizer=parts.optimizer,
        initial=spec.initial,
        restarts=spec.restarts,
        seed=spec.seed,
        rotates_orbitals=rotates_orbitals,
        reorders_orbitals=False,  # a run's reference determinant is that of its mean field
        memory=spec.memory,
    )


def _fits(previous: Solution, problem: ElectronicProblem) -> bool:
    """Whether the state of a solution has the electrons and orbitals of a problem."""
    product = previous.state.product
    assert product is not None
    return (product.norb, product.nelec) == (problem.norb, problem.nelec)


def _num_rotations(problem: ElectronicProblem) -> int:
    """Number of rotations of pairs of orbitals that act on the electrons of a problem."""
    empty = ExcitationProduct(problem.norb, problem.nelec, (), 0)
    return with_orbital_rotations(empty).num_parameters

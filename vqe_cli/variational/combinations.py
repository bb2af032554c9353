"""Combinations of parts and keys that exclude each other, refused before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli._core.kinds import PARTS
from vqe_cli.backends.objective import Extends
from vqe_cli.chemistry.scf.solvents import refuse_unknown_solvent
from vqe_cli.errors import InputError, Path
from vqe_cli.schema import RunSpec
from vqe_cli.variational.adaptive import no_growth, refuse_what_is_not_adaptive
from vqe_cli.variational.corrections import Correction
from vqe_cli.variational.excited_states import refuse_without_states
from vqe_cli.variational.forces import refuse_without_forces
from vqe_cli.variational.initial_points import refuse_missing_start
from vqe_cli.variational.other_references import refuse_with_other_references
from vqe_cli.variational.unoptimised import why_unoptimised

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


def refuse_combinations(spec: RunSpec, parts: Parts) -> None:
    """Refuse parts and keys of a run that do not go together, whatever the molecule.

    Args:
        spec: The run's spec.
        parts: The parts of the run.

    Raises:
        InputError: Two of them exclude each other.
    """
    _refuse_space_without_orbitals(spec, parts)
    _refuse_inexact(parts)
    if spec.solvent is not None:
        refuse_unknown_solvent(spec.solvent)
    if spec.has_responding_solvent:
        _refuse_untraceable(parts)
    if spec.orbitals.name == "optimised":
        _refuse_fixed_orbitals(spec, parts)
    for correction in parts.corrections:
        _refuse_unsuitable(correction, spec, parts)
    if spec.forces:
        refuse_without_forces(spec, parts)
    if parts.state_method is not None:
        refuse_without_states(spec, parts, parts.state_method)
    refuse_with_other_references(spec, parts)
    _refuse_unsuitable_state(spec, parts)
    _refuse_unsuitable_backend(spec, parts)


def _refuse_unsuitable_state(spec: RunSpec, parts: Parts) -> None:
    """Refuse an ansatz that does not go with the mapping, the start, the solver or its growth."""
    parts.ansatz.check_kind("qubits" if spec.of_qubits else "electrons")
    if not spec.of_qubits:
        parts.ansatz.check_for_electrons(parts.mapper)
    else:
        _refuse_what_electrons_have(parts)
    parts.solver.check_problem(parts.mapper, electrons=not spec.of_qubits)
    refuse_missing_start(spec.initial, parts.ansatz)
    if parts.ansatz.is_adaptive:
        refuse_what_is_not_adaptive(spec, parts)


def _refuse_what_electrons_have(parts: Parts) -> None:
    """Refuse what maps, tapers or counts electrons, for a qubit Hamiltonian, which has none."""
    if parts.mapper.taper:
        raise InputError(
            "qubits are tapered by parities of electrons; this is a qubit Hamiltonian",
            path=("mapper", "taper"),
        )
    default = PARTS["mapper"].default
    if parts.mapper.name != default:
        raise InputError(
            f"{parts.mapper.name} maps electrons to qubits; a qubit Hamiltonian has none",
            path=("mapper",),
            hint="leave 'mapper' out",
        )
    if parts.backend.post_selects:
        raise InputError(
            "shots are discarded by numbers of electrons; a qubit Hamiltonian has none",
            path=("backend", "post_select"),
            hint="leave 'post_select' out",
        )


def _refuse_unsuitable_backend(spec: RunSpec, parts: Parts) -> None:
    """Refuse a backend that lacks what the ansatz, the optimiser or the solver needs."""
    parts.backend.check_precision(own_unit=spec.has_own_unit)
    is_product = parts.ansatz.is_product and not spec.of_qubits
    measured = parts.backend.expected(is_product=is_product)
    search = parts.backend.search() or parts.backend
    searched, of_products = (search.expected(is_product=kind) for kind in (is_product, True))
    if parts.ansatz.is_adaptive and of_products is not None and not of_products.can(Extends):
        raise no_growth()
    if searched is not None:
        parts.optimizer.check(searched)
    if measured is not None:
        parts.solver.check_backend(measured)


def _refuse_unsuitable(correction: Correction, spec: RunSpec, parts: Parts) -> None:
    """Refuse a correction that does not apply to the problem, the orbitals or the state."""
    path, name = ("correction",), correction.name
    if spec.of_qubits:
        message = f"{name} needs the orbitals outside an active space; a qubit Hamiltonian has none"
        raise InputError(message, path=path)
    if correction.needs_hartree_fock and spec.orbitals.name == "optimised":
        raise InputError(
            f"{name} builds on Hartree-Fock, and optimised orbitals are not those of Hartree-Fock",
            path=path,
            hint="correction: nevpt2, or leave out 'orbitals'",
        )
    if not correction.needs_state:
        return
    if not parts.ansatz.is_product:
        raise InputError(
            f"{name} needs the state of the electrons; {parts.ansatz.without_excitations}",
            path=path,
            hint="use an ansatz of excitations, such as uccsd or adapt, or correction: mp2-outside",
        )
    if parts.solver.draws:
        raise InputError(
            f"{name} needs the state of the ansatz, which solver '{parts.solver.name}' replaces",
            path=path,
            hint="use solver vqe, or correction: mp2-outside",
        )


def _refuse_space_without_orbitals(spec: RunSpec, parts: Parts) -> None:
    """Refuse active spaces without orbitals, or without their positions."""
    space = parts.active_space
    if spec.of_qubits and space.name != "full":
        message = (
            "an active space is chosen from a molecule's orbitals; a qubit Hamiltonian has none"
        )
        raise InputError(message, path=("active_space",))
    if spec.molecule is None and space.needs_atoms:
        kind = "an FCIDUMP file" if spec.fcidump is not None else "a model"
        raise InputError(
            f"{space.name} needs the positions of orbitals, which {kind} does not have",
            path=("active_space",),
            hint="frontier, explicit, or frozen-core with the number of frozen orbitals",
        )


def _refuse_fixed_orbitals(spec: RunSpec, parts: Parts) -> None:
    """Refuse to optimise orbitals where there are none, or no parameters with them."""
    path: Path = ("orbitals",)
    if spec.of_qubits:
        raise InputError("a qubit Hamiltonian has no orbitals to optimise", path=path)
    _refuse_without_optimised_excitations(
        parts,
        path,
        "orbitals are optimised with excitations",
        "orbitals are optimised together with the parameters",
    )


def _refuse_untraceable(parts: Parts) -> None:
    """Refuse a solvent in equilibrium with a state that has no density on the simulator."""
    _refuse_without_optimised_excitations(
        parts,
        ("solvent", "self_consistent"),
        "a solvent is polarised by states of excitations",
        "the solvent follows the optimised parameters",
    )


def _refuse_without_optimised_excitations(
    parts: Parts, path: Path, of_excitations: str, of_parameters: str
) -> None:
    """Refuse what a circuit, or parameters that are not optimised, cannot give.

    Args:
        parts: The parts of a run.
        path: The key that asks for it.
        of_excitations: Why the ansatz must consist of excitations, a clause.
        of_parameters: Why parameters must be optimised, a clause.
    """
    key = path[-1]
    if not parts.ansatz.is_product:
        raise InputError(
            f"{of_excitations}; {parts.ansatz.without_excitations}",
            path=path,
            hint=f"use uccsd, puccd, tups, k-upccgsd or adapt, or leave out '{key}'",
        )
    reason = why_unoptimised(parts)
    if reason is not None:
        raise InputError(
            f"{of_parameters}, and {reason}",
            path=path,
            hint=f"name another optimizer, such as bfgs, or leave out '{key}'",
        )


def _refuse_inexact(parts: Parts) -> None:
    """Refuse reference methods that are not exact."""
    method = parts.reference
    if method is not None and not method.exact:
        raise InputError(
            f"{method.label} is not exact: results are compared with exact energies only",
            path=("reference",),
            hint="use auto, fci, numpy or none; `vqe reference` computes the others",
        )

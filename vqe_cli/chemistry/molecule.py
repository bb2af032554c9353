"""From what the user wrote to a PySCF molecule, with every fault named before SCF starts."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from typing import Any

from vqe_cli.chemistry.geometry import atoms, protons
from vqe_cli.chemistry.structures import settled
from vqe_cli.errors import InputError, Path, did_you_mean
from vqe_cli.machine import usable_bytes
from vqe_cli.spec import MoleculeSpec

Loader = Callable[[str, str], Any]

_NAME = re.compile(r"[\w+*(),.@ -]{1,60}")
_ABELIAN = {"Dooh": "D2h", "Coov": "C2v", "SO3": "D2h"}
_COMMON_BASES = (
    "sto-3g", "sto-6g", "3-21g", "6-31g", "6-31g*", "6-31g**", "6-311g", "6-31+g*", "6-311++g**",
    "cc-pvdz", "cc-pvtz", "cc-pvqz", "aug-cc-pvdz", "aug-cc-pvtz", "def2-svp", "def2-svpd",
    "def2-tzvp", "def2-tzvpp", "def2-qzvp", "lanl2dz", "minao", "dzp", "ano-rcc",
)  # fmt: skip

WITH_POTENTIALS = ("Li", "Na", "Si", "Fe", "Zn", "Br", "Sr", "Ag", "I", "Au", "Pb", "La", "U")
"""Elements of which every family of core potentials has one."""


def build_molecule(molecule: MoleculeSpec) -> Any:
    """Return a built `pyscf.gto.Mole` with an abelian point group where there is one.

    Args:
        molecule: What the user wrote.

    Raises:
        InputError: Bad geometry, impossible charge or multiplicity, unknown basis or ECP.
    """
    from pyscf import gto

    molecule, _ = settled(molecule)
    found = atoms(molecule)
    check_electrons(protons(found), molecule)
    mole = gto.Mole()
    mole.atom = [(atom.label, atom.position) for atom in found]
    mole.unit = "Angstrom"
    mole.charge = molecule.charge
    mole.spin = molecule.multiplicity - 1
    _check_basis(molecule, {atom.symbol for atom in found})
    mole.basis = molecule.basis
    mole.ecp = _core_potentials(molecule, {atom.symbol for atom in found if not atom.ghost})
    mole.verbose = 0
    mole.max_memory = usable_bytes() / 1e6
    mole.symmetry = False
    _build(mole)
    _check_effective_electrons(mole, molecule)
    if molecule.symmetry:
        _use_point_group(mole)
    return mole


def check_electrons(nuclear_charge: int, molecule: MoleculeSpec) -> None:
    """Refuse a charge that leaves no electrons, and a multiplicity that they cannot have.

    Args:
        nuclear_charge: Protons in all nuclei.
        molecule: Its charge and multiplicity.

    Raises:
        InputError: They do not go together.
    """
    electrons = nuclear_charge - molecule.charge
    if electrons < 1:
        raise InputError(
            f"charge {molecule.charge:+d} leaves {electrons} electrons on {nuclear_charge} protons",
            path=("molecule", "charge"),
            hint=f"at most {nuclear_charge - 1:+d}",
        )
    _check_multiplicity(electrons, molecule)


def _check_multiplicity(electrons: int, molecule: MoleculeSpec) -> None:
    unpaired = molecule.multiplicity - 1
    if (electrons - unpaired) % 2:
        parity = "even" if electrons % 2 == 0 else "odd"
        possible = [m for m in (1, 2, 3, 4) if (electrons - m + 1) % 2 == 0]
        raise InputError(
            f"multiplicity {molecule.multiplicity} does not go with {electrons} electrons",
            path=("molecule", "multiplicity"),
            hint=f"with an {parity} number it is {possible[0]}, {possible[1]}, ..., "
            "or the charge is another",
        )
    if unpaired > electrons:
        raise InputError(
            f"multiplicity {molecule.multiplicity} needs {unpaired} unpaired electrons,"
            f" there are {electrons}",
            path=("molecule", "multiplicity"),
        )


def _check_basis(molecule: MoleculeSpec, symbols: set[str]) -> None:
    """Check that PySCF has the basis for every element."""
    from pyscf.gto.basis import load

    if isinstance(molecule.basis, dict):
        _refuse_unknown_elements(molecule.basis, "basis")
    for symbol in sorted(symbols):
        path: Path = ("molecule", "basis")
        if isinstance(molecule.basis, str):
            name = molecule.basis
        else:
            default = molecule.basis.get("default", "")
            name = molecule.basis.get(symbol, default)
            path = (*path, symbol) if symbol in molecule.basis else path
        if not name:
            hint = f"add '{symbol}: ...' or 'default: ...'"
            raise InputError(f"no basis is given for {symbol}", path=path, hint=hint)
        _require(load, "basis", name, symbol, path)


def _core_potentials(molecule: MoleculeSpec, symbols: set[str]) -> dict[str, str]:
    """Names of the core potentials by element, checked that PySCF has them.

    By one name, elements too light for a core potential have none, be they all there are: a
    fragment of a molecule, or a light molecule among heavy ones.
    """
    from pyscf.gto.basis import load_ecp

    path: Path = ("molecule", "ecp")
    if molecule.ecp is None:
        return {}
    if isinstance(molecule.ecp, str):
        name = molecule.ecp
        found = {symbol: name for symbol in sorted(symbols) if _has(load_ecp, name, symbol, path)}
        if not found and not any(_has(load_ecp, name, symbol, path) for symbol in WITH_POTENTIALS):
            message = f"PySCF has no core potential '{name}'"
            raise InputError(message, path=path, hint="for example lanl2dz or def2-svp")
        return found
    _refuse_unknown_elements(molecule.ecp, "ecp")
    found = {symbol: name for symbol, name in molecule.ecp.items() if symbol in symbols}
    for symbol, name in found.items():
        _require(load_ecp, "core potential", name, symbol, (*path, symbol))
    return found


def _refuse_unknown_elements(named: dict[str, str], key: str) -> None:
    from pyscf.data.elements import ELEMENTS

    for symbol in named:
        if symbol not in ELEMENTS[1:] and not (key == "basis" and symbol == "default"):
            raise InputError(f"'{symbol}' is not an element", path=("molecule", key, symbol))


def _require(load: Loader, what: str, name: str, symbol: str, path: Path) -> None:
    if not _has(load, name, symbol, path):
        known = "" if what != "basis" else did_you_mean(name, _COMMON_BASES)
        hint = known if known.startswith("did") else "any name that PySCF knows, such as cc-pvdz"
        raise InputError(f"PySCF has no {what} '{name}' for {symbol}", path=path, hint=hint)


def _has(load: Loader, name: str, symbol: str, path: Path) -> bool:
    """Whether PySCF has something of its own by this name; files and formulas are refused."""
    from pyscf.lib.exceptions import BasisNotFoundError

    if not _NAME.fullmatch(name) or os.path.exists(name):
        message = f"'{name[:40]}' is not a name"
        hint = "give the name of a basis that PySCF has, not a file or a basis written out"
        raise InputError(message, path=path, hint=hint)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="(Basis|ECP) may be available")
            return bool(load(name, symbol))
    except (BasisNotFoundError, KeyError, ValueError, OSError, RuntimeError, AssertionError):
        return False
    except TypeError:  # load_ecp does not expect bases of several files, such as 6-31g**
        return False


def _build(mole: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"(Basis|ECP) .*(may be available|not found)")
        mole.build(dump_input=False, parse_arg=False)


def _check_effective_electrons(mole: Any, molecule: MoleculeSpec) -> None:
    """With an ECP fewer electrons are left; and there must be room for them in the basis."""
    if mole.nelectron < 1:
        raise InputError("the core potential replaces every electron", path=("molecule", "ecp"))
    if mole.spin > mole.nelectron:
        _check_multiplicity(mole.nelectron, molecule)
    if mole.nelec[0] > mole.nao:
        charged = "charge" in molecule.model_fields_set and molecule.charge < 0
        raise InputError(
            f"{mole.nelec[0]} alpha electrons do not fit into {mole.nao} orbitals",
            path=("molecule", "charge" if charged else "basis"),
            hint="use a larger basis, or check charge and multiplicity",
        )


def _use_point_group(mole: Any) -> None:
    """Find the point group and use its largest abelian subgroup, whose irreps multiply.

    Where a geometry has a symmetry only just within PySCF's tolerance (1e-5 bohr), one step of
    its search finds the group and the next does not find the atoms, or loses count of the
    orbitals; then none is used.
    """
    from pyscf.lib.exceptions import PointGroupSymmetryError

    mole.symmetry = True
    try:
        mole.build(dump_input=False, parse_arg=False)
        if mole.groupname in _ABELIAN:
            mole.symmetry_subgroup = _ABELIAN[mole.groupname]
            mole.build(dump_input=False, parse_arg=False)
    except (PointGroupSymmetryError, IndexError):
        mole.symmetry, mole.symmetry_subgroup = False, None
        mole.build(dump_input=False, parse_arg=False)

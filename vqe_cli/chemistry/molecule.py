"""From what the user wrote to a PySCF molecule, with every fault named before SCF starts."""

from __future__ import annotations

from typing import Any

from vqe_cli.chemistry.geometry import Atom, atoms
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.spec import MoleculeSpec

_ABELIAN = {"Dooh": "D2h", "Coov": "C2v", "SO3": "D2h"}
_COMMON_BASES = (
    "sto-3g", "sto-6g", "3-21g", "6-31g", "6-31g*", "6-31g**", "6-311g", "6-31+g*", "6-311++g**",
    "cc-pvdz", "cc-pvtz", "cc-pvqz", "aug-cc-pvdz", "aug-cc-pvtz", "def2-svp", "def2-svpd",
    "def2-tzvp", "def2-tzvpp", "def2-qzvp", "lanl2dz", "minao", "dzp", "ano-rcc",
)  # fmt: skip


def build_molecule(molecule: MoleculeSpec) -> Any:
    """Return a built `pyscf.gto.Mole` with an abelian point group where there is one.

    Args:
        molecule: What the user wrote.

    Raises:
        InputError: Bad geometry, impossible charge or multiplicity, unknown basis or ECP.
    """
    from pyscf import gto

    found = atoms(molecule)
    _check_electrons(found, molecule)
    mole = gto.Mole()
    mole.atom = [(atom.symbol, atom.position) for atom in found]
    mole.unit = "Angstrom"
    mole.charge = molecule.charge
    mole.spin = molecule.multiplicity - 1
    mole.basis = _load_basis(molecule, {atom.symbol for atom in found})
    if molecule.ecp is not None:
        mole.ecp = molecule.ecp
    mole.verbose = 0
    mole.symmetry = False
    _build(mole, molecule)
    _check_effective_electrons(mole, molecule)
    if molecule.symmetry:
        _use_point_group(mole)
    return mole


def _check_electrons(found: list[Atom], molecule: MoleculeSpec) -> None:
    from pyscf.data.elements import charge as nuclear_charge

    protons = sum(nuclear_charge(atom.symbol) for atom in found)
    electrons = protons - molecule.charge
    if electrons < 1:
        raise InputError(
            f"charge {molecule.charge:+d} leaves {electrons} electrons on {protons} protons",
            path=("molecule", "charge"),
            hint=f"at most {protons - 1:+d}",
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


def _load_basis(molecule: MoleculeSpec, symbols: set[str]) -> str | dict[str, str]:
    """Check that PySCF has the basis for every element."""
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    for symbol in sorted(symbols):
        path: tuple[str, ...] = ("molecule", "basis")
        if isinstance(molecule.basis, str):
            name = molecule.basis
        else:
            default = molecule.basis.get("default", "")
            name = molecule.basis.get(symbol, default)
            path = (*path, symbol)
        if not name:
            hint = f"add '{symbol}: ...' or 'default: ...'"
            raise InputError(f"no basis is given for {symbol}", path=path, hint=hint)
        try:
            load(name, symbol)
        except (BasisNotFoundError, KeyError, ValueError, OSError, RuntimeError):
            raise InputError(
                f"PySCF has no basis '{name}' for {symbol}",
                path=path,
                hint=did_you_mean(name, _COMMON_BASES),
            ) from None
    return molecule.basis


def _build(mole: Any, molecule: MoleculeSpec) -> None:
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        mole.build(dump_input=False, parse_arg=False)
    except (BasisNotFoundError, KeyError, ValueError, RuntimeError) as error:
        if molecule.ecp is None:
            raise
        raise InputError(
            f"the effective core potential cannot be used: {error}",
            path=("molecule", "ecp"),
            hint="name one that PySCF has for these elements, such as lanl2dz or def2-svp",
        ) from None


def _check_effective_electrons(mole: Any, molecule: MoleculeSpec) -> None:
    """With an ECP fewer electrons are left; and there must be room for them in the basis."""
    if mole.nelectron < 1:
        raise InputError("the core potential replaces every electron", path=("molecule", "ecp"))
    if mole.spin > mole.nelectron:
        _check_multiplicity(mole.nelectron, molecule)
    if mole.nelec[0] > mole.nao:
        raise InputError(
            f"{mole.nelec[0]} alpha electrons do not fit into {mole.nao} orbitals",
            path=("molecule", "basis"),
            hint="use a larger basis, or check charge and multiplicity",
        )


def _use_point_group(mole: Any) -> None:
    """Find the point group and use its largest abelian subgroup, whose irreps multiply."""
    mole.symmetry = True
    mole.build(dump_input=False, parse_arg=False)
    if mole.groupname in _ABELIAN:
        mole.symmetry_subgroup = _ABELIAN[mole.groupname]
        mole.build(dump_input=False, parse_arg=False)

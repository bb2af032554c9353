"""Integrals over the orbitals of a TREXIO file that has basis functions and coefficients only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.chemistry.trexio.basis import function_order
from vqe_cli.chemistry.trexio.file import TrexioFile

ORTHONORMAL = 1e-5
"""Largest deviation of orbitals from orthonormal ones; files are written with few digits."""

NOTE = "integrals were computed from the basis functions and orbitals of the file"


def has_basis(file: TrexioFile) -> bool:
    """Whether a file has orbitals over basis functions.

    Args:
        file: The file.
    """
    return file.has("mo_coefficient") and file.has("basis_exponent")


def integrals_from_basis(file: TrexioFile) -> tuple[FloatArray, FloatArray]:
    """One-electron integrals, and (pq|rs) in PySCF's eightfold packing, over all orbitals, Hartree.

    Args:
        file: The file.

    Raises:
        InputError: Basis functions are not Gaussian, or the orbitals are not orthonormal.
    """
    from pyscf import ao2mo
    from pyscf.scf import hf

    molecule = _Molecule.of(file)
    mole, coefficients = molecule.mole, molecule.coefficients
    overlap = coefficients.T @ mole.intor_symmetric("int1e_ovlp") @ coefficients
    apart = float(np.abs(overlap - np.eye(len(overlap))).max())
    if apart > ORTHONORMAL:
        raise file.fault(
            f"has orbitals that are not orthonormal over its basis functions (by {apart:.1e})",
            "its normalisation or order of functions is another: write integrals, mo_2e_int_eri",
        )
    h1 = coefficients.T @ hf.get_hcore(mole) @ coefficients
    packed = ao2mo.kernel(mole, coefficients, verbose=0)
    return np.asarray(h1), np.asarray(ao2mo.restore(8, packed, coefficients.shape[1]))


@dataclass(frozen=True, eq=False)
class _Molecule:
    """A molecule as PySCF has it.

    Args:
        mole: The built `pyscf.gto.Mole`.
        coefficients: Orbitals over its atomic orbitals, as columns, shape (nao, nmo).
    """

    mole: Any
    coefficients: FloatArray

    @classmethod
    def of(cls, file: TrexioFile) -> _Molecule:
        """The molecule of a file."""
        shells = _Shells.of(file)
        mole = _mole(file, shells)
        values = np.asarray(file.needed("mo_coefficient", "orbitals")).T
        functions = np.argsort(
            np.asarray(file.needed("ao_shell", "shells of functions")), kind="stable"
        )
        # Functions by shell, shells by atom: PySCF's order but for that within a shell.
        places = np.concatenate([functions[shells.functions == shell] for shell in shells.order])
        scales = _scales(file, shells, mole.cart)[places]
        coefficients = np.empty_like(values)
        coefficients[function_order(mole)] = values[places] * scales[:, None]
        return cls(mole, coefficients)


@dataclass(frozen=True, eq=False)
class _Shells:
    """The contracted shells of a file.

    Args:
        atoms: Index of the atom of each shell.
        momenta: Angular momentum of each shell.
        exponents: Exponents of each shell.
        coefficients: Coefficients of normalised primitives, of each shell.
        functions: Shell of each function, in ascending order.
    """

    atoms: IntArray
    momenta: IntArray
    exponents: list[FloatArray]
    coefficients: list[FloatArray]
    functions: IntArray

    @classmethod
    def of(cls, file: TrexioFile) -> _Shells:
        """The shells of a file."""
        from pyscf import gto

        if str(file.needed("basis_type", "kind of basis functions")).lower() != "gaussian":
            raise file.fault("has basis functions that are not Gaussian (basis_type)")
        powers = file.known("basis_r_power")
        if powers is not None and np.any(powers):
            raise file.fault("has basis functions with powers of r (basis_r_power)")
        momenta = np.asarray(file.needed("basis_shell_ang_mom", "angular momenta"))
        owners = np.asarray(file.needed("basis_shell_index", "shells of primitives"))
        exponents = np.asarray(file.known("basis_exponent"))
        values = np.asarray(file.needed("basis_coefficient", "contractions"))
        norms, factors = file.known("basis_prim_factor"), file.known("basis_shell_factor")
        values = values if norms is None else values * norms
        values = values if factors is None else values * np.asarray(factors)[owners]
        values = values / gto.gto_norm(momenta[owners], exponents)
        return cls(
            atoms=np.asarray(file.needed("basis_nucleus_index", "atoms of shells")),
            momenta=momenta,
            exponents=[exponents[owners == shell] for shell in range(len(momenta))],
            coefficients=[values[owners == shell] for shell in range(len(momenta))],
            functions=np.sort(np.asarray(file.known("ao_shell"))),
        )

    @property
    def order(self) -> IntArray:
        """Shells by atom, as PySCF has them."""
        return np.argsort(self.atoms, kind="stable")

    def norm(self, shell: int) -> float:
        """The factor by which PySCF normalises a shell."""
        from pyscf import gto

        momentum, exponents = int(self.momenta[shell]), self.exponents[shell]
        sums = exponents[:, None] + exponents
        overlaps = gto.gaussian_int(2 * momentum + 2, sums)
        weights = self.coefficients[shell] * gto.gto_norm(momentum, exponents)
        return float(1.0 / np.sqrt(weights @ overlaps @ weights))


def _scales(file: TrexioFile, shells: _Shells, cartesian: bool) -> FloatArray:
    """Size of each of the file's functions in units of PySCF's."""
    given = file.known("ao_normalization")
    momenta = shells.momenta[np.asarray(file.known("ao_shell"))]
    plain = np.sqrt((2 * momenta + 1) / (4 * np.pi))
    usual = np.where(cartesian & (momenta > 1), 1.0, plain)
    norms = np.array([shells.norm(shell) for shell in range(len(shells.momenta))])
    factors = usual if given is None else np.asarray(given)
    return np.asarray(factors / usual / norms[np.asarray(file.known("ao_shell"))])


def _mole(file: TrexioFile, shells: _Shells) -> Any:
    """PySCF's molecule, with the shells in the order of `_Shells.order`."""
    from pyscf import gto

    labels = [str(label) for label in file.needed("nucleus_label", "elements")]
    names = [f"{label}{number}" for number, label in enumerate(labels)]
    positions = np.asarray(file.needed("nucleus_coord", "geometry")).reshape(-1, 3)
    basis: dict[str, list[Any]] = {name: [] for name in names}
    for shell in shells.order:
        rows = np.stack([shells.exponents[shell], shells.coefficients[shell]], axis=1).tolist()
        basis[names[shells.atoms[shell]]].append([int(shells.momenta[shell]), *rows])
    mole = gto.Mole(atom=list(zip(names, positions.tolist(), strict=True)), unit="Bohr", verbose=0)
    ups = int(file.needed("electron_up_num", "number of alpha electrons"))
    mole.spin = ups - int(file.needed("electron_dn_num", "number of beta electrons"))
    mole.ecp = _core_potentials(file, names)
    mole.charge = round(_nuclear_charge(file)) - (2 * ups - mole.spin)
    mole.cart = bool(file.known("ao_cartesian"))
    # Given in this way, PySCF leaves the shells in their order.
    mole.basis, mole._basis = {}, basis
    mole.build()
    if not np.allclose(mole.atom_charges(), file.known("nucleus_charge")):
        raise file.fault("has nuclear charges that are not those of its elements (nucleus_charge)")
    return mole


def _nuclear_charge(file: TrexioFile) -> float:
    return float(np.sum(file.needed("nucleus_charge", "nuclear charges")))


def _core_potentials(file: TrexioFile, names: list[str]) -> dict[str, Any]:
    """Core potentials of the atoms in PySCF's form; TREXIO numbers the local channel last."""
    if not file.known("ecp_num"):
        return {}
    cores, local = file.known("ecp_z_core"), file.known("ecp_max_ang_mom_plus_1")
    columns = ("nucleus_index", "ang_mom", "power", "exponent", "coefficient")
    terms = zip(*(file.known(f"ecp_{name}") for name in columns), strict=True)
    found: dict[int, dict[int, list[list[Any]]]] = defaultdict(dict)
    for atom, momentum, power, exponent, factor in terms:
        if factor == 0.0:
            continue  # the place of an atom without a potential
        channel = -1 if momentum == local[atom] else int(momentum)
        # PySCF lists terms by the power of r, from −2 to 4.
        by_power = found[int(atom)].setdefault(channel, [[] for _ in range(7)])
        by_power[int(power) + 2].append([float(exponent), float(factor)])
    return {
        names[atom]: (int(cores[atom]), [[key, found[atom][key]] for key in sorted(found[atom])])
        for atom in found
    }

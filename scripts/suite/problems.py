"""Problems with published values: inputs, figures, and where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sin, sqrt
from typing import Any

MOLECULES = ("hf", "mp2", "cisd", "ccsd", "ccsd-t", "fci", "selected-ci", "dmrg", "vqe")
"""Methods for molecules."""

SPINS = ("numpy", "vqe")
"""Methods for qubit Hamiltonians."""

REPRODUCED = 1e-6
"""Difference within which a published energy counts as reproduced, Hartree."""


@dataclass(frozen=True)
class Published:
    """A published figure.

    Args:
        method: The method that gives it here: the name of a classical method, ``vqe-ANSATZ``, or
            ``best`` for the best of all, where the published method is not one of ours.
        energy: Total energy, Hartree.
        what: The published method.
        tolerance: Difference that the source's digits and method allow, Hartree.
        why: Reason why a larger difference is expected; empty if none is.
        above: The method whose energy is subtracted from that of `method`; empty for none.
    """

    method: str
    energy: float
    what: str
    tolerance: float = REPRODUCED
    why: str = ""
    above: str = ""


@dataclass(frozen=True)
class Problem:
    """A problem, as an input file would state it.

    Args:
        name: Short name, for the command line.
        group: Heading under which it stands.
        title: Name in tables.
        data: The input.
        source: Source of its figures.
        published: The figures.
        methods: Methods to run.
        ansatze: Ansätze of VQE.
        integrals: Text of the FCIDUMP file that the input names; empty without one.
    """

    name: str
    group: str
    title: str
    data: Mapping[str, Any]
    source: str
    published: Sequence[Published]
    methods: Sequence[str] = MOLECULES
    ansatze: Sequence[str] = ("uccsd", "puccd")
    integrals: str = field(default="", repr=False)


QED_C = (
    "QED-C benchmarks, hydrogen-lattice (github.com/SRI-International/QC-App-Oriented-Benchmarks)"
)
CUDA_QX = "CUDA-QX solvers, tests (github.com/NVIDIA/cudaqx)"
SLOWQUANT = "SlowQuant, tests (github.com/erikkjellgren/SlowQuant)"
TANGELO = "Tangelo, tests of DMET (github.com/goodchemistryco/Tangelo)"
SURVEY = "a table of PySCF energies in a public README"
CRAWFORD = "Crawford, programming projects 3 to 6 (github.com/CrawfordGroup/ProgrammingProjects)"
QCENGINE = "CFOUR and Psi4, in QCEngine's standard_suite_ref.py (github.com/MolSSI/QCEngine)"
TRACKER = "quantum-advantage tracker, HI-VQE, N2 cc-pVDZ (14e,28o)"
DIGITS = "the source has no more digits"
BASIS = "the finite basis"
NO_GEOMETRY = "the source does not give the geometry"

CHAINS = (
    (2, 0.75, -1.1161514489, None, -1.1371170673),
    (4, 0.75, -2.103290823, -2.128804508, -2.145110647),
    (6, 0.75, -3.091697264, -3.119094151, -3.155304800),
    (8, 1.00, -4.174369810, -4.209106154, -4.307571602),
    (10, 1.00, -5.214068803, -5.248325274, -5.379954746),
    (12, 1.00, -6.254217482, -6.287977607, -6.452815855),
)
"""Atoms, spacing (Å), and the energies of HF, DOCI and FCI."""

N2_CLAIMS = {
    0.8: -108.665906,
    1.1: -109.281045,
    1.5: -109.128420,
    2.0: -108.984980,
    3.0: -108.961229,
}
"""Claims of HI-VQE by distance (Å)."""


def line(symbol: str, count: int, spacing: float) -> str:
    """Coordinates of equal atoms in a row, Å."""
    return "\n".join(f"{symbol} 0 0 {spacing * place:.10g}" for place in range(count))


def ring(count: int, radius: float) -> str:
    """Coordinates of hydrogen atoms on a circle, Å."""
    from math import cos, pi

    angles = [2 * pi * place / count for place in range(count)]
    return "\n".join(f"H {radius * cos(a):.12f} {radius * sin(a):.12f} 0" for a in angles)


def chains() -> Iterator[Problem]:
    """Chains of hydrogen atoms."""
    why = "pUCCD approximates DOCI, and is exact only for one pair"
    for count, spacing, field_energy, pairs, exact in CHAINS:
        figures = [Published("hf", field_energy, "HF"), Published("fci", exact, "FCI")]
        if pairs is not None:
            figures.append(Published("vqe-puccd", pairs, "DOCI", 1e-4, why))
        molecule = {"name": f"H{count}", "geometry": line("H", count, spacing)}
        ansatze = ("uccsd", "puccd", "adapt") if count <= 6 else ("uccsd", "puccd")
        yield Problem(
            f"h{count}",
            "Hydrogen",
            f"H{count} chain, {spacing:.2f} Å",
            {"molecule": molecule},
            QED_C,
            figures,
            ansatze=ansatze,
        )


def other_hydrogen() -> Iterator[Problem]:
    """Further systems of hydrogen atoms."""
    yield Problem(
        "h2-omalley",
        "Hydrogen",
        "H2, 0.735 Å",
        {"molecule": {"name": "H2", "geometry": line("H", 2, 0.735)}},
        "O'Malley et al., Phys. Rev. X 6, 031007 (2016)",
        [Published("fci", -1.137306, "FCI", 1e-6, DIGITS)],
        ansatze=("uccsd", "puccd", "adapt"),
    )
    yield Problem(
        "h6-tups",
        "Hydrogen",
        "H6 chain, 1.00 Å",
        {"molecule": {"name": "H6", "geometry": line("H", 6, 1.0)}, "orbitals": "optimised"},
        "Burton, Phys. Rev. Research 6, 023300 (2024): 60 parameters suffice for 1.6 mHa",
        [Published("vqe-tups", 0.0, "tUPS above FCI", 1.6e-3, above="fci")],
        ansatze=("tups",),
    )
    yield Problem(
        "h10-ring",
        "Hydrogen",
        "H10 ring, 0.60 Å, 3-21G",
        {"molecule": {"name": "H10", "geometry": ring(10, 0.97082039325), "basis": "3-21g"}},
        TANGELO,
        [
            Published(
                "best", -4.498973024, "DMET-FCI", 1e-3, "DMET is not variational, and approximate"
            )
        ],
    )
    yield Problem(
        "h3-cation",
        "Ions and atoms",
        "H3+, 0.87 Å",
        {
            "molecule": {
                "name": "H3+",
                "geometry": "H 0 0 0\nH 0.87 0 0\nH 0.435 0.753442 0",
                "charge": 1,
            }
        },
        SURVEY,
        [Published("fci", -1.261200, "FCI", 5e-6, NO_GEOMETRY)],
        ansatze=("uccsd", "puccd", "adapt"),
    )


def helium() -> Iterator[Problem]:
    """Helium and its hydride in the minimal basis."""
    figures = (
        ("he-minimal", "He", "He 0 0 0", 0, -2.807784),
        ("heh-cation", "HeH+, 0.772 Å", "He 0 0 0\nH 0 0 0.772", 1, -2.851024),
    )
    for name, title, geometry, charge, energy in figures:
        yield Problem(
            name,
            "Ions and atoms",
            title,
            {"molecule": {"name": title, "geometry": geometry, "charge": charge}},
            SURVEY,
            [Published("fci", energy, "FCI", 1e-6, NO_GEOMETRY)],
        )


def second_row() -> Iterator[Problem]:
    """Molecules of the second row."""
    nitrogen = {"name": "N2", "geometry": "N 0 0 -0.56\nN 0 0 0.56"}
    four = {"electrons": 4, "orbitals": 4}
    yield Problem(
        "n2-frontier",
        "Molecules",
        "N2 (4e,4o), 1.12 Å",
        {"molecule": nitrogen, "active_space": {"name": "frontier", **four}},
        CUDA_QX,
        [
            Published("fci", -107.5421983, "CASCI", 1e-7),
            Published("ccsd", -107.5421878, "CCSD", 1e-7),
            Published("vqe-uccsd", -107.54219786, "UCCSD", 1e-6),
        ],
        ansatze=("uccsd", "puccd", "adapt"),
    )
    yield Problem(
        "n2-natural",
        "Molecules",
        "N2 (4e,4o), MP2 natural orbitals",
        {"molecule": nitrogen, "active_space": {"name": "mp2-natural", **four}},
        CUDA_QX,
        [Published("fci", -107.6076127, "CASCI", 1e-7)],
    )
    yield Problem(
        "n2-optimised",
        "Molecules",
        "N2 (4e,4o), optimised orbitals",
        {
            "molecule": nitrogen,
            "active_space": {"name": "mp2-natural", **four},
            "orbitals": "optimised",
        },
        CUDA_QX,
        [Published("vqe-uccgsd", -107.607626, "CASSCF", 1e-5)],
        methods=("vqe",),
        ansatze=("uccsd", "uccgsd"),
    )
    yield Problem(
        "lih",
        "Molecules",
        "LiH, 1.60 Å",
        {"molecule": {"name": "LiH", "geometry": "Li 0 0 0\nH 0 0 1.6"}},
        SLOWQUANT,
        [
            Published(
                "vqe-uccsd",
                -7.88231376,
                "factorised UCCSD",
                1e-5,
                "the energy depends on the order of the factors",
            )
        ],
    )
    half = "0.626425042"
    places = ((0, 0, 0), (1, -1, -1), (1, 1, 1), (-1, 1, -1), (-1, -1, 1))
    signs = {-1: f"-{half}", 0: "0", 1: half}
    methane = "\n".join(
        f"{'H' if any(place) else 'C'} " + " ".join(signs[step] for step in place)
        for place in places
    )
    yield Problem(
        "ch4",
        "Molecules",
        "CH4",
        {"molecule": {"name": "CH4", "geometry": methane}},
        CRAWFORD,
        [
            Published("hf", -39.726850324347, "SCF", 1e-6),
            Published("mp2", -39.726850324347 - 0.056046676165, "MP2", 1e-6),
        ],
        ansatze=("uccsd", "puccd"),
    )
    yield Problem(
        "ch4-frozen",
        "Molecules",
        "CH4 (8e,8o)",
        {
            "molecule": {"name": "CH4", "geometry": methane.replace(half, "0.6291")},
            "active_space": "frozen-core",
        },
        SURVEY,
        [Published("fci", -39.805581, "CASCI", 1e-5, NO_GEOMETRY)],
    )
    water = (
        "O 0 -0.143225816552 0\n"
        "H 1.638036840407 1.136548822547 0\n"
        "H -1.638036840407 1.136548822547 0"
    )
    field_energy, doubles, cluster, triples = (
        -74.942079928192,
        -0.049149636120,
        -0.070680088376,
        -0.000099877272,
    )
    yield Problem(
        "h2o",
        "Molecules",
        "H2O",
        {"molecule": {"name": "H2O", "geometry": water, "units": "bohr"}},
        CRAWFORD,
        [
            Published("hf", field_energy, "SCF"),
            Published("mp2", field_energy + doubles, "MP2"),
            Published("ccsd", field_energy + cluster, "CCSD"),
            Published("ccsd-t", field_energy + cluster + triples, "CCSD(T)"),
        ],
    )
    fluoride = -100.01941126902270
    yield Problem(
        "hf-frozen",
        "Molecules",
        "HF cc-pVDZ, frozen core",
        {
            "molecule": {
                "name": "HF",
                "geometry": {"zmatrix": "H\nF 1 0.917"},
                "basis": "cc-pvdz",
            },
            "active_space": "frozen-core",
        },
        QCENGINE,
        [
            Published("hf", fluoride, "SCF"),
            Published("mp2", fluoride - 0.201627516796, "MP2"),
            Published("ccsd", fluoride - 0.2068152041, "CCSD"),
            Published("ccsd-t", fluoride - 0.2068152041 - 0.0019205007159748, "CCSD(T)"),
        ],
        ansatze=("uccsd",),
    )
    boron = -25.943614318546
    yield Problem(
        "bh3-cation",
        "Radicals",
        "BH3+ cc-pVDZ",
        {
            "molecule": {
                "name": "BH3+",
                "geometry": "B 0 0 0.10369114\nH 0 0 -1.13269886\n"
                "H 0 -0.37149 3.0\nH 0 0.37149 3.0",
                "charge": 1,
                "multiplicity": 2,
                "basis": "cc-pvdz",
            }
        },
        QCENGINE,
        [
            Published("hf", boron, "ROHF"),
            Published("mp2", boron - 0.060478115157, "MP2"),
            Published("ccsd", boron - 0.08357160616, "CCSD"),
            Published("ccsd-t", boron - 0.08357160616 - 0.000713766189, "CCSD(T)"),
        ],
        ansatze=("uccsd",),
    )


def claims() -> Iterator[Problem]:
    """N2 in cc-pVDZ, all 14 electrons in 28 orbitals."""
    for distance, energy in N2_CLAIMS.items():
        yield Problem(
            f"n2-{distance:g}",
            "Claims of quantum advantage",
            f"N2 cc-pVDZ (14e,28o), {distance:.1f} Å",
            {
                "molecule": {
                    "name": "N2",
                    "geometry": f"N 0 0 0\nN 0 0 {distance}",
                    "basis": "cc-pvdz",
                }
            },
            TRACKER,
            [
                Published("best", energy, "HI-VQE", 1e-3, "no better bound in the time limit"),
                Published("ccsd-t", energy, "HI-VQE", 1e-6, "another method, no upper bound"),
            ],
            methods=(*MOLECULES[:5], *MOLECULES[6:]),
            ansatze=("uccsd",),
        )


DRAKE = "Drake, in Springer Handbook of Atomic, Molecular, and Optical Physics (2006), chapter 11"
CHAKRAVORTY = "Chakravorty et al., Phys. Rev. A 47, 3649 (1993)"

ATOMS = (
    ("h", "H", "H", 0, 2, "cc-pvqz", -0.5, "hydrogen atom, by hand"),
    ("h-anion", "H-", "H", -1, 1, "aug-cc-pvtz", -0.527751016, DRAKE),
    ("he", "He", "He", 0, 1, "cc-pvqz", -2.903724377, DRAKE),
    ("li-cation", "Li+", "Li", 1, 1, "cc-pvdz", -7.279913413, DRAKE),
    ("li", "Li", "Li", 0, 2, "cc-pvdz", -7.47806, CHAKRAVORTY),
    ("be", "Be", "Be", 0, 1, "cc-pvdz", -14.66736, CHAKRAVORTY),
)
"""Name, title, symbol, charge, multiplicity, basis, energy without relativity, source."""


def atoms() -> Iterator[Problem]:
    """Atoms and ions against their energies without relativity."""
    for name, title, symbol, charge, multiplicity, basis, energy, source in ATOMS:
        yield Problem(
            name,
            "Ions and atoms",
            f"{title} {basis}",
            {
                "molecule": {
                    "name": title,
                    "geometry": f"{symbol} 0 0 0",
                    "charge": charge,
                    "multiplicity": multiplicity,
                    "basis": basis,
                }
            },
            source,
            [Published("best", energy, "exact", 1e-6, BASIS)],
            ansatze=("uccsd",),
        )


def hubbard(sites: int, repulsion: float, *, closed: bool) -> str:
    """FCIDUMP of the Hubbard model at half filling with hopping −1, in Hartree.

    Args:
        sites: Number of sites.
        repulsion: Repulsion of two electrons on a site.
        closed: Whether the last site is a neighbour of the first one.
    """
    pairs = [(place + 1, place) for place in range(1, sites)] + ([(sites, 1)] if closed else [])
    lines = [
        f"&FCI NORB={sites},NELEC={sites},MS2=0,",
        f" ORBSYM={'1,' * sites}",
        " ISYM=1,",
        "&END",
    ]
    lines += [f"{repulsion} {place} {place} {place} {place}" for place in range(1, sites + 1)]
    lines += [f"-1.0 {upper} {lower} 0 0" for upper, lower in pairs]
    return "\n".join([*lines, "0.0 0 0 0 0", ""])


def pi_systems() -> Iterator[Problem]:
    """The Hubbard model of conjugated π systems, energies in units of the hopping."""
    schumann = "Schumann, Ann. Phys. (Leipzig) 11, 49 (2002)"
    models = (
        (
            "ethylene",
            "ethylene, U = 4",
            2,
            4.0,
            False,
            (4 - sqrt(32)) / 2,
            "(U − √(U² + 16))/2",
            1e-9,
        ),
        ("cyclobutadiene", "cyclobutadiene, U = 4", 4, 4.0, True, -2.1027484834, schumann, 1e-8),
        ("benzene-huckel", "benzene, U = 0", 6, 0.0, True, -8.0, "Hückel: −2(2 + 1 + 1)", 1e-9),
    )
    for name, title, sites, repulsion, closed, energy, source, tolerance in models:
        yield Problem(
            name,
            "π systems (Hubbard model)",
            title,
            {"fcidump": {"name": title, "file": f"{name}.fcidump"}},
            source,
            [Published("fci", energy, "exact", tolerance)],
            ansatze=("uccsd", "puccd"),
            integrals=hubbard(sites, repulsion, closed=closed),
        )


def pauli_word(count: int, letters: Mapping[int, str]) -> str:
    """A Pauli string with letters at some qubits; the rightmost letter is qubit 0."""
    return "".join(letters.get(qubit, "I") for qubit in reversed(range(count)))


def ising(count: int) -> dict[str, float]:
    """The open chain ``−Σ ZZ − Σ X`` of the critical transverse-field Ising model."""
    terms = {pauli_word(count, {k: "Z", k + 1: "Z"}): -1.0 for k in range(count - 1)}
    return {**terms, **{pauli_word(count, {k: "X"}): -1.0 for k in range(count)}}


def heisenberg(count: int, bonds: Sequence[tuple[int, int, float]]) -> dict[str, float]:
    """``Σ J S·S`` over bonds of two sites and their coupling."""
    return {
        pauli_word(count, {a: letter, b: letter}): 0.25 * coupling
        for a, b, coupling in bonds
        for letter in "XYZ"
    }


def circle(count: int, step: int, coupling: float) -> list[tuple[int, int, float]]:
    """Bonds of equal length of a ring."""
    return [(place, (place + step) % count, coupling) for place in range(count)]


def spin_models() -> Iterator[Problem]:
    """Chains and rings of spins, with exact energies by formula."""
    pfeuty = "Pfeuty, Ann. Phys. 57, 79 (1970): 1 − 1/sin(π/(4N + 2))"
    by_hand = "by hand, from the total spin"
    from math import pi

    models = (
        ("ising-4", "Ising chain, 4", ising(4), 1 - 1 / sin(pi / 18), pfeuty),
        ("ising-8", "Ising chain, 8", ising(8), 1 - 1 / sin(pi / 34), pfeuty),
        (
            "heisenberg-4",
            "Heisenberg chain, 4",
            heisenberg(4, [(k, k + 1, 1.0) for k in range(3)]),
            -(3 + 2 * sqrt(3)) / 4,
            by_hand,
        ),
        (
            "heisenberg-ring-4",
            "Heisenberg ring, 4",
            heisenberg(4, circle(4, 1, 1.0)),
            -2.0,
            by_hand,
        ),
        (
            "heisenberg-ring-6",
            "Heisenberg ring, 6",
            heisenberg(6, circle(6, 1, 1.0)),
            -(2 + sqrt(13)) / 2,
            "Bonner and Fisher, Phys. Rev. 135, A640 (1964)",
        ),
        (
            "majumdar-ghosh-6",
            "Majumdar-Ghosh ring, 6",
            heisenberg(6, circle(6, 1, 1.0) + circle(6, 2, 0.5)),
            -9 / 4,
            "Majumdar and Ghosh, J. Math. Phys. 10, 1388 (1969): −3N/8",
        ),
    )
    for name, title, paulis, energy, source in models:
        yield Problem(
            name,
            "Spin models",
            title,
            {"hamiltonian": {"name": title, "paulis": paulis}},
            source,
            [Published("numpy", energy, "exact", 1e-9)],
            methods=SPINS,
            ansatze=("two-local", "efficient-su2"),
        )


PROBLEMS: tuple[Problem, ...] = (
    *chains(),
    *other_hydrogen(),
    *helium(),
    *second_row(),
    *claims(),
    *atoms(),
    *pi_systems(),
    *spin_models(),
)
"""All problems, in the order of the document."""

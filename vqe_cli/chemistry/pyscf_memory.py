"""The memory of PySCF's methods, from the arrays that they allocate (version 2.14).

Integrals over up to about a hundred functions are transformed in memory. Larger ones pass through
files, with buffers that PySCF takes however little memory it is given. The integrals over atomic
orbitals that a mean field keeps are not counted. All functions return bytes;
`scripts/bench/memory.py` compares them with what is used.
"""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli.chemistry.molecule import KEPT_INTEGRALS_BYTES

BUFFERS = 2_000_000_000
"""Memory that PySCF takes to transform many integrals through files, bytes."""

TEMPORARIES = 1.2
"""Ratio of the peak to the arrays that are counted, with temporary ones."""

MP2_ARRAYS = 4
"""Number of arrays of the amplitudes' size: integrals, amplitudes, two rotated ones."""

CLOSED_ARRAYS, OPEN_ARRAYS = 13, 38
"""Number of arrays of the size of a spin's amplitudes in coupled cluster of closed and open shells:
amplitudes, twelve packed vectors of DIIS, intermediates."""


@dataclass(frozen=True)
class Correlated:
    """The correlated electrons of a molecule in its basis.

    Args:
        nelec: Numbers of correlated alpha and beta electrons.
        empty: Numbers of empty orbitals of both spins.
        functions: Number of basis functions.
    """

    nelec: tuple[int, int]
    empty: tuple[int, int]
    functions: int

    @classmethod
    def of(cls, nelec: tuple[int, int], functions: int, core: int = 0) -> Correlated:
        """The electrons outside the core.

        Args:
            nelec: Numbers of all alpha and beta electrons.
            functions: Number of basis functions.
            core: Number of core orbitals.
        """
        alpha, beta = nelec
        return cls(
            nelec=(max(alpha - core, 0), max(beta - core, 0)),
            empty=(functions - alpha, functions - beta),
            functions=functions,
        )

    @property
    def is_closed(self) -> bool:
        """Whether there are no unpaired electrons."""
        return self.nelec[0] == self.nelec[1]

    @property
    def singles(self) -> tuple[int, int]:
        """Numbers of single excitations of both spins."""
        (alpha, beta), (a, b) = self.nelec, self.empty
        return alpha * a, beta * b


def mp2_bytes(correlated: Correlated) -> int:
    """MP2 with its amplitudes.

    Args:
        correlated: The electrons.
    """
    functions, (alpha, beta) = correlated.functions, correlated.singles
    amplitudes = alpha**2 if correlated.is_closed else alpha**2 + alpha * beta + beta**2
    half_transformed = 4 * max(alpha, beta) * functions**2
    if not _fits_in_memory(functions):
        blocks = 32 * (max(correlated.nelec) * functions) ** 2
        half_transformed = min(functions**4 + blocks, BUFFERS)
    return int(TEMPORARIES * half_transformed) + 8 * MP2_ARRAYS * amplitudes


def coupled_cluster_bytes(correlated: Correlated) -> int:
    """CCSD and its perturbative triples.

    Args:
        correlated: The electrons.
    """
    largest = max(correlated.singles) ** 2
    amplitudes = 8 * (CLOSED_ARRAYS if correlated.is_closed else OPEN_ARRAYS) * largest
    if not _fits_in_memory(correlated.functions):
        return min(10 * correlated.functions**4, BUFFERS) + amplitudes
    arrays = _closed_shell if correlated.is_closed else _open_shell
    return int(TEMPORARIES * arrays(correlated, amplitudes))


def _closed_shell(correlated: Correlated, amplitudes: int) -> int:
    """Restricted CCSD: the larger of its transformation and its iterations.

    The transformation holds the integrals over all orbitals, packed for pairs, and either as many
    half-transformed ones or their blocks; an iteration holds the blocks, and unpacks those with
    three empty orbitals.
    """
    n, o, v = correlated.functions, correlated.nelec[0], correlated.empty[0]
    blocks = 2 * v**4 + 4 * o * v**3 + 24 * (o * v) ** 2 + 8 * o**3 * v
    transformation = 2 * n**4 + max(2 * n**4, blocks + 8 * n**3)
    iteration = blocks + amplitudes + max(24 * o * v**3, v**4)
    triples = blocks + 24 * (o * v) ** 2 + 8 * o * v**2 * n
    return max(transformation, iteration, triples)


def _open_shell(correlated: Correlated, amplitudes: int) -> int:
    """Unrestricted CCSD: its transformation, which unpacks all integrals of three pairs of spins.

    The blocks are copied before they are packed; the amplitudes are there when triples begin.
    """
    (alpha, beta), (a, b) = correlated.nelec, correlated.empty
    whole = 24 * correlated.functions**4
    four_empty = 8 * (a**4 + b**4 + (a * b) ** 2)
    three_empty = 8 * (alpha * a**3 + beta * b**3 + alpha * a * b**2 + beta * b * a**2)
    two_empty = 88 * max(correlated.singles) ** 2
    return max(whole + four_empty + three_empty + two_empty, four_empty // 4 + amplitudes)


def casscf_bytes(core: int, active: int, functions: int) -> int:
    """The integrals of CASSCF.

    Args:
        core: Number of frozen orbitals.
        active: Number of active orbitals.
        functions: Number of basis functions.
    """
    two_active = 8 * (active * functions) ** 2
    half_transformed = 4 * (core + active) * functions**3
    if not _fits_in_memory(functions):
        half_transformed = min(half_transformed + 2 * functions**4, BUFFERS + BUFFERS // 2)
    return int(TEMPORARIES * max(half_transformed + 3 * two_active, 5 * two_active))


def nevpt2_bytes(core: int, active: int, functions: int) -> int:
    """The integrals and the energies by orbital of NEVPT2.

    Args:
        core: Number of frozen orbitals.
        active: Number of active orbitals.
        functions: Number of basis functions.
    """
    empty = functions - core - active
    half_transformed = 4 * (core + active) * (functions - core) * functions**2
    if not _fits_in_memory(functions):
        half_transformed = min(2 * half_transformed + 2 * functions**4, BUFFERS)
    transformed = 3 * (active * functions) ** 2 + functions * active * core * empty
    if _fits_in_memory(functions):
        transformed += (core * empty) ** 2
    by_orbital = 6 * empty * core * (empty + core)
    return int(TEMPORARIES * (half_transformed + 8 * (transformed + by_orbital)))


def gradient_bytes(active: int, functions: int) -> int:
    """The integrals of the forces of an active space.

    Args:
        active: Number of active orbitals.
        functions: Number of basis functions.
    """
    buffers = min(2 * functions**4, BUFFERS)
    return int(TEMPORARIES * (buffers + 8 * (active * functions) ** 2))


def _fits_in_memory(functions: int) -> bool:
    """Whether PySCF transforms integrals over as many functions in memory, whatever its limit."""
    return functions**4 <= KEPT_INTEGRALS_BYTES

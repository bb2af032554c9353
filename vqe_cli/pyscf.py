"""VQE in PySCF: a solver for `pyscf.mcscf`.

>>> import pyscf
>>> from vqe_cli.pyscf import VQESolver
>>> mol = pyscf.M(atom="N 0 0 0; N 0 0 1.1", basis="6-31g", verbose=0)
>>> mc = pyscf.mcscf.CASSCF(mol.RHF().run(), 6, 6)
>>> mc.fcisolver = VQESolver("uccsd")
>>> round(mc.kernel()[0], 5)
-109.01559
"""

from vqe_cli.variational.pyscf_solver import VQESolver

__all__ = ["VQESolver"]

"""Point groups of molecules, of orbitals and of integrals."""

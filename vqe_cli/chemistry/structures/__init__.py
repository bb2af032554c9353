"""What RDKit knows of a molecule: structures, bonds, sites."""

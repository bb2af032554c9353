"""Molden files (Schaftenaar and Noordik, J. Comput.-Aided Mol. Des. 14, 123 (2000)), read."""

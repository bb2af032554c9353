"""Where atoms are: coordinates, Z-matrices, labels, structures."""

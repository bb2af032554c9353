"""Random questions, input files in many formats for each, and the answers by PySCF alone."""

"""Random questions, many ways to ask each, and the answers by PySCF alone."""

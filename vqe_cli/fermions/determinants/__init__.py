"""The determinants of a sector: their strings, their order in a vector, and H and S² on them."""

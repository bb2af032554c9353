"""The determinants of a sector: strings, their order in a vector, and products with H and S²."""

"""What Python programs and notebooks use: `vqe_cli` lists it."""

"""IBM's devices: compiled, submitted once, waited for, paid for within limits."""

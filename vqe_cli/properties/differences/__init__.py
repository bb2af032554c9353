"""Energy differences between species: levels of theory, balance, and the best estimate."""

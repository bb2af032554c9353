"""The parts of `peers.py`: cases, exchange, environments, alternation and tables."""

"""What `peers.py` is made of: cases, exchange, environments, alternation, tables."""

"""Replay of recorded runs: computed again, and compared with what the record says."""

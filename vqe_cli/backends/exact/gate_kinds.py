"""Kinds of blocks of a gate program, as numbers for its kernels."""

LOCAL, PAIR, PERMUTE, PHASE = 0, 1, 2, 3

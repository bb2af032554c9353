"""Fake devices, transpilation and noise, shared by Aer and IBM."""

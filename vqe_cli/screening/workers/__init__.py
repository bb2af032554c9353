"""Execution of tasks: Dask workers run each in a supervised child process."""

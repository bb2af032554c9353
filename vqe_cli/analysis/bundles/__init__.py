"""Content of bundles: what another machine needs to repeat a run, and other programs to use it."""

"""What every other part stands on: registries, validation, resources, units, files."""

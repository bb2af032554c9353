"""The foundation of all other packages: registries, validation, resources, units, files."""

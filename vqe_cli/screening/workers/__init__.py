"""Tasks carried to workers, each in a supervised child."""

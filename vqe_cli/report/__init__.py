"""Tables, progress and plots; all are readable without colour and at 80 columns."""

"""What people see: tables, progress, plots. All of it reads without colour and at 80 columns."""

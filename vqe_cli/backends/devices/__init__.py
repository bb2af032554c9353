"""What Aer and IBM share: fake devices, compilation, noise."""

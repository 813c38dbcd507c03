"""What the emitted densities are worth in floating point, far from where anyone expects to be."""

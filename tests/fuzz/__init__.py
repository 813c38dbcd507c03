"""Random programs: drawn well-typed, compiled and compared; broken, and only diagnosed."""

"""bgen: a small language of Bayesian layers and links -> standalone NumPyro."""

__version__ = "0.1.0"

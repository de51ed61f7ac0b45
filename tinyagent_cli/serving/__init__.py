"""The tools for other programs."""

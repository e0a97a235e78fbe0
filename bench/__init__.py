"""Figures of the product, each against the naive way in the same run: `make bench`."""

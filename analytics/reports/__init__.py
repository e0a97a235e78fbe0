"""The aggregate reports: one file each, with its exact definition."""

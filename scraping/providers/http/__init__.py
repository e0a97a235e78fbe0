"""HTTP as every provider speaks it: to permitted addresses only, in turn, bounded in redirects, size and time."""

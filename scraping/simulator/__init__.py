"""A deterministic TikTok on loopback: the public page and JSON shapes, from a seed, with a clock that can be moved.

Runs in its own process (`python -m scraping.simulator --port N`) and imports no Django. The world is a pure function
of (seed, handle or id, time); only what is asked for through the control API under `/_sim/` changes it.
"""

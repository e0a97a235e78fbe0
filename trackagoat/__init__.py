"""The hall: settings, URLs, Celery and the local stack. It wires rooms together and holds no logic."""

from trackagoat.celery import app as celery_app

__all__ = ["celery_app"]

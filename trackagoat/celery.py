"""The Celery application: tasks are found in each app's `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackagoat.settings")

app = Celery("trackagoat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Registers the signal that gives every message its time.
from trackagoat.operations import queues  # noqa: E402, F401

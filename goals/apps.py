"""Goals: what creators are to reach, and whether they do."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

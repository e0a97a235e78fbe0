"""Goals: what creators are to reach, and whether they do."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        """Say in the list of creators how their goals stand."""
        from creators.judgements import announce
        from goals.hints import COMPLIANCE

        announce(COMPLIANCE)

"""Goals: what creators are to reach, and whether they do."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        """Say in the list of creators and in the calendar what goals have to say there."""
        from creators.judgements import announce
        from goals.hints import COMPLIANCE, period_ends
        from videos.calendar import marks

        announce(COMPLIANCE)
        marks("goals")(period_ends)

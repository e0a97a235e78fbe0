"""What people do with goals: one function per action, in the open scope."""

from goals.services.changes import (
    goal_edit,
    goals_delete,
    goals_end,
    goals_go_on,
    goals_pause,
    goals_restore,
    goals_resume,
)
from goals.services.creation import CreateOutcome, CreateResult, goals_copy, goals_create, goals_preview
from goals.services.templates import template_delete, template_save

__all__ = [
    "CreateOutcome",
    "CreateResult",
    "goal_edit",
    "goals_copy",
    "goals_create",
    "goals_delete",
    "goals_end",
    "goals_go_on",
    "goals_pause",
    "goals_preview",
    "goals_restore",
    "goals_resume",
    "template_delete",
    "template_save",
]

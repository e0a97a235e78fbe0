"""The dashboard's goals: the matrix, setting and changing them, templates, a creator's tab."""

from goals.views.changes import goals_delete, goals_end, goals_go_on, goals_pause, goals_restore, goals_resume
from goals.views.copying import creator_goals_copy
from goals.views.creation import goals_new
from goals.views.creator import creator_goals
from goals.views.edit import goal_edit
from goals.views.matrix import goals_matrix
from goals.views.templates import goal_template_delete, goal_templates

__all__ = [
    "creator_goals",
    "creator_goals_copy",
    "goal_edit",
    "goal_template_delete",
    "goal_templates",
    "goals_delete",
    "goals_end",
    "goals_go_on",
    "goals_matrix",
    "goals_new",
    "goals_pause",
    "goals_restore",
    "goals_resume",
]

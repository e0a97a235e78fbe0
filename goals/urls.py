"""URLs of a project's goals and of each creator's."""

from django.urls import URLPattern, URLResolver, include, path

from goals import views

_goals: list[URLPattern | URLResolver] = [
    path("", views.goals_matrix, name="goals"),
    path("new", views.goals_new, name="goals_new"),
    path("pause", views.goals_pause, name="goals_pause"),
    path("resume", views.goals_resume, name="goals_resume"),
    path("end", views.goals_end, name="goals_end"),
    path("go-on", views.goals_go_on, name="goals_go_on"),
    path("delete", views.goals_delete, name="goals_delete"),
    path("restore", views.goals_restore, name="goals_restore"),
    path("templates", views.goal_templates, name="goal_templates"),
    path("templates/<uuid:template_id>/delete", views.goal_template_delete, name="goal_template_delete"),
    path("<uuid:goal_id>/edit", views.goal_edit, name="goal_edit"),
]
_creator: list[URLPattern | URLResolver] = [
    path("goals", views.creator_goals, name="creator_goals"),
    path("goals/copy", views.creator_goals_copy, name="creator_goals_copy"),
]

urlpatterns = [
    path("o/<uuid:org_id>/p/<uuid:project_id>/goals/", include(_goals)),
    path("o/<uuid:org_id>/p/<uuid:project_id>/creators/<uuid:creator_id>/", include(_creator)),
]

"""Projects: what an organization divides its programs into."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        from orgs.limits import counts
        from projects.models import Project

        counts("max_projects_per_org")(lambda: Project.objects.open().count())

"""/projects: the programs and periods an organization divides its work into."""

from django.db.models import QuerySet
from rest_framework import serializers

from api.fields import TimeField
from api.lists import Asked, TableView
from api.views import DetailView
from projects.models import Project


class ProjectSerializer(serializers.Serializer[Project]):
    """A program or a period, such as "Q1 Brand Program"."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    description = serializers.CharField(read_only=True, help_text="What people wrote about it; may be empty.")
    org_id = serializers.UUIDField(read_only=True)
    created_at = TimeField()
    updated_at = TimeField()


class ProjectList(TableView[Project]):
    """The organization's projects, newest first. Archived ones are there, those in deletion are not."""

    operation_id, summary = "listProjects", "List projects"
    serializer_class = ProjectSerializer

    @classmethod
    def rows(cls, asked: Asked) -> QuerySet[Project]:
        return Project.objects.visible()


class ProjectDetail(DetailView[Project]):
    """One project."""

    operation_id, summary = "getProject", "Get a project"
    serializer_class = ProjectSerializer

    def rows(self) -> QuerySet[Project]:
        return Project.objects.visible()

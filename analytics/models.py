"""What people write on charts."""

from django.db import models

from analytics.queries import AnnotationQuerySet
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.models import Project


class Annotation(OrgScoped):
    """A note on a day of a project, drawn on its charts. `date` is a day of the organization."""

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        LAUNCH = "launch", "Launch"
        PROMOTION = "promotion", "Promotion"
        INCIDENT = "incident", "Incident"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="annotations")
    date = models.DateField()
    text = models.CharField(max_length=280)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.NOTE)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(AnnotationQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="analytics_annotation_project_in_org"),
        ]
        indexes = [models.Index(fields=["org", "project", "date"], name="analytics_annotation_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.text}"

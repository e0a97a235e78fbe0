"""A project: a program or a period that a brand runs with creators."""

from django.db import models
from django.db.models import F, Q

from orgs.models import User
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.queries import GoneRowQuerySet, ProjectQuerySet, SavedViewQuerySet


class Project(OrgScoped):
    """A program or a period, such as "Q1 Brand Program"."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=10_000)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(ProjectQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(start_date=None) | Q(end_date__gte=F("start_date")),
                name="projects_project_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GoneRow(OrgScoped):
    """What is left of a followed row that was deleted, so that clients hear of it: written by the database
    (projects.following), forgotten after a while. Its id is the row's."""

    class Kind(models.TextChoices):
        CREATOR = "creator", "Creator"
        VIDEO = "video", "Video"
        CAMPAIGN = "campaign", "Campaign"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    # What lists filter by; the project and the creator may be gone as well.
    project_id = models.UUIDField(null=True)
    creator_id = models.UUIDField(null=True)
    gone_at = models.DateTimeField()

    objects = OrgScopedManager.from_queryset(GoneRowQuerySet)()

    class Meta(OrgScoped.Meta):
        indexes = [models.Index(fields=["org", "kind", "gone_at", "id"], name="projects_gonerow_in_order")]


class SavedView(OrgScoped):
    """A list of a project as somebody wants to see it again, shared with everybody in the project.

    `list_name` is the URL name of the list, `query` the query of its URL.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrgScopedManager.from_queryset(SavedViewQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="projects_savedview_project_in_org"),
            models.UniqueConstraint(fields=["org", "project", "list_name", "name"], name="projects_savedview_once"),
        ]

    def __str__(self) -> str:
        return self.name

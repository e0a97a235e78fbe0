"""QuerySets of campaigns and of what they consist of, in the open scope."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import QuerySet

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from campaigns.models import Campaign, CampaignItem, CampaignPath


class CampaignQuerySet(OrgScopedQuerySet["Campaign"]):
    """Named reads over campaigns."""

    def visible(self) -> Self:
        """Campaigns that exist for users and API: in a project that is not in deletion. Archived ones stay readable."""
        return self.filter(project__deleted_at=None)

    def open(self) -> Self:
        """Campaigns that go on, not archived; these count toward the plan."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def beneath(self, campaign_id: UUID) -> Self:
        """A campaign's whole tree: itself and every campaign beneath it, whatever the depth, each once."""
        return self.filter(paths_up__ancestor_id=campaign_id)

    def above(self, campaign_id: UUID) -> Self:
        """A campaign itself and every campaign that contains it, whatever the depth, each once."""
        return self.filter(paths_down__descendant_id=campaign_id)

    def containing(self, campaign_id: UUID) -> Self:
        """The campaigns in which a campaign stands directly, in the order in which it was put there."""
        return self.filter(items__campaign_id=campaign_id).order_by("items__id")

    def search(self, text: str) -> Self:
        """Campaigns whose name contains the text, whatever its case."""
        text = text.strip()
        return self.filter(name__icontains=text) if text else self


class CampaignItemQuerySet(OrgScopedQuerySet["CampaignItem"]):
    """Named reads over the items of campaigns."""

    def of(self, campaign_id: UUID) -> Self:
        """What stands directly in a campaign."""
        return self.filter(parent_id=campaign_id)

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

    def beneath(self, campaign_id: UUID) -> Self:
        """Every item of a campaign's whole tree; what stands in several of its campaigns comes several times."""
        return self.filter(parent__paths_up__ancestor_id=campaign_id)

    def not_campaigns(self) -> Self:
        """The items that are creators and videos."""
        return self.filter(campaign=None)

    def edges(self) -> "QuerySet[CampaignItem, tuple[UUID, UUID]]":
        """(parent, child) of every item that is a campaign."""
        return self.filter(campaign__isnull=False).values_list("parent_id", "campaign_id")

    def ids_of(self, kind: str) -> "QuerySet[CampaignItem, dict[str, UUID]]":
        """The ids of the items that are of a kind ("creator", "video", "campaign"), for a subquery."""
        named: QuerySet[CampaignItem, dict[str, UUID]] = self.filter(**{f"{kind}__isnull": False}).values(f"{kind}_id")
        return named

    def naming(self, kind: str, ids: Iterable[UUID]) -> Self:
        """The items that are one of these creators, videos or campaigns."""
        return self.filter(**{f"{kind}_id__in": list(ids)})


class CampaignPathQuerySet(OrgScopedQuerySet["CampaignPath"]):
    """Named reads over who contains whom."""

    def in_project(self, project_id: UUID) -> Self:
        return self.filter(project_id=project_id)

"""What a change to campaigns holds: the project's row, so that two changes to a project's trees follow each other.

The order is the house's: the organization's row first (where a limit is at stake), then the project's, then campaigns
by id. `no_key`: rows that merely refer to a project or campaign may be written meanwhile.
"""

from collections.abc import Iterable
from uuid import UUID

from campaigns.errors import CampaignArchived
from campaigns.models import Campaign
from projects.models import Project
from projects.services import require_open


def locked_project(project_id: UUID) -> Project:
    """The project, locked. Raises Project.DoesNotExist, ProjectArchived."""
    project: Project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    require_open(project)
    return project


def project_id_of(campaign_id: UUID) -> UUID:
    """Which project a campaign belongs to; that never changes. Raises Campaign.DoesNotExist."""
    project_id: UUID = Campaign.objects.visible().values_list("project_id", flat=True).get(id=campaign_id)
    return project_id


def locked_campaigns(project: Project, campaign_ids: Iterable[UUID]) -> dict[UUID, Campaign]:
    """Campaigns of a locked project, locked by id, archived ones included. Raises Campaign.DoesNotExist."""
    wanted = set(campaign_ids)
    rows = Campaign.objects.in_project(project.id).filter(id__in=wanted).order_by("id")
    found = {campaign.id: campaign for campaign in rows.select_for_update(no_key=True)}
    if wanted - found.keys():
        raise Campaign.DoesNotExist(f"no such campaigns: {wanted - found.keys()}")
    return found


def changeable(campaign_id: UUID) -> Campaign:
    """A campaign that may be changed, its project and itself locked.

    Raises Campaign.DoesNotExist, ProjectArchived, CampaignArchived.
    """
    project = locked_project(project_id_of(campaign_id))
    campaign = locked_campaigns(project, [campaign_id])[campaign_id]
    require_not_archived(campaign)
    return campaign


def require_not_archived(campaign: Campaign) -> None:
    """Raise CampaignArchived if nothing may change in the campaign."""
    if campaign.archived_at is not None:
        raise CampaignArchived

"""Keeps who contains whom, at any depth, equal to what the items say."""

from uuid import UUID

from campaigns.graph import beneath
from campaigns.models import Campaign, CampaignItem, CampaignPath
from orgs.scope import current_org_id

ROWS_AT_ONCE = 2_000


def rebuild_paths(project_id: UUID) -> int:
    """Make the paths of a project those that its items ask for; returns how many rows had to change.

    The caller holds the project's lock and has not left a cycle. Running it again changes nothing.
    """
    wanted = wanted_paths(project_id)
    stored = {
        (ancestor, descendant): path_id
        for path_id, ancestor, descendant in CampaignPath.objects.in_project(project_id).values_list(
            "id", "ancestor_id", "descendant_id"
        )
    }
    gone = [path_id for pair, path_id in stored.items() if pair not in wanted]
    missing = [
        CampaignPath(org_id=current_org_id(), project_id=project_id, ancestor_id=ancestor, descendant_id=descendant)
        for ancestor, descendant in sorted(wanted - stored.keys())
    ]
    if gone:
        CampaignPath.objects.filter(id__in=gone).delete()
    CampaignPath.objects.bulk_create(missing, batch_size=ROWS_AT_ONCE)
    return len(gone) + len(missing)


def wanted_paths(project_id: UUID) -> set[tuple[UUID, UUID]]:
    """(ancestor, descendant) for every campaign of a project and everything beneath it, itself included."""
    campaigns = Campaign.objects.in_project(project_id).values_list("id", flat=True)
    trees = beneath(campaigns, list(CampaignItem.objects.in_project(project_id).edges()))
    return {(ancestor, descendant) for ancestor, tree in trees.items() for descendant in tree}

"""The demo's campaigns, two plain ones, one that contains both and has a target, one that is behind its own; and the
notes on its charts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from analytics.models import Annotation
from analytics.services import annotation_create
from campaigns.models import Campaign, CampaignItem
from campaigns.queries import videos_of
from campaigns.services import ItemReference, campaign_create, campaign_edit, campaign_items_add
from creators.models import Creator
from projects.models import Project
from videos.models import Video

STARTED = timedelta(days=45)
NOTES = """\
**Brief:** one honest post a week until the holidays, product in the first three seconds.

- Retainer creators post on *Tuesdays* and *Fridays*
- Gift guides are picked by hand from what does well
- Target agreed with the brand team

| Week | Theme |
|------|-------|
| 1–2  | Unboxing |
| 3–4  | Gift guides |
| 5–6  | Last call |
"""


def make_campaigns(project: Project, now: datetime) -> None:
    """Make them in the open scope, as if they had been going on for some weeks."""
    creators = list(Creator.objects.in_project(project.id).tracked().in_order("-follower_count"))
    retainer = _campaign(project, "Retainer creators", creators[:5], "Posts of everybody on a monthly contract.")
    others = Video.objects.in_project(project.id).counting().exclude(creator__in=creators[:4]).in_order("-view_count")
    guides = _campaign(project, "Gift guides", others[:14], "Single posts, picked by hand.")
    push = _campaign(project, "Holiday push", [retainer, guides, *creators[5:7]], NOTES)
    rising = _campaign(project, "Rising voices", creators[-6:], "Small accounts that we want to see grow.")
    Campaign.objects.in_project(project.id).update(created_at=now - STARTED)
    _aim(push, 1.3, now + timedelta(days=14))
    _aim(rising, 2.4, now + timedelta(days=21))


def make_annotations(project: Project, now: datetime) -> None:
    """Mark what happened on some days, in the open scope."""
    for days, kind, text in (
        (45, Annotation.Kind.LAUNCH, "Holiday push began"),
        (12, Annotation.Kind.PROMOTION, "20 % off in the shop"),
        (4, Annotation.Kind.NOTE, "New brief sent to all creators"),
    ):
        annotation_create(project_id=project.id, date=(now - timedelta(days=days)).date(), text=text, kind=kind)


def _campaign(project: Project, name: str, rows: Iterable[Any], notes: str) -> Campaign:
    campaign = campaign_create(project_id=project.id, name=name, description=notes)
    campaign_items_add(campaign_id=campaign.id, references=[_reference(row) for row in rows])
    return campaign


def _reference(row: Creator | Video | Campaign) -> ItemReference:
    kinds = {Creator: CampaignItem.Type.CREATOR, Video: CampaignItem.Type.VIDEO, Campaign: CampaignItem.Type.CAMPAIGN}
    return ItemReference(kinds[type(row)], row.id)


def _aim(campaign: Campaign, times: float, until: datetime) -> None:
    """Give it a target of so many times its views now, in round thousands."""
    views = sum(filter(None, videos_of(campaign.id).values_list("view_count", flat=True)))
    campaign_edit(
        campaign_id=campaign.id,
        name=campaign.name,
        description=campaign.description,
        target_views=max(round(int(views * times), -3), 1_000),
        target_at=until,
    )

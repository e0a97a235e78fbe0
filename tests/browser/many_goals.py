"""A project as large as a plan allows, made inside a running product: 300 creators with four goals each."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from creators.models import Creator
from goals.services import goals_create
from goals.terms import GoalTerms
from orgs.scope import organization_scope
from scraping.models import Account

CREATORS = 300
FIRST_ACCOUNT = 7_900_000_000_000_000_000
KINDS = (
    ("posts", "count", "weekly", 1_000_000),
    ("views", "total", "weekly", 50_000),
    ("engagement", "total", "monthly", 2_000),
    ("followers", "milestone", "monthly", 5_000),
)


def populate(org_id: str, project_id: str) -> None:
    """Every third creator was never listed and has no data; the others are behind."""
    now = datetime.now(UTC)
    since = now - timedelta(days=40)
    with organization_scope(UUID(org_id)):
        creators = Creator.objects.bulk_create(
            Creator(
                org_id=UUID(org_id),
                project_id=UUID(project_id),
                account_id=FIRST_ACCOUNT + number,
                tiktok_handle=f"many.{number:03}",
                nickname=f"Creator {number:03}",
                tracking_start_date=since.date(),
                tracking_starts_at=since,
                tracked_since=since,
                last_scraped_at=now,
            )
            for number in range(CREATORS)
        )
        Account.objects.bulk_create(
            Account(
                id=creator.account_id,
                handle=creator.tiktok_handle,
                first_seen_at=since,
                posts_seen_at=now if number % 3 else None,
            )
            for number, creator in enumerate(creators)
        )
        for type, measure, period, target in KINDS:
            terms = GoalTerms(type, measure, period, Decimal(target), since.date())
            ids = [creator.id for creator in creators]
            goals_create(project_id=UUID(project_id), creator_ids=ids, terms=terms, now=now)

"""Videos: the posts an organization tracks, and the mirror that keeps its copies up to date."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig


class VideosConfig(AppConfig):
    name = "videos"

    def ready(self) -> None:
        from creators.holding import held_with_creators
        from creators.links import adds
        from creators.models import WaitingLink
        from creators.singles import finds_single_posts
        from orgs.limits import counts
        from scraping.signals import account_ingested, accounts_ingested
        from videos.models import Video
        from videos.services.adding import add_from_link
        from videos.services.locking import lock_discovered

        counts("max_tracked_videos_per_org")(lambda: Video.objects.counted_toward_plan().count())
        adds(WaitingLink.Purpose.VIDEO, add_from_link)
        finds_single_posts(_single_posts)
        held_with_creators(lock_discovered)
        account_ingested.connect(_mirror, dispatch_uid="videos.mirror")
        accounts_ingested.connect(_mirror_later, dispatch_uid="videos.mirror_batch")


def _mirror(*, account_id: int, handle: str, at: datetime, **_: Any) -> None:
    from videos.services.mirror import mirror_everywhere

    mirror_everywhere({account_id: handle}, at)


def _mirror_later(*, accounts: dict[int, str], **_: Any) -> None:
    from videos.tasks import mirror_accounts

    mirror_accounts.delay(sorted(accounts.items()))


def _single_posts(account_id: int) -> Any:
    from videos.services.direct import single_posts

    return single_posts(account_id)

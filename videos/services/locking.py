"""Locking videos together, in the order in which everybody locks them."""

from collections.abc import Collection
from uuid import UUID

from videos.models import Video


def lock_discovered(creator_ids: Collection[UUID]) -> None:
    """Lock the videos that come into sight or leave it with these creators (projects.following stamps them)."""
    videos = Video.objects.filter(creator_id__in=creator_ids).discovered().exclude(tracking_status="excluded")
    list(videos.order_by("id").select_for_update(no_key=True).values_list("id"))

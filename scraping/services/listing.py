"""Reading a listing page by page, a bounded part of it in one attempt."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, Value
from django.db.models.functions import Least

from scraping.models import ScrapeTarget
from scraping.providers.interface import AccountRef, PostData, Provider
from scraping.services.targets import Kind, Progress, request_now

# A part is some requests long, so that a worker's death costs little and nobody waits long behind it.
PAGES_PER_PART = 4
MAX_EMPTY_PAGES = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """What reading brought: the posts, each once, and where it goes on, or None if it reached as far as wanted."""

    posts: tuple[PostData, ...]
    progress: Progress | None


def read_listing(provider: Provider, account: AccountRef, target: ScrapeTarget, bound: datetime) -> Listing:
    """Read an account's posts back to `bound`, or a part of the way there, going on where the last part ended.

    Cursors are their provider's own: where another one had to step in, the listing is read from its beginning.
    """
    reader, _, cursor = target.resume_cursor.partition(":")
    following: str | None = cursor if cursor and reader == provider.name else None
    found: dict[int, PostData] = {}
    empty = 0
    for _ in range(PAGES_PER_PART):
        page = provider.list_posts(account, following)
        fresh = [post for post in page.posts if post.post_id not in found]
        found.update((post.post_id, post) for post in fresh)
        empty = 0 if fresh else empty + 1
        unpinned = [post.posted_at for post in page.posts if not post.pinned]
        following = page.next_cursor
        if following is None or empty == MAX_EMPTY_PAGES or (unpinned and min(unpinned) <= bound):
            return Listing(tuple(found.values()), None)
    return Listing(tuple(found.values()), Progress(f"{provider.name}:{following}", bound))


def request_listing(account_id: int, oldest: datetime, now: datetime) -> None:
    """Have an account's posts since `oldest` listed at once, however far back they were listed before: somebody waits
    who is shown nothing from before it began to track. What is being listed meanwhile is dropped."""
    listing = ScrapeTarget.objects.filter(id=ScrapeTarget.id_for(Kind.DISCOVER_VIDEOS, account_id=account_id))
    # Where tracking begins was not reached yet: the next listing goes back to there anyway.
    reached = listing.exclude(read_back_to=None, resume_bound=None)
    bound = Least("resume_bound", Value(oldest, DateTimeField()))
    reached.update(resume_cursor="", resume_bound=bound, lease_id=None, lease_until=None)
    request_now(account_id, now, kinds=[Kind.DISCOVER_VIDEOS])

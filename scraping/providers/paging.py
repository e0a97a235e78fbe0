"""Where the next page of an account's posts starts.

Cursors are milliseconds since 1970: a page holds the posts before its cursor, newest first but for pins.
"""

from datetime import UTC, datetime

from scraping.providers.interface import PostData

WEEK_MS = 7 * 86_400_000
# TikTok did not exist before; whoever asks for older posts asks for ever.
FIRST_DAY_MS = int(datetime(2016, 8, 24, tzinfo=UTC).timestamp()) * 1000


def next_cursor(posts: tuple[PostData, ...], cursor: int) -> int | None:
    """Where the page after this one starts: at its oldest unpinned post; None before TikTok existed.

    A page that leads no further (empty, only pins, or an earlier one again) is stepped over by a week.
    """
    oldest = _oldest(posts)
    following = oldest if oldest is not None and oldest < cursor else cursor - WEEK_MS
    return following if following >= FIRST_DAY_MS else None


def repeats(posts: tuple[PostData, ...], cursor: int) -> bool:
    """Whether TikTok sent posts from after the cursor: an earlier page again."""
    oldest = _oldest(posts)
    return oldest is not None and oldest >= cursor


def _oldest(posts: tuple[PostData, ...]) -> int | None:
    return min((int(post.posted_at.timestamp()) * 1000 for post in posts if not post.pinned), default=None)

"""Which posts one listing page holds: pins first on page 1, newest first, and what makes listings unreliable."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scraping.simulator.cast import DEMO
from scraping.simulator.chance import Dice
from scraping.simulator.stage import Stage
from scraping.simulator.world import Account, Post

DEFAULT_PAGE = 15
MOST_PER_PAGE = 35
_FLAKY_PURPOSE, _FLAKY_WINDOW = 9, 600  # flaky listings change their mind every ten minutes
_REPOST_EVERY = 6


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `more` is what `hasMorePrevious` claims."""

    posts: list[Post]
    pinned: frozenset[int]
    more: bool


def listing_page(stage: Stage, account: Account, cursor: int, count: int, at: int) -> Page:
    """The page of posts older than `cursor` (milliseconds; 0 = now) as the account's listing shows it at `at`."""
    if not cursor or stage.changes.flag(account.index, "repeat", at, False):
        cursor = at * 1000 + 1
    pins = stage.pins(account, at)
    pinned = frozenset(post.post_id for post in pins)
    newest = next(_unpinned(stage, account, pinned, at, at), None)
    if newest and newest.posted_at * 1000 >= cursor:
        pins = []  # something newer was shown before: this is not page 1
    room = max(0, count - len(pins))
    page = list(islice(_older(stage, account, pinned, cursor, at), room + 1))
    shown = Page(pins + page[:room], pinned, len(page) > room)
    if account.member.quirks.lists_reposts:
        return Page(_with_reposts(stage, shown.posts), pinned, shown.more)
    return _flaky(account, shown, cursor, at) if account.member.quirks.flaky_listing else shown


def _unpinned(stage: Stage, account: Account, pinned: frozenset[int], until: int, at: int) -> Iterator[Post]:
    """The account's posts up to `until` that its listing shows, at `at`, by date."""
    return (post for post in account.newest(until) if post.post_id not in pinned and stage.listed(post, at))


def _older(stage: Stage, account: Account, pinned: frozenset[int], cursor: int, at: int) -> Iterator[Post]:
    """Those older than the cursor; a truncated listing ends after its first posts."""
    truncation = stage.changes.truncation(account.index, at)
    if truncation is None:
        return _unpinned(stage, account, pinned, min(at, (cursor - 1) // 1000), at)
    kept = islice(_unpinned(stage, account, pinned, at, at), max(0, truncation - len(pinned)))
    return (post for post in kept if post.posted_at * 1000 < cursor)


def _with_reposts(stage: Stage, posts: list[Post]) -> list[Post]:
    """Somebody else's newest post of the time stands before every sixth of the account's own."""
    mixed: list[Post] = []
    for post in posts:
        if post.slot % _REPOST_EVERY == 0:
            author = stage.world.index_of(DEMO[post.slot % len(DEMO)].handle, post.posted_at)
            found = next(stage.world.account(author).newest(post.posted_at), None) if author else None
            mixed += [found] if found else []
        mixed.append(post)
    return mixed


def _flaky(account: Account, page: Page, cursor: int, at: int) -> Page:
    """The page cut off somewhere, sometimes empty, with `more` wrong either way."""
    dice = Dice(account.key ^ cursor, at // _FLAKY_WINDOW, _FLAKY_PURPOSE)
    kept = dice.number(0, len(page.posts) + 1)
    more = page.more if dice.number(1, 3) else not page.more
    return Page(page.posts[:kept], page.pinned, more)

"""Pages of an account's posts, and where the next one starts.

Cursors are milliseconds since 1970: a page holds the posts before its cursor, newest first but for pins.
"""

from datetime import UTC, datetime

from scraping.providers.interface import AccountRef, PostData, PostPage
from scraping.providers.values import Node, parse_json
from scraping.providers.web.items import Author, item_author, parse_item
from scraping.providers.web.pages import refused_page
from scraping.providers.web.statuses import require_ok

WEEK_MS = 7 * 86_400_000
# TikTok did not exist before; whoever asks for older posts asks for ever.
FIRST_DAY_MS = int(datetime(2016, 8, 24, tzinfo=UTC).timestamp()) * 1000


def parse_listing(body: bytes, account: AccountRef, cursor: int) -> PostPage:
    """One page of `account`'s posts that was asked for with `cursor`.

    Left out are reposts (another author) and items that do not say whose they are: absence proves nothing, while a
    wrong owner would stay. `hasMorePrevious` is not looked at, because it is wrong both ways.
    """
    answer = _answer(body)
    require_ok(answer)
    items = list(_items(answer))
    authors = [item_author(item.object()) for item in items]
    if items and not any(author.known for author in authors):
        raise items[0]["author"].changed("an author")
    own = [item for item, author in zip(items, authors, strict=True) if _is_by(author, account)]
    posts = tuple(parse_item(item) for item in own)
    following = next_cursor(posts, cursor)
    return PostPage(posts, None if following is None else str(following))


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


def _answer(body: bytes) -> Node:
    start = body.lstrip()[:1]
    if start in {b"", b"<"}:
        raise refused_page(body.decode("utf-8", "replace"))
    return parse_json(body, "").object()


def _items(answer: Node) -> list[Node]:
    """The items of an answer. TikTok leaves `itemList` out where there is nothing to list."""
    named = answer["itemList"]
    if named.absent and isinstance(answer.value, dict):
        moved = any(isinstance(value, list) and value for value in answer.value.values())
        states_itself = not (answer["hasMorePrevious"].absent and answer["statusCode"].absent)
        if moved or not states_itself:
            raise named.changed("a list")
    return list(named.items())


def _is_by(author: Author, account: AccountRef) -> bool:
    if author.account_id is not None and account.account_id is not None:
        return author.account_id == account.account_id
    return author.sec_uid != "" and author.sec_uid == account.sec_uid


def require_sec_uid(account: AccountRef) -> str:
    """The internal id that listings are asked for by; ValueError if the caller does not know it yet."""
    if not account.sec_uid:
        raise ValueError("an account is listed by its secUid: read its profile first")
    return account.sec_uid

"""Pages of an account's posts."""

from scraping.providers.interface import AccountRef, PostPage
from scraping.providers.paging import next_cursor
from scraping.providers.values import Node, parse_json
from scraping.providers.web.items import is_by, item_author, parse_item
from scraping.providers.web.pages import refused_page
from scraping.providers.web.statuses import require_ok


def parse_listing(body: bytes, account: AccountRef, cursor: int) -> PostPage:
    """One page of `account`'s posts that was asked for with `cursor`.

    Left out are reposts (another author) and items that do not say whose they are: absence proves nothing, while a
    wrong owner would stay. `hasMorePrevious` is not looked at, because it is wrong both ways.
    """
    items = listed_items(body)
    authors = [item_author(item.object()) for item in items]
    if items and not any(author.known for author in authors):
        raise items[0]["author"].changed("an author")
    own = [item for item, author in zip(items, authors, strict=True) if is_by(author, account)]
    posts = tuple(parse_item(item) for item in own)
    following = next_cursor(posts, cursor)
    return PostPage(posts, None if following is None else str(following))


def listed_items(body: bytes) -> list[Node]:
    """The items in a listing's answer, or the failure that it states about itself."""
    answer = _answer(body)
    require_ok(answer)
    return _items(answer)


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


def require_sec_uid(account: AccountRef) -> str:
    """The internal id that listings are asked for by; ValueError if the caller does not know it yet."""
    if not account.sec_uid:
        raise ValueError("an account is listed by its secUid: read its profile first")
    return account.sec_uid

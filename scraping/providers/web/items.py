"""One post, in the shape that listings and video pages share."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from scraping.grammar import GrammarError, parse_handle, posted_at_from_id
from scraping.providers.interface import AccountRef, PostData, PostKind
from scraping.providers.values import Node

# Rounded to the second; anything later than this is milliseconds or nonsense.
_LATEST_SECOND = 2**32
_HASHTAG = re.compile(r"#(\w+)")


@dataclass(frozen=True, slots=True)
class Author:
    """Who posted an item, as far as the item says; unknown parts are None or empty."""

    account_id: int | None
    handle: str
    sec_uid: str

    @property
    def known(self) -> bool:
        """Whether the item names its author in a way that cannot be taken over by somebody else."""
        return self.account_id is not None or self.sec_uid != ""


def item_author(item: Node) -> Author:
    """The author of an item: an object today, a bare handle beside `authorId` in the legacy state."""
    author = item["author"]
    if isinstance(author.value, str):
        return Author(_id(item["authorId"]), handle_of(author), item["authorSecId"].text(default=""))
    return Author(_id(author["id"]), handle_of(author["uniqueId"]), author["secUid"].text(default=""))


def parse_item(item: Node) -> PostData:
    """The post that an item shows. Its counts may be rounded, whichever of the two forms they come in."""
    item.object()
    post_id = item["id"].identifier()
    author = item_author(item)
    kind = PostKind.PHOTO if item["imagePost"] else PostKind.VIDEO
    return PostData(
        post_id=post_id,
        account_id=author.account_id,
        author_handle=author.handle,
        posted_at=posted_at_of(item["createTime"], post_id),
        caption=item["desc"].text(),
        kind=kind,
        duration_seconds=_duration(item["video"]["duration"]) if kind is PostKind.VIDEO else None,
        cover_url=_cover(item),
        hashtags=_hashtags(item),
        music_title=item["music"]["title"].text(default=""),
        pinned=item["isPinnedItem"].flag(),
        view_count=_count(item, "playCount"),
        like_count=_count(item, "diggCount"),
        comment_count=_count(item, "commentCount"),
        share_count=_count(item, "shareCount"),
        # Older items do not tell how often they were saved.
        save_count=_count(item, "collectCount", optional=True),
        source_rounds=True,
    )


def _count(item: Node, key: str, *, optional: bool = False) -> int | None:
    """One counter. `statsV2` first: now and then it holds all digits where `stats` is rounded.

    A post that was taken down is shown with zeros, which are not numbers.
    """
    exact, shown = item["statsV2"][key], item["stats"][key]
    if optional and exact.absent and shown.absent:
        return None
    number = (shown if exact.absent else exact).count()
    return None if number == 0 and item["takeDown"].flag() else number


def posted_at_of(create_time: Node, post_id: int) -> datetime:
    """When a post was published; from its id where the source does not say."""
    if not create_time or create_time.value == "0":
        return posted_at_from_id(post_id)
    seconds = create_time.integer()
    if not 0 < seconds < _LATEST_SECOND:
        raise create_time.changed("a time in seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _duration(duration: Node) -> int | None:
    return None if duration.absent else duration.count() or None


def _cover(item: Node) -> str:
    video = item["video"]
    images = item["imagePost"]["cover"]["imageURL"]["urlList"]
    found = [video["cover"].address(), video["originCover"].address(), *(url.address() for url in images.items())]
    return next(filter(None, found), "")


def _hashtags(item: Node) -> tuple[str, ...]:
    """Hashtags in their order, lower case, without #, each once."""
    names = [challenge["title"].text(default="") for challenge in item["challenges"].items()]
    names += [extra["hashtagName"].text(default="") for extra in item["textExtra"].items()]
    return tuple(dict.fromkeys(name.lower() for name in names if name))


def hashtags_in(caption: str) -> tuple[str, ...]:
    """Hashtags as a caption holds them, for sources that do not list them: as `PostData` has them."""
    return tuple(dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(caption)))


def is_by(author: Author, account: AccountRef) -> bool:
    """Whether an item is certainly by this account: by its id where both are known, else by its secUid."""
    if author.account_id is not None and account.account_id is not None:
        return author.account_id == account.account_id
    return author.sec_uid != "" and author.sec_uid == account.sec_uid


def _id(node: Node) -> int | None:
    return node.identifier() if node else None


def handle_of(node: Node) -> str:
    """A handle as stored; empty where the item has none, or one that no account can have."""
    try:
        return parse_handle(node.text(default=""))
    except GrammarError:
        return ""

"""The app shape: posts and comments as TikTok's app is sent them, with exact counts."""

from datetime import UTC, datetime

from scraping.outcomes import Outcome, ScrapeFailure, UnavailableReason
from scraping.providers.interface import CommentData, PostData, PostKind
from scraping.providers.values import Node
from scraping.providers.web.items import Author, handle_of, posted_at_of


def aweme_author(aweme: Node) -> Author:
    """Who posted it. Counts in the author object are often 0, which means "not stated": they are not read."""
    author = aweme["author"]
    uid = author["uid"].identifier() if author["uid"] else None
    return Author(uid, handle_of(author["unique_id"]), author["sec_uid"].text(default=""))


def parse_aweme(aweme: Node) -> PostData:
    """The post that an `aweme` shows."""
    aweme.object()
    post_id = aweme["aweme_id"].identifier()
    author = aweme_author(aweme)
    kind = PostKind.PHOTO if aweme["image_post_info"] else PostKind.VIDEO
    return PostData(
        post_id=post_id,
        account_id=author.account_id,
        author_handle=author.handle,
        posted_at=posted_at_of(aweme["create_time"], post_id),
        caption=aweme["desc"].text(),
        kind=kind,
        duration_seconds=_duration(aweme["video"]["duration"]) if kind is PostKind.VIDEO else None,
        cover_url=_cover(aweme),
        hashtags=_hashtags(aweme),
        music_title=aweme["music"]["title"].text(default=""),
        pinned=aweme["is_top"].flag(),
        view_count=_count(aweme, "play_count"),
        like_count=_count(aweme, "digg_count"),
        comment_count=_count(aweme, "comment_count"),
        share_count=_count(aweme, "share_count"),
        save_count=_count(aweme, "collect_count", optional=True),
        source_rounds=False,
    )


def require_shown(aweme: Node) -> None:
    """Refuse a post that its own answer calls deleted, private or under review."""
    status = aweme["status"]
    for key, reason in (
        ("is_delete", UnavailableReason.DELETED),
        ("private_status", UnavailableReason.PRIVATE),
        ("in_reviewing", UnavailableReason.IN_REVIEW),
    ):
        if status[key].flag():
            raise ScrapeFailure(Outcome.POST_UNAVAILABLE, f"status.{key}", reason=reason)


def parse_comment(comment: Node, post_id: int) -> CommentData:
    """One comment under the post that was asked about."""
    comment.object()
    user = comment["user"]
    parent = comment["reply_id"]
    return CommentData(
        comment_id=comment["cid"].identifier(),
        post_id=post_id,
        parent_id=parent.identifier() if parent and parent.value != "0" else None,
        text=comment["text"].text(default=""),
        posted_at=_written_at(comment["create_time"]),
        like_count=_optional(comment["digg_count"]),
        reply_count=_optional(comment["reply_comment_total"]),
        language=comment["comment_language"].text(default="")[:16],
        author_id=user["uid"].identifier() if user["uid"] else None,
        author_handle=handle_of(user["unique_id"]),
        author_nickname=user["nickname"].text(default=""),
    )


def _written_at(node: Node) -> datetime:
    seconds = node.integer()
    if not 0 < seconds < 2**32:
        raise node.changed("a time in seconds")
    return datetime.fromtimestamp(seconds, UTC)


def _optional(node: Node) -> int | None:
    return None if node.absent else node.count()


def _count(aweme: Node, key: str, *, optional: bool = False) -> int | None:
    """One counter; zeros of a post that was taken down are not numbers."""
    node = aweme["statistics"][key]
    if optional and node.absent:
        return None
    number = node.count()
    return None if number == 0 and aweme["status"]["is_delete"].flag() else number


def _duration(milliseconds: Node) -> int | None:
    whole = None if milliseconds.absent else milliseconds.count()
    return round(whole / 1000) if whole else None


def _cover(aweme: Node) -> str:
    covers = (aweme["video"]["cover"], aweme["video"]["origin_cover"])
    found = (url.address() for cover in covers for url in cover["url_list"].items())
    return next(filter(None, found), "")


def _hashtags(aweme: Node) -> tuple[str, ...]:
    """Hashtags in their order, lower case, without #, each once."""
    names = [challenge["cha_name"].text(default="") for challenge in aweme["cha_list"].items()]
    names += [extra["hashtag_name"].text(default="") for extra in aweme["text_extra"].items()]
    return tuple(dict.fromkeys(name.lower() for name in names if name))

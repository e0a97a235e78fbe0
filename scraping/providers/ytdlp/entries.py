"""yt-dlp's results as posts. It knows no pins, no carousels, and not whether zeros are numbers."""

from scraping.providers.interface import AccountRef, PostData
from scraping.providers.values import Node
from scraping.providers.web.items import Author, handle_of, hashtags_in, is_by, posted_at_of

_COUNTS = {
    "view_count": "view_count",
    "like_count": "like_count",
    "comment_count": "comment_count",
    "share_count": "repost_count",
}


def is_entry_by(entry: Node, account: AccountRef) -> bool:
    """Whether an entry is certainly by this account."""
    return is_by(_author(entry), account)


def parse_entry(entry: Node) -> PostData:
    """The post that an entry of a list, or a page's result, shows."""
    entry.object()
    post_id = entry["id"].identifier()
    author = _author(entry)
    caption = entry["description"].text(default="")
    counts = {name: entry[key].count() for name, key in _COUNTS.items()}
    saves = entry["save_count"]
    # A post that was taken down is listed with zeros, and yt-dlp leaves out that it was.
    is_blank = not any(counts.values()) and not saves
    return PostData(
        post_id=post_id,
        account_id=author.account_id,
        author_handle=author.handle,
        posted_at=posted_at_of(entry["timestamp"], post_id),
        caption=caption,
        kind=None,
        duration_seconds=None if entry["duration"].absent else entry["duration"].count() or None,
        cover_url=next(filter(None, (cover.address() for cover in entry["covers"].items())), ""),
        hashtags=hashtags_in(caption),
        music_title=entry["track"].text(default=""),
        pinned=False,
        view_count=None if is_blank else counts["view_count"],
        like_count=None if is_blank else counts["like_count"],
        comment_count=None if is_blank else counts["comment_count"],
        share_count=None if is_blank else counts["share_count"],
        save_count=None if is_blank or saves.absent else saves.count(),
        source_rounds=True,
    )


def _author(entry: Node) -> Author:
    uploader = entry["uploader_id"]
    account_id = uploader.identifier() if uploader else None
    return Author(account_id, handle_of(entry["uploader"]), entry["channel_id"].text(default=""))

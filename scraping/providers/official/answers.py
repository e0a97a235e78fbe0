"""What the Display API answers: accounts, posts, and why there is neither."""

from scraping.grammar import GrammarError, PostReference, parse_post
from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers.http.transport import Answer
from scraping.providers.interface import AccountData, AccountRef, PostData, PostKind, PostPage
from scraping.providers.values import Node, parse_json
from scraping.providers.web.items import handle_of, hashtags_in, posted_at_of
from scraping.providers.web.pages import refused_page
from scraping.providers.web.statuses import require_ok

ACCOUNT_FIELDS = (
    "username",
    "display_name",
    "bio_description",
    "avatar_large_url",
    "is_verified",
    "follower_count",
    "following_count",
    "likes_count",
    "video_count",
)
POST_FIELDS = (
    "id",
    "create_time",
    "video_description",
    "share_url",
    "cover_image_url",
    "duration",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
)
_OK = "ok"
_NO_CONSENT = (Outcome.BLOCKED, Refusal.CONSENT)
# Error codes; what is not named here means by its status that we are refused, or that something is new to us.
_MEANINGS: dict[str, tuple[Outcome, Refusal | None]] = {
    "access_token_invalid": _NO_CONSENT,
    "scope_not_authorized": _NO_CONSENT,
    "rate_limit_exceeded": (Outcome.RATE_LIMITED, None),
    "internal_error": (Outcome.PROVIDER_DOWN, None),
    # Our own request no longer fits theirs: a matter for staff, not for the account.
    "invalid_params": (Outcome.SCHEMA_CHANGED, None),
    "scope_permission_missed": (Outcome.SCHEMA_CHANGED, None),
}


def document(answer: Answer) -> Node:
    """The JSON object in an answer of whatever status; a page in its place is a refusal."""
    if answer.body.lstrip()[:1] in {b"", b"<"}:
        raise refused_page(answer.body.decode("utf-8", "replace"))
    said = parse_json(answer.body, "").object()
    require_ok(said)
    return said


def data_of(answer: Answer) -> Node:
    """The `data` of an answer, or the failure that its `error` states."""
    said = document(answer)
    code = said["error"]["code"].text()
    if code == _OK:
        return said["data"].object()
    refused = (Outcome.BLOCKED, Refusal.STATUS) if 400 <= answer.status < 500 else (Outcome.SCHEMA_CHANGED, None)
    outcome, refusal = _MEANINGS.get(code, refused)
    path = said["error"]["code"].path if outcome is Outcome.SCHEMA_CHANGED else None
    raise ScrapeFailure(outcome, code, path=path, retry_after=answer.retry_after, refusal=refusal)


def account_of(data: Node, account: AccountRef) -> AccountData:
    """The account that allowed it. The API names neither its id nor its secUid: they are the caller's."""
    if account.account_id is None:
        raise ValueError("the API does not tell whose numbers it gives: the account's id must be known")
    user = data["user"].object()
    handle = handle_of(user["username"])
    if not handle:
        raise user["username"].changed("a handle")
    counts = {key: _count(user, key) for key in ("follower_count", "following_count", "likes_count", "video_count")}
    return AccountData(
        account_id=account.account_id,
        handle=handle,
        sec_uid=account.sec_uid,
        nickname=user["display_name"].text(default=""),
        bio=user["bio_description"].text(default=""),
        avatar_url=user["avatar_large_url"].address(),
        verified=user["is_verified"].flag(),
        private=False,
        follower_count=counts["follower_count"],
        following_count=counts["following_count"],
        total_likes=counts["likes_count"],
        video_count=counts["video_count"],
        source_rounds=False,
    )


def page_of(data: Node, account: AccountRef) -> PostPage:
    """A page of the account's posts, newest first; its cursor is a time in milliseconds."""
    more = data["has_more"]
    if data["videos"].absent and (more.absent or more.flag()):
        raise data["videos"].changed("a list")
    return PostPage(posts_of(data, account), str(data["cursor"].integer()) if more.flag() else None)


def posts_of(data: Node, account: AccountRef) -> tuple[PostData, ...]:
    """The posts in an answer."""
    return tuple(_post(video, account) for video in data["videos"].items())


def _post(video: Node, account: AccountRef) -> PostData:
    post_id = video.object()["id"].identifier()
    shared = _shared_as(video["share_url"])
    kind = _kind(video, shared)
    caption = video["video_description"].text(default="")
    return PostData(
        post_id=post_id,
        account_id=account.account_id,
        author_handle=(shared.handle if shared else None) or account.handle,
        posted_at=posted_at_of(video["create_time"], post_id),
        caption=caption,
        kind=kind,
        duration_seconds=None if kind is PostKind.PHOTO else _count(video, "duration") or None,
        cover_url=video["cover_image_url"].address(),
        hashtags=hashtags_in(caption),
        music_title="",
        pinned=False,
        view_count=_count(video, "view_count"),
        like_count=_count(video, "like_count"),
        comment_count=_count(video, "comment_count"),
        share_count=_count(video, "share_count"),
        # The API does not tell them.
        save_count=None,
        source_rounds=False,
    )


def _count(holder: Node, key: str) -> int | None:
    return None if holder[key].absent else holder[key].count()


def _shared_as(url: Node) -> PostReference | None:
    try:
        shared = parse_post(url.address())
    except GrammarError:
        return None
    return shared if isinstance(shared, PostReference) else None


def _kind(video: Node, shared: PostReference | None) -> PostKind | None:
    """A carousel is shared as a photo; what has a duration is a video; of anything else the API does not tell."""
    if shared is not None and shared.kind is PostKind.PHOTO:
        return PostKind.PHOTO
    return PostKind.VIDEO if _count(video, "duration") else None

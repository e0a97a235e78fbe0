"""What every provider delivers: plain values, no database. A provider does I/O and parsing and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scraping.outcomes import ScrapeFailure


class Capability(StrEnum):
    """What a provider can be asked for; the order of providers per capability is a setting."""

    PROFILE = "profile"
    LISTING = "listing"
    POSTS = "posts"
    COMMENTS = "comments"
    RESOLVE = "resolve"
    EXISTS = "exists"


class PostKind(StrEnum):
    """`photo` is a carousel; both count as posts."""

    VIDEO = "video"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class AccountRef:
    """Whom to read: by handle alone while the account is unknown, with its ids once it is known."""

    handle: str
    account_id: int | None = None
    sec_uid: str = ""


@dataclass(frozen=True, slots=True)
class AccountData:
    """One profile as TikTok shows it. Unknown numbers are None, never 0; `source_rounds`: counts may be rounded."""

    account_id: int
    handle: str
    sec_uid: str
    nickname: str
    bio: str
    avatar_url: str
    verified: bool
    private: bool
    follower_count: int | None
    following_count: int | None
    total_likes: int | None
    video_count: int | None
    source_rounds: bool


@dataclass(frozen=True, slots=True)
class PostData:
    """One post as a listing or its own page shows it. `posted_at` is UTC in whole seconds; unknown numbers are None.

    `kind` is None where the source does not tell videos from carousels; its `duration_seconds` is then a guess.
    """

    post_id: int
    account_id: int | None
    author_handle: str
    posted_at: datetime
    caption: str
    kind: PostKind | None
    duration_seconds: int | None
    cover_url: str
    hashtags: tuple[str, ...]
    music_title: str
    pinned: bool
    view_count: int | None
    like_count: int | None
    comment_count: int | None
    share_count: int | None
    save_count: int | None
    source_rounds: bool


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of a listing, newest first but for pins. `next_cursor` is None where the listing ends.

    Listings truncate at random: a post that is absent proves nothing.
    """

    posts: tuple[PostData, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CommentData:
    """One comment or reply under a post. `parent_id` is None at top level; `posted_at` is UTC in whole seconds."""

    comment_id: int
    post_id: int
    parent_id: int | None
    text: str
    posted_at: datetime
    like_count: int | None
    reply_count: int | None
    language: str
    author_id: int | None
    author_handle: str
    author_nickname: str


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of a post's comments; `total` is what the source says there are. `next_cursor` is None at the end."""

    comments: tuple[CommentData, ...]
    next_cursor: str | None
    total: int | None


class Incapable(NotImplementedError):
    """The provider was asked for something that is not among its capabilities: a mistake of the caller's."""


class Provider:
    """A source of TikTok data. Every method raises `ScrapeFailure` for anything that is not data.

    A provider defines the methods of its `capabilities`; the others raise `Incapable`.
    """

    name: str
    capabilities: frozenset[Capability]

    def fetch_profile(self, account: AccountRef) -> AccountData:
        """Read one profile by handle."""
        raise Incapable(self.name)

    def list_posts(self, account: AccountRef, cursor: str | None = None) -> PostPage:
        """Read one page of an account's posts; needs `sec_uid`."""
        raise Incapable(self.name)

    def fetch_posts(self, post_ids: Sequence[int]) -> Mapping[int, PostData | ScrapeFailure]:
        """Read single posts; each id gets its data or its own failure."""
        raise Incapable(self.name)

    def fetch_comments(self, post_id: int, cursor: str | None = None) -> CommentPage:
        """Read one page of a post's comments."""
        raise Incapable(self.name)

    def resolve_url(self, url: str) -> str:
        """Follow a short link to the URL it stands for, over allow-listed hosts only."""
        raise Incapable(self.name)

    def exists(self, url: str) -> bool:
        """Whether strangers are shown the account or post of this canonical address. False does not mean deleted:
        it may be private, or its owner may not allow it to be embedded."""
        raise Incapable(self.name)

    def close(self) -> None:
        """Give connections back."""


# The method behind each capability.
METHODS: Mapping[Capability, str] = {
    Capability.PROFILE: "fetch_profile",
    Capability.LISTING: "list_posts",
    Capability.POSTS: "fetch_posts",
    Capability.COMMENTS: "fetch_comments",
    Capability.RESOLVE: "resolve_url",
    Capability.EXISTS: "exists",
}

"""The world as it stands now: what was drawn, with the changes made from outside, at the clock's present."""

from dataclasses import dataclass

from scraping.simulator.cast import RENAMED_AT
from scraping.simulator.changes import POST_STATES, Changes
from scraping.simulator.clock import Clock
from scraping.simulator.codes import Status
from scraping.simulator.world import MOST_ACCOUNTS, Account, Post, World

MOST_PINS = 3


@dataclass(frozen=True, slots=True)
class Profile:
    """An account at one instant; counts are exact."""

    account: Account
    at: int
    handle: str
    private: bool
    banned: bool
    renamed_at: int
    followers: int
    following: int
    total_likes: int
    video_count: int

    @property
    def state(self) -> str:
        """ok, private or banned."""
        return "banned" if self.banned else "private" if self.private else "ok"


class Stage:
    """Answers every question about the present."""

    def __init__(self, world: World, clock: Clock, changes: Changes) -> None:
        self.world = world
        self.clock = clock
        self.changes = changes

    def find_account(self, handle: str, at: int) -> Account | None:
        """Who bears a handle."""
        index = self.changes.bearer(handle, at)
        if index is None:
            index = self.world.index_of(handle, at)
            if index is not None and self.changes.handle(index, at) not in (None, handle):
                index = None
        return None if index is None else self.world.account(index)

    def find_account_by_sec_uid(self, sec_uid: str) -> Account | None:
        """Whose secUid this is."""
        index = self.world.index_of_sec_uid(sec_uid)
        return None if index is None else self.world.account(index)

    def handle(self, account: Account, at: int) -> str:
        """An account's handle."""
        return self.changes.handle(account.index, at) or self.world.handle(account.index, at)

    def is_private(self, account: Account, at: int) -> bool:
        """Whether strangers see none of its posts."""
        return self.changes.flag(account.index, "private", at, account.member.quirks.private)

    def is_banned(self, account: Account, at: int) -> bool:
        """Whether TikTok has banned it."""
        return self.changes.flag(account.index, "banned", at, account.member.quirks.banned)

    def profile(self, account: Account, at: int) -> Profile:
        """The account with its numbers."""
        return Profile(
            account=account,
            at=at,
            handle=self.handle(account, at),
            private=self.is_private(account, at),
            banned=self.is_banned(account, at),
            renamed_at=self._renamed_at(account, at),
            followers=account.followers(at),
            following=account.following(at),
            total_likes=account.total_likes(at),
            video_count=self._video_count(account, at),
        )

    def post_status(self, post: Post, at: int) -> Status:
        """What the post's own page says about it."""
        state = self.changes.post_state(post.post_id, at)
        if self.is_banned(post.author, at) or post.posted_at > at or post.deleted(at):
            return Status.NO_SUCH_POST
        if self.is_private(post.author, at):
            return Status.PRIVATE_ACCOUNT
        return POST_STATES[state] if state else Status.OK

    def taken_down(self, post: Post, at: int) -> bool:
        """Whether the post is still answered, but with zeros for numbers."""
        return self.changes.post_state(post.post_id, at) == "taken_down"

    def listed(self, post: Post, at: int) -> bool:
        """Whether the account's listing shows the post."""
        return self.changes.post_state(post.post_id, at) in (None, "taken_down") and not post.deleted(at)

    def pins(self, account: Account, at: int) -> list[Post]:
        """The pinned posts that are shown, newest first, at most three."""
        chosen = self.changes.pins(account.index, at)
        if chosen is None:
            posts = [account.post(slot) for slot in account.pinned_slots()]
        else:
            found = (self.world.find_post(post_id) for post_id in chosen)
            posts = [post for post in found if post and post.author is account]
        shown = [post for post in posts if post.posted_at <= at and self.listed(post, at)]
        return sorted(shown, key=lambda post: post.posted_at, reverse=True)[:MOST_PINS]

    def _video_count(self, account: Account, at: int) -> int:
        hidden = 0
        for post_id in self.changes.changed_posts(account.index, at):
            post = self.world.find_post(post_id)
            hidden += bool(post and post.posted_at <= at and not self.listed(post, at) and not post.deleted(at))
        return account.schedule.count(at) - account.deleted_count(at) - hidden

    def _renamed_at(self, account: Account, at: int) -> int:
        given = self.changes.renamed_at(account.index, at)
        if given >= 0:
            return given
        drawn = account.index >= MOST_ACCOUNTS and self.world.handle(account.index, at) != account.member.handle
        return RENAMED_AT if drawn else 0

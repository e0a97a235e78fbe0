"""What tests change in the world: each change holds from the instant at which it was made.

A clock moved back before a change shows the world without it, so a test can replay a stretch of time.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraping.simulator.codes import Status

POST_STATES = {
    "deleted": Status.NO_SUCH_POST,
    "private": Status.POST_PRIVATE,
    "in_review": Status.POST_IN_REVIEW,
    "region": Status.REGION_LOCKED,
    "age": Status.AGE_LIMITED,
    "taken_down": Status.OK,
}


@dataclass(slots=True)
class Timeline:
    """One setting's values over time; None before the first and wherever it was taken back."""

    _entries: list[tuple[int, object]] = field(default_factory=list)

    def put(self, since: int, value: object) -> None:
        """Let a value hold from an instant on, until the next later one."""
        self._entries.append((since, value))
        self._entries.sort(key=lambda entry: entry[0])

    def at(self, instant: int) -> object:
        """The value that holds at an instant."""
        return next((value for since, value in reversed(self._entries) if since <= instant), None)

    def since(self, instant: int) -> int:
        """When the value that holds at an instant began to hold; -1 where none does."""
        return next((since for since, _ in reversed(self._entries) if since <= instant), -1)


class Changes:
    """Every change, by account number and setting, and by post id."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[int, str], Timeline] = defaultdict(Timeline)
        self._posts: dict[int, Timeline] = defaultdict(Timeline)
        self._posts_of: dict[int, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)

    def set_flag(self, index: int, flag: str, since: int, value: bool | None) -> None:
        """`private`, `banned` or `repeat`; None gives back what the world says by itself."""
        self._accounts[index, flag].put(since, value)

    def flag(self, index: int, flag: str, at: int, otherwise: bool) -> bool:
        """A flag's value at an instant."""
        value = self._accounts[index, flag].at(at) if (index, flag) in self._accounts else None
        return value if isinstance(value, bool) else otherwise

    def set_truncation(self, index: int, since: int, posts: int | None) -> None:
        """Let an account's listing end after this many posts."""
        self._accounts[index, "truncate"].put(since, posts)

    def truncation(self, index: int, at: int) -> int | None:
        """After how many posts an account's listing ends; None = where it really ends."""
        value = self._accounts[index, "truncate"].at(at) if (index, "truncate") in self._accounts else None
        return value if isinstance(value, int) else None

    def set_pins(self, index: int, since: int, post_ids: tuple[int, ...] | None) -> None:
        """Pin exactly these posts, at most three."""
        self._accounts[index, "pinned"].put(since, post_ids)

    def pins(self, index: int, at: int) -> tuple[int, ...] | None:
        """The pinned posts' ids; None = those that the world pins by itself."""
        value = self._accounts[index, "pinned"].at(at) if (index, "pinned") in self._accounts else None
        return value if isinstance(value, tuple) else None

    def rename(self, index: int, since: int, handle: str) -> None:
        """Give an account a handle; whoever bore it before is no longer found under it."""
        self._accounts[index, "handle"].put(since, handle)
        self._names[handle].add(index)

    def handle(self, index: int, at: int) -> str | None:
        """The handle an account was given, if it was renamed by `at`."""
        value = self._accounts[index, "handle"].at(at) if (index, "handle") in self._accounts else None
        return value if isinstance(value, str) else None

    def renamed_at(self, index: int, at: int) -> int:
        """When the handle that holds at `at` was given; -1 where none was."""
        return self._accounts[index, "handle"].since(at) if (index, "handle") in self._accounts else -1

    def bearer(self, handle: str, at: int) -> int | None:
        """Who was given this handle last and still bears it at `at`."""
        bearers = [index for index in self._names.get(handle, ()) if self.handle(index, at) == handle]
        return max(bearers, key=lambda index: self.renamed_at(index, at), default=None)

    def set_post(self, index: int, post_id: int, since: int, state: str | None) -> None:
        """One of POST_STATES, or None to bring the post back."""
        self._posts[post_id].put(since, state)
        self._posts_of[index].add(post_id)

    def post_state(self, post_id: int, at: int) -> str | None:
        """A post's state; None = shown as usual."""
        value = self._posts[post_id].at(at) if post_id in self._posts else None
        return value if isinstance(value, str) else None

    def changed_posts(self, index: int, at: int) -> Iterator[int]:
        """Ids of an account's posts that are not shown as usual."""
        return (post_id for post_id in self._posts_of.get(index, ()) if self.post_state(post_id, at) is not None)

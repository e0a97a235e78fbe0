"""What the control API accepts, checked before anything is changed."""

import re
from dataclasses import dataclass, field
from typing import Any

from scraping.simulator.changes import POST_STATES
from scraping.simulator.faults import Fault, PlannedFault, Source, Target
from scraping.simulator.stage import MOST_PINS, Stage
from scraping.simulator.world import Account

Json = dict[str, Any]

_HANDLE = re.compile(r"[a-z0-9_.]{1,23}[a-z0-9_]")
_FLAGS = ("private", "banned", "repeat")


class ControlError(ValueError):
    """The request cannot be carried out; the text says why."""


def _require(condition: bool, why: str) -> None:
    if not condition:
        raise ControlError(why)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _known_keys(body: Json, keys: set[str]) -> None:
    unknown = sorted(set(body) - keys)
    _require(not unknown, f"unknown: {', '.join(unknown)}")


def read_fault(body: Json) -> PlannedFault:
    """A fault from its JSON. Raises ControlError."""
    _known_keys(body, {"fault", "on", "handle", "times", "retry_after", "seconds", "share", "source"})
    try:
        fault, target = Fault(body.get("fault", "")), Target(body.get("on", "*"))
        source = Source(body.get("source", "web"))
    except ValueError as error:
        raise ControlError(str(error)) from error
    handle, times, retry_after = body.get("handle"), body.get("times"), body.get("retry_after", 30)
    seconds, share = body.get("seconds", 30.0), body.get("share", 1.0)
    _require(handle is None or isinstance(handle, str), "handle: expected a text")
    _require(times is None or _is_whole(times, 1), "times: expected a number from 1")
    _require(_is_whole(retry_after, 0), "retry_after: expected whole seconds")
    _require(isinstance(seconds, (int, float)) and 0 <= seconds <= 600, "seconds: expected 0 to 600")
    _require(isinstance(share, (int, float)) and 0 < share <= 1, "share: expected more than 0, at most 1")
    named = handle.lower() if handle else None
    return PlannedFault(fault, target, named, times, retry_after, float(seconds), float(share), source)


@dataclass(slots=True)
class AccountChange:
    """What is to change about one account; null takes a change back.

    `private`, `banned`; `repeat`: every listing page is page 1; `rename`: the new handle; `truncate`: its listing
    ends after so many posts; `pinned`: ids of the pinned posts; `posts`: id -> one of POST_STATES.
    """

    flags: dict[str, bool | None] = field(default_factory=dict)
    rename: str | None = None
    settings: Json = field(default_factory=dict)
    posts: dict[int, str | None] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> "AccountChange":
        """From its JSON. Raises ControlError."""
        _known_keys(body, {*_FLAGS, "rename", "truncate", "pinned", "posts"})
        _require(bool(body), "nothing to change")
        flags = {flag: body[flag] for flag in _FLAGS if flag in body}
        for flag, value in flags.items():
            _require(value is None or isinstance(value, bool), f"{flag}: expected true, false or null")
        rename, truncate = body.get("rename"), body.get("truncate")
        _require(rename is None or bool(isinstance(rename, str) and _HANDLE.fullmatch(rename)), "rename: not a handle")
        _require(truncate is None or _is_whole(truncate, 0), "truncate: expected a number from 0")
        settings: Json = {"truncate": truncate} if "truncate" in body else {}
        if "pinned" in body:
            settings["pinned"] = _read_pins(body["pinned"])
        return cls(flags, rename, settings, _read_posts(body.get("posts", {})))

    def apply(self, stage: Stage, account: Account, at: int) -> None:
        """Let it hold from `at` on. Raises ControlError, before anything has changed."""
        self._check(stage, account, at)
        index, changes = account.index, stage.changes
        for flag, value in self.flags.items():
            changes.set_flag(index, flag, at, value)
        if self.rename:
            changes.rename(index, at, self.rename)
        if "truncate" in self.settings:
            changes.set_truncation(index, at, self.settings["truncate"])
        if "pinned" in self.settings:
            changes.set_pins(index, at, self.settings["pinned"])
        for post_id, state in self.posts.items():
            changes.set_post(index, post_id, at, state)

    def _check(self, stage: Stage, account: Account, at: int) -> None:
        if self.rename:
            bearer = stage.find_account(self.rename, at)
            _require(bearer in (None, account), f"rename: @{self.rename} is taken")
        for post_id in (*self.posts, *(self.settings.get("pinned") or ())):
            post = stage.world.find_post(post_id)
            _require(post is not None and post.author is account, f"{post_id} is not a post of this account")


def _read_pins(pins: object) -> tuple[int, ...] | None:
    if pins is None:
        return None
    _require(isinstance(pins, list) and len(pins) <= MOST_PINS, f"pinned: expected up to {MOST_PINS} ids")
    return tuple(_read_id(pin) for pin in pins) if isinstance(pins, list) else None


def _read_posts(posts: object) -> dict[int, str | None]:
    if not isinstance(posts, dict):
        raise ControlError("posts: expected an object of ids and states")
    _require(
        all(state is None or state in POST_STATES for state in posts.values()),
        f"posts: a state is null or one of {', '.join(POST_STATES)}",
    )
    return {_read_id(post_id): state for post_id, state in posts.items()}


def _read_id(text: object) -> int:
    _require(isinstance(text, str) and text.isascii() and text.isdigit(), f"not an id: {text!r}")
    return int(str(text))

"""The simulated world: every account and post, found by handle, secUid or id, as a pure function of the seed."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b

from scraping.simulator.captions import Content, content
from scraping.simulator.cast import DEMO, RENAMED_AT, SPECIAL, Member, Quirks
from scraping.simulator.chance import Dice, account_key
from scraping.simulator.clock import parse_instant
from scraping.simulator.growth import SETTLED_AGE, Ceiling, Curve, ceiling, followers, giant_ceiling, post_dice
from scraping.simulator.schedule import DAY, Schedule
from scraping.simulator.topics import TOPIC_NAMES

DEFAULT_SEED = 7
DEFAULT_ACCOUNTS = 1_000_000
MOST_ACCOUNTS = 1 << 23  # numbered accounts stay below; the cast follows from here on
LOST_EVERY = 5
PINNED_FROM_FIRST = 60
DELETED_AFTER = 10 * DAY
FIRST_DAY = parse_instant("2024-03-01T00:00:00Z")
_ACCOUNT_PURPOSE, _CROWD_PURPOSE = 7, 8
_SEC_UID_PREFIX = "MS4wLjABAAAA"
_KEPT_ACCOUNTS = 512  # in memory at once; each holds what has been drawn of its posts


class Post:
    """One post: what never changes, and the curve its numbers follow."""

    def __init__(self, author: "Account", slot: int, posted_at: int, curve: Curve) -> None:
        self.author = author
        self.slot = slot
        self.posted_at = posted_at
        self.curve = curve

    @cached_property
    def post_id(self) -> int:
        """Its id; the upper half is the second of posting."""
        return self.author.post_id(self.posted_at)

    @cached_property
    def content(self) -> Content:
        """What it says and shows."""
        return content(self.author.key, self.slot, self.author.member.topic, self.author.photo_share)

    def deleted(self, at: int) -> bool:
        """Whether its author's habit of deleting has taken it away by `at`."""
        habit = self.author.member.quirks.loses_posts
        return habit and self.slot % LOST_EVERY == 0 and at >= self.posted_at + DELETED_AFTER


@dataclass(slots=True)
class Account:
    """One account: what never changes, and a memory of the posts that were drawn so far."""

    index: int
    key: int
    member: Member
    account_id: int
    sec_uid: str
    created_at: int
    schedule: Schedule
    photo_share: float
    _posts: dict[int, Post] = field(default_factory=dict)
    _settled_likes: list[int] = field(default_factory=lambda: [0])
    _pinned_slots: list[int] | None = None

    def post(self, slot: int) -> Post:
        """The post of a slot, whether or not it has appeared yet."""
        found = self._posts.get(slot)
        if found is None:
            second = self.schedule.second(slot)
            dice = post_dice(self.key, slot)
            found = self._posts[slot] = Post(self, slot, second, Curve(second, self._ceiling(slot, dice), dice))
        return found

    def post_id(self, second: int) -> int:
        """The id of the post that appears at `second`: its upper half is that second, then comes the account."""
        return second << 32 | self.index << 8 | (self.key ^ second * 0x9E3779B1) >> 7 & 0xFF

    def newest(self, until: int) -> Iterator[Post]:
        """Its posts up to and including `until`, newest first, deleted ones as well."""
        return (self.post(slot) for _, slot in self.schedule.newest(until))

    def between(self, after: int, until: int) -> list[Post]:
        """Its posts in (after, until], newest first, deleted ones as well."""
        return [self.post(slot) for _, slot in self.schedule.between(after, until)]

    def deleted_count(self, at: int) -> int:
        """How many posts its habit of deleting has taken away by `at`."""
        if not self.member.quirks.loses_posts:
            return 0
        return sum(1 for _, slot in self.schedule.between(0, at - DELETED_AFTER) if slot % LOST_EVERY == 0)

    def total_likes(self, at: int) -> int:
        """Likes its posts have received by `at`, those of deleted posts included."""
        settled = self.schedule.settled_slots(at - SETTLED_AGE)
        likes = self._settled_likes
        for slot in range(len(likes) - 1, settled):
            likes.append(likes[-1] + self._ceiling(slot, post_dice(self.key, slot)).likes)
        return likes[settled] + sum(self.post(slot).curve.likes(at) for slot in self.schedule.slots_after(settled, at))

    def pinned_slots(self) -> list[int]:
        """The slots of the posts it pins: of its first ones those that end up with the most views."""
        if self._pinned_slots is None:
            early = range(PINNED_FROM_FIRST if self.member.quirks.pins else 0)
            best = sorted(early, key=lambda slot: self._ceiling(slot, post_dice(self.key, slot)).views, reverse=True)
            self._pinned_slots = best[: self.member.quirks.pins]
        return self._pinned_slots

    def followers(self, at: int) -> int:
        """Exact followers at an instant."""
        return followers(self.key, self.member.followers, at)

    def following(self, at: int) -> int:
        """Exact number of accounts it follows: one more now and then."""
        return 12 + self.key % 700 + max(0, at - self.created_at) // (40 * DAY)

    def _ceiling(self, slot: int, dice: Dice) -> Ceiling:
        if slot == self.member.quirks.giant_slot:
            return giant_ceiling()
        established = min(1.0, slot * self.schedule.period / (730 * DAY))
        return ceiling(dice, self.member.reach * (0.45 + 0.55 * established))


class World:
    """Finds accounts and posts. Knows nothing of the present: every question about a moment names it."""

    def __init__(self, seed: int = DEFAULT_SEED, accounts: int = DEFAULT_ACCOUNTS) -> None:
        self.seed = seed
        self.accounts = min(accounts, MOST_ACCOUNTS - 1)
        self.members = DEMO + SPECIAL
        self._index_of = {member.handle: MOST_ACCOUNTS + place for place, member in enumerate(self.members)}
        self._renamed = {
            member.quirks.renames_to: self._index_of[member.handle]
            for member in self.members
            if member.quirks.renames_to
        }
        self.account = lru_cache(maxsize=_KEPT_ACCOUNTS)(self._account)

    def index_of(self, handle: str, at: int) -> int | None:
        """Who bears this handle at an instant, before any change made from outside."""
        index = self._index_of.get(handle, self._renamed.get(handle))
        if index is None:
            return self._numbered(handle)
        return index if self.handle(index, at) == handle else None

    def handle(self, index: int, at: int) -> str:
        """An account's handle at an instant, before any change made from outside."""
        if index < MOST_ACCOUNTS:
            return f"sim.{index:06d}"
        member = self.members[index - MOST_ACCOUNTS]
        renamed = member.quirks.renames_to
        return renamed if renamed and at >= RENAMED_AT else member.handle

    def index_of_sec_uid(self, sec_uid: str) -> int | None:
        """Whose secUid this is."""
        body = sec_uid.removeprefix(_SEC_UID_PREFIX)
        try:
            raw = base64.urlsafe_b64decode(body)
        except ValueError:
            return None
        index = int.from_bytes(raw[:4], "big")
        return index if self.exists(index) and self._sec_uid(index) == sec_uid else None

    def find_post(self, post_id: int) -> Post | None:
        """The post of an id, whether or not it has appeared yet."""
        second, index = post_id >> 32, post_id >> 8 & 0xFFFFFF
        if not self.exists(index):
            return None
        account = self.account(index)
        if account.post_id(second) != post_id:
            return None
        slot = account.schedule.slot_at(second)
        return None if slot is None else account.post(slot)

    def exists(self, index: int) -> bool:
        """Whether there is an account with this number."""
        return 1 <= index <= self.accounts or 0 <= index - MOST_ACCOUNTS < len(self.members)

    def group(self, index: int) -> str:
        """Which part of the world an account belongs to: demo, special or crowd."""
        if index < MOST_ACCOUNTS:
            return "crowd"
        return "demo" if index < MOST_ACCOUNTS + len(DEMO) else "special"

    def _numbered(self, handle: str) -> int | None:
        number = handle.removeprefix("sim.")
        if number == handle or not number.isascii() or not number.isdigit():
            return None
        index = int(number)
        return index if 1 <= index <= self.accounts and self.handle(index, 0) == handle else None

    def _sec_uid(self, index: int) -> str:
        start = index.to_bytes(4, "big")
        rest = blake2b(start + self.seed.to_bytes(8, "big", signed=True), digest_size=44).digest()
        return _SEC_UID_PREFIX + base64.urlsafe_b64encode(start + rest).decode()

    def _account(self, index: int) -> Account:
        key = account_key(self.seed, index)
        dice = Dice(key, 0, _ACCOUNT_PURPOSE)
        named = index >= MOST_ACCOUNTS
        member = self.members[index - MOST_ACCOUNTS] if named else _drawn_member(key, index)
        origin = FIRST_DAY + int(dice.between(0, 0, 365 if named else 700) * DAY)
        created_at = origin - int(dice.between(1, 3, 200) * DAY)
        photo_share = member.quirks.photo_share
        return Account(
            index=index,
            key=key,
            member=member,
            account_id=created_at << 32 | index << 8 | dice.number(2, 256),
            sec_uid=self._sec_uid(index),
            created_at=created_at,
            schedule=Schedule(key, origin, _period(member), dice.number(3, 6)),
            photo_share=dice.between(4, 0, 0.15) if photo_share is None else photo_share,
        )


def _period(member: Member) -> int:
    return 0 if member.quirks.never_posts else int(90 * DAY / member.posts_per_90_days)


def _drawn_member(key: int, index: int) -> Member:
    """An account of the crowd: mostly small, a few large; one in 400 private, one in 1,000 banned."""
    dice = Dice(key, 0, _CROWD_PURPOSE)
    audience = int(min(30_000_000, dice.log_normal(0, 9_000, 1.6)))
    state = dice.number(1, 2_000)
    return Member(
        handle=f"sim.{index:06d}",
        nickname=f"Sim {index}",
        bio=f"simulated creator no. {index}",
        topic=dice.pick(2, TOPIC_NAMES),
        posts_per_90_days=min(300.0, dice.log_normal(3, 22, 0.8)),
        followers=audience,
        reach=int(audience * dice.between(4, 0.05, 0.3)) + 40,
        verified=dice.fraction(5) < 0.01,
        quirks=Quirks(private=state < 5, banned=state in (5, 6)),
    )

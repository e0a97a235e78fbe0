"""What the schedule of an account must know of its single posts: an upper app announces how to find out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class SinglePosts:
    """Posts of one account that are wanted whoever tracks the account, by which organizations; and those that nobody
    wants to be read any more."""

    wanted: frozenset[int] = field(default=frozenset())
    orgs: tuple[Organization, ...] = field(default=())
    unwanted: frozenset[int] = field(default=frozenset())


_finders: list[Callable[[int], SinglePosts]] = []


def finds_single_posts(find: Callable[[int], SinglePosts]) -> None:
    """Register how single posts of an account are found, over all organizations; call it in AppConfig.ready()."""
    _finders.append(find)


def single_posts_of(account_id: int) -> SinglePosts:
    """What is wanted of an account's posts one by one; in the platform's scope."""
    found = [find(account_id) for find in _finders]
    return SinglePosts(
        frozenset().union(*(one.wanted for one in found)),
        tuple(org for one in found for org in one.orgs),
        frozenset().union(*(one.unwanted for one in found)),
    )

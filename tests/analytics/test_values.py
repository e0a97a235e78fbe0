"""The SQL behind every number, held to the definition in oracle.py to the integer, over generated histories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from analytics.members import Members, Tracked
from analytics.values import ACCOUNT_COUNTERS, NEVER, POST_COUNTERS, Values, account_values, edges_of, post_values
from tests.analytics import oracle
from tests.analytics.conftest import add_account_snapshots, add_post_snapshots
from tests.analytics.oracle import SEEN_EARLY_SECONDS, History

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
ZERO = datetime(2026, 11, 1, tzinfo=UTC)
HOUR, DAY = 3_600, 86_400
generated = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Undone = Callable[[], Any]


@dataclass(frozen=True)
class Edge:
    """The sum of value(edge) over a set; None if no member was ever observed."""

    at: datetime
    value: int | None
    is_known: bool


@dataclass(frozen=True)
class Sums:
    edges: tuple[Edge, ...]
    baselines: tuple[datetime, ...]


def post_sums(posts: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    return sums_of(post_values, posts, counter, edges)


def account_sums(accounts: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    return sums_of(account_values, accounts, counter, edges)


def sums_of(read: Callable[..., Values], members: Sequence[Tracked], counter: str, edges: Sequence[datetime]) -> Sums:
    asked = [int(edge.timestamp()) for edge in edges]
    values = read(Members.of(members), counter, edges_of(asked))
    observed = values.known_from < NEVER
    totals = dict(zip(edges_of(asked).tolist(), values.at.sum(axis=0).tolist(), strict=True))
    known = [bool((values.known_from < at).any()) for at in asked]
    baselines = sorted(at for at in values.baseline.tolist() if at < NEVER)
    return Sums(
        tuple(
            Edge(edge, totals[at] if observed.any() else None, is_known)
            for edge, at, is_known in zip(edges, asked, known, strict=True)
        ),
        tuple(moment(at - int(ZERO.timestamp())) for at in baselines),
    )


def moment(seconds: int) -> datetime:
    return ZERO + timedelta(seconds=seconds)


# Times cluster around the instants at which the definition changes its mind, and repeat.
near = st.sampled_from([0, 1, HOUR, DAY, SEEN_EARLY_SECONDS, 7 * DAY, 40 * DAY])
times = st.builds(lambda base, step: base + step, near, st.sampled_from([-1, 0, 1, 7, 1_800])) | st.integers(
    -3 * DAY, 60 * DAY
)
counts = st.none() | st.integers(0, 12) | st.integers(0, 10**6) | st.integers(10**9, 5 * 10**10)


@st.composite
def histories(draw: st.DrawFn, *, posted: st.SearchStrategy[int | None]) -> History:
    """A history of up to eight observations, some of them somebody else's, before or after the posting."""
    snapshots = draw(st.dictionaries(times, counts, max_size=8))
    return History(draw(st.just(-10 * DAY) | times), draw(posted), tuple(snapshots.items()))


sets_of_posts = st.lists(histories(posted=times), max_size=4)
sets_of_accounts = st.lists(histories(posted=st.none()), max_size=3)
edges_of_ranges = st.lists(times, min_size=2, max_size=12, unique=True).map(sorted)


def store(members: Sequence[History], add: Callable[..., None], counter: str) -> list[Tracked]:
    """Write the histories' snapshots; how the application asks for them."""
    tracked = []
    for number, history in enumerate(members, start=1):
        add(number, counter, {moment(at): count for at, count in history.snapshots})
        posted_at = None if history.posted_at is None else moment(history.posted_at)
        tracked.append(Tracked(number, moment(history.since), posted_at))
    return tracked


def expected(members: Sequence[History], edges: Sequence[int]) -> Sums:
    return Sums(
        tuple(Edge(moment(at), oracle.total(members, at), oracle.is_known(members, at)) for at in edges),
        tuple(moment(at) for at in oracle.baselines(members)),
    )


@generated
@given(members=sets_of_posts, edges=edges_of_ranges)
def test_posts_have_the_defined_values(undone: Undone, members: list[History], edges: list[int]) -> None:
    event(f"{len(oracle.baselines(members))} baselines")
    with undone():
        posts = store(members, add_post_snapshots, "view_count")
        assert post_sums(posts, "view_count", [moment(at) for at in edges]) == expected(members, edges)


@generated
@given(members=sets_of_accounts, edges=edges_of_ranges)
def test_accounts_have_the_defined_values_with_a_baseline_always(
    undone: Undone, members: list[History], edges: list[int]
) -> None:
    with undone():
        accounts = store(members, add_account_snapshots, "follower_count")
        assert account_sums(accounts, "follower_count", [moment(at) for at in edges]) == expected(members, edges)


@generated
@given(members=st.lists(histories(posted=times), min_size=1, max_size=4), edges=edges_of_ranges)
def test_the_sum_over_posts_is_the_whole_to_the_integer(
    undone: Undone, members: list[History], edges: list[int]
) -> None:
    asked = [moment(at) for at in edges]
    with undone():
        posts = store(members, add_post_snapshots, "like_count")
        whole = post_sums(posts, "like_count", asked)
        single = [post_sums([post], "like_count", asked) for post in posts]
    for number, edge in enumerate(whole.edges):
        parts = [sums.edges[number] for sums in single]
        values = [part.value for part in parts if part.value is not None]
        assert edge.value == (sum(values) if values else None)
        assert edge.is_known == any(part.is_known for part in parts)
    assert list(whole.baselines) == sorted(at for sums in single for at in sums.baselines)


@generated
@given(members=sets_of_posts, edges=edges_of_ranges)
def test_a_value_does_not_depend_on_which_other_edges_are_asked_for(
    undone: Undone, members: list[History], edges: list[int]
) -> None:
    asked = [moment(at) for at in edges]
    with undone():
        posts = store(members, add_post_snapshots, "view_count")
        together = post_sums(posts, "view_count", asked)
        shuffled = post_sums(posts, "view_count", [*asked[::-1], *asked])
        alone = [post_sums(posts, "view_count", [at]).edges[0] for at in asked[:3]]
    assert alone == list(together.edges[:3])
    assert shuffled.edges == together.edges[::-1] + together.edges


def values_of(history: History, *at: int) -> list[int | None]:
    """One post's values in SQL, after making sure that the oracle says the same."""
    sums = post_sums(
        store([history], add_post_snapshots, "view_count"), "view_count", [moment(second) for second in at]
    )
    assert sums == expected([history], at)
    return [edge.value for edge in sums.edges]


def test_a_post_seen_within_48_hours_began_at_zero() -> None:
    history = History(0, 0, ((SEEN_EARLY_SECONDS, 4_800),))
    assert values_of(history, -1, 0, HOUR, DAY, SEEN_EARLY_SECONDS) == [0, 0, 100, 2_400, 4_800]


def test_a_post_seen_one_second_later_has_a_baseline() -> None:
    history = History(0, 0, ((SEEN_EARLY_SECONDS + 1, 4_800),))
    assert values_of(history, -1, 0, DAY, SEEN_EARLY_SECONDS, SEEN_EARLY_SECONDS + 1) == [4_800] * 5


def test_a_snapshot_not_later_than_the_posting_stands_for_it() -> None:
    assert values_of(History(-DAY, 0, ((-10, 50), (90, 150))), -11, -10, 40, 90) == [0, 50, 100, 150]


def test_a_snapshot_in_the_second_of_the_posting_stands_for_it() -> None:
    assert values_of(History(-DAY, 0, ((0, 50), (100, 150))), -1, 0, 50) == [0, 50, 100]


def test_values_are_linear_between_snapshots_and_flat_after_the_last() -> None:
    history = History(0, 0, ((HOUR, 10), (2 * HOUR, 20)))
    assert values_of(history, HOUR, HOUR + 1_800, 2 * HOUR, 90 * DAY) == [10, 15, 20, 20]


@pytest.mark.parametrize(("after", "values"), [(13, [10, 11, 12, 13]), (7, [10, 9, 8, 7]), (9, [10, 9, 9, 9])])
def test_values_are_rounded_toward_minus_infinity(after: int, values: list[int]) -> None:
    assert values_of(History(0, 0, ((HOUR, 10), (HOUR + 3, after))), *range(HOUR, HOUR + 4)) == values


@pytest.mark.parametrize(("rise", "value"), [(1, -1_000_001), (-1, -1_000_000)])
def test_large_values_close_to_a_whole_number_are_rounded_down_exactly(rise: int, value: int) -> None:
    gap = 60 * DAY
    views = gap * 1_000_000 + rise
    assert values_of(History(0, 0, ((0, 0), (gap, views))), gap - 1) == [views + value]


def test_a_large_loss_is_rounded_down_exactly() -> None:
    gap = 60 * DAY
    views = gap * 1_000_000 - 1
    assert values_of(History(0, 0, ((0, views), (gap, 0))), 1, gap - 1) == [views - 1_000_000, 999_999]


def test_what_others_saw_before_the_organization_began_never_counts() -> None:
    history = History(5 * DAY, 0, ((HOUR, 10), (4 * DAY, 400), (6 * DAY, 600), (7 * DAY, 700)))
    assert values_of(history, HOUR, 5 * DAY, 6 * DAY, 6 * DAY + DAY // 2) == [600, 600, 600, 650]


def test_an_unknown_count_between_two_known_ones_is_as_if_not_observed() -> None:
    history = History(0, 0, ((0, 0), (100, None), (200, 20)))
    assert values_of(history, 100) == [10]


def test_a_counter_that_was_never_known_has_no_value() -> None:
    history = History(0, 0, ((0, None), (100, None)))
    assert values_of(history, 50, 200) == [None, None]


def test_a_set_without_members_has_no_value_and_no_baseline() -> None:
    assert post_sums([], "view_count", [ZERO]) == Sums((Edge(ZERO, None, False),), ())


@pytest.mark.parametrize("counter", POST_COUNTERS)
def test_every_counter_of_posts_is_read_from_its_own_column(counter: str) -> None:
    add_post_snapshots(1, counter, {ZERO: 5})
    found = {name: post_sums([Tracked(1, ZERO)], name, [ZERO]).edges[0].value for name in POST_COUNTERS}
    assert found == dict.fromkeys(POST_COUNTERS) | {counter: 5}


@pytest.mark.parametrize("counter", ACCOUNT_COUNTERS)
def test_every_counter_of_accounts_is_read_from_its_own_column(counter: str) -> None:
    add_account_snapshots(1, counter, {ZERO: 5})
    found = {name: account_sums([Tracked(1, ZERO)], name, [ZERO]).edges[0].value for name in ACCOUNT_COUNTERS}
    assert found == dict.fromkeys(ACCOUNT_COUNTERS) | {counter: 5}


def test_no_other_column_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="follower_count"):
        post_values(Members.of([]), "follower_count", edges_of([0]))
    with pytest.raises(ValueError, match="view_count"):
        account_values(Members.of([]), "view_count", edges_of([0]))

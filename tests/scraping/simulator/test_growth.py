from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scraping.simulator.growth import SETTLED_AGE, Ceiling, Counters, Curve, followers, post_dice
from scraping.simulator.schedule import DAY, Schedule
from scraping.simulator.world import MOST_ACCOUNTS, World

START = 1_760_000_000
keys = st.integers(0, 2**64 - 1)
ages = st.integers(0, SETTLED_AGE + 50 * DAY)
periods = st.integers(DAY // 5, 20 * DAY)


def curve(key: int, purged_share: float = 0.0) -> Curve:
    return Curve(START, Ceiling(2_500_000.0, purged_share, 0.08), post_dice(key, 3))


@given(keys, ages, ages)
def test_without_a_purge_no_counter_ever_falls_and_none_passes_its_end(key: int, one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    before, after = curve(key).counters(START + earlier), curve(key).counters(START + later)
    end = curve(key).counters(START + SETTLED_AGE)
    for name in Counters.__slots__:
        assert getattr(before, name) <= getattr(after, name) <= getattr(end, name)


@given(keys, st.integers(-400 * DAY, 0))
def test_a_post_has_nothing_up_to_its_posting(key: int, age: int) -> None:
    assert curve(key).counters(START + age) == Counters(0, 0, 0, 0, 0)


@given(keys)
def test_a_settled_post_stands_still_at_its_ceiling(key: int) -> None:
    assert curve(key).counters(START + SETTLED_AGE) == curve(key).counters(START + 9 * SETTLED_AGE)
    assert curve(key).counters(START + SETTLED_AGE).views == 2_500_000


@given(keys)
def test_a_purge_takes_its_share_and_only_once(key: int) -> None:
    hours = range(0, SETTLED_AGE + DAY, 3_600)
    purged = curve(key, purged_share=0.02)
    views = [purged.counters(START + hour).views for hour in hours]
    falls = sum(after < before for before, after in pairwise(views))
    assert falls <= 1
    assert views[-1] == int(2_500_000 * 0.98)


@given(keys, st.integers(1, 100_000_000), st.integers(0, 2_000))
def test_followers_move_smoothly_and_stay_near_the_stated_number(key: int, stated: int, day: int) -> None:
    at = START + day * DAY
    today, tomorrow = followers(key, stated, at), followers(key, stated, at + DAY)
    assert 0 <= today <= 2.01 * stated
    assert abs(tomorrow - today) <= 0.03 * stated + 1


@given(keys, periods, st.integers(0, 400 * DAY))
def test_a_schedule_counts_and_finds_exactly_the_posts_that_it_has(key: int, period: int, age: int) -> None:
    schedule = Schedule(key, START, period, 2)
    until = START + age
    every = sorted((schedule.second(slot), slot) for slot in range((age + 3 * DAY) // period + 2))
    posted = [(second, slot) for second, slot in every if second <= until]
    assert schedule.count(until) == len(posted)
    assert list(schedule.newest(until)) == posted[::-1]
    assert len({second for second, _ in posted}) == len(posted)
    assert all(schedule.slot_at(second) == slot for second, slot in posted[:3])


@given(st.integers(1, 1_000_000))
def test_every_account_and_post_is_found_again_by_its_ids(index: int) -> None:
    world = World()
    account = world.account(index)
    assert world.index_of_sec_uid(account.sec_uid) == index
    post = account.post(7)
    assert world.find_post(post.post_id) is post
    assert world.find_post(post.post_id + 1) is None
    assert world.find_post(post.post_id + (1 << 32)) is None


def test_the_cast_and_the_crowd_never_share_a_number() -> None:
    world = World(accounts=2**40)
    assert world.exists(MOST_ACCOUNTS - 1)
    assert world.handle(MOST_ACCOUNTS - 1, 0) == f"sim.{MOST_ACCOUNTS - 1}"
    assert world.handle(MOST_ACCOUNTS, 0) == "mara.cooks"

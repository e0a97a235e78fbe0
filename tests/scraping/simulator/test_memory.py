"""A world of any size costs the memory of the accounts that were looked at last."""

import gc
import tracemalloc

from scraping.simulator.clock import parse_instant
from scraping.simulator.world import World

AT = parse_instant("2026-10-01T12:00:00Z")
KEPT = 512


def look_at(world: World, first: int, last: int) -> None:
    for index in range(first, last):
        account = world.account(index)
        account.followers(AT)
        next(account.newest(AT), None)


def test_memory_stays_flat_however_many_accounts_are_looked_at() -> None:
    world = World(accounts=100_000)
    tracemalloc.start()
    look_at(world, 1, KEPT + 200)
    gc.collect()
    full, _ = tracemalloc.get_traced_memory()
    look_at(world, KEPT + 200, 4 * KEPT)
    gc.collect()
    later, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert later < 1.3 * full
    assert world.account.cache_info().currsize == KEPT


def test_a_world_of_a_hundred_thousand_begins_as_cheaply_as_one_of_ten() -> None:
    tracemalloc.start()
    World(accounts=100_000)
    large, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert large < 1_000_000

"""What campaigns share, held to plain sets over generated trees."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.reports.member_overlap import member_overlap
from campaigns.services.lifecycle import campaign_create
from orgs.scope import organization_scope
from tests.analytics.reports.world import WORLDS, World, put, store

pytestmark = pytest.mark.django_db

CAMPAIGNS = 4
# (campaign, what it contains): a creator 1–3, a video by number, or a campaign with a larger number, so no cycle.
LINKS = st.lists(
    st.tuples(st.integers(0, CAMPAIGNS - 1), st.sampled_from(["creator", "video", "campaign"]), st.integers(0, 11)),
    max_size=12,
    unique=True,
)


def members_of(number: int, links: Any, world: World) -> tuple[set[int], set[int]]:
    """The numbers of a campaign's counting videos, and its creators."""
    videos: set[int] = set()
    creators: set[int] = set()
    for parent, kind, thing in links:
        if parent != number:
            continue
        if kind == "creator":
            author = thing % 3 + 1
            creators |= {author}
            videos |= {place for place, post in enumerate(world.posts) if post.author == author}
        elif kind == "video" and thing < len(world.posts):
            videos |= {thing}
        elif kind == "campaign" and number < thing % CAMPAIGNS:
            own_videos, own_creators = members_of(thing % CAMPAIGNS, links, world)
            videos |= own_videos
            creators |= own_creators
    videos = {place for place in videos if world.counts(world.posts[place])}
    creators |= {world.posts[place].author for place in videos}
    return videos, creators - {0, 3}


def add(links: Any, campaigns: list[Any], creators: list[Any], videos: list[Any]) -> None:
    for parent, kind, thing in dict.fromkeys(links):
        item: Any = None
        if kind == "creator":
            item = creators[thing % 3 + 1]
        elif kind == "video" and thing < len(videos):
            item = videos[thing]
        elif kind == "campaign" and parent < thing % CAMPAIGNS:
            item = campaigns[thing % CAMPAIGNS]
        if item is not None:
            put(campaigns[parent].id, kind, item.id)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLDS, links=LINKS)
def test_every_two_campaigns_share_what_their_sets_share(admin: Any, undone: Any, world: World, links: Any) -> None:
    with undone(), organization_scope(admin.org.id):
        creators, videos = store(admin.project, world)
        campaigns = [campaign_create(project_id=admin.project.id, name=f"{n}") for n in range(CAMPAIGNS)]
        add(links, campaigns, creators, videos)
        found = member_overlap(admin.project.id)
    assert found.campaigns == campaigns
    members = [members_of(number, links, world) for number in range(CAMPAIGNS)]
    expected = {}
    for a, b in combinations(range(CAMPAIGNS), 2):
        both, either = members[a][0] & members[b][0], members[a][0] | members[b][0]
        share = round(len(both) / len(either), 6) if either else None
        expected[campaigns[a].id, campaigns[b].id] = (len(members[a][1] & members[b][1]), len(both), share)
    got = {(p.a.id, p.b.id): (p.shared_creators, p.shared_videos, p.jaccard) for p in found.pairs}
    assert got == expected
    shares = [(pair.jaccard is None, -(pair.jaccard or 0), pair.a.id, pair.b.id) for pair in found.pairs]
    assert shares == sorted(shares)


def test_one_campaign_or_none_has_no_pairs(admin: Any, in_scope: Any) -> None:
    with in_scope(admin.org):
        assert member_overlap(admin.project.id).pairs == []
        only = campaign_create(project_id=admin.project.id, name="Only")
        assert member_overlap(admin.project.id).campaigns == [only]
        assert member_overlap(admin.project.id).pairs == []

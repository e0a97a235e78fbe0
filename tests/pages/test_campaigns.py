"""Campaigns in the dashboard: the list, making one, its numbers, its items, what it shares, the end."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign, CampaignItem
from campaigns.services import campaign_archive
from orgs.limits import PLAN
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(admin: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> Any:
    """Outer holds Inner and Ada; Inner holds Ada's counting post and a single video; a post of Ada's is pending."""
    ada = make_creator(admin.project, "ada", nickname="Ada")
    counted = make_video(ada, title="Counted #glow", view_count=1_000, like_count=10)
    make_video(ada, title="Waiting #glow", tracking_status="pending_review", view_count=9_999)
    single = make_video(admin.project, title="Single", view_count=500)
    inner = make_campaign(admin.project, "Inner", counted, single)
    outer = make_campaign(admin.project, "Outer", inner, ada, target_views=3_000)
    return {"ada": ada, "counted": counted, "single": single, "inner": inner, "outer": outer}


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows_of_csv(response: Any) -> list[dict[str, str]]:
    body = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(StringIO(body)))


def test_the_list_counts_each_video_once(admin: Any, tree: Any, page: Any) -> None:
    shown = {row["name"]: row for row in rows_of_csv(admin.client.get(page(admin, "campaigns_csv")))}

    assert (shown["Outer"]["videos"], shown["Outer"]["views"]) == ("2", "1500")
    assert (shown["Inner"]["videos"], shown["Inner"]["views"]) == ("2", "1500")
    answer = text(admin.client.get(page(admin, "campaigns")))
    assert "2 campaigns together, each video once" in answer
    assert "in Outer" in answer
    assert "50%" in answer


def test_the_list_is_searched_sorted_and_shows_archived_ones_apart(
    admin: Any, tree: Any, page: Any, in_scope: Any
) -> None:
    with in_scope(admin.org):
        campaign_archive(campaign_id=tree["inner"].id)
    address = page(admin, "campaigns")

    names = [row["name"] for row in rows_of_csv(admin.client.get(page(admin, "campaigns_csv") + "?show=archived"))]
    assert names == ["Inner"]
    assert "No campaign matches" in text(admin.client.get(address + "?q=inner"))
    assert "Outer" in text(admin.client.get(address + "?q=OUT&sort=name"))


def test_an_empty_list_says_what_a_campaign_is(admin: Any, page: Any) -> None:
    assert "Make the first campaign" in text(admin.client.get(page(admin, "campaigns")))


def test_a_campaign_is_made_with_a_target_that_ends_with_its_day(admin: Any, page: Any, in_scope: Any) -> None:
    day = timezone.localdate() + timedelta(days=30)
    response = admin.client.post(
        page(admin, "campaign_new"),
        {"name": "Launch", "target_views": "1000", "target_on": day.isoformat(), "description": "# Go"},
    )
    with in_scope(admin.org):
        campaign = Campaign.objects.get()
    assert response["Location"] == page(admin, "campaign_items", campaign_id=campaign.id)
    assert (campaign.name, campaign.target_views) == ("Launch", 1_000)
    assert campaign.target_at.isoformat() == f"{day}T23:59:59+00:00"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give the campaign a name."),
        ({"name": "x", "target_views": "0"}, "A target is at least 1 view."),
        ({"name": "x", "target_on": "2999-01-01"}, "Say how many views are to be reached by then."),
        ({"name": "x", "target_views": "5", "target_on": "2020-01-01"}, "Choose today or a later day."),
    ],
)
def test_what_is_wrong_with_a_new_campaign_is_said(
    fields: Any, words: str, admin: Any, page: Any, in_scope: Any
) -> None:
    assert words in text(admin.client.post(page(admin, "campaign_new"), fields))
    with in_scope(admin.org):
        assert not Campaign.objects.exists()


def test_a_full_plan_is_shown_in_a_dialog(
    admin: Any, page: Any, in_scope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLAN, "max_campaigns_per_project", (0, 0, 0))
    assert "Your plan’s limit is reached" in text(admin.client.post(page(admin, "campaign_new"), {"name": "Launch"}))
    with in_scope(admin.org):
        assert not Campaign.objects.exists()


def test_the_overview_shows_numbers_items_target_and_notes_made_safe(
    admin: Any, tree: Any, page: Any, in_scope: Any
) -> None:
    with in_scope(admin.org):
        Campaign.objects.update(description="**Brief** <script>alert(1)</script>")
    answer = text(admin.client.get(page(admin, "campaign", campaign_id=tree["outer"].id)))

    assert "<strong>Brief</strong> &lt;script&gt;" in answer
    assert "Views gained by item" in answer
    assert "50%" in answer
    assert f"?campaign={tree['outer'].id}" in answer
    assert 'aria-current="true">30 days' in answer


def test_an_empty_campaign_and_any_range_open(admin: Any, make_campaign: Any, tree: Any, page: Any) -> None:
    empty = make_campaign(admin.project, "Empty")
    assert "Nothing is in this campaign yet" in text(admin.client.get(page(admin, "campaign", campaign_id=empty.id)))
    address = page(admin, "campaign", campaign_id=tree["outer"].id)
    for query in ("days=7&show=posts", "days=365&show=engagement", "days=x&show=y"):
        assert "Views gained" in text(admin.client.get(f"{address}?{query}"))


def test_typing_finds_creators_campaigns_and_captions(
    admin: Any, tree: Any, make_campaign: Any, page: Any, outsider: Any
) -> None:
    make_campaign(admin.project, "Glow week")
    address = page(admin, "campaign_items_suggest", campaign_id=tree["inner"].id)

    found = text(admin.client.get(address + "?q=glow"))
    assert "Counted #glow" in found
    assert "Waiting #glow" in found
    assert "Glow week" in found
    assert "Add all 2 that match" in found
    assert "@ada" in text(admin.client.get(address + "?q=@AD"))
    # What contains the campaign would close a circle, so it is not offered; nor is anybody else's.
    assert "Outer" not in text(admin.client.get(address + "?q=outer"))
    assert "Nothing in this project matches" in text(admin.client.get(address + "?q=southwind"))


def test_what_is_there_already_is_marked(admin: Any, tree: Any, page: Any) -> None:
    found = text(admin.client.get(page(admin, "campaign_items_suggest", campaign_id=tree["inner"].id) + "?q=single"))
    assert 'aria-disabled="true"' in found


def test_one_or_all_that_match_are_added(admin: Any, tree: Any, make_campaign: Any, page: Any, in_scope: Any) -> None:
    campaign = make_campaign(admin.project, "New")
    address = page(admin, "campaign_items_add", campaign_id=campaign.id)

    admin.client.post(address, {"q": "ada", "item": f"creator:{tree['ada'].id}"})
    admin.client.post(address, {"q": "glow", "all": "video"})
    admin.client.post(address, {"item": ["nonsense", "video:x", "wish:1"], "all": "wish"})

    with in_scope(admin.org):
        kinds = [item.item_type for item in campaign.items.order_by("id")]
    assert kinds == ["creator", "video", "video"]


def test_a_circle_is_refused_in_words(admin: Any, tree: Any, page: Any, in_scope: Any) -> None:
    response = admin.client.post(
        page(admin, "campaign_items_add", campaign_id=tree["inner"].id), {"item": f"campaign:{tree['outer'].id}"}
    )
    assert "A campaign cannot contain itself: Inner → Outer → Inner." in text(response)
    with in_scope(admin.org):
        assert not CampaignItem.objects.filter(parent=tree["inner"], campaign=tree["outer"]).exists()


def test_removing_can_be_undone_from_the_toast(admin: Any, tree: Any, page: Any, in_scope: Any) -> None:
    with in_scope(admin.org):
        item = tree["outer"].items.get(creator=tree["ada"])
    ids = {"campaign_id": tree["outer"].id}
    response = admin.client.post(page(admin, "campaign_items_remove", **ids), {"id": str(item.id)}, follow=True)
    assert f'name="item" value="creator:{tree["ada"].id}"' in text(response)
    with in_scope(admin.org):
        assert tree["outer"].items.count() == 1

    admin.client.post(page(admin, "campaign_items_put_back", **ids), {"item": f"creator:{tree['ada'].id}"})
    with in_scope(admin.org):
        assert tree["outer"].items.filter(creator=tree["ada"]).exists()


def test_chosen_items_move(admin: Any, tree: Any, make_campaign: Any, page: Any, in_scope: Any) -> None:
    other = make_campaign(admin.project, "Other")
    with in_scope(admin.org):
        item = tree["inner"].items.get(video=tree["single"])
    address = page(admin, "campaign_items_move", campaign_id=tree["inner"].id)
    assert admin.client.post(address, {"id": str(item.id), "to": "x"}).status_code == 404
    admin.client.post(address, {"id": str(item.id), "to": str(other.id)})
    with in_scope(admin.org):
        assert list(other.items.values_list("video_id", flat=True)) == [tree["single"].id]
        assert tree["inner"].items.count() == 1


def test_items_that_add_nothing_say_why(
    admin: Any, make_creator: Any, make_video: Any, make_campaign: Any, page: Any, in_scope: Any
) -> None:
    creator = make_creator(admin.project, "gone")
    waiting = make_video(make_creator(admin.project), tracking_status="pending_review")
    campaign = make_campaign(admin.project, "Quiet", creator, waiting)
    with in_scope(admin.org):
        type(creator).objects.filter(id=creator.id).update(removed_at=NOW)
    answer = text(admin.client.get(page(admin, "campaign_items", campaign_id=campaign.id)))
    assert "Removed from the project, adds nothing" in answer
    assert "Waits in the inbox, adds nothing" in answer
    counts = [
        row["counts"]
        for row in rows_of_csv(admin.client.get(page(admin, "campaign_items_csv", campaign_id=campaign.id)))
    ]
    assert counts == ["false", "false"]


def test_the_creators_beneath_and_the_overlap_are_listed(admin: Any, tree: Any, page: Any) -> None:
    creators = rows_of_csv(admin.client.get(page(admin, "campaign_creators_csv", campaign_id=tree["inner"].id)))
    assert [(row["tiktok_handle"], row["videos"], row["views"]) for row in creators] == [("ada", "1", "1000")]
    (row,) = rows_of_csv(admin.client.get(page(admin, "campaign_overlap_csv", campaign_id=tree["inner"].id)))
    shared = (row["name"], row["shared_videos"], row["shared_creators"], row["jaccard_videos"])
    assert shared == ("Outer", "2", "1", "1.0")
    answer = text(admin.client.get(page(admin, "campaign_overlap", campaign_id=tree["inner"].id)))
    assert "contains this campaign" in answer


def test_a_nested_campaign_shows_the_way_to_it(admin: Any, tree: Any, page: Any) -> None:
    answer = text(admin.client.get(page(admin, "campaign_items", campaign_id=tree["inner"].id)))
    crumbs = answer[answer.index("crumbs") : answer.index("</ol>")]
    assert crumbs.index("Campaigns") < crumbs.index("Outer") < crumbs.index("Inner")


def test_deleting_asks_for_the_name(admin: Any, tree: Any, page: Any, in_scope: Any) -> None:
    address = page(admin, "campaign_delete", campaign_id=tree["inner"].id)
    assert "Type the campaign’s name exactly" in text(admin.client.post(address, {"name": "inner"}))
    with in_scope(admin.org):
        assert Campaign.objects.count() == 2
    assert admin.client.post(address, {"name": "Inner"})["Location"] == page(admin, "campaigns")
    with in_scope(admin.org):
        assert list(Campaign.objects.values_list("name", flat=True)) == ["Outer"]


def test_an_archived_campaign_can_be_read_and_restored_but_not_changed(
    admin: Any, tree: Any, page: Any, in_scope: Any
) -> None:
    ids = {"campaign_id": tree["inner"].id}
    admin.client.post(page(admin, "campaign_archive", **ids))
    response = admin.client.post(
        page(admin, "campaign_items_add", **ids), {"item": f"creator:{tree['ada'].id}"}, follow=True
    )
    assert "This campaign is archived. Restore it to make changes." in text(response)
    with in_scope(admin.org):
        assert tree["inner"].items.count() == 2
    admin.client.post(page(admin, "campaign_restore", **ids))
    with in_scope(admin.org):
        assert Campaign.objects.get(id=tree["inner"].id).archived_at is None


def test_a_copy_is_made_from_the_settings(admin: Any, tree: Any, page: Any, in_scope: Any) -> None:
    address = page(admin, "campaign_copy", campaign_id=tree["outer"].id)
    admin.client.post(address, {"name": "Outer 2", "depth": "deep"})
    with in_scope(admin.org):
        assert set(Campaign.objects.values_list("name", flat=True)) == {"Inner", "Outer", "Outer 2", "Inner (copy)"}


def test_the_list_of_videos_is_narrowed_to_a_campaign(admin: Any, tree: Any, make_video: Any, page: Any) -> None:
    make_video(admin.project, title="Elsewhere")
    address = page(admin, "videos")
    answer = text(admin.client.get(f"{address}?campaign={tree['outer'].id}"))
    assert "Counted #glow" in answer
    assert "Waiting #glow" not in answer
    assert "Elsewhere" not in answer
    # What makes no sense counts as not given.
    assert "Elsewhere" in text(admin.client.get(f"{address}?campaign=x"))


def test_notes_are_previewed_as_they_will_be_shown(admin: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "campaign_notes_preview"), {"description": "_so_ <b>x</b>"})
    assert "<em>so</em> &lt;b&gt;x&lt;/b&gt;" in text(response)

"""One creator's pages: numbers, chart and its table, posts, settings, an update now."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from analytics.services import annotation_create
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import AccountSnapshot, PostSnapshot, ScrapeTarget
from scraping.services.bans import ban

pytestmark = pytest.mark.django_db


def _words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _chart(response: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="chart-data" type="application/json">(.*?)</script>', response.content.decode(), re.S
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture
def creator(admin: Any, make_creator: Any) -> Any:
    """A creator that was read yesterday and today."""
    now = timezone.now().replace(microsecond=0)
    creator = make_creator(
        admin.project,
        "mara.cooks",
        nickname="Mara Cooks",
        follower_count=482_911,
        total_likes=21_400_000,
        tracked_since=now - timedelta(days=3),
        last_scraped_at=now,
    )
    for days, followers in ((2, 482_000), (1, 482_500), (0, 482_911)):
        AccountSnapshot.objects.create(
            account_id=creator.account_id,
            captured_at=now - timedelta(days=days),
            follower_count=followers,
            source="simulator",
            precision="exact",
        )
    return creator


def test_numbers_are_short_with_the_exact_one_on_hover(admin: Any, creator: Any, page: Any) -> None:
    words = _words(admin.client.get(page(admin, "creator", creator_id=creator.id)))

    assert '<span class="num" title="482,911">482,911</span>' in words
    assert '<span class="num" title="21,400,000">21.4M</span>' in words
    assert re.search(r'<span class="up" title="\+\d{3}">▲ \d{3}</span> in 30 days', words)


def test_the_chart_gets_followers_by_day_and_marks_the_running_one(admin: Any, creator: Any, page: Any) -> None:
    data = _chart(admin.client.get(page(admin, "creator", creator_id=creator.id)))

    assert data["title"] == "Followers"
    assert len(data["days"]) == len(data["values"]) == len(data["baseline"]) == 30
    assert data["values"][-1] == 482_911
    assert data["values"][0] is None
    assert data["partial"] is True


def test_chart_and_days_are_chosen_in_the_address(admin: Any, creator: Any, make_video: Any, page: Any) -> None:
    now = timezone.now().replace(microsecond=0)
    video = make_video(creator, posted_at=now - timedelta(hours=20), tracked_since=now - timedelta(days=3))
    PostSnapshot.objects.create(
        post_id=video.post_id, captured_at=now, view_count=700, source="simulator", precision="exact"
    )

    response = admin.client.get(page(admin, "creator", creator_id=creator.id) + "?show=views&days=90")

    data = _chart(response)
    assert data["title"] == "Views gained"
    assert len(data["days"]) == 90
    assert sum(value for value in data["values"] if value is not None) == 700
    assert "in 90 days" in _words(response)


def test_a_table_with_the_same_numbers_stands_behind_the_chart(admin: Any, creator: Any, page: Any) -> None:
    words = _words(admin.client.get(page(admin, "creator", creator_id=creator.id)))

    assert "Show as table" in words
    assert words.count("Not known then") > 0
    assert re.search(r'<td class="n"> 482,911 </td>', words)


def test_a_note_of_the_project_stands_on_the_chart_at_its_day(admin: Any, creator: Any, page: Any) -> None:
    day = timezone.now().date() - timedelta(days=4)
    with organization_scope(admin.org.id):
        annotation_create(project_id=admin.project.id, date=day, text="Launch of the spring line", kind="note")

    response = admin.client.get(page(admin, "creator", creator_id=creator.id))

    chart = _chart(response)
    (flag,) = chart["flags"]
    assert (chart["days"][flag["index"]], flag["text"]) == (day.isoformat(), "Launch of the spring line")
    assert "Launch of the spring line" in _words(response).split("</script>")[-1]


def test_of_an_account_nobody_has_read_nothing_is_known_not_even_zero(admin: Any, make_creator: Any, page: Any) -> None:
    creator = make_creator(admin.project, "fresh", account_id=None, last_scraped_at=None, nickname="")

    words = _words(admin.client.get(page(admin, "creator", creator_id=creator.id) + "?show=posts"))

    assert "Queued. The chart begins with the first numbers." in words
    assert '<dt>Posts</dt> <dd> <span class="dash" title="Queued">' in words
    assert "chart-data" not in words


def test_posts_show_their_numbers_status_and_whether_they_are_gone(
    admin: Any, creator: Any, make_video: Any, page: Any
) -> None:
    make_video(creator, title="rounded one", view_count=128_400, like_count=840, counts_precision="rounded")
    gone = {"availability": "unavailable", "tracking_status": "pending_review", "stats_updated_at": timezone.now()}
    make_video(creator, title="gone one", **gone)

    words = _words(admin.client.get(page(admin, "creator", creator_id=creator.id)))

    assert '<span class="approx">≈</span>128.4K' in words
    assert '<span class="num" title="840">840</span>' in words
    assert "Unavailable" in words
    assert "Pending review" in words
    assert "No numbers from TikTok yet" in words


def test_a_post_leads_to_its_page_and_that_to_tiktok(admin: Any, creator: Any, make_video: Any, page: Any) -> None:
    video = make_video(creator, kind="photo")
    address = page(admin, "video", video_id=video.id, project_id=admin.project.id)

    content = admin.client.get(page(admin, "creator", creator_id=creator.id)).content.decode()
    its_page = admin.client.get(address).content.decode()

    assert f'href="{address}"' in content
    assert f'href="https://www.tiktok.com/@mara.cooks/photo/{video.post_id}"' in its_page


def test_settings_are_saved(admin: Any, creator: Any, stored: Any, page: Any) -> None:
    form = {"display_name_override": "Mara K.", "description": "Mondays"}

    response = admin.client.post(page(admin, "creator_settings", creator_id=creator.id), form, follow=True)

    assert "Settings saved." in _words(response)
    saved = stored(creator)
    assert (saved.display_name, saved.description) == ("Mara K.", "Mondays")


def test_an_unknown_mode_is_refused_and_nothing_changes(admin: Any, creator: Any, stored: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "creator_mode", creator_id=creator.id), {"tracking_mode": "sometimes"})

    assert "sometimes is not one of the available choices" in _words(response)
    assert stored(creator).tracking_mode == "auto"


def test_another_mode_asks_what_becomes_of_posts_that_wait(
    admin: Any, creator: Any, make_video: Any, stored: Any, page: Any
) -> None:
    address = page(admin, "creator_mode", creator_id=creator.id)
    # Nothing waits: nothing is asked.
    said = admin.client.post(address, {"tracking_mode": "selective"}, follow=True)
    assert "@mara.cooks is selective now." in _words(said)
    posts = [make_video(creator, tracking_status="pending_review") for _ in range(2)]

    asked = admin.client.post(address, {"tracking_mode": "auto"})
    assert "2 posts of @mara.cooks wait in the inbox. What becomes of them?" in _words(asked)
    assert "nothing was changed yet" in _words(asked)
    assert stored(creator).tracking_mode == "selective"

    said = admin.client.post(address, {"tracking_mode": "auto", "waiting": "approve"}, follow=True)
    assert "@mara.cooks is auto now. 2 posts that waited were approved." in _words(said)
    assert [stored(post).tracking_status for post in posts] == ["included", "included"]


def test_update_now_says_that_it_reads(admin: Any, creator: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "creator_update_now", creator_id=creator.id), follow=True)

    assert "@mara.cooks is being read from TikTok." in _words(response)


def test_a_used_up_day_of_updates_opens_the_dialog(admin: Any, creator: Any, in_scope: Any, page: Any) -> None:
    with in_scope(admin.org):
        Organization.objects.update(tier="free")
    admin.client.post(page(admin, "creator_update_now", creator_id=creator.id))

    response = admin.client.post(page(admin, "creator_update_now", creator_id=creator.id))

    assert "The Free plan includes 1 manual updates a day" in _words(response)


def test_the_waiting_page_reloads_itself_once_there_is_news(admin: Any, creator: Any, page: Any) -> None:
    now = timezone.now()
    for kind in ScrapeTarget.Kind:
        ScrapeTarget.objects.create(
            id=ScrapeTarget.id_for(kind, account_id=creator.account_id),
            kind=kind,
            account_id=creator.account_id,
            due_at=now - timedelta(seconds=1),
            requested_at=now,
            interval_seconds=3600,
            last_outcome="ok",
            last_run_at=now,
            last_ok_at=now,
        )
    address = page(admin, "creator", creator_id=creator.id) + "?waiting"
    scripted = {"HX-Request": "true"}

    waiting = admin.client.get(address, headers=scripted)
    ScrapeTarget.objects.update(due_at=now + timedelta(hours=1))
    news = admin.client.get(address, headers=scripted)

    assert "updating now" in _words(waiting)
    assert "HX-Refresh" not in waiting
    assert news["HX-Refresh"] == "true"


def test_the_start_is_moved_on_the_settings_page_and_says_what_that_did(
    admin: Any, creator: Any, make_video: Any, page: Any, stored: Any
) -> None:
    for days in (2, 3, 400):
        make_video(creator, posted_at=timezone.now() - timedelta(days=days))
    address, today = page(admin, "creator_start", creator_id=creator.id), timezone.now().date()

    forward = admin.client.post(address, {"tracking_start_date": today.isoformat()}, follow=True)
    back = admin.client.post(address, {"tracking_start_date": (today - timedelta(days=9)).isoformat()}, follow=True)
    future = admin.client.post(address, {"tracking_start_date": (today + timedelta(days=2)).isoformat()})
    nonsense = admin.client.post(address, {"tracking_start_date": "the day before"})

    assert "3 posts left the lists and numbers" in _words(forward)
    assert "2 posts came back." in _words(back)
    assert "is still to come. Choose today" in _words(future)
    assert "Write the day as year, month and day" in _words(nonsense)
    assert stored(creator).tracking_start_date == today - timedelta(days=9)


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        ("@mara.cooks", "no_change"),
        ("taken.already", "handle_taken"),
        ("banned.one", "creator_banned"),
        ("no handle!", "invalid_handle"),
    ],
)
def test_a_handle_that_cannot_be_taken_is_a_409_that_says_why(
    admin: Any, creator: Any, make_creator: Any, page: Any, stored: Any, handle: str, code: str
) -> None:
    make_creator(admin.project, "taken.already")
    ban("banned.one", reason="spam", now=timezone.now())
    address = page(admin, "creator_correct", creator_id=creator.id)

    refused = admin.client.post(address, {"handle": handle})
    in_the_row = admin.client.post(address, {"handle": handle}, headers={"HX-Request": "true"})

    assert (refused.status_code, in_the_row.status_code) == (409, 409)
    assert f'data-conflict="{code}"' in refused.content.decode()
    assert 'class="errorlist"' in in_the_row.content.decode()
    assert stored(creator).tiktok_handle == "mara.cooks"


def test_notes_are_markdown_shown_safely_and_previewed(admin: Any, creator: Any, page: Any) -> None:
    notes = "**Pays late**\n\n<script>alert(1)</script>"
    settings = {"display_name_override": "Mara (chef)", "description": notes}
    admin.client.post(page(admin, "creator_settings", creator_id=creator.id), settings)

    preview = admin.client.post(page(admin, "creator_notes_preview"), {"description": notes}).content.decode()
    shown = admin.client.get(page(admin, "creator", creator_id=creator.id)).content.decode()

    for html in (preview, shown):
        assert "<strong>Pays late</strong>" in html
        assert "<script>alert(1)" not in html
    assert "<h1>Mara (chef)</h1>" in shown

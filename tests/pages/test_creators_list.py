"""The list of creators: adding, the answers beside the box, states of rows, search, order, pages."""

import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from creators.models import Creator
from goals.services import goals_create
from goals.terms import GoalTerms
from orgs import limits
from orgs.models import AuditEntry
from orgs.scope import organization_scope
from scraping.models import ScrapeTarget
from tests.analytics.conftest import add_post_snapshots
from videos.models import Video

pytestmark = pytest.mark.django_db


def _words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _unread(make_creator: Any, project: Any, handle: str) -> Creator:
    creator: Creator = make_creator(project, handle, account_id=None, nickname="", last_scraped_at=None)
    return creator


def _lookup(handle: str, **fields: Any) -> ScrapeTarget:
    now = timezone.now()
    values = {"due_at": now, "requested_at": now - timedelta(minutes=1), "interval_seconds": 3600} | fields
    kind = ScrapeTarget.Kind.CREATOR_PROFILES
    return ScrapeTarget.objects.create(id=ScrapeTarget.id_for(kind, handle=handle), kind=kind, handle=handle, **values)


@pytest.mark.parametrize("entry", ["@Mara.Cooks", "mara.cooks", "https://www.tiktok.com/@mara.cooks?lang=en"])
def test_a_handle_or_link_is_added_and_appears_as_queued(entry: str, admin: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "creators"), {"entries": entry}, follow=True)

    assert response.redirect_chain[-1][0] == page(admin, "creators")
    assert "@mara.cooks was added." in _words(response)
    assert "Queued" in _words(response)


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        ("what is this?", "A TikTok handle has up to 24 letters"),
        ("https://www.youtube.com/@mara", "This is not a link to TikTok."),
        ("", "Paste a handle such as @mara.cooks"),
        ("   \n  ", "Paste a handle such as @mara.cooks"),
    ],
)
def test_nonsense_gets_a_plain_word_beside_the_box(
    entry: str, answer: str, admin: Any, in_scope: Any, page: Any
) -> None:
    response = admin.client.post(page(admin, "creators"), {"entries": entry})

    assert answer in _words(response)
    with in_scope(admin.org):
        assert not Creator.objects.exists()


def test_of_many_lines_good_ones_go_through_and_bad_ones_stay_in_the_box(admin: Any, in_scope: Any, page: Any) -> None:
    response = admin.client.post(page(admin, "creators"), {"entries": "@one.ok\nnot ok!\n\n@two.ok\n@one.ok"})

    words = _words(response)
    assert ">not ok!</textarea>" in words.replace("> not ok!", ">not ok!")
    assert words.count("Added") >= 2
    assert "The same account as a line above" in words
    with in_scope(admin.org):
        assert set(Creator.objects.values_list("tiktok_handle", flat=True)) == {"one.ok", "two.ok"}


def test_more_than_fifty_lines_are_refused_as_a_whole(admin: Any, in_scope: Any, page: Any) -> None:
    lines = "\n".join(f"@name{number}" for number in range(51))

    response = admin.client.post(page(admin, "creators"), {"entries": lines})

    assert "These are 51 lines. Paste up to 50 at once" in _words(response)
    with in_scope(admin.org):
        assert not Creator.objects.exists()


def test_a_removed_creator_comes_back_by_the_undo_of_the_toast(
    admin: Any, make_creator: Any, stored: Any, page: Any
) -> None:
    creator = make_creator(admin.project, "come.back")

    removed = admin.client.post(page(admin, "creator_remove", creator_id=creator.id), follow=True)
    assert "@come.back was removed." in _words(removed)
    assert 'name="entries" value="come.back"' in removed.content.decode()
    assert stored(creator).removed_at is not None

    back = admin.client.post(page(admin, "creators"), {"entries": "come.back"}, follow=True)
    assert "added back, with the history kept" in _words(back)
    assert stored(creator).removed_at is None


def test_rows_say_what_they_wait_for(admin: Any, make_creator: Any, page: Any) -> None:
    now = timezone.now()
    make_creator(admin.project, "has.numbers", follower_count=48_291)
    for handle in ("is.queued", "is.read", "not.there", "is.private", "no.answer"):
        _unread(make_creator, admin.project, handle)
    _lookup("is.read", lease_until=now + timedelta(minutes=5))
    _lookup("not.there", last_outcome="not_found", failures=1, last_run_at=now)
    _lookup("is.private", last_outcome="private_account", failures=1, last_run_at=now)
    _lookup(
        "no.answer",
        last_outcome="provider_down",
        failures=4,
        last_run_at=now,
        due_at=datetime(2026, 11, 24, 14, 5, tzinfo=UTC),
    )

    words = _words(admin.client.get(page(admin, "creators")))

    assert "Queued" in words
    assert "Reading profile…" in words
    assert "Not found on TikTok" in words
    assert "Correct handle" in words
    assert "Private" in words
    assert "TikTok did not answer, next try at 14:05" in words
    assert '<span class="num" title="48,291">48.2K</span>' in words


def test_times_are_in_the_organizations_time_zone(admin: Any, make_creator: Any, in_scope: Any, page: Any) -> None:
    with in_scope(admin.org):
        type(admin.org).objects.update(timezone="Asia/Tokyo")
    _unread(make_creator, admin.project, "no.answer")
    due = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
    _lookup("no.answer", last_outcome="provider_down", failures=4, last_run_at=timezone.now(), due_at=due)

    assert "next try at 23:05" in _words(admin.client.get(page(admin, "creators")))


def test_only_rows_that_wait_ask_again(admin: Any, make_creator: Any, page: Any) -> None:
    waiting = _unread(make_creator, admin.project, "is.queued")
    missing = _unread(make_creator, admin.project, "not.there")
    _lookup("not.there", last_outcome="not_found", failures=1, last_run_at=timezone.now())

    row = admin.client.get(page(admin, "creator_row", creator_id=waiting.id))
    settled = admin.client.get(page(admin, "creator_row", creator_id=missing.id))

    assert 'hx-trigger="load delay:2s"' in row.content.decode()
    assert "hx-trigger" not in settled.content.decode()
    assert settled.content.decode().strip().startswith("<tr")


def test_a_row_that_waits_is_not_judged_anew_but_keeps_what_the_page_says(
    admin: Any, make_creator: Any, in_scope: Any, page: Any
) -> None:
    with in_scope(admin.org):
        creators = [_unread(make_creator, admin.project, handle) for handle in ("is.queued", "not.there")]
        terms = GoalTerms("posts", "count", "weekly", Decimal(1), timezone.localdate() - timedelta(days=9))
        ids = [creator.id for creator in creators]
        goals_create(project_id=admin.project.id, creator_ids=ids, terms=terms, now=timezone.now())
    _lookup("not.there", last_outcome="not_found", failures=1, last_run_at=timezone.now())

    row, settled = (_words(admin.client.get(page(admin, "creator_row", creator_id=id))) for id in ids)

    assert f'<td id="creator-{ids[0]}-judged-1" class="hide-s" data-label="" hx-preserve>' in row
    assert "hx-preserve" not in settled
    assert "No data" in settled
    assert "hx-preserve" not in _words(admin.client.get(page(admin, "creators")))


def test_a_row_that_waits_for_another_try_asks_seldom(admin: Any, make_creator: Any, page: Any) -> None:
    creator = _unread(make_creator, admin.project, "no.answer")
    _lookup("no.answer", last_outcome="provider_down", failures=1, last_run_at=timezone.now())

    row = admin.client.get(page(admin, "creator_row", creator_id=creator.id))

    assert 'hx-trigger="load delay:15s"' in row.content.decode()


def test_a_row_that_asks_after_its_creator_was_removed_goes_away(admin: Any, make_creator: Any, page: Any) -> None:
    gone = make_creator(admin.project, removed_at=timezone.now())
    address = page(admin, "creator_row", creator_id=gone.id)
    asked = admin.client.get(address, headers={"HX-Request": "true"})
    assert (asked.status_code, asked.content) == (200, b"")
    assert admin.client.get(address).status_code == 404


def test_a_wrong_handle_is_corrected_in_its_row(
    admin: Any, make_creator: Any, stored: Any, in_scope: Any, page: Any
) -> None:
    creator = _unread(make_creator, admin.project, "mispeled")
    _lookup("mispeled", last_outcome="not_found", failures=1, last_run_at=timezone.now())
    row = {"HX-Request": "true"}

    form = admin.client.get(page(admin, "creator_row", creator_id=creator.id) + "?correct", headers=row)
    refused = admin.client.post(page(admin, "creator_correct", creator_id=creator.id), {"handle": "no!"}, headers=row)
    done = admin.client.post(
        page(admin, "creator_correct", creator_id=creator.id), {"handle": "@misspelled"}, headers=row
    )

    assert 'value="mispeled"' in form.content.decode()
    assert "A TikTok handle has up to 24 letters" in _words(refused)
    assert "@misspelled" in _words(done)
    assert "Queued" in _words(done)
    assert stored(creator).tiktok_handle == "misspelled"
    with in_scope(admin.org):
        entry = AuditEntry.objects.get(action="creator.handle_changed")
    assert (entry.before, entry.after) == ({"tiktok_handle": "mispeled"}, {"tiktok_handle": "misspelled"})


def test_without_scripts_a_wrong_handle_is_corrected_on_the_settings_page(
    admin: Any, make_creator: Any, page: Any
) -> None:
    creator = _unread(make_creator, admin.project, "mispeled")
    make_creator(admin.project, "taken")

    taken = admin.client.post(page(admin, "creator_correct", creator_id=creator.id), {"handle": "taken"})
    done = admin.client.post(page(admin, "creator_correct", creator_id=creator.id), {"handle": "fine"}, follow=True)

    assert "@taken is already tracked in this project." in _words(taken)
    assert "<h1>fine</h1>" in _words(done)


def test_search_and_order_are_in_the_address(admin: Any, make_creator: Any, page: Any) -> None:
    make_creator(admin.project, "small.one", nickname="Lemon", follower_count=5)
    make_creator(admin.project, "big.one", nickname="Lemonade", follower_count=500)
    make_creator(admin.project, "unknown.one", nickname="Lemon tree", follower_count=None)
    make_creator(admin.project, "other", nickname="Pear", follower_count=50)

    words = _words(admin.client.get(page(admin, "creators") + "?q=LEMON&sort=-follower_count"))

    assert "@other" not in words
    assert words.index("@big.one") < words.index("@small.one") < words.index("@unknown.one")
    assert 'aria-sort="descending"' in words
    assert "q=LEMON&amp;sort=follower_count" in words


@pytest.mark.parametrize("query", ["?sort=nonsense", "?page=x", "?page=999", "?q=%00", "?q=" + "x" * 5000, "?sort=-"])
def test_nonsense_in_the_address_shows_the_list(query: str, admin: Any, page: Any) -> None:
    assert admin.client.get(page(admin, "creators") + query).status_code == 200


def test_a_search_without_a_hit_offers_the_way_back(admin: Any, make_creator: Any, page: Any) -> None:
    make_creator(admin.project)

    words = _words(admin.client.get(page(admin, "creators") + "?q=zzz"))

    assert "No creator matches “zzz”" in words
    assert "Show all creators" in words


def test_pages_hold_fifty_and_keep_order_and_search(admin: Any, make_creator: Any, page: Any) -> None:
    for number in range(51):
        make_creator(admin.project, f"name{number:02}")

    first = _words(admin.client.get(page(admin, "creators") + "?sort=tiktok_handle&q=name"))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = _words(admin.client.get(html.unescape(following[1])))

    assert "@name49" in first
    assert "@name50" not in first
    assert "@name50" in second
    assert "@name49" not in second
    counted = _words(admin.client.get(page(admin, "creators") + "?q=name&part=totals"))
    assert "51 creators together" in counted


def test_a_hostile_name_is_text(admin: Any, make_creator: Any, page: Any) -> None:
    make_creator(admin.project, nickname="<script>alert(1)</script>")

    assert "<script>alert(1)" not in admin.client.get(page(admin, "creators")).content.decode()


def test_a_full_plan_opens_the_dialog_with_its_numbers(admin: Any, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (1, 1, 1))
    answer = admin.client.post(page(admin, "creators"), {"entries": "mara.cooks\ndailydesk"})
    words = answer.content.decode()
    assert "All 1 creators of your plan are in use." in words
    assert "includes 1 creator" in words
    assert "Write to support" in words
    assert "@mara.cooks" in words


def test_the_list_is_sorted_by_the_views_that_its_rows_show_as_gained(
    admin: Any, make_creator: Any, make_video: Any, page: Any
) -> None:
    # A minute ago: a number of this very second is not reached before the second is over.
    now = timezone.now() - timedelta(minutes=1)
    begin = now - timedelta(days=9)
    creators = {handle: make_creator(admin.project, handle, tracked_since=begin) for handle in ("ada", "bea", "cleo")}
    make_creator(admin.project, "not.read", last_scraped_at=None)
    for handle, gained in (("ada", 50), ("bea", 900), ("cleo", -5)):
        video = make_video(creators[handle], posted_at=begin - timedelta(days=9), tracked_since=begin)
        days = {begin + timedelta(days=1): 1_000, now - timedelta(hours=1): 1_000 + gained}
        add_post_snapshots(video.post_id, "view_count", days)

    def handles(query: str) -> list[str]:
        answer = admin.client.get(page(admin, "creators") + query).content.decode()
        return list(dict.fromkeys(re.findall(r"@(ada|bea|cleo|not\.read)<", answer)))

    assert handles("?sort=-views_gained") == ["bea", "ada", "cleo", "not.read"]
    assert handles("?sort=views_gained") == ["cleo", "ada", "bea", "not.read"]
    assert handles("?sort=-views_gained&q=bea") == ["bea"]
    with organization_scope(admin.org.id):
        add_post_snapshots(Video.objects.get(creator=creators["ada"]).post_id, "view_count", {now: 9_000})
        Video.objects.filter(creator=creators["ada"]).update(view_count=9_000)
    assert handles("?sort=-views_gained") == ["ada", "bea", "cleo", "not.read"]

    rows = admin.client.get(page(admin, "creators") + "?sort=-views_gained&part=csv").getvalue().decode().splitlines()
    column = rows[0].split(",").index("views_gained_30d")
    assert [row.split(",")[column] for row in rows[1:]] == ["8000", "900", "-5", ""]


def test_pages_sorted_by_views_gained_hold_everybody_once(admin: Any, make_creator: Any, page: Any) -> None:
    handles = {make_creator(admin.project, f"who{number}").tiktok_handle for number in range(52)}
    address = page(admin, "creators") + "?sort=-views_gained"
    first = admin.client.get(address).content.decode()
    following = re.search(r'rel="next"\s+href="[^"?]*([^"]+)"', first)
    assert following
    second = admin.client.get(page(admin, "creators") + html.unescape(following[1])).content.decode()
    seen = [re.findall(r"@(who\d+)<", answer) for answer in (first, second)]
    assert [len(set(one)) for one in seen] == [50, 2]
    assert {*seen[0], *seen[1]} == handles

"""The list of creators in use: filters, download, what is done to chosen rows, a CSV with a look before."""

import csv
import html
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.utils import timezone

from creators import judgements
from creators.judgements import Judgement, announce
from creators.models import Creator
from orgs import limits
from orgs.scope import organization_scope
from projects.services import project_create
from scraping.models import ScrapeTarget

pytestmark = pytest.mark.django_db


def _words(response: Any) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def _handles(response: Any) -> list[str]:
    return re.findall(r"<small>@([a-z0-9._]+)", response.content.decode())


def _undo(response: Any) -> dict[str, str]:
    """The form of the toast's Undo."""
    toast = re.search(r'class="toasts".*?</form>', response.content.decode(), re.S)
    assert toast is not None
    action = re.search(r'action="([^"]+)"', toast[0])
    fields = re.findall(r'name="(\w+)"\s+value="([^"]*)"', toast[0])
    assert action is not None
    return {"action": action[1], **dict(fields)}


def _send(person: Any, undo: dict[str, str]) -> Any:
    return person.client.post(
        undo["action"], {name: value for name, value in undo.items() if name != "action"}, follow=True
    )


def _removed(person: Any) -> set[str]:
    with organization_scope(person.org.id):
        gone = Creator.objects.filter(removed_at__isnull=False)
        return set(gone.values_list("tiktok_handle", flat=True))


def _discovery(creator: Creator, ago: timedelta) -> None:
    at, kind = timezone.now() - ago, ScrapeTarget.Kind.DISCOVER_VIDEOS
    ScrapeTarget.objects.create(
        id=ScrapeTarget.id_for(kind, account_id=creator.account_id),
        kind=kind, account_id=creator.account_id, due_at=timezone.now(), requested_at=at, last_run_at=at, last_ok_at=at,
        interval_seconds=3600,
    )  # fmt: skip


def test_freshness_and_judgements_of_floors_above_narrow_the_list(
    admin: Any, make_creator: Any, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = {"tracked_since": timezone.now() - timedelta(days=9)}
    fresh, late = make_creator(admin.project, "is.fresh", **since), make_creator(admin.project, "is.late", **since)
    _discovery(fresh, timedelta(minutes=5))
    _discovery(late, timedelta(hours=5))
    make_creator(admin.project, "is.waiting", **since)
    monkeypatch.setattr(judgements, "_judgements", {})
    states = {fresh.id: "good", late.id: "poor"}
    announce(
        Judgement(
            name="goal",
            label="Goals",
            choices={"good": "Compliant", "poor": "Non-compliant"},
            tones={"good": "good", "poor": "bad"},
            read=lambda project_id, now, creators: {
                one: state
                for one, state in states.items()
                if creators is None or one in {creator.id for creator in creators}
            },
        )
    )
    creators = page(admin, "creators")

    for query, found in {
        "freshness=fresh": ["is.fresh"],
        "freshness=late": ["is.late"],
        "freshness=waiting": ["is.waiting"],
        "goal=poor": ["is.late"],
        "goal=good&freshness=late": [],
    }.items():
        assert _handles(admin.client.get(f"{creators}?{query}")) == found, query
    listed = _words(admin.client.get(creators))
    assert "Non-compliant" in listed
    rows = list(csv.DictReader(StringIO(b"".join(admin.client.get(f"{creators}?part=csv").streaming_content).decode())))
    assert {row["tiktok_handle"]: row["goal"] for row in rows} == {
        "is.fresh": "Compliant", "is.late": "Non-compliant", "is.waiting": "",
    }  # fmt: skip


def test_the_download_holds_what_the_filters_match_and_runs_nothing(
    admin: Any, outsider: Any, make_creator: Any, page: Any
) -> None:
    make_creator(admin.project, "big.one", follower_count=500, display_name_override="=1+1", description="@SUM(A1)")
    make_creator(admin.project, "small.one", follower_count=5)
    answer = admin.client.get(page(admin, "creators") + "?followers_min=100&part=csv")
    (row,) = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode()))
    assert (row["tiktok_handle"], row["followers"], row["following"]) == ("big.one", "500", "")
    assert (row["display_name"], row["notes"]) == ("'=1+1", "'@SUM(A1)")


def test_all_that_match_are_removed_however_many_pages_they_are_and_put_back(
    admin: Any, make_creator: Any, page: Any
) -> None:
    for number in range(53):
        make_creator(admin.project, f"big.{number}", follower_count=100)
    make_creator(admin.project, "small.one", follower_count=1)
    remove = page(admin, "creators_remove") + "?followers_min=50"

    answer = admin.client.post(remove, {"all_matching": "1"}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("?followers_min=50")
    assert "53 creators are removed. The history is kept." in _words(answer)
    assert len(_removed(admin)) == 53
    assert "small.one" not in _removed(admin)
    assert "53 creators are back, with the history kept." in _words(_send(admin, _undo(answer)))
    assert _removed(admin) == set()
    assert "Choose creators first" in _words(admin.client.post(remove, follow=True))


def test_what_was_added_is_taken_back(admin: Any, page: Any) -> None:
    answer = admin.client.post(page(admin, "creators"), {"entries": "one.ok\ntwo.ok"}, follow=True)
    assert "2 creators were added." in _words(answer)
    _send(admin, _undo(answer))
    assert _removed(admin) == {"one.ok", "two.ok"}


def test_modes_change_with_a_word_on_what_waits_and_back(
    admin: Any, make_creator: Any, make_video: Any, page: Any, stored: Any
) -> None:
    one, other = make_creator(admin.project, tracking_mode="selective"), make_creator(admin.project)
    video = make_video(one, tracking_status="pending_review")
    answer = admin.client.post(
        page(admin, "creators_mode"), {"ids": [one.id, other.id], "mode": "auto", "waiting": "approve"}, follow=True
    )
    assert f"@{one.tiktok_handle} is auto now." in _words(answer)
    assert stored(video).tracking_status == "included"
    _send(admin, _undo(answer))
    assert (stored(one).tracking_mode, stored(other).tracking_mode) == ("selective", "auto")
    assert stored(video).tracking_status == "pending_review"
    nothing = admin.client.post(page(admin, "creators_mode"), {"ids": one.id, "mode": "loud"}, follow=True)
    assert "Choose how new posts are taken in." in _words(nothing)


def test_a_reached_limit_opens_the_dialog_over_a_list_that_works(
    admin: Any, make_creator: Any, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = make_creator(admin.project, status="auto_disabled", disabled_at=timezone.now())
    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (0, 0, 0))
    monkeypatch.setitem(limits.PLAN, "max_manual_scrape_triggers_per_day", (0, 0, 0))
    creators = page(admin, "creators")
    for name, chosen in {"creators_reenable": off, "creators_update": make_creator(admin.project)}.items():
        answer = admin.client.post(page(admin, name), {"ids": chosen.id})
        assert "Your plan’s limit is reached" in _words(answer), name
        assert f'hx-get="{creators}"' in answer.content.decode()


def test_chosen_creators_are_copied_to_another_project(admin: Any, outsider: Any, make_creator: Any, page: Any) -> None:
    one = make_creator(admin.project, "one.here")
    with organization_scope(admin.org.id):
        spring = project_create(name="Spring")
    copy = page(admin, "creators_copy")
    answer = admin.client.post(copy, {"ids": one.id, "to": spring.id}, follow=True)
    assert "@one.here was added to Spring." in _words(answer)
    undo = _undo(answer)
    assert str(spring.id) in undo["action"]
    again = admin.client.post(copy, {"ids": one.id, "to": spring.id}, follow=True)
    assert "All of them are tracked in Spring already." in _words(again)
    _send(admin, undo)
    with organization_scope(admin.org.id):
        assert Creator.objects.in_project(spring.id).get().removed_at is not None
    assert admin.client.post(copy, {"ids": one.id, "to": outsider.project.id}).status_code == 404


def test_a_csv_is_shown_first_and_added_after_a_word_of_consent(admin: Any, page: Any) -> None:
    address = page(admin, "creators_csv")
    file = BytesIO(b"handle\n@one.ok\nwhat is this?\none.ok\n")
    file.name = "creators.csv"
    shown = admin.client.post(address, {"file": file})
    assert "1 of 3 lines bring a creator." in _words(shown)
    with organization_scope(admin.org.id):
        assert not Creator.objects.exists()
    preview = re.search(r'name="preview" value="([^"]+)"', shown.content.decode())
    assert preview is not None

    done = admin.client.post(address, {"preview": html.unescape(preview[1])}, follow=True)
    assert "1 of 3 lines were added." in _words(done)
    assert "@one.ok was added." in _words(done)
    forged = admin.client.post(address, {"preview": html.unescape(preview[1])[:-2] + "xx"}, follow=True)
    assert "This preview is too old." in _words(forged)
    _send(admin, _undo(done))
    assert _removed(admin) == {"one.ok"}


@pytest.mark.parametrize(("name", "data"), [("x.png", b"\x89PNG\x00\x00"), ("big.csv", b"a.handle\n" * 1_200_000)])
def test_a_file_that_is_no_list_of_creators_says_so(name: str, data: bytes, admin: Any, page: Any) -> None:
    file = BytesIO(data)
    file.name = name
    answer = admin.client.post(page(admin, "creators_csv"), {"file": file})
    assert answer.status_code == 200
    assert re.search("This is no text|larger than 2 MB", _words(answer))

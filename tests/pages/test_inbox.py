"""The inbox as its page: what waits, filtered; deciding with and without scripts; what two people do at once."""

from datetime import timedelta
from typing import Any

import pytest

from orgs.models import Organization
from orgs.scope import organization_scope
from tests.conftest import NOW
from videos.models import Video

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def mara(admin: Any, make_creator: Any) -> Any:
    return make_creator(admin.project, "mara.cooks", tracking_mode="selective")


@pytest.fixture
def wait(make_video: Any) -> Any:
    """`wait(creator, "caption", hours=3, view_count=5)`: a post that waits, so many hours old."""

    def make(creator: Any, title: str, hours: int = 1, **fields: Any) -> Any:
        posted_at = NOW - timedelta(hours=hours)
        return make_video(creator, title=title, tracking_status="pending_review", posted_at=posted_at, **fields)

    return make


def titles(response: Any) -> list[str]:
    """The captions of the cards, in order."""
    return [card.video.title for card in response.context["cards"]]


def test_it_shows_what_waits_newest_first_and_nothing_else(
    admin: Any, mara: Any, wait: Any, make_video: Any, make_creator: Any, page: Any
) -> None:
    wait(mara, "older", hours=5)
    wait(mara, "newer", hours=2, view_count=35_812)
    make_video(mara, title="approved before", tracking_status="included")
    make_video(mara, title="excluded before", tracking_status="excluded")
    wait(make_creator(admin.project, removed_at=NOW), "of a removed creator")

    response = admin.client.get(page(admin, "inbox"))

    assert titles(response) == ["newer", "older"]
    body = response.content.decode()
    assert "2 posts of 1 creator wait for a decision" in body
    assert "35.8K" in body
    assert 'id="inbox-count"' in body


def test_filters_narrow_and_grouping_keeps_creators_together(
    admin: Any, mara: Any, wait: Any, make_creator: Any, page: Any
) -> None:
    leo = make_creator(admin.project, "leo", tracking_mode="selective")
    wait(leo, "Running shoes", hours=1, view_count=900)
    wait(mara, "Oat milk", hours=2, view_count=50)
    wait(leo, "Running late", hours=30)
    address = page(admin, "inbox")

    for query, expected in (
        ("q=running", ["Running shoes", "Running late"]),
        (f"creator={mara.id}", ["Oat milk"]),
        ("views_min=50", ["Running shoes", "Oat milk"]),
        ("posted_to=2026-11-23", ["Running late"]),
        ("group=creator", ["Running shoes", "Running late", "Oat milk"]),
    ):
        assert titles(admin.client.get(f"{address}?{query}")) == expected, query
    grouped = admin.client.get(f"{address}?group=creator")
    assert [card.heading for card in grouped.context["cards"]] == [2, None, 1]
    nothing = admin.client.get(f"{address}?q=nowhere")
    assert "3 other posts wait for a decision" in nothing.content.decode()


def test_further_cards_come_alone_and_go_on_within_a_group(admin: Any, mara: Any, wait: Any, page: Any) -> None:
    for number in range(50):
        wait(mara, f"post {number}", hours=number)
    response = admin.client.get(page(admin, "inbox") + "?group=creator")
    further = admin.client.get(f"{page(admin, 'inbox')}?{response.context['page'].next}&part=cards")

    assert len(titles(response)) == 48
    assert titles(further) == ["post 48", "post 49"]
    assert "<h1>" not in further.content.decode()
    assert [card.heading for card in further.context["cards"]] == [None, None]


@pytest.fixture
def decision_on(db: None) -> Any:
    """What was decided on a post, as the database holds it now."""

    def read(video: Any) -> Any:
        with organization_scope(video.org_id):
            return Video.objects.select_related("decision__made_by").get(id=video.id).decision

    return read


def test_deciding_without_scripts_comes_back_to_the_same_filters_with_an_undo(
    admin: Any, mara: Any, wait: Any, page: Any, stored: Any, decision_on: Any
) -> None:
    post = wait(mara, "Oat milk")
    decided = admin.client.post(
        page(admin, "inbox_decide") + "?q=oat", {"ids": post.id, "tracking_status": "included"}, follow=True
    )

    assert decided.redirect_chain == [(page(admin, "inbox") + "?q=oat", 302)]
    assert "Approved" in decided.content.decode()
    assert stored(post).tracking_status == "included"
    assert decision_on(post).made_by == admin.user

    decision = str(decision_on(post).id)
    undone = admin.client.post(page(admin, "inbox_undo"), {"decision": decision}, follow=True)
    assert "Undone: 1 post no longer approved" in " ".join(undone.content.decode().split())
    assert (stored(post).tracking_status, decision_on(post)) == ("pending_review", None)


@pytest.mark.parametrize("name", ["inbox_decide", "videos_decided"])
def test_choosing_nothing_decides_nothing(admin: Any, mara: Any, wait: Any, page: Any, stored: Any, name: str) -> None:
    post = wait(mara, "Oat milk")
    status = {"tracking_status": "included", "status": "included"}
    assert admin.client.post(page(admin, name), status, follow=True).status_code == 200
    assert stored(post).tracking_status == "pending_review"


def test_an_answer_to_a_card_takes_it_away_and_brings_the_numbers(admin: Any, mara: Any, wait: Any, page: Any) -> None:
    first, second = wait(mara, "first"), wait(mara, "second")

    def decide(video: Any, status: str) -> Any:
        body = {"ids": video.id, "tracking_status": status}
        return admin.client.post(page(admin, "inbox_decide"), body, **HTMX, HTTP_HX_TARGET=f"post-{video.id}")

    answer = decide(first, "excluded")
    body = " ".join(answer.content.decode().split())
    assert f"post-{first.id}" not in body
    assert "1 post of 1 creator waits for a decision" in body
    assert "Excluded “first”." in body

    # The last one: the whole list says that nothing waits.
    answer = decide(second, "included")
    assert answer["HX-Retarget"] == "#list"
    assert "Nothing waits" in answer.content.decode()

    back = admin.client.post(page(admin, "inbox_undo"), **HTMX)
    assert (back["HX-Retarget"], titles(back)) == ("#list", ["second"])
    back = admin.client.post(page(admin, "inbox_undo"), **HTMX)
    assert (back["HX-Retarget"], back["HX-Reswap"], titles(back)) == ("#cards", "afterbegin", ["first"])
    nothing = admin.client.post(page(admin, "inbox_undo"), **HTMX)
    assert nothing["HX-Reswap"] == "none"
    assert "There is nothing to undo." in nothing.content.decode()


def test_everything_that_matches_is_decided_but_not_what_came_since(
    admin: Any, mara: Any, wait: Any, page: Any, in_scope: Any
) -> None:
    posts = [wait(mara, f"oat {number}", hours=number) for number in range(60)]
    wait(mara, "other")
    shown = admin.client.get(page(admin, "inbox") + "?q=oat")
    late = wait(mara, "oat that came late")

    body = {"all_matching": "1", "as_of": shown.context["as_of"].isoformat(), "tracking_status": "included"}
    answer = admin.client.post(page(admin, "inbox_decide") + "?q=oat", body, **HTMX, HTTP_HX_TARGET="list")

    assert titles(answer) == [late.title]
    assert "Approved 60 posts." in " ".join(answer.content.decode().split())
    with in_scope(admin.org):
        assert Video.objects.with_status("included").count() == len(posts)
    undone = admin.client.post(page(admin, "inbox_undo") + "?q=oat", **HTMX)
    assert undone.context["number"] == 61


def test_a_post_that_somebody_else_decided_says_who_and_asks(
    admin: Any, member: Any, mara: Any, wait: Any, page: Any, stored: Any, decision_on: Any
) -> None:
    post, rest = wait(mara, "contested"), wait(mara, "rest")
    member.client.post(page(admin, "inbox_decide"), {"ids": post.id, "tracking_status": "excluded"})

    body = {"ids": post.id, "tracking_status": "included"}
    answer = admin.client.post(page(admin, "inbox_decide"), body, **HTMX, HTTP_HX_TARGET=f"post-{post.id}")
    words = " ".join(answer.content.decode().split())
    assert "<b>member@northwind.example</b> excluded this post" in words
    assert "Approve anyway" in words
    assert stored(post).tracking_status == "excluded"

    # The same decision twice needs no question.
    same = admin.client.post(
        page(admin, "inbox_decide"), body | {"tracking_status": "excluded"}, **HTMX, HTTP_HX_TARGET=f"post-{post.id}"
    )
    assert "member@northwind.example had excluded it already." in " ".join(same.content.decode().split())

    seen = {"overrule_until": decision_on(post).made_at.isoformat()}
    admin.client.post(page(admin, "inbox_decide"), body | seen)
    assert stored(post).tracking_status == "included"
    assert stored(rest).tracking_status == "pending_review"


def test_a_full_plan_answers_with_its_limit(admin: Any, mara: Any, wait: Any, page: Any, in_scope: Any) -> None:
    post = wait(mara, "one")
    wait(mara, "two")
    admin.client.post(page(admin, "inbox_decide"), {"ids": post.id, "tracking_status": "excluded"})
    with in_scope(admin.org):
        Organization.objects.update(limit_overrides={"max_tracked_videos_per_org": 1})

    undone = admin.client.post(page(admin, "inbox_undo"), **HTMX)

    assert "max_tracked_videos_per_org" in undone.content.decode()
    assert undone["HX-Reswap"] == "none"


def test_the_badge_follows(admin: Any, mara: Any, wait: Any, page: Any) -> None:
    wait(mara, "one")
    address = page(admin, "inbox_count")
    assert admin.client.get(address + "?shown=1").status_code == 204
    assert ">1</span>" in admin.client.get(address + "?shown=0").content.decode()


def test_an_archived_project_is_shown_without_actions(admin: Any, mara: Any, wait: Any, page: Any) -> None:
    post = wait(mara, "one")
    admin.client.post(page(admin, "project_archive"))
    body = admin.client.get(page(admin, "inbox")).content.decode()
    assert "Approve" not in body
    admin.client.post(page(admin, "inbox_decide"), {"ids": post.id, "tracking_status": "included"})
    assert "archived" in admin.client.get(page(admin, "inbox")).content.decode()

"""The website's client: what it asks for, and how short links are followed."""

from typing import Any

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.http.wires import HttpxWire
from scraping.providers.interface import AccountRef
from scraping.providers.web import WebProvider

CLOCK = 1_780_000_000.5


@pytest.fixture
def provider(rerouted: HttpxWire) -> WebProvider:
    return WebProvider(wire=rerouted, clock=lambda: CLOCK)


@pytest.fixture
def account(shapes: Any) -> AccountRef:
    return AccountRef(shapes.handle, shapes.account_id, shapes.sec_uid)


def _failure(provider: WebProvider, url: str) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        provider.resolve_url(url)
    return caught.value


def test_a_listing_is_asked_for_as_a_browser_would(
    server: Any, shapes: Any, provider: WebProvider, account: AccountRef
) -> None:
    server.answer("/api/creator/item_list/", shapes.listing(shapes.item()))
    provider.list_posts(account)
    seen = server.seen[0]
    expected = {"aid": "1988", "count": "15", "type": "1", "secUid": shapes.sec_uid, "cursor": "1780000000500"}
    assert expected.items() <= seen.query.items()
    assert seen.query["device_id"].isdigit()
    assert len(seen.query["device_id"]) == 19
    assert seen.headers["Referer"] == f"https://www.tiktok.com/@{shapes.handle}"
    assert "application/json" in seen.headers["Accept"]


def test_a_cursor_is_handed_back_as_it_came(
    server: Any, shapes: Any, provider: WebProvider, account: AccountRef
) -> None:
    server.answer("/api/creator/item_list/", shapes.listing(shapes.item()))
    page = provider.list_posts(account)
    provider.list_posts(account, page.next_cursor)
    assert server.seen[1].query["cursor"] == page.next_cursor == "1653100000000"


def test_a_device_id_lasts_until_it_gets_the_same_page_again(
    server: Any, shapes: Any, provider: WebProvider, account: AccountRef
) -> None:
    server.answer("/api/creator/item_list/", shapes.listing(shapes.item()))
    for cursor in (None, "1653100000001", "1653100000000", "1653000000000"):
        provider.list_posts(account, cursor)
    ids = [seen.query["device_id"] for seen in server.seen]
    assert ids[0] == ids[1] == ids[2] != ids[3]


def test_two_clients_are_two_devices(shapes: Any, server: Any, rerouted: HttpxWire, account: AccountRef) -> None:
    server.answer("/api/creator/item_list/", shapes.listing())
    for _ in range(2):
        WebProvider(wire=rerouted).list_posts(account)
    assert len({seen.query["device_id"] for seen in server.seen}) == 2


def test_a_post_is_asked_for_without_its_authors_handle(server: Any, shapes: Any, provider: WebProvider) -> None:
    server.answer(f"/@_/video/{shapes.post_id}", shapes.video_page())
    provider.fetch_posts([shapes.post_id])
    assert server.seen[0].path == f"/@_/video/{shapes.post_id}"


def test_a_failure_of_one_post_does_not_stop_the_others(server: Any, shapes: Any, provider: WebProvider) -> None:
    server.answer("/@_/video/5", b"oops", status=500)
    server.answer(f"/@_/video/{shapes.post_id}", shapes.video_page())
    failed, read = provider.fetch_posts([5, shapes.post_id]).values()
    assert isinstance(failed, ScrapeFailure)
    assert failed.outcome is Outcome.PROVIDER_DOWN
    assert not isinstance(read, ScrapeFailure)


def test_a_missing_page_with_tiktoks_own_words_is_believed(server: Any, shapes: Any, provider: WebProvider) -> None:
    server.answer("/@nobody", shapes.scope("webapp.user-detail", {"statusCode": 10202}), status=404)
    server.answer("/@shell", b"<html></html>", status=404)
    outcomes = []
    for handle in ("nobody", "shell"):
        with pytest.raises(ScrapeFailure) as caught:
            provider.fetch_profile(AccountRef(handle))
        outcomes.append(caught.value.outcome)
    assert outcomes == [Outcome.NOT_FOUND, Outcome.BLOCKED]


@pytest.mark.parametrize(
    ("link", "path", "host"),
    [
        ("https://vm.tiktok.com/ZTdemo/", "/ZTdemo/", "vm.tiktok.com"),
        ("vt.tiktok.com/ZTdemo", "/ZTdemo/", "vt.tiktok.com"),
        ("https://www.tiktok.com/t/ZTdemo?k=1", "/t/ZTdemo/", "www.tiktok.com"),
    ],
)
def test_a_short_link_is_asked_for_where_it_lives(
    server: Any, provider: WebProvider, link: str, path: str, host: str
) -> None:
    server.redirect(path, "https://www.tiktok.com/@demo/video/7100000000000000001?_r=1&u_code=x")
    assert provider.resolve_url(link) == "https://www.tiktok.com/@demo/video/7100000000000000001"
    assert [(seen.host, seen.path) for seen in server.seen] == [(host, path)]


@pytest.mark.parametrize(
    ("location", "resolved"),
    [
        ("https://www.tiktok.com/@Demo.Creator?_t=1", "https://www.tiktok.com/@demo.creator"),
        ("https://www.tiktok.com/@/video/71", "https://www.tiktok.com/@_/video/71"),
        ("https://www.tiktok.com/@demo/photo/71", "https://www.tiktok.com/@demo/photo/71"),
        ("https://m.tiktok.com/v/71.html", "https://www.tiktok.com/@_/video/71"),
        ("https://www.tiktok.com/@demo/live", "https://www.tiktok.com/@demo"),
    ],
)
def test_whatever_form_a_short_link_leads_to_becomes_canonical(
    server: Any, provider: WebProvider, location: str, resolved: str
) -> None:
    server.redirect("/ZTdemo/", location)
    assert provider.resolve_url("https://vm.tiktok.com/ZTdemo/") == resolved


def test_a_short_link_may_take_several_steps(server: Any, provider: WebProvider) -> None:
    server.redirect("/ZTdemo/", "https://www.tiktok.com/t/ZTother/")
    server.redirect("/t/ZTother/", "/link/v2?to=somewhere")
    server.redirect("/link/v2", "/@demo")
    assert provider.resolve_url("https://vm.tiktok.com/ZTdemo/") == "https://www.tiktok.com/@demo"


def test_a_short_link_that_turns_in_a_circle_is_given_up(server: Any, provider: WebProvider) -> None:
    server.redirect("/ZTdemo/", "https://vm.tiktok.com/ZTdemo/")
    assert _failure(provider, "https://vm.tiktok.com/ZTdemo/").outcome is Outcome.NOT_FOUND
    assert len(server.seen) == 5


@pytest.mark.parametrize(
    "location",
    ["https://www.tiktok.com/", "https://www.tiktok.com/?lang=en", "https://evil.example/@demo", "http://127.0.0.1:1/"],
)
def test_a_short_link_to_the_home_page_or_elsewhere_asks_for_the_full_one(
    server: Any, provider: WebProvider, location: str
) -> None:
    server.redirect("/ZTdemo/", location)
    failure = _failure(provider, "https://vm.tiktok.com/ZTdemo/")
    assert failure.outcome is Outcome.NOT_FOUND
    assert "full link" in failure.detail
    assert len(server.seen) == 1


def test_a_short_link_that_is_gone_asks_for_the_full_one(server: Any, provider: WebProvider) -> None:
    failure = _failure(provider, "https://vm.tiktok.com/ZTgone/")
    assert (failure.outcome, "full link" in failure.detail) == (Outcome.NOT_FOUND, True)


def test_a_short_link_answered_with_a_challenge_is_a_refusal(server: Any, shapes: Any, provider: WebProvider) -> None:
    server.answer("/ZTdemo/", shapes.challenge)
    assert _failure(provider, "https://vm.tiktok.com/ZTdemo/").outcome is Outcome.BLOCKED


def test_a_short_link_that_asks_for_a_login_is_a_refusal(server: Any, provider: WebProvider) -> None:
    server.redirect("/ZTdemo/", "https://www.tiktok.com/login?redirect_url=x")
    assert _failure(provider, "https://vm.tiktok.com/ZTdemo/").outcome is Outcome.BLOCKED


@pytest.mark.parametrize("url", ["https://www.tiktok.com/", "https://www.tiktok.com/tag/soup", "not a link", ""])
def test_what_names_nothing_asks_for_the_full_link_unasked(server: Any, provider: WebProvider, url: str) -> None:
    assert _failure(provider, url).outcome is Outcome.NOT_FOUND
    assert server.seen == []

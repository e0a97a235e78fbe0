"""Consent becomes tokens and ends, over real HTTP; and a token opens one account and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from scraping.outcomes import Outcome, Refusal, ScrapeFailure
from scraping.providers import Options, build_consent, build_official
from scraping.providers.interface import AccountRef, Provider
from scraping.providers.official import OfficialProvider
from scraping.providers.official.consent import SCOPES, Consent, Grant
from scraping.simulator.process import SimulatorProcess
from tests.scraping.providers.harness import BACK, NOON

HANDLE = "mara.cooks"


@pytest.fixture
def options(running: SimulatorProcess) -> Options:
    running.set_clock(NOON)
    running.clear_faults()
    return Options(simulator_url=running.url, simulated=True, clock=lambda: running.now().timestamp())


@pytest.fixture
def consent(options: Options) -> Iterator[Consent]:
    made = build_consent(options, client_key="tests", client_secret="secret")
    yield made
    made.close()


def answered(consent: Consent, running: SimulatorProcess, **how: Any) -> dict[str, str]:
    """What TikTok leads back with after a button on its page was pressed."""
    page = consent.page(redirect_uri=BACK, state="a state")
    location = running.answer_consent(page, HANDLE, **how)
    assert location.startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(location).query))


def granted(consent: Consent, running: SimulatorProcess, **how: Any) -> Grant:
    return consent.exchange(answered(consent, running, **how)["code"], redirect_uri=BACK)


def account_of(running: SimulatorProcess) -> AccountRef:
    known = running.account(HANDLE)
    return AccountRef(HANDLE, int(known["account_id"]), known["sec_uid"])


def reader(options: Options, running: SimulatorProcess, grant: Grant) -> Provider:
    return build_official(options, grant.access_token, account_of(running))


def refusal_of(ask: Any) -> tuple[Outcome, Refusal | None]:
    with pytest.raises(ScrapeFailure) as caught:
        ask()
    return caught.value.outcome, caught.value.refusal


NO_CONSENT = (Outcome.BLOCKED, Refusal.CONSENT)


def test_consent_leads_back_with_a_code_that_is_worth_tokens_once(consent: Consent, running: SimulatorProcess) -> None:
    back = answered(consent, running)
    assert back["state"] == "a state"
    grant = consent.exchange(back["code"], redirect_uri=BACK)
    assert grant.scopes == set(SCOPES)
    assert (grant.access_expires_at - NOON, grant.refresh_expires_at - NOON) == (timedelta(days=1), timedelta(days=365))
    assert refusal_of(lambda: consent.exchange(back["code"], redirect_uri=BACK)) == NO_CONSENT


def test_a_code_is_worth_nothing_for_another_address_or_after_ten_minutes(
    consent: Consent, running: SimulatorProcess
) -> None:
    code = answered(consent, running)["code"]
    assert refusal_of(lambda: consent.exchange(code, redirect_uri=f"{BACK}/elsewhere")) == NO_CONSENT
    late = answered(consent, running)["code"]
    running.set_clock(NOON + timedelta(minutes=11))
    assert refusal_of(lambda: consent.exchange(late, redirect_uri=BACK)) == NO_CONSENT


def test_a_refusal_leads_back_without_a_code(consent: Consent, running: SimulatorProcess) -> None:
    back = answered(consent, running, allow=False)
    assert (back["error"], back["state"], "code" in back) == ("access_denied", "a state", False)


def test_the_tokens_stand_in_no_words_about_the_grant(consent: Consent, running: SimulatorProcess) -> None:
    grant = granted(consent, running)
    assert grant.access_token not in repr(grant)
    assert grant.refresh_token not in repr(grant)


def test_a_refresh_token_is_good_once_and_its_successor_goes_on(
    consent: Consent, running: SimulatorProcess, options: Options
) -> None:
    first = granted(consent, running)
    running.set_clock(NOON + timedelta(days=2))
    assert refusal_of(lambda: reader(options, running, first).fetch_profile(AccountRef(HANDLE))) == NO_CONSENT
    second = consent.refresh(first.refresh_token)
    assert second.open_id == first.open_id
    assert reader(options, running, second).fetch_profile(AccountRef(HANDLE)).handle == HANDLE
    assert refusal_of(lambda: consent.refresh(first.refresh_token)) == NO_CONSENT
    assert consent.refresh(second.refresh_token).access_expires_at == NOON + timedelta(days=3)


def test_what_was_revoked_opens_nothing_and_revoking_it_again_harms_nothing(
    consent: Consent, running: SimulatorProcess, options: Options
) -> None:
    grant = granted(consent, running)
    consent.revoke(grant.access_token)
    consent.revoke(grant.access_token)
    assert refusal_of(lambda: reader(options, running, grant).fetch_profile(AccountRef(HANDLE))) == NO_CONSENT
    assert refusal_of(lambda: consent.refresh(grant.refresh_token)) == NO_CONSENT


def test_what_its_owner_takes_back_opens_nothing(consent: Consent, running: SimulatorProcess, options: Options) -> None:
    earlier = granted(consent, running)
    running.take_consent_back(HANDLE)
    later = granted(consent, running)
    assert refusal_of(lambda: reader(options, running, earlier).fetch_profile(AccountRef(HANDLE))) == NO_CONSENT
    assert reader(options, running, later).fetch_profile(AccountRef(HANDLE)).handle == HANDLE


def test_what_was_not_allowed_is_not_read(consent: Consent, running: SimulatorProcess, options: Options) -> None:
    grant = granted(consent, running, without="video.list")
    assert "video.list" not in grant.scopes
    provider = reader(options, running, grant)
    assert provider.fetch_profile(AccountRef(HANDLE)).follower_count
    assert refusal_of(lambda: provider.list_posts(AccountRef(HANDLE))) == NO_CONSENT


def test_a_client_that_tiktok_does_not_know_is_our_own_mistake(options: Options, running: SimulatorProcess) -> None:
    stranger = build_consent(options, client_key="tests-invalid", client_secret="secret")
    code = answered(stranger, running)["code"]
    assert refusal_of(lambda: stranger.exchange(code, redirect_uri=BACK)) == (Outcome.SCHEMA_CHANGED, None)


@pytest.mark.parametrize(
    ("fault", "outcome"), [("http_429", Outcome.RATE_LIMITED), ("http_500", Outcome.PROVIDER_DOWN)]
)
def test_trouble_with_tokens_is_named(
    consent: Consent, running: SimulatorProcess, fault: str, outcome: Outcome
) -> None:
    code = answered(consent, running)["code"]
    running.fault(fault, on="oauth", times=1, source="official")
    assert refusal_of(lambda: consent.exchange(code, redirect_uri=BACK)) == (outcome, None)
    assert consent.exchange(code, redirect_uri=BACK).access_token


def test_a_token_is_for_one_account_and_nobody_else_is_asked_for(
    consent: Consent, running: SimulatorProcess, options: Options
) -> None:
    provider = reader(options, running, granted(consent, running))
    foreign = running.posts("dailydesk")[0]["id"]
    found = provider.fetch_posts([int(foreign)])[int(foreign)]
    assert isinstance(found, ScrapeFailure)
    assert found.outcome is Outcome.POST_UNAVAILABLE
    for other in (AccountRef("dailydesk"), AccountRef(HANDLE, 1)):
        assert refusal_of(lambda other=other: provider.list_posts(other)) == (Outcome.NOT_FOUND, None)


def test_an_account_is_known_by_its_id_before_its_owners_token_is_used() -> None:
    with pytest.raises(ValueError, match="id must be known"):
        OfficialProvider("token", AccountRef(HANDLE))


def test_more_posts_than_a_request_takes_are_read_in_several(
    consent: Consent, running: SimulatorProcess, options: Options
) -> None:
    provider = reader(options, running, granted(consent, running))
    truth = {int(post["id"]): post["view_count"] for post in running.posts(HANDLE, after=NOON - timedelta(days=400))}
    ids = list(truth)[:45]
    assert len(ids) == 45
    read = provider.fetch_posts(ids)
    assert {post_id: getattr(post, "view_count", None) for post_id, post in read.items()} == {
        post_id: truth[post_id] for post_id in ids
    }

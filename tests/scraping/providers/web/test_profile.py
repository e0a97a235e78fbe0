"""Profile pages: identity, exact and rounded numbers, and what is shown instead of a profile."""

import pytest

from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import AccountData
from scraping.providers.web.profile import parse_profile

BASE = "__DEFAULT_SCOPE__.webapp.user-detail"


def _failure(page: bytes) -> ScrapeFailure:
    with pytest.raises(ScrapeFailure) as caught:
        parse_profile(page, "demo.creator")
    return caught.value


def test_a_profile_is_read_whole_with_exact_numbers(shapes) -> None:
    assert parse_profile(shapes.profile_page(), shapes.handle) == AccountData(
        account_id=shapes.account_id,
        handle="demo.creator",
        sec_uid=shapes.sec_uid,
        nickname="Demo Creator",
        bio="Cooking on two hobs",
        avatar_url="https://cdn.example.invalid/avatar-large.jpeg",
        verified=True,
        private=False,
        follower_count=38_490,
        following_count=24,
        total_likes=593_024,
        video_count=927,
        source_rounds=False,
    )


def test_without_exact_numbers_the_rounded_ones_stand_and_are_marked(shapes) -> None:
    account = parse_profile(shapes.profile_page(statsV2=None), shapes.handle)
    assert (account.follower_count, account.total_likes, account.source_rounds) == (38_500, 593_000, True)


def test_one_exact_number_missing_makes_the_source_a_rounding_one(shapes) -> None:
    account = parse_profile(shapes.profile_page(statsV2=shapes.stats_v2(followerCount=None)), shapes.handle)
    assert (account.follower_count, account.total_likes, account.source_rounds) == (38_500, 593_024, True)


def test_likes_that_overflowed_are_unknown_unless_the_exact_number_is_there(shapes) -> None:
    stats = shapes.stats(heartCount=-1_614_092_016)
    unknown = parse_profile(shapes.profile_page(stats=stats, statsV2=None), shapes.handle)
    known = parse_profile(shapes.profile_page(stats=stats), shapes.handle)
    assert (unknown.total_likes, known.total_likes) == (None, 593_024)


def test_an_account_without_posts_has_zero_of_them(shapes) -> None:
    account = parse_profile(shapes.profile_page(statsV2=shapes.stats_v2(videoCount="0")), shapes.handle)
    assert account.video_count == 0


def test_a_private_account_has_an_identity_and_no_numbers(shapes) -> None:
    page = shapes.profile_page(user=shapes.user(privateAccount=True), statsV2=shapes.stats_v2(videoCount="0"))
    account = parse_profile(page, shapes.handle)
    assert account.private
    assert account.account_id == shapes.account_id
    numbers = (account.follower_count, account.following_count, account.total_likes, account.video_count)
    assert numbers == (None, None, None, None)


def test_the_private_code_beside_a_profile_makes_it_private(shapes) -> None:
    detail = {**shapes.user_detail(), "statusCode": 10222}
    account = parse_profile(shapes.scope("webapp.user-detail", detail), shapes.handle)
    assert (account.private, account.video_count) == (True, None)


def test_a_renamed_account_keeps_its_id_under_the_new_handle(shapes) -> None:
    account = parse_profile(shapes.profile_page(user=shapes.user(uniqueId="New.Name")), shapes.handle)
    assert (account.account_id, account.handle) == (shapes.account_id, "new.name")


def test_a_handle_taken_over_shows_the_other_id(shapes) -> None:
    account = parse_profile(shapes.profile_page(user=shapes.user(id="7000000000000000002")), shapes.handle)
    assert (account.account_id, account.handle) == (7000000000000000002, shapes.handle)


def test_emoji_right_to_left_text_and_newlines_pass_untouched(shapes) -> None:
    bio = "طبخ 🍲\nline\u2028two"
    account = parse_profile(shapes.profile_page(user=shapes.user(signature=bio, nickname="小邹🇨🇳")), shapes.handle)
    assert (account.bio, account.nickname) == (bio, "小邹🇨🇳")


def test_optional_parts_may_be_absent(shapes) -> None:
    user = shapes.user(signature=None, avatarLarger="", verified=None)
    account = parse_profile(shapes.profile_page(user=user), shapes.handle)
    assert (account.bio, account.verified) == ("", False)
    assert account.avatar_url == "https://cdn.example.invalid/avatar-small.jpeg"


def test_followers_beyond_a_billion_are_read(shapes) -> None:
    page = shapes.profile_page(statsV2=shapes.stats_v2(followerCount="1234567890123"))
    assert parse_profile(page, shapes.handle).follower_count == 1_234_567_890_123


@pytest.mark.parametrize("key", ["id", "uniqueId", "secUid", "nickname"])
def test_a_missing_part_of_the_identity_is_a_changed_schema(shapes, key: str) -> None:
    failure = _failure(shapes.profile_page(user=shapes.user(**{key: None})))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.userInfo.user.{key}")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"user": None}, "userInfo.user"),
        ({"stats": None, "statsV2": None}, "userInfo.stats"),
        ({"stats": [], "statsV2": None}, "userInfo.stats"),
    ],
)
def test_missing_objects_are_a_changed_schema(shapes, changes: dict, path: str) -> None:
    failure = _failure(shapes.profile_page(**changes))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.{path}")


@pytest.mark.parametrize(
    ("user", "stats", "path"),
    [
        ({}, {"followerCount": "many"}, "userInfo.statsV2.followerCount"),
        ({}, {"followerCount": 2**63}, "userInfo.statsV2.followerCount"),
        ({"id": 1.5}, {}, "userInfo.user.id"),
        ({"uniqueId": "no handle"}, {}, "userInfo.user.uniqueId"),
        ({"privateAccount": "yes"}, {}, "userInfo.user.privateAccount"),
    ],
)
def test_a_part_of_another_type_is_a_changed_schema(shapes, user: dict, stats: dict, path: str) -> None:
    page = shapes.profile_page(user=shapes.user(**user), statsV2=shapes.stats_v2(**stats))
    failure = _failure(page)
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.{path}")


def test_a_page_that_lost_the_profile_scope_is_a_changed_schema(shapes) -> None:
    failure = _failure(shapes.scope("webapp.something-else", {}))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, BASE)


def test_an_empty_profile_that_explains_nothing_is_a_refusal(shapes) -> None:
    failure = _failure(shapes.scope("webapp.user-detail", {"statusCode": 0, "userInfo": {}}))
    assert failure.outcome is Outcome.BLOCKED


def test_a_profile_without_its_info_is_a_changed_schema(shapes) -> None:
    failure = _failure(shapes.scope("webapp.user-detail", {"statusCode": 0}))
    assert (failure.outcome, failure.path) == (Outcome.SCHEMA_CHANGED, f"{BASE}.userInfo")


def _legacy(shapes, **changes: object) -> bytes:
    state = {
        "UserModule": {"users": {shapes.handle: shapes.user()}, "stats": {shapes.handle: shapes.stats()}},
        "UserPage": {"statusCode": 0, "uniqueId": shapes.handle},
        **changes,
    }
    return shapes.page(state, script="SIGI_STATE")


def test_the_legacy_state_gives_a_profile_with_rounded_numbers(shapes) -> None:
    account = parse_profile(_legacy(shapes), shapes.handle)
    assert (account.account_id, account.follower_count, account.source_rounds) == (shapes.account_id, 38_500, True)


def test_the_legacy_state_explains_itself_by_its_own_code(shapes) -> None:
    assert _failure(_legacy(shapes, UserPage={"statusCode": 10221})).outcome is Outcome.NOT_FOUND


def test_an_empty_legacy_state_is_a_refusal(shapes) -> None:
    assert _failure(_legacy(shapes, UserModule={"users": {}, "stats": {}})).outcome is Outcome.BLOCKED

"""What people paste: handles, links, and things in disguise."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraping.grammar import (
    MAX_ID,
    AccountReference,
    GrammarError,
    HomePage,
    InvalidHandle,
    InvalidPostId,
    NotAnAccount,
    NotAPost,
    NotTikTok,
    PostReference,
    ShortLink,
    is_tiktok_host,
    parse_account,
    parse_handle,
    parse_id,
    parse_post,
    post_url,
    posted_at_from_id,
    profile_url,
)
from scraping.providers.interface import PostKind

ID = 7100000000000000001
SEC_UID = "MS4wLjABAAAA" + "a1_-" * 16
HANDLES = st.from_regex(r"[A-Za-z0-9_.]{0,29}[A-Za-z0-9_]", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("demo.creator", "demo.creator"),
        ("@Demo.Creator", "demo.creator"),
        ("  @demo_1 \n", "demo_1"),
        ("x", "x"),
        ("_", "_"),
        (".a", ".a"),
        ("1234567890", "1234567890"),
        ("a" * 24, "a" * 24),
        ("a" * 30, "a" * 30),
        ("@tiktok.com", "tiktok.com"),
    ],
)
def test_a_handle_is_stored_in_lower_case_without_its_at_sign(text: str, handle: str) -> None:
    assert parse_handle(text) == handle
    assert parse_account(text) == AccountReference(handle)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "@@demo",
        "demo.",
        ".",
        "a" * 31,
        "demo creator",
        "demo-creator",
        "démo",
        "dem\u0000o",
        "ｄemo",
        "\u212aim",
    ],
)
def test_nonsense_is_no_handle(text: str) -> None:
    with pytest.raises(InvalidHandle):
        parse_account(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@Demo.Creator",
        "https://tiktok.com/@demo.creator?lang=en",
        "http://m.tiktok.com/@demo.creator/",
        "tiktok.com/@demo.creator",
        "www.tiktok.com/@demo.creator#top",
        "HTTPS://WWW.TIKTOK.COM/@demo.creator",
        "https://www.tiktok.com/%40demo.creator",
        "https://www.tiktok.com/@demo.creator/live",
        "https://www.tiktok.com/@demo.creator/playlist/some-7100000000000000009",
        "https://www.tiktok.com/embed/@demo.creator",
        f"https://www.tiktok.com/@demo.creator/video/{ID}?is_from_webapp=1",
        f"https://www.tiktok.com/@demo.creator/photo/{ID}",
    ],
)
def test_every_link_of_a_profile_names_its_account(url: str) -> None:
    assert parse_account(url) == AccountReference("demo.creator")


@pytest.mark.parametrize(
    ("path", "handle", "kind"),
    [
        (f"@Demo.Creator/video/{ID}", "demo.creator", PostKind.VIDEO),
        (f"@demo.creator/photo/{ID}/?lang=en", "demo.creator", PostKind.PHOTO),
        (f"%40demo.creator/video/{ID}", "demo.creator", PostKind.VIDEO),
        (f"@/video/{ID}", None, PostKind.VIDEO),
        (f"@_/video/{ID}", None, PostKind.VIDEO),
        (f"@{SEC_UID}/video/{ID}", None, PostKind.VIDEO),
        (f"video/{ID}", None, PostKind.VIDEO),
        (f"v/{ID}.html?u_code=1", None, None),
        (f"share/video/{ID}/", None, None),
        (f"embed/{ID}", None, None),
        (f"embed/v2/{ID}", None, None),
        (f"player/v1/{ID}?autoplay=1", None, None),
    ],
)
@pytest.mark.parametrize("start", ["https://www.tiktok.com/", "http://m.tiktok.com/", "tiktok.com/"])
def test_every_form_of_a_post_link_names_the_post(
    start: str, path: str, handle: str | None, kind: PostKind | None
) -> None:
    assert parse_post(start + path) == PostReference(ID, handle, kind)


@pytest.mark.parametrize("host", ["tiktokv.com", "www.tiktokv.com", "m.tiktokv.com"])
def test_the_share_domain_carries_posts_and_nothing_else(host: str) -> None:
    assert parse_post(f"https://{host}/share/video/{ID}/") == PostReference(ID, None, None)
    with pytest.raises(NotAPost):
        parse_post(f"https://{host}/@demo/video/{ID}")
    with pytest.raises(NotAnAccount):
        parse_account(f"https://{host}/@demo")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://vm.tiktok.com/ZTdemo123/", "https://vm.tiktok.com/ZTdemo123/"),
        ("vt.tiktok.com/ZSdemo123?k=1", "https://vt.tiktok.com/ZSdemo123/"),
        ("http://www.tiktok.com/t/ZTdemo123", "https://www.tiktok.com/t/ZTdemo123/"),
        ("m.tiktok.com/t/ZTdemo123/", "https://www.tiktok.com/t/ZTdemo123/"),
    ],
)
def test_a_short_link_may_stand_for_an_account_or_a_post(text: str, url: str) -> None:
    short = ShortLink(url, url.rstrip("/").rpartition("/")[2])
    assert parse_account(text) == short
    assert parse_post(text) == short


@pytest.mark.parametrize(
    "text",
    [
        "https://tiktok.com.evil.example/@demo/video/1",
        "https://eviltiktok.com/@demo/video/1",
        "https://evil-tiktok.com/@demo/video/1",
        "https://tiktok.com@evil.example/@demo/video/1",
        "https://demo@www.tiktok.com/@demo/video/1",
        "https://evil.example%2f.tiktok.com/@demo/video/1",
        "https://demo:secret@www.tiktok.com/@demo/video/1",
        "https://www.tiktok.com:443/@demo/video/1",
        "https://www.tiktok.com:8000/@demo/video/1",
        "https://www.tiktok.com./@demo/video/1",
        "https://www.tiktоk.com/@demo/video/1",
        "https://www．tiktok.com/@demo/video/1",
        "https://www。tiktok。com/@demo/video/1",
        "https://ⓦⓦⓦ.tiktok.com/@demo/video/1",
        "https://\u200bwww.tiktok.com/@demo/video/1",
        "https://www.ti\nktok.com/@demo/video/1",
        "https://www.tiktok.com\\@evil.example/@demo/video/1",
        "https://evil.example\\@www.tiktok.com/@demo/video/1",
        "https:///www.tiktok.com/@demo/video/1",
        "https://[::1]/@demo/video/1",
        "https://[www.tiktok.com/@demo/video/1",
        "https://127.0.0.1/@demo/video/1",
        "ftp://www.tiktok.com/@demo/video/1",
        "file:///@demo/video/1",
        "javascript://www.tiktok.com/@demo/video/1",
        "https://www.douyin.com/video/7100000000000000001",
        "https://example.com/?u=https://www.tiktok.com/@demo/video/1",
        "https://www.tiktok.com/@demo/video/1?" + "a" * 2_000,
    ],
)
def test_other_sites_and_links_in_disguise_are_refused(text: str) -> None:
    for parse in (parse_account, parse_post):
        with pytest.raises(NotTikTok):
            parse(text)


@pytest.mark.parametrize(
    "text", ["tiktok.com", "https://www.tiktok.com", "https://www.tiktok.com/?lang=en", "vm.tiktok.com/"]
)
def test_the_home_page_asks_for_the_full_link(text: str) -> None:
    for parse in (parse_account, parse_post):
        with pytest.raises(HomePage, match="full link"):
            parse(text) if "/" in text or parse is parse_account else parse(f"https://{text}")


@pytest.mark.parametrize(
    "path",
    [
        "/tag/demo",
        "/music/some-song-7100000000000000001",
        "/foryou",
        "/login",
        "/@",
        "/@/",
        "/video",
        "/video/1/2",
        "/share/live/7100000000000000001",
        "/x/@demo",
        "/t/a/b",
        "/embed%2F7100000000000000001",
    ],
)
def test_a_tiktok_link_of_something_else_is_told_apart(path: str) -> None:
    with pytest.raises((NotAnAccount, InvalidHandle)):
        parse_account(f"https://www.tiktok.com{path}")
    with pytest.raises(NotAPost):
        parse_post(f"https://www.tiktok.com{path}")


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.tiktok.com/video/{ID}",
        f"https://www.tiktok.com/@/video/{ID}",
        f"https://www.tiktok.com/@_/video/{ID}",
        f"https://www.tiktok.com/@{SEC_UID}/video/{ID}",
        f"https://www.tiktok.com/@{SEC_UID}",
        f"https://ads.tiktok.com/@demo/video/{ID}",
        f"https://www.tiktokv.com/share/video/{ID}",
    ],
)
def test_a_post_link_without_a_handle_names_no_account(url: str) -> None:
    with pytest.raises(NotAnAccount):
        parse_account(url)


@pytest.mark.parametrize("host", ["ads.tiktok.com", "shop.tiktok.com", "vm.tiktok.com"])
def test_other_hosts_of_tiktok_hold_no_posts(host: str) -> None:
    for path in (f"@demo/video/{ID}", f"share/video/{ID}"):
        with pytest.raises(NotAPost):
            parse_post(f"https://{host}/{path}")


@pytest.mark.parametrize("digits", ["0", "007", "-5", "1.5", "1e9", str(2**63), "9" * 20, "１２３", "x", "12x"])
def test_an_id_outside_of_64_bits_or_not_in_plain_digits_is_refused(digits: str) -> None:
    with pytest.raises(InvalidPostId):
        parse_post(f"https://www.tiktok.com/@demo/video/{digits}")


def test_a_post_link_with_an_impossible_handle_is_refused() -> None:
    with pytest.raises(InvalidHandle):
        parse_post(f"https://www.tiktok.com/@de mo/video/{ID}".replace(" ", "%20"))


def test_every_refusal_says_what_to_do_in_a_sentence() -> None:
    kinds = GrammarError.__subclasses__()
    assert {InvalidHandle, NotTikTok, HomePage, NotAnAccount, NotAPost, InvalidPostId} == set(kinds)
    assert all(str(kind()).endswith(".") and len(str(kind())) < 130 for kind in kinds)


def test_hosts_are_tiktoks_own_only_as_a_whole() -> None:
    assert all(map(is_tiktok_host, ["tiktok.com", "www.tiktok.com", "a.b.tiktok.com", "www.tiktokv.com"]))
    refused = [
        "",
        "eviltiktok.com",
        "tiktok.com.evil.example",
        "tiktok.com:443",
        "x@tiktok.com",
        "tiktok.co",
        ".tiktok.com",
    ]
    assert not any(map(is_tiktok_host, refused))


@given(HANDLES)
def test_a_canonical_profile_link_leads_back_to_its_handle(text: str) -> None:
    handle = parse_handle(text)
    assert handle == text.lower()
    assert parse_handle(handle) == handle
    assert parse_account(profile_url(handle)) == AccountReference(handle)


@given(
    st.none() | HANDLES.map(str.lower).filter(lambda handle: handle != "_"),
    st.integers(1, MAX_ID),
    st.sampled_from(PostKind),
)
def test_a_canonical_post_link_leads_back_to_its_post(handle: str | None, post_id: int, kind: PostKind) -> None:
    assert parse_post(post_url(handle, post_id, kind)) == PostReference(post_id, handle, kind)


@given(st.integers(1, MAX_ID))
def test_ids_survive_as_strings_of_digits(number: int) -> None:
    assert parse_id(str(number)) == number


@given(st.text() | st.text().map("https://www.tiktok.com/".__add__) | st.text().map("https://".__add__))
def test_whatever_is_pasted_is_understood_or_refused_by_name(text: str) -> None:
    for parse in (parse_account, parse_post):
        with suppress(*GrammarError.__subclasses__()):
            assert isinstance(parse(text), AccountReference | PostReference | ShortLink)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1))
def test_the_upper_half_of_an_id_is_its_time_in_whole_seconds(seconds: int, rest: int) -> None:
    posted_at = posted_at_from_id((seconds << 32) + rest)
    assert posted_at == datetime.fromtimestamp(seconds, UTC)
    assert posted_at.microsecond == 0

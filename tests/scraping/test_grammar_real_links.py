"""The links and times that yt-dlp's TikTok extractors are tested with: real ones, kept by people who use them."""

from typing import Any

import pytest
from yt_dlp.extractor.tiktok import DouyinIE, TikTokIE, TikTokSoundIE, TikTokTagIE, TikTokUserIE, TikTokVMIE

from scraping.grammar import (
    AccountReference,
    NotAnAccount,
    NotAPost,
    PostReference,
    ShortLink,
    parse_account,
    parse_post,
    posted_at_from_id,
)

# createTime minus the id's own seconds: 1 to 37 in these tests, 1 to 122 in every recorded page that was looked at.
# An upload that is processed for longer is possible, an earlier createTime is not; ten minutes leave room.
LONGEST_PROCESSING = 600


def _cases(*extractors: Any) -> list[dict[str, Any]]:
    return [case for extractor in extractors for case in extractor._TESTS]


def _urls(*extractors: Any) -> list[str]:
    return [case["url"] for case in _cases(*extractors)]


def _timed(*extractors: Any) -> list[tuple[int, int]]:
    infos = [case.get("info_dict", {}) for case in _cases(*extractors)]
    return [(int(info["id"]), info["timestamp"]) for info in infos if "timestamp" in info]


@pytest.mark.parametrize("url", _urls(TikTokIE))
def test_video_links_of_every_form_are_understood(url: str) -> None:
    reference = parse_post(url)
    assert isinstance(reference, PostReference)
    assert str(reference.post_id) == TikTokIE._match_id(url)
    assert reference.handle is None or f"/@{reference.handle}/" in url.lower()


def test_video_links_tell_the_handle_unless_an_internal_id_stands_there() -> None:
    named = [url for url in _urls(TikTokIE) if "/@" in url and "/@/" not in url and "@MS4w" not in url]
    references = [parse_post(url) for url in named]
    assert len(named) >= 9
    assert all(isinstance(reference, PostReference) and reference.handle for reference in references)


@pytest.mark.parametrize("url", [url for url in _urls(TikTokUserIE) if url.startswith("http")])
def test_profile_links_name_their_account(url: str) -> None:
    assert parse_account(url) == AccountReference(TikTokUserIE._match_id(url).lower())


@pytest.mark.parametrize("url", _urls(TikTokVMIE))
def test_short_links_are_known_as_such(url: str) -> None:
    short = parse_post(url)
    assert isinstance(short, ShortLink)
    assert short.code == TikTokVMIE._match_id(url)
    assert TikTokVMIE.suitable(short.url)


@pytest.mark.parametrize("url", _urls(TikTokSoundIE, TikTokTagIE))
def test_links_of_sounds_and_hashtags_are_neither_account_nor_post(url: str) -> None:
    with pytest.raises(NotAnAccount):
        parse_account(url)
    with pytest.raises(NotAPost):
        parse_post(url)


@pytest.mark.parametrize(("post_id", "create_time"), _timed(TikTokIE, TikTokVMIE, DouyinIE))
def test_an_id_tells_the_time_of_its_upload(post_id: int, create_time: int) -> None:
    assert 0 <= create_time - posted_at_from_id(post_id).timestamp() <= LONGEST_PROCESSING

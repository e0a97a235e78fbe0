"""Taking text apart: what is stored and what is asked meet."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videos.words import query_for, query_for_hashtag, words_of

CASES = [
    ("Café GLOW up", "cafe", True),
    ("cafe glow", "CAFÉ", True),
    ("one pan dinner", "pan din", True),
    ("one pan dinner", "inner", False),
    ("new #GlowUp.2026 routine", "#glowup", True),
    ("new #GlowUp.2026 routine", "2026", True),
    ("glowup without a tag", "#glowup", False),
    ("ｆｕｌｌ width", "full", True),
    ("新しいレシピ", "レシピ", True),
    ("thanks @mara.cooks", "@mara", True),
    ("STRASSE", "straße", True),
    ("it's quick", "it's", True),
]


def is_found(caption: str, asked: str) -> bool:
    """What PostgreSQL does with the words and the query."""
    words = words_of(caption=caption, hashtags=re.findall(r"#([\w.]+)", caption), author_handle="")
    query = query_for(asked)
    parts = [part.removesuffix(":*")[1:-1].replace("''", "'") for part in query.split(" & ")]
    return bool(query) and all(any(word.startswith(part) for word in words) for part in parts)


@pytest.mark.parametrize(("caption", "asked", "found"), CASES)
def test_a_caption_is_found_by_the_beginnings_of_its_words(caption: str, asked: str, found: bool) -> None:
    assert is_found(caption, asked) is found


@pytest.mark.parametrize("text", ["", "  ", "!!!", "#", "@", "’", "\x00"])
def test_what_holds_no_word_asks_for_nothing(text: str) -> None:
    assert query_for(text) == ""
    assert query_for_hashtag(text) == ""


def test_a_hashtag_is_asked_for_whole_and_with_or_without_its_sign() -> None:
    assert query_for_hashtag("#GlowUp") == query_for_hashtag("glowup ") == "'#glowup'"


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_every_caption_is_found_by_itself(caption: str) -> None:
    words = words_of(caption=caption, hashtags=(), author_handle="")
    assert all(word and not re.search(r"\s", word) for word in words)
    assert is_found(caption, caption) or query_for(caption) == ""

"""The words by which a video is found: the same way of taking text apart for what is stored and for what is asked.

Case, accents and width do not matter. A word is found by its beginning. Scripts that put no spaces between words are
taken apart into their characters. "#tag" finds hashtags alone, "@handle" authors and people who are mentioned.
"""

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

MOST_WORDS_ASKED = 8
MOST_LETTERS = 60
_UNSPACED = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[#@]?(?:[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:\.[^\W{_UNSPACED}]+)*)")
_PARTS = re.compile(r"[._]+")


def _plain(text: str) -> str:
    """Without case, accents and width."""
    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return normalize("NFC", "".join(letters)).casefold()


def _tokens(text: str) -> list[str]:
    return [token[:MOST_LETTERS] for token in _TOKEN.findall(_plain(text).replace("\x00", " "))]


def words_of(*, caption: str, hashtags: Iterable[str], author_handle: str) -> list[str]:
    """Everything by which a video is found, each once, in a fixed order."""
    found: set[str] = set()
    for token in _tokens(caption):
        found |= _with_parts(token)
    for tag in hashtags:
        for token in _tokens(f"#{tag.lstrip('#')}"):
            found |= _with_parts(token)
    if author_handle:
        found |= _with_parts(f"@{_plain(author_handle)}")
    return sorted(found)


def _with_parts(token: str) -> set[str]:
    """A token, and what of it stands for itself: #glow.up, glow.up, glow, up."""
    bare = token.lstrip("#@")
    return {token, bare, *_PARTS.split(bare)} - {"", "#", "@"}


def query_for(text: str) -> str:
    """What is asked of stored words, as PostgreSQL's `tsquery` in text: every word must begin one. "" for no words."""
    return " & ".join(f"{_quoted(token)}:*" for token in _tokens(text)[:MOST_WORDS_ASKED])


def query_for_hashtag(tag: str) -> str:
    """The same for exactly one hashtag, with or without its #. "" for no hashtag."""
    tokens = _tokens(f"#{tag.strip().lstrip('#')}")
    return _quoted(tokens[0]) if tokens and tokens[0].startswith("#") else ""


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"

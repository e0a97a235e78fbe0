"""Rows that are written together arrive as they were given, few or many, whatever their texts hold."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, router, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg.errors import UniqueViolation

from scraping.counts import UNKNOWN
from scraping.models import Post, PostSnapshot
from scraping.providers.interface import PostKind
from scraping.services.bulk import MANY, copy, copy_rows, insert_new, update, upsert

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
AT = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
# Those that stand between texts, and those that an array's or a line's text form would have to escape.
AWKWARD = st.text(st.sampled_from("a é🍅\x1e\x1f\\\"',{}\t\n\r\0"), max_size=6)
SIZES = st.sampled_from([1, 2, MANY])


_WITHOUT = (
    "author_handle",
    "cover_url",
    "music_title",
    "availability",
    "unavailable_reason",
    "counts_precision",
    "counts_source",
)


def _columns(number: int, captions: list[str], tags: list[tuple[str, ...]]) -> dict[str, Any]:
    """Posts whose captions and tags are these by turns."""
    return {
        "id": np.arange(1, number + 1),
        "seq": np.zeros(number, np.int64),
        **{name: [""] * number for name in _WITHOUT},
        "posted_at": np.full(number, AT),
        "first_seen_at": np.arange(number) + AT,
        "seen_at": [AT] * number,
        "caption": [captions[n % len(captions)] for n in range(number)],
        "hashtags": [tags[n % len(tags)] for n in range(number)],
        "kind": [PostKind.PHOTO] * number,
        "view_count": np.where(np.arange(number) % 2, UNKNOWN, np.arange(number)),
        "share_count": np.full(number, UNKNOWN),
        "duration_seconds": [None if n % 3 else n for n in range(number)],
    }


@settings(deadline=None, max_examples=40)
@given(
    SIZES,
    st.lists(AWKWARD, min_size=1, max_size=3),
    st.lists(st.lists(AWKWARD, max_size=3).map(tuple), min_size=1, max_size=3),
)
@example(1, ["\0"], [("\0",)])
def test_rows_are_read_as_they_were_written(number: int, captions: list[str], tags: list[tuple[str, ...]]) -> None:
    Post.objects.all().delete()
    insert_new(Post, _columns(number, captions, tags))
    posts = list(Post.objects.order_by("id"))
    assert [post.id for post in posts] == list(range(1, number + 1))
    for n, post in enumerate(posts):
        assert post.caption == captions[n % len(captions)].replace("\0", "")
        assert post.hashtags == [tag.replace("\0", "") for tag in tags[n % len(tags)]]
        assert (post.kind, post.share_count, int(post.seen_at.timestamp())) == ("photo", None, AT)
        assert int(post.first_seen_at.timestamp()) == AT + n
        assert (post.view_count, post.duration_seconds) == (None if n % 2 else n, None if n % 3 else n)


@pytest.mark.parametrize("number", [1, 3, MANY])
def test_rows_are_overwritten_by_their_key(number: int) -> None:
    columns = _columns(number, ["first"], [("one",)])
    insert_new(Post, columns)
    update(Post, {"id": columns["id"], "caption": ["second"] * number, "like_count": np.arange(number)}, key="id")
    assert list(Post.objects.order_by("id").values_list("caption", "like_count")) == [
        ("second", n) for n in range(number)
    ]
    upsert(Post, {**columns, "caption": ["third"] * number}, key=["id"], update=["caption"])
    assert set(Post.objects.values_list("caption")) == {("third",)}
    assert Post.objects.count() == number


@pytest.mark.parametrize("number", [3, MANY])
def test_what_is_done_meanwhile_leaves_what_a_statement_raises_as_it_is(number: int) -> None:
    columns = _columns(number, ["first"], [("one",)])
    insert_new(Post, {name: column[-1:] for name, column in columns.items()})
    done: list[int] = []
    with pytest.raises(IntegrityError) as raised, transaction.atomic(using=router.db_for_write(Post)):
        insert_new(Post, columns, meanwhile=lambda: done.append(number))
    assert isinstance(raised.value.__cause__, UniqueViolation)
    assert done == ([number] if number == MANY else [])
    update(Post, {"id": columns["id"], "caption": ["second"] * number}, key="id", meanwhile=lambda: done.append(0))
    assert list(Post.objects.values_list("id", "caption")) == [(number, "second")]


@given(st.lists(st.tuples(st.integers(0, 2**62) | st.none(), st.sampled_from(["exact", "rounded", ""])), min_size=1))
def test_copied_rows_are_read_as_they_were_given(rows: list[tuple[int | None, str]]) -> None:
    PostSnapshot.objects.all().delete()
    counts = np.array([UNKNOWN if count is None else count for count, _ in rows], np.int64)
    words = np.array([word for _, word in rows], "U12")
    columns = {"post_id": np.arange(len(rows)), "captured_at": np.arange(len(rows)) + AT, "view_count": counts}
    copy(copy_rows(PostSnapshot, {**columns, "source": words, "precision": words[::-1].copy()}))
    found = PostSnapshot.objects.order_by("post_id").values_list("view_count", "source", "precision", "captured_at")
    assert [(count, source) for count, source, _, _ in found] == rows
    assert [precision for _, _, precision, _ in found] == [word for _, word in reversed(rows)]
    assert [int(at.timestamp()) - AT for _, _, _, at in found] == list(range(len(rows)))


def test_nothing_is_copied_where_one_row_exists() -> None:
    ids = np.arange(3)
    words = np.full(3, "exact")
    columns = {"post_id": ids, "captured_at": np.full(3, AT), "source": words, "precision": words}
    copy(copy_rows(PostSnapshot, {name: column[:1] for name, column in columns.items()}))
    with pytest.raises(IntegrityError), transaction.atomic(using=router.db_for_write(PostSnapshot)):
        copy(copy_rows(PostSnapshot, columns))
    assert PostSnapshot.objects.count() == 1


def test_words_that_are_not_ascii_are_refused() -> None:
    words = np.array(["exáct"])
    with pytest.raises(ValueError, match="source is not ASCII"):
        copy_rows(
            PostSnapshot,
            {"post_id": np.arange(1), "captured_at": np.full(1, AT), "source": words, "precision": words},
        )

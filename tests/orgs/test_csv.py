"""CSV downloads: the format, the spreadsheet's formulas, and the scope they are read in."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from orgs.csv import FORMULA_STARTS, cell, csv_response, csv_text
from orgs.models import Membership
from orgs.scope import organization_scope


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("", ""),
        ('Ünïcode, "quoted"\nline', 'Ünïcode, "quoted"\nline'),
        (-5, -5),
        (0, 0),
        (1.5, 1.5),
        (True, "true"),
        (date(2026, 1, 31), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00+00:00"),
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
    ],
)
def test_a_value_becomes_a_cell(value: Any, written: Any) -> None:
    assert cell(value) == written


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=2, max_size=4)))
def test_what_is_written_reads_back_and_no_cell_is_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(StringIO(csv_text(rows), newline="")))
    assert [[text.removeprefix("'") for text in row] for row in read] == [
        [text.removeprefix("'") for text in row] for row in rows
    ]
    assert not any(text.startswith(FORMULA_STARTS) for row in read for text in row)


@pytest.mark.django_db
class TestResponse:
    def test_it_is_a_download_in_utf_8_with_crlf(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            response = csv_response("members.csv", ["name", "views"], [("Zoë", 1_000), ("=1", None)])
        assert b"".join(response.streaming_content) == "name,views\r\nZoë,1000\r\n'=1,\r\n".encode()
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="members.csv"'
        assert "no-store" in response["Cache-Control"]

    def test_rows_are_read_while_it_runs_in_the_scope_and_zone_it_was_made_in(self, admin: Any, outsider: Any) -> None:
        with organization_scope(admin.org.id), timezone.override("Asia/Tokyo"):
            noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
            rows = ((membership.org_id, noon) for membership in Membership.objects.iterator())
            response = csv_response("members.csv", ["org", "at"], rows)
        written = b"".join(response.streaming_content).decode()
        assert written == f"org,at\r\n{admin.org.id},2026-01-31T21:00:00+09:00\r\n"

    def test_many_rows_come_in_pieces_and_complete(self, admin: Any) -> None:
        with organization_scope(admin.org.id):
            response = csv_response("many.csv", ["n"], ((n,) for n in range(1_000)))
        pieces = list(response.streaming_content)
        assert len(pieces) > 3
        assert b"".join(pieces).split() == [b"n", *(str(n).encode() for n in range(1_000))]

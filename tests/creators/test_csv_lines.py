"""What CSVs say, whatever wrote them, and what is said of those that say nothing."""

from typing import Any

import pytest

from creators.adding import AddOutcome, Line, creators_import, preview
from creators.csv_lines import MAX_LINES, CsvUnreadable, lines_in
from creators.models import Creator
from orgs import limits
from tests.conftest import NOW

FULL = "handle,display_name,tracking_mode,tracking_start_date,notes\r\n"


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"mara.cooks\n@dailydesk\n\n  \n", [Line("mara.cooks"), Line("@dailydesk")]),
        (b"Name;TikTok handle\nMara;@mara.cooks\n", [Line("@mara.cooks", display_name="Mara")]),
        (b"\xef\xbb\xbfUsername\tMode\nmara\tselective\n", [Line("mara", tracking_mode="selective")]),
        ("handle,name\nmara,Zoë".encode("utf-16"), [Line("mara", display_name="Zoë")]),
        ("handle,name\nmara,Zoë".encode("cp1252"), [Line("mara", display_name="Zoë")]),
        (b"handle,name\nmara\n", [Line("mara")]),
        (b"name,handle\nMara\n", [Line("", display_name="Mara")]),
        # As our own downloads write it.
        (b"tiktok_handle,profile_url,notes\nmara,https://www.tiktok.com/@mara,'=1+1\n", [Line("mara", notes="=1+1")]),
        (b'handle,notes\nmara,"two\nlines, one cell"\n', [Line("mara", notes="two\nlines, one cell")]),
    ],
)
def test_a_file_is_read_as_its_spreadsheet_wrote_it(data: bytes, lines: list[Line]) -> None:
    assert lines_in(data) == lines


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in this file"),
        (b" \n,,\n", "nothing in this file"),
        (b"handle,name\n", "no lines beneath"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is no text"),
        (b"\xff\xfe\x00", "This is no text"),
        (b"mara.cooks\n" * (MAX_LINES + 1), "up to 1,000 go in at once"),
        (b"x" * (10 * 2**20), "larger than 2 MB"),
        (b'"' + b"x" * 200_000, "not a CSV that can be read"),
    ],
)
def test_a_file_that_holds_nothing_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(CsvUnreadable, match=words):
        lines_in(data)


@pytest.mark.django_db
def test_each_line_says_what_becomes_of_it_before_and_after(
    admin: Any, make_creator: Any, in_scope: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PLAN, "max_creators_per_org", (4, 4, 4))
    make_creator(admin.project, "known.one")
    make_creator(admin.project, "gone.one", removed_at=NOW)
    text = FULL + (
        "new.one,Nora,Selective,2026-01-31,From the fair\r\n"
        "https://www.tiktok.com/@known.one?lang=en&utm_source=x,,,,\r\n"
        "@GONE.one,,,,\r\n"
        "new.one,,,,\r\n"
        "what is this?,,,,\r\n"
        '=HYPERLINK("http://x"),,,,\r\n'
        "https://www.instagram.com/new.two,,,,\r\n"
        "new.two,,loud,,\r\n"
        "new.three,,,2999-01-01,\r\n"
        "new.four,,,yesterday,\r\n"
        f"new.five,{'x' * 121},,,\r\n"
        "new.six,,,,\r\n"
        "new.seven,,,,\r\n"
    )
    lines = lines_in(text.encode())
    with in_scope(admin.org):
        planned = preview(project=admin.project, lines=lines, now=NOW)
        assert Creator.objects.count() == 2
        done = creators_import(project=admin.project, lines=lines, now=NOW)
        nora = Creator.objects.get(tiktok_handle="new.one")

        assert [result.outcome for result in planned] == [result.outcome for result in done]
        assert [result.error for result in planned] == [result.error for result in done]
        outcomes = ["added", "already_tracked", "reactivated", "repeated", *["error"] * 7, "added", "error"]
        assert [result.outcome for result in done] == outcomes
        assert all(result.error.endswith(".") for result in done if result.outcome is AddOutcome.ERROR)
        assert "auto or selective" in done[7].error
        assert "still to come" in done[8].error
        assert done[-1].limit is not None
        assert (nora.display_name, nora.tracking_mode, nora.description) == ("Nora", "selective", "From the fair")
        assert nora.tracking_start_date.isoformat() == "2026-01-31"
        assert not Creator.objects.get(tiktok_handle="known.one").description
        assert Creator.objects.tracked().count() == 4

"""What a CSV of creators says, whatever spreadsheet wrote it."""

import csv
from collections.abc import Sequence
from io import StringIO

from creators.adding import Line
from orgs.csv import FORMULA_STARTS

MAX_LINES = 1_000
MAX_MEGABYTES = 2
# Whoever reads a file reads no further than this: that it goes on is all there is to know.
ENOUGH_BYTES = MAX_MEGABYTES * 2**20 + 1
# What a column may be called, without spaces, underscores and case; the first is what our own downloads call it.
COLUMNS = {
    "entry": (
        "tiktokhandle",
        "handle",
        "username",
        "user",
        "account",
        "creator",
        "profileurl",
        "profile",
        "url",
        "link",
    ),
    "display_name": ("displayname", "name"),
    "tracking_mode": ("trackingmode", "mode"),
    "tracking_start_date": ("trackingstartdate", "startdate", "start", "from"),
    "notes": ("notes", "description", "comment"),
}


class CsvUnreadable(Exception):
    """The file holds no creators that could be read; str() says why and what to do, in plain words."""


def lines_in(data: bytes) -> list[Line]:
    """The lines of a CSV, blank ones left out. With a header its columns are found by name; without one the first
    column holds handles or addresses. Raises CsvUnreadable."""
    if len(data) >= ENOUGH_BYTES:
        raise CsvUnreadable(
            f"This file is larger than {MAX_MEGABYTES} MB. Keep the column with the handles and up to {MAX_LINES:,} "
            "lines; nothing was added."
        )
    rows = _rows(_text(data))
    if not rows:
        raise CsvUnreadable("There is nothing in this file. Choose one with a handle or profile link on each line.")
    columns = _columns(rows[0])
    lines = [_line(row, columns) for row in (rows[1:] if columns else rows)]
    if not lines:
        raise CsvUnreadable("This file has a header and no lines beneath it.")
    if len(lines) > MAX_LINES:
        raise CsvUnreadable(
            f"This file has {len(lines):,} lines. Split it: up to {MAX_LINES:,} go in at once; nothing was added."
        )
    return lines


def _text(data: bytes) -> str:
    """The file's text: UTF-8 or UTF-16 as their marks and their rules say, else as Windows writes it in the West."""
    has_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if has_mark else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CsvUnreadable("This is no text. In your spreadsheet choose “Save as” and “CSV UTF-8”, and try again.")


def _rows(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise CsvUnreadable("This is not a CSV that can be read. Save it as “CSV UTF-8” and try again.") from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _delimiter(text: str) -> str:
    """What parts the columns of the first line: a comma, a semicolon or a tab."""
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    return max(",;\t", key=first.count)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; empty if this is no header."""
    names = ["".join(sign for sign in cell.lower() if sign.isalnum()) for cell in header]
    found = {
        column: next(names.index(name) for name in known if name in names)
        for column, known in COLUMNS.items()
        if any(name in names for name in known)
    }
    return found if "entry" in found else {}


def _line(row: Sequence[str], columns: dict[str, int]) -> Line:
    if not columns:
        return Line(_plain(row[0]))
    cells = {column: _plain(row[place]) for column, place in columns.items() if place < len(row)}
    return Line(**{"entry": "", **cells})


def _plain(cell: str) -> str:
    """A cell without the mark that keeps spreadsheets from running it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell

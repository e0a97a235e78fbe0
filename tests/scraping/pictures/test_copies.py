"""Copies of pictures: three sizes of WebP, and nothing that is no small picture is ever unpacked."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scraping.pictures.copies import MOST_SIDE, SIZES, NotAPicture, copies_of


def made(kind: str = "JPEG", size: tuple[int, int] = (1080, 1920), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "teal" if mode != "P" else 3).save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB")]
)
def test_three_sizes_of_webp_whatever_came(kind: str, mode: str) -> None:
    copies = {size: opened(data) for size, data in copies_of(made(kind, mode=mode)).items()}
    assert {size: (copy.format, max(copy.size)) for size, copy in copies.items()} == {
        size: ("WEBP", size) for size in SIZES
    }
    assert [copy.size for copy in copies.values()] == [(72, 128), (270, 480), (540, 960)]


def test_a_small_picture_is_not_enlarged() -> None:
    assert {opened(data).size for data in copies_of(made(size=(100, 60))).values()} == {(100, 60)}


def test_a_picture_is_turned_upright_and_tells_nothing_of_its_making() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    copy = opened(copies_of(made(size=(800, 400), exif=exif))[480])
    assert copy.size == (240, 480)
    assert not copy.getexif()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><title>Please wait</title>",
        b"GIF89a" + bytes(40),
        made("BMP", (10, 10)),
        made("TIFF", (10, 10)),
        made()[:400],
        made("PNG")[:60],
        bomb(40_000, 40_000),
        bomb(MOST_SIDE + 1, 10),
        bomb(5_000, 5_000),
    ],
    ids=["empty", "svg", "html", "gif", "bmp", "tiff", "cut", "cut png", "bomb", "wide", "too many pixels"],
)
def test_what_is_no_small_picture_of_a_known_kind_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        copies_of(data)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 300), byte=st.integers(0, 255), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_broken_picture_is_refused_or_copied_and_nothing_else_happens(at: int, byte: int, kind: str) -> None:
    data = bytearray(made(kind, (90, 160)))
    data[at % len(data)] = byte
    with suppress(NotAPicture):
        assert set(copies_of(bytes(data))) == set(SIZES)

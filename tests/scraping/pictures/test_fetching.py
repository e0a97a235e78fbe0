"""Whom is asked for pictures, and what of the answer is believed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from scraping.pictures.fetching import LARGEST, LivePictures, PictureFetcher, PictureRefused, SimulatedPictures
from scraping.providers.http.wires import Received, Request, TooLarge

HOST = "https://p16-sign-va.tiktokcdn.com"
ADDRESS = f"{HOST}/tos-maliva-avt-0068/7310178711609032710~c5_1080x1080.jpeg?x-expires=1"


class Wire:
    """Answers with what it was given, and remembers who was asked."""

    exits = ("direct",)

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None, pieces: Any = (b"picture",)) -> None:
        self.answer = Received(status, {"content-type": "image/jpeg"} | (headers or {}), iter(pieces))
        self.asked: list[str] = []

    @contextmanager
    def send(self, request: Request, exit: str) -> Iterator[Received]:
        self.asked.append(str(request.url))
        yield self.answer

    def close(self) -> None: ...


def fetch(wire: Wire, address: str = ADDRESS) -> bytes:
    return PictureFetcher(wire, LivePictures()).fetch(address)


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "https://p19-common-sign.tiktokcdn-us.com/tos-useast/a~tplv.image",
        "https://p16-common-sign.tiktokcdn-eu.com/a.webp",
        "https://p16-sg.ibyteimg.com/a.webp",
        "https://sf16-va.ttwstatic.com/obj/a.png",
    ],
)
def test_tiktoks_picture_hosts_are_asked(address: str) -> None:
    wire = Wire()
    assert fetch(wire, address) == b"picture"
    assert wire.asked == [address]


@pytest.mark.parametrize(
    "address",
    [
        "http://p16-sign-va.tiktokcdn.com/a.jpeg",
        "https://p16-sign-va.tiktokcdn.com:8443/a.jpeg",
        "https://somebody@p16-sign-va.tiktokcdn.com/a.jpeg",
        "https://tiktokcdn.com.example.org/a.jpeg",
        "https://eviltiktokcdn.com/a.jpeg",
        "https://tiktokcdn.com/a.jpeg",
        "https://127.0.0.1/a.jpeg",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a.jpeg",
        "file:///etc/passwd",
        "ftp://p16-sign-va.tiktokcdn.com/a.jpeg",
        "data:image/png;base64,AAAA",
        "https://[::1]/a.jpeg",
        "not an address",
        "https://p16-sign-va.tiktokcdn.com/" + "a" * 3_000,
        "",
    ],
)
def test_nobody_else_is_ever_asked(address: str) -> None:
    wire = Wire()
    with pytest.raises(PictureRefused):
        fetch(wire, address)
    assert wire.asked == []


@pytest.mark.parametrize(
    "wire",
    [
        Wire(404),
        Wire(302, {"location": "https://169.254.169.254/"}),
        Wire(headers={"content-type": "text/html"}),
        Wire(headers={"content-type": ""}),
        Wire(headers={"content-length": str(LARGEST + 1)}),
        Wire(pieces=(b"x" * 2**20 for _ in range(9))),
    ],
    ids=["gone", "redirect", "html", "of no kind", "said to be large", "large without end"],
)
def test_what_is_no_picture_or_too_large_is_refused(wire: Wire) -> None:
    with pytest.raises(PictureRefused):
        fetch(wire)


def test_a_broken_way_is_a_refusal_that_says_so() -> None:
    class Broken(Wire):
        @contextmanager
        def send(self, request: Request, exit: str) -> Iterator[Received]:
            raise TooLarge("too slow")
            yield

    with pytest.raises(PictureRefused, match="too slow"):
        fetch(Broken())


def test_where_tiktok_is_simulated_only_the_simulators_pictures_are_fetched() -> None:
    wire = Wire()
    fetcher = PictureFetcher(wire, SimulatedPictures("http://127.0.0.1:9123"))
    fetcher.fetch("http://127.0.0.1:8000/img/cover/7.jpeg?image=1")
    assert wire.asked == ["http://127.0.0.1:9123/img/cover/7.jpeg?image=1"], "the simulator has moved"
    others = [ADDRESS, "http://127.0.0.1:9123/control", "http://10.0.0.1:9123/img/a", "http://x@127.0.0.1:9123/img/a"]
    assert [address for address in others if fetcher.permits(address)] == []

"""Whatever arrives at the web server, however badly: an envelope, never a 500, and others are served meanwhile."""

import json
import os
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from api.limits import DAY_LIMIT_KEY
from orgs.services import api_key_create
from trackagoat.stack import programs
from trackagoat.stack.ports import free_port
from trackagoat.stack.processes import Program, start

CLIENTS = 50
# Refused by the web server before there is a request: too much to read, or not HTTP. Nobody is told anything.
NO_REQUEST = {400, 414, 431}


def get(path: bytes = b"/api/v1/videos", headers: bytes = b"", host: bytes = b"Host: 127.0.0.1\r\n") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + host + headers + b"Connection: close\r\n\r\n"


REQUESTS = {
    "an 8 KB address": get(b"/api/v1/videos?x=" + b"a" * 8_000),
    "a 60 KB address": get(b"/api/v1/videos?x=" + b"a" * 60_000),
    "2,000 parameters": get(b"/api/v1/videos?" + b"&".join(b"a%d=1" % n for n in range(2_000))),
    "80 headers": get(headers=b"".join(b"X-A%d: b\r\n" % n for n in range(80))),
    "a 60 KB header": get(headers=b"X-A: " + b"b" * 60_000 + b"\r\n"),
    "NUL in a parameter": get(b"/api/v1/creators?search=%00"),
    "NUL in the path": get(b"/api/v1/videos/%00"),
    "NUL in a cursor": get(b"/api/v1/videos?cursor=%00.%00"),
    "no UTF-8 in a parameter": get(b"/api/v1/creators?search=%ff%fe"),
    "no UTF-8 in a name": get(b"/api/v1/creators?%ff=1"),
    "no UTF-8 in the path": get(b"/api/v1/creators/%ff%fe"),
    "half a surrogate": get(b"/api/v1/creators?search=%ed%a0%80"),
    "no ASCII in the key": get(headers=b"Authorization: Bearer \xff\xfe\r\n"),
    "a host that is not ours": get(host=b"Host: evil.example\r\n"),
    "no host": get(host=b""),
    "a long method": b"G" * 5_000 + get()[3:],
    "a body that never comes": b"POST /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000000\r\n\r\nabc",
    "a broken chunk": b"POST /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}
NEVER_REQUESTS = {
    "a 200 KB address": get(b"/api/v1/videos?x=" + b"a" * 200_000),
    "5,000 headers": get(headers=b"".join(b"X-A%d: b\r\n" % n for n in range(5_000))),
    "a 1 MB header": get(headers=b"X-A: " + b"b" * 1_000_000 + b"\r\n"),
    "a raw NUL": get(b"/api/v1/videos/\x00"),
    "raw bytes in the path": get(b"/api/v1/creators/\xff\xfe"),
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\n\n\r\n\r\n",
    "a negative length": get(headers=b"Content-Length: -5\r\n"),
}


@pytest.fixture
def port(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """A web server of the product's own kind, on the test's database."""
    place = free_port()
    url = os.environ["DATABASE_URL"].replace("/trackagoat?", f"/{settings.DATABASES['default']['NAME']}?")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HISTORY_")}
    environment |= {"DATABASE_URL": url, "BASE_URL": f"http://127.0.0.1:{place}"}
    web = programs.web(environment, port=place)
    logged = Program(web.name, web.command, web.environment, log=tmp_path / "web.log", is_ready=web.is_ready)
    with ExitStack() as stack:
        running = start(logged)
        stack.callback(running.stop)
        running.wait_until_ready(timeout=90)
        yield place


def answer_to(port: int, request: bytes) -> tuple[int, bytes]:
    """Status and body of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        got = b""
        with suppress(OSError):  # it was refused before all of it was sent
            connection.sendall(request)
        while not _is_whole(got):
            try:
                part = connection.recv(65_536)
            except OSError:
                break
            if not part:
                break
            got += part
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def _is_whole(got: bytes) -> bool:
    head, found, body = got.partition(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(found and length) and len(body) >= int(length[0].split(b":")[1])


def test_the_product_stands_whatever_arrives(port: int, admin: Any, api_key: Any, in_scope: Any) -> None:
    """One server for all of it: it takes seconds to start."""
    url, key = f"http://127.0.0.1:{port}/api/v1", api_key[1]
    answers_badly_made_requests(port, key)
    serves_others_beside_the_slow_and_the_broken(port, url, key)
    with in_scope(admin.org):
        type(admin.org).objects.filter(id=admin.org.id).update(limit_overrides={DAY_LIMIT_KEY: 400})
        first, second = (api_key_create(by=admin.membership, name=f"load {n}")[1] for n in range(2))
    before = 400 - int(httpx.get(f"{url}/me", headers=bearer(first)).headers["X-RateLimit-Day-Remaining"])
    assert statuses(url, first, 90) == Counter({200: 59, 429: 31})
    with in_scope(admin.org):
        type(admin.org).objects.filter(id=admin.org.id).update(limit_overrides={DAY_LIMIT_KEY: before + 59 + 25})
    assert statuses(url, second, 70) == Counter({200: 25, 429: 45})


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def answers_badly_made_requests(port: int, key: str) -> None:
    """Without a key and with one."""
    line = f"Authorization: Bearer {key}\r\n".encode()
    for name, request in REQUESTS.items():
        keyed = request if b"Authorization" in request else request.replace(b"\r\n", b"\r\n" + line, 1)
        for sent in (request, keyed):
            status, body = answer_to(port, sent)
            answer = json.loads(body)
            assert list(answer) == ["data", "error", "meta"], name
            assert status < 500, (name, status)
            # What is only large or long may be answered to a key.
            assert (answer["error"] is None) == (status == 200) == (answer["data"] is not None), name
            assert status == 200 or answer["meta"]["code"], name
            assert sent is keyed or status >= 400, name
    for name, request in NEVER_REQUESTS.items():
        status, body = answer_to(port, request)
        assert (status in NO_REQUEST, body) == (True, b""), (name, status, body)


def serves_others_beside_the_slow_and_the_broken(port: int, url: str, key: str) -> None:
    """Twenty send half a request and wait, twenty hang up while they are answered."""
    with ExitStack() as stack:
        for _ in range(20):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            with socket.create_connection(("127.0.0.1", port)) as broken:
                broken.sendall(get(b"/api/v1/openapi.json", headers=f"Authorization: Bearer {key}\r\n".encode()))
                broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        began = time.monotonic()
        assert httpx.get(f"{url}/openapi.json", timeout=30).status_code == 200
        assert time.monotonic() - began < 15


def statuses(url: str, key: str, number: int) -> "Counter[int]":
    """How so many requests are answered, from fifty clients at a time."""
    at_once = httpx.Limits(max_connections=CLIENTS)
    with httpx.Client(limits=at_once, timeout=60, headers=bearer(key)) as client, ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(lambda _: client.get(f"{url}/projects").status_code, range(number)))


def test_what_django_does_not_trust_is_an_envelope_in_the_api_and_a_page_elsewhere(db: None) -> None:
    api, page = (Client(headers={"Host": "evil.example"}).get(path) for path in ("/api/v1/me", "/status"))
    assert (api.status_code, api.json()["meta"]) == (400, {"code": "invalid_query", "params": []})
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert len(api["X-Request-ID"]) == len(page["X-Request-ID"]) == 36

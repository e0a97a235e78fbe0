"""How answers travel: not modified, compressed, streamed."""

import gzip
import json
from typing import Any

import brotli
import pytest
from django.test import Client

from api.delivery import _chosen
from creators.models import Creator
from orgs.scope import organization_scope


@pytest.fixture
def get(api_key: Any) -> Any:
    """Ask with the key and see the answer as it travels."""

    def send(path: str, method: str = "get", **headers: str) -> Any:
        return getattr(Client(), method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {api_key[1]}", **headers})

    return send


PATHS = ["/projects", "/creators", "/videos?limit=2", "/analytics?{views}", "/openapi.json", "/schema"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_already_is_told_so(get: Any, admin: Any, make_video: Any, path: str) -> None:
    for _ in range(3):
        make_video(admin.project)
    path = path.format(views=f"entity=project&entity_id={admin.project.id}&metric=views")
    first = get(path)
    assert first.status_code == 200
    for method in ("get", "head"):
        again = get(path, method, **{"If-None-Match": f'"other", {first["ETag"]}'})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Cache-Control"] == "private, no-cache"
        assert "X-RateLimit-Remaining" in again or path == "/openapi.json"
    assert get(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_a_change_is_another_answer(get: Any, admin: Any, make_creator: Any) -> None:
    creator = make_creator(admin.project)
    tag = get("/creators")["ETag"]
    with organization_scope(admin.org.id):
        Creator.objects.filter(id=creator.id).update(follower_count=8)
    changed = get("/creators", **{"If-None-Match": tag})
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


def test_one_more_page_is_another_answer(get: Any, admin: Any, make_creator: Any) -> None:
    newest = [make_creator(admin.project) for _ in range(2)]
    tag = get("/creators?limit=1")["ETag"]
    with organization_scope(admin.org.id):
        Creator.objects.filter(id=newest[0].id).delete()
    assert get("/creators?limit=1", **{"If-None-Match": tag}).status_code == 200


def test_an_error_has_no_etag(get: Any) -> None:
    assert "ETag" not in get("/videos?zebra=1")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("br;q=nonsense", None),
        ("GZIP ; q=1.0", "gzip"),
    ],
)
def test_the_client_says_in_which_coding(accepted: str, chosen: str | None) -> None:
    assert _chosen(accepted) == chosen


def test_a_large_answer_is_compressed_and_says_the_same(get: Any, admin: Any, make_video: Any) -> None:
    for _ in range(10):
        make_video(admin.project)
    plain = get("/videos")
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = get("/videos", **{"Accept-Encoding": coding})
        assert packed["Content-Encoding"] == coding
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 3
        assert json.loads(unpack(packed.content))["data"] == plain.json()["data"]
        assert (packed["ETag"], "Accept-Encoding" in packed["Vary"]) == (plain["ETag"], True)
    small = get("/videos?zebra=1", **{"Accept-Encoding": "br"})
    assert "Content-Encoding" not in small


def test_csv_streams_compressed(get: Any, admin: Any) -> None:
    path = f"/analytics?entity=project&entity_id={admin.project.id}&metric=views&format=csv"
    plain = b"".join(get(path).streaming_content)
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = get(path, **{"Accept-Encoding": coding})
        assert packed["Content-Encoding"] == coding
        assert unpack(b"".join(packed.streaming_content)) == plain
    assert plain.startswith(b"series_kind,entity_type")


def test_no_other_site_may_read_answers(get: Any) -> None:
    answer = get("/projects", Origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]

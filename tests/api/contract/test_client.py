"""A typed client, generated from the OpenAPI document, reads everything."""

import importlib
import json
import re
import subprocess
import sys
from types import ModuleType
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest

from api.examples import REQUESTS
from api.openapi import document
from tests.api.contract.shapes import misfits

OPERATIONS = {methods["get"]["operationId"]: methods["get"] for methods in document()["paths"].values()}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package."""
    home = tmp_path_factory.mktemp("client")
    (home / "openapi.json").write_text(json.dumps(document(), default=str))
    (home / "config.yml").write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    files = ["--path", "openapi.json", "--output-path", "goat_client", "--config", "config.yml"]
    subprocess.run([*command, *files], cwd=home, check=True, capture_output=True)
    sys.path.insert(0, str(home))
    yield importlib.import_module("goat_client")
    sys.path.remove(str(home))


def module_of(operation_id: str) -> ModuleType:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()
    return importlib.import_module(f"goat_client.api.{OPERATIONS[operation_id]['tags'][0]}.{name}")


def arguments_of(operation_id: str, path: str) -> dict[str, Any]:
    """What the generated function takes for a request, as the types it names."""
    function, address = module_of(operation_id).sync_detailed, urlsplit(path)
    given = dict(parse_qsl(address.query))
    if found := re.search(r"/([0-9a-f-]{36})", address.path):
        given["id"] = found[1]
    hints = get_type_hints(function)
    named = {"from_" if name == "from" else name: value for name, value in given.items()}
    return {name: typed(hints[name], value) for name, value in named.items()}


def typed(hint: Any, value: str) -> Any:
    kind = next((one for one in get_args(hint) if "Unset" not in one.__name__), hint)
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)


@pytest.fixture
def client(package: ModuleType, served: Any) -> Any:
    return package.AuthenticatedClient(base_url=served.url, token=served.key)


def test_the_client_reads_every_operation(client: Any, served: Any) -> None:
    for operation_id, request in REQUESTS.items():
        arguments = arguments_of(operation_id, request.format(**served.values))
        answer = module_of(operation_id).sync_detailed(client=client, **arguments)
        assert answer.status_code == 200, (operation_id, answer.content)
        assert misfits(answer.parsed.to_dict(), json.loads(answer.content)) == [], operation_id
        assert answer.parsed.data is not None


def test_the_client_gets_types_pages_and_errors(client: Any, served: Any, package: ModuleType) -> None:
    listing = module_of("listVideos")
    seen, cursor = [], {}
    while True:
        page = listing.sync(client=client, limit=4, creator_id=UUID(served.values["creator"]), **cursor)
        seen += page.data
        if page.meta.next_cursor is None:
            break
        cursor = {"cursor": page.meta.next_cursor}
    assert len({video.id for video in seen}) == 3
    assert isinstance(seen[0].id, UUID)
    assert seen[0].posted_at.utcoffset().total_seconds() == 0
    assert (seen[0].view_count, seen[0].comment_count) == (900, None)
    assert seen[0].tracking_status.value == "auto_tracked"
    missing = module_of("getVideo").sync(uuid4(), client=client)
    assert missing.meta.code.value == "not_found"
    nobody = package.AuthenticatedClient(base_url=served.url, token="tga_no")
    assert listing.sync(client=nobody).meta.code.value == "invalid_api_key"

"""/docs/api: everything is there, can be found, and every sample runs as it stands."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from api.examples import REQUESTS, recorded
from api.openapi import document
from api.reference.samples import samples
from api.templatetags.reference import prose

OPERATIONS = {methods["get"]["operationId"]: methods["get"] for methods in document()["paths"].values()}
PYTHON = """
import pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    exec(compile(file.read_text(), file.name, "exec"), {})
"""
NODE = """
import { readdirSync } from "node:fs";
const home = process.argv[1];
for (const file of readdirSync(home).filter((name) => name.endsWith(".mjs")).sort()) await import(`${home}/${file}`);
"""


def page_of(operation_id: str) -> str:
    response = Client().get(f"/docs/api/{operation_id}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_tells_everything_of_an_operation(db: None) -> None:
    for operation_id, operation in OPERATIONS.items():
        written = page_of(operation_id)
        page = unescape(written)
        data = operation["responses"]["200"]["content"]["application/json"]["example"]["data"]
        first = data[0] if isinstance(data, list) else data
        names = {parameter["name"] for parameter in operation.get("parameters", [])} | set(first)
        told = re.findall(r"<code>([^<]+)</code>", page)
        assert names <= set(told), operation_id
        assert prose(operation["description"]) in written
        for sample in samples(recorded(operation_id)["path"], root="http://testserver"):
            assert sample.code in page


def test_operations_are_found_by_their_words_and_fields(db: None) -> None:
    found = Client().get("/docs/api", {"q": "jaccard"}, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'href="/docs/api/(\w+)"', found) == ["getMemberOverlap"]
    assert "<html" not in found
    nothing = Client().get("/docs/api", {"q": "zebra <b>"}).content.decode()
    assert "Nothing mentions “zebra &lt;b&gt;”" in nothing
    everything = Client().get("/docs/api").content.decode()
    assert set(re.findall(r'href="/docs/api/(\w+)"', everything)) == set(OPERATIONS)


def test_an_unknown_operation_is_not_there(db: None) -> None:
    assert Client().get("/docs/api/getZebra").status_code == 404


@pytest.fixture
def programs(served: Any, tmp_path: Path) -> Path:
    """Every sample as a file, about rows of the test's own."""
    endings = {"curl": "sh", "python": "py", "javascript": "mjs"}
    for operation_id, request in REQUESTS.items():
        for sample in samples(request.format(**served.values), root=served.url):
            (tmp_path / f"{operation_id}.{endings[sample.language]}").write_text(sample.code + "\n")
    return tmp_path


def test_every_sample_runs_as_it_stands(served: Any, programs: Path) -> None:
    shells = {
        "curl": ["bash", "-ec", f"for file in {programs}/*.sh; do bash -e $file; echo; done"],
        "python": [sys.executable, "-c", PYTHON, str(programs)],
        "javascript": [shutil.which("node") or "node", "--input-type=module", "--eval", NODE, str(programs)],
    }
    for language, command in shells.items():
        environment = {**os.environ, "TRACKAGOAT_KEY": served.key}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert ran.returncode == 0, (language, ran.stdout[-500:], ran.stderr[-2_000:])
        assert ran.stdout.count(served.values["project"]) >= 3, language


def test_a_sample_with_a_bad_key_says_so(served: Any, programs: Path) -> None:
    for command in (["bash", f"{programs}/getMe.sh"], ["node", f"{programs}/getMe.mjs"]):
        environment = {**os.environ, "TRACKAGOAT_KEY": "tga_no"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode != 0
        assert "API key" in ran.stdout + ran.stderr

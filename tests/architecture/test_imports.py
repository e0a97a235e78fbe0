"""The floors of the house: the contracts in pyproject.toml hold, and each of them is broken by what it forbids."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=root,
        env={"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product's modules, to break contracts in."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_every_contract_holds() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


FORBIDDEN = [
    ("orgs/services/api_keys.py", "projects.models", "An app imports from its own floor's left"),
    ("projects/queries.py", "creators.models", "An app imports from its own floor's left"),
    ("creators/models.py", "videos.models", "An app imports from its own floor's left"),
    ("videos/tasks.py", "analytics.values", "An app imports from its own floor's left"),
    ("analytics/engine.py", "goals.terms", "An app imports from its own floor's left"),
    ("videos/queries.py", "connections.models", "An app imports from its own floor's left"),
    ("connections/services/numbers.py", "connections.tasks", "Inside an app: tasks over services"),
    ("goals/queries.py", "goals.services", "Inside an app: tasks over services"),
    ("analytics/engine.py", "api.apps", "An app imports from its own floor's left"),
    ("videos/queries.py", "campaigns.models", "An app imports from its own floor's left"),
    ("campaigns/queries.py", "analytics.values", "An app imports from its own floor's left"),
    ("campaigns/queries.py", "campaigns.services", "Inside an app: tasks over services"),
    ("orgs/limits/plan.py", "trackagoat.routers", "An app imports from its own floor's left"),
    ("orgs/queries.py", "scraping.models", "Tenancy does not know the canonical layer"),
    ("scraping/services/ingest.py", "orgs.scope", "The canonical layer does not know who tracks what"),
    ("scraping/queries.py", "projects.models", "The canonical layer does not know who tracks what"),
    ("projects/services.py", "scraping.models", "Tenancy does not know the canonical layer"),
    ("creators/services.py", "creators.views.lists", "Pages are imported by the roof alone"),
    ("analytics/engine.py", "orgs.pages", "Pages are imported by the roof alone"),
    ("projects/models.py", "projects.forms", "Pages are imported by the roof alone"),
    ("videos/queries.py", "videos.services.mirror", "Inside an app: tasks over services"),
    ("scraping/services/targets.py", "scraping.tasks", "Inside an app: tasks over services"),
    ("scraping/providers/interface.py", "django.conf", "Providers do I/O and parsing"),
    ("scraping/providers/web/client.py", "scraping.models", "Providers do I/O and parsing"),
    ("scraping/simulator/app.py", "scraping.providers.web", "The simulator is a program of its own"),
    ("trackagoat/stack/ports.py", "orgs.models", "The local stack needs nothing of the product"),
]


@pytest.fixture
def importing(house: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """One more import in one module, taken back after the test."""
    file, module, _ = request.param
    before = (house / file).read_text()
    (house / file).write_text(f"{before}\nimport {module}\n")
    yield
    (house / file).write_text(before)


@pytest.mark.parametrize(
    ("importing", "contract"),
    [(case, case[2]) for case in FORBIDDEN],
    indirect=["importing"],
    ids=[f"{file} {module}" for file, module, _ in FORBIDDEN],
)
@pytest.mark.usefixtures("importing")
def test_a_forbidden_import_breaks_its_contract(house: Path, contract: str) -> None:
    result = lint_imports(house)
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert result.returncode == 1, result.stdout + result.stderr
    assert any(line.startswith(contract) for line in broken)

"""`manage.py record_examples`: ask a running demo what the OpenAPI document shows as examples."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.examples import RECORDED, REQUESTS, shortened


class Command(BaseCommand):
    help = "Record the API's examples from the running demo (`make up`) into api/recorded/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", type=Path, default=Path("var/demo.json"), help="the demo's login and addresses")

    def handle(self, *args: Any, demo: Path, **options: Any) -> None:
        login = json.loads(demo.read_text())
        headers = {"Authorization": f"Bearer {login['api_key']}"}
        with httpx.Client(base_url=f"{login['base_url']}/api/v1", headers=headers, timeout=30) as client:
            values = _values(client)
            RECORDED.mkdir(exist_ok=True)
            for operation_id, request in REQUESTS.items():
                path = request.format(**values)
                record = {"path": path, "answer": shortened(_ask(client, path))}
                text = json.dumps(record, indent=1, ensure_ascii=False)
                (RECORDED / f"{operation_id}.json").write_text(text + "\n")
        self.stdout.write(f"{len(REQUESTS)} examples recorded")


def _values(client: httpx.Client) -> dict[str, str]:
    """What fills the requests: rows of the demo that have something to show, and days that are over."""
    today = timezone.now().date()
    days = {"week_ago": str(today - timedelta(days=7)), "yesterday": str(today - timedelta(days=1))}
    project = _first(client, "/projects")
    creator = _first(client, f"/creators?project_id={project}&limit=100")
    video = _first(client, f"/videos?creator_id={creator}")
    campaign = _first(client, f"/campaigns?project_id={project}")
    return {"project": project, "creator": creator, "video": video, "campaign": campaign, **days}


def _first(client: httpx.Client, path: str) -> str:
    rows = _ask(client, path)["data"]
    if not rows:
        raise CommandError(f"the demo has nothing under {path}")
    return str(rows[0]["id"])


def _ask(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    if answer.status_code != 200:
        raise CommandError(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()

"""The demo's connected creator: its consent is given at the simulator as its owner would give it at TikTok."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from connections.installation import answer_address, installed_consent, reader_for
from connections.links import Asked, link_token
from connections.services import connect, link_make
from creators.models import Creator
from orgs.scope import organization_scope
from projects.models import Project
from scraping.simulator.process import SimulatorControl


def connect_largest(project: Project, simulator: SimulatorControl, now: datetime) -> None:
    """Connect the account of the project's creator with the most followers, whose counts TikTok rounds most."""
    with organization_scope(project.org_id):
        creator = Creator.objects.in_project(project.id).tracked().in_order("-follower_count")[0]
        asked = Asked.of(link_token(link_make(creator_id=creator.id, now=now)))
    connect(
        asked,
        _code(simulator, creator.tiktok_handle),
        consent=installed_consent(),
        reader=reader_for,
        redirect_uri=answer_address(),
        now=now,
    )


def _code(simulator: SimulatorControl, handle: str) -> str:
    page = installed_consent().page(redirect_uri=answer_address(), state="demo")
    return parse_qs(urlsplit(simulator.answer_consent(page, handle)).query)["code"][0]

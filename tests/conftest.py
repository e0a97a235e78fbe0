"""What every test stands on: databases made by the owner and used by the application's role, two organizations with
rows of their own, and a watch over every SQL statement."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client

from tests.databases import LayerWatch, make_test_databases

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
# The directories of the files that take minutes.
LONG = {"wall", "browser", "stack"}
_numbers = count(1)


def pytest_configure() -> None:
    """Hash passwords quickly: a strong hash for every made-up user costs more than all the rest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # How long an example takes says what else the machine is doing.
    hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no worker waits for another's last file."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Make and migrate the databases as the owner, then run everything as the application's role."""
    with django_db_blocker.unblock(), ExitStack() as databases:
        with time_machine.travel(NOW):
            databases.enter_context(make_test_databases())
        yield


@pytest.fixture(scope="module", autouse=True)
def today() -> Iterator[None]:
    """The tests of a file begin at NOW, on whatever day they run. PostgreSQL, Redis and other processes keep the real
    time; a file that compares with theirs has a `today` of its own, which leaves the time alone."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture(autouse=True)
def no_statement_touches_both_layers() -> Iterator[None]:
    """Fail a test in which one SQL statement names canonical and tenant tables."""
    watch = LayerWatch()
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(watch))
        yield
    assert not watch.offences, watch.offences[0]


@pytest.fixture(autouse=True)
def empty_redis() -> None:
    """Every test starts without cached rows, counters and queued tasks, and with a Redis that nobody called away."""
    from orgs.limits import meter

    cache.clear()
    meter._away_until.clear()


@dataclass(frozen=True)
class Person:
    """A user in one organization, signed in."""

    user: Any
    org: Any
    membership: Any
    project: Any
    client: Client


def _organization(name: str, email: str) -> Person:
    from orgs.identity import memberships_of
    from orgs.models import User
    from orgs.scope import organization_scope
    from orgs.services import organization_create
    from projects.services import project_create

    user = User.objects.create_user(email, PASSWORD, verified=True)
    org = organization_create(owner=user, name=name)
    with organization_scope(org.id):
        project = project_create(name=f"{name} program")
    return _sign_in(user, org, memberships_of(user)[0], project)


def _sign_in(user: Any, org: Any, membership: Any, project: Any) -> Person:
    client = Client()
    client.force_login(user)
    return Person(user, org, membership, project, client)


@pytest.fixture
def admin(db: None) -> Person:
    """The admin of the organization that most tests are about."""
    return _organization("Northwind", "admin@northwind.example")


@pytest.fixture
def member(admin: Person) -> Person:
    """A member, no admin, of the same organization."""
    from orgs.models import Membership, User
    from orgs.scope import organization_scope

    user = User.objects.create_user("member@northwind.example", PASSWORD, verified=True)
    with organization_scope(admin.org.id):
        membership = Membership.objects.create(org=admin.org, user=user, role=Membership.Role.MEMBER)
    return _sign_in(user, admin.org, membership, admin.project)


@pytest.fixture
def outsider(db: None, make_creator: Any, make_video: Any) -> Person:
    """The admin of another organization, which has rows of its own, so that a leak shows by itself."""
    person = _organization("Southwind", "admin@southwind.example")
    make_video(make_creator(person.project, "southwind.creator", follower_count=77))
    return person


@pytest.fixture
def api_key(admin: Person) -> tuple[Any, str]:
    """A live key of the admin's organization: the row and the key itself."""
    from orgs.scope import organization_scope
    from orgs.services import api_key_create

    with organization_scope(admin.org.id):
        return api_key_create(by=admin.membership, name="tests")


@pytest.fixture
def in_scope() -> Callable[[Any], AbstractContextManager[None]]:
    """Open an organization's scope: `with in_scope(org): …`."""
    from orgs.scope import organization_scope

    return lambda org: organization_scope(org.id)


@pytest.fixture
def make_creator(db: None) -> Callable[..., Any]:
    """Make a creator that TikTok has answered for: `make_creator(project, handle, **fields)`."""
    from creators.models import Creator
    from creators.starts import start_of_tracking
    from orgs.scope import organization_scope

    def make(project: Any, handle: str = "", **fields: Any) -> Any:
        number = next(_numbers)
        values = {
            "account_id": 7_000_000_000_000_000_000 + number,
            "tiktok_handle": handle or f"creator.{number}",
            "nickname": f"Creator {number}",
            "tracking_start_date": date(2020, 1, 1),
            "tracked_since": NOW,
            "last_scraped_at": NOW,
        } | fields
        with organization_scope(project.org_id):
            start = start_of_tracking(values["tracking_start_date"], project.org.timezone)
            values.setdefault("tracking_starts_at", start)
            creator = Creator.objects.create(org_id=project.org_id, project=project, **values)
            creator.refresh_from_db(fields=["updated_at"])
            return creator

    return make


@pytest.fixture
def make_video(db: None) -> Callable[..., Any]:
    """Make a video of a creator or, added by URL, of a project: `make_video(creator_or_project, **fields)`."""
    from creators.models import Creator
    from orgs.scope import organization_scope
    from videos.models import Video
    from videos.services.words import keep_words

    def make(parent: Any, **fields: Any) -> Any:
        number = next(_numbers)
        creator = parent if isinstance(parent, Creator) else None
        values = {
            "project_id": creator.project_id if creator else parent.id,
            "creator": creator,
            "account_id": creator.account_id if creator else None,
            "author_handle": creator.tiktok_handle if creator else "somebody",
            "post_id": 7_100_000_000_000_000_000 + number,
            "title": f"Post {number}",
            "kind": "video",
            "posted_at": NOW + timedelta(seconds=number),
            "tracking_status": "auto_tracked" if creator else "direct_add",
            "tracked_since": NOW,
        } | fields
        with organization_scope(parent.org_id):
            video = Video.objects.create(org_id=parent.org_id, **values)
            keep_words([video])
            video.refresh_from_db(fields=["updated_at"])
            return video

    return make


@pytest.fixture
def make_campaign(db: None) -> Callable[..., Any]:
    """Make a campaign with items: `make_campaign(project, "name", creator, video, other_campaign, target_views=…)`."""
    from campaigns.services import campaign_create
    from orgs.scope import organization_scope
    from tests.campaigns.conftest import put

    def make(project: Any, name: str = "Launch", *rows: Any, **fields: Any) -> Any:
        with organization_scope(project.org_id):
            campaign = campaign_create(project_id=project.id, name=name, **fields)
        for result in put(campaign, *rows):
            assert result.outcome == "added", result.error
        return campaign

    return make

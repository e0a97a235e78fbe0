"""Two populated organizations and everybody who might ask for something in the first one."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from analytics.models import Annotation
from campaigns.models import Campaign
from creators.models import Creator, WaitingLink
from goals.models import Goal, GoalTemplate, GoalVersion
from orgs.identity import memberships_of
from orgs.models import ApiKey, Invitation, Membership, Organization, User
from orgs.scope import organization_scope
from orgs.services import api_key_create, api_key_revoke, organization_create
from orgs.tenancy import OrgScoped
from projects.models import Project, SavedView
from projects.services import project_create
from tests.orgs.rows import TENANT_MODELS, new_row, raw
from tests.wall.decisions import Role
from videos.models import Video

# Which model an argument of a route names. A new argument needs an entry here, or in OTHER_ARGUMENTS.
MODELS: dict[str, type[OrgScoped]] = {
    "project_id": Project,
    "creator_id": Creator,
    "video_id": Video,
    "campaign_id": Campaign,
    "goal_id": Goal,
    "annotation_id": Annotation,
    "template_id": GoalTemplate,
    "view_id": SavedView,
    "link_id": WaitingLink,
    "key_id": ApiKey,
    "member_id": Membership,
    "invitation_id": Invitation,
}
TABLES = [model._meta.db_table for model in TENANT_MODELS]
FINGERPRINTS = " UNION ALL ".join(
    f"SELECT '{table}', count(*), md5(string_agg(r::text, '|' ORDER BY id)) FROM {table} r" for table in TABLES
)
IDS = " UNION ALL ".join(f"SELECT id FROM {table}" for table in TABLES)


@dataclass
class World:
    """One organization as a target: its rows, and the addresses' arguments that name them. `shared_id` is the id of a
    further row of each model that an argument can name, so that one id names them all."""

    org: Organization
    arguments: dict[str, Any] = field(default_factory=dict)
    shared_id: UUID = field(default_factory=uuid4)

    def rows(self) -> list[Any]:
        """A fingerprint of every row of every tenant table."""
        with organization_scope(self.org.id):
            return raw(FINGERPRINTS)

    def secrets(self) -> set[str]:
        """What nobody else may read: the ids of all rows, and the organization's name."""
        found = {self.org.name, str(self.org.id)}
        with organization_scope(self.org.id):
            return found | {str(id) for (id,) in raw(IDS)}


def populate(founder: Membership, project: Project) -> World:
    """At least one row in every tenant table; the rows that addresses name hang together in the project."""
    world = World(founder.org, {"org_id": founder.org.id, "project_id": project.id})
    named: dict[type[OrgScoped], Any] = {Project: project}
    with organization_scope(founder.org.id):
        for argument, model in MODELS.items():
            if model is not Project:
                named[model] = _row(model, founder.org, named)
                world.arguments[argument] = named[model].id
        for model in TENANT_MODELS:
            if not model.objects.exists():
                _row(model, founder.org, named)
        # A goal always has a target; goals that were made as parents of other rows have none yet.
        for goal in Goal.objects.filter(versions=None):
            GoalVersion.objects.create(org=founder.org, goal=goal, target=1, effective_from=goal.start_date)
        _add_rows_of_one_id(world, named)
    return world


def _add_rows_of_one_id(world: World, parents: dict[type[OrgScoped], Any]) -> None:
    """What they hang on and what hangs on them has other ids: an answer that tells of it gives itself away."""
    rows = {model: _row(model, world.org, parents, id=world.shared_id) for model in MODELS.values()}
    for model in TENANT_MODELS:
        if model is not Project:
            _row(model, world.org, rows | {Project: parents[Project]})
            _row(model, world.org, {Project: rows[Project]})


def _row(model: type[OrgScoped], org: Organization, parents: dict[type[OrgScoped], Any], **values: Any) -> Any:
    row = new_row(model, org, project=parents[Project])
    for name, value in values.items():
        setattr(row, name, value)
    for key in model._meta.concrete_fields:
        if key.related_model in parents and getattr(row, key.attname) is not None:
            setattr(row, key.name, parents[key.related_model])
    row.save(force_insert=True)
    return row


@dataclass
class Cast:
    """Somebody for every role: a client to ask with, and what must be so while they ask."""

    clients: dict[Role, Client]
    target: World
    suspended_person: User

    @contextmanager
    def asking(self, role: Role) -> Iterator[Client]:
        """Ask as a role; whatever that changes is taken back afterwards, and what Redis remembers of it forgotten."""
        cache.clear()
        with transaction.atomic():
            if role in (Role.MEMBER_OF_SUSPENDED, Role.KEY_OF_SUSPENDED):
                with organization_scope(self.target.org.id):
                    Organization.objects.filter(id=self.target.org.id).update(suspended_at=timezone.now())
            # The session of somebody suspended ends with their first request.
            yield _signed_in(self.suspended_person) if role is Role.SUSPENDED_PERSON else _as_before(self.clients[role])
            transaction.set_rollback(True)


@dataclass
class Scene:
    """The organization that everybody asks for, the one that foreign roles belong to, and everybody."""

    target: World
    elsewhere: World
    cast: Cast


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Set once for a module; what a test asks for is taken back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _set()
        transaction.set_rollback(True)


def _set() -> Scene:
    # Not the demo's name: the reference shows the demo's answers to everybody.
    ours = _founded("Eastgate Ltd", "admin@northwind.example")
    theirs = _founded("Westgate Ltd", "admin@southwind.example")
    target, elsewhere = populate(*ours), populate(*theirs)
    with organization_scope(target.org.id):
        _, key = api_key_create(by=ours[0], name="live")
        revoked, revoked_key = api_key_create(by=ours[0], name="revoked")
        api_key_revoke(by=ours[0], key_id=revoked.id)
    with organization_scope(elsewhere.org.id):
        _, foreign_key = api_key_create(by=theirs[0], name="foreign")
    member = _signed_in(_joins(target.org, "member@northwind.example"))
    clients = {
        Role.ANONYMOUS: Client(),
        Role.FOREIGN_MEMBER: _signed_in(_joins(elsewhere.org, "member@southwind.example")),
        Role.FOREIGN_ADMIN: _signed_in(theirs[0].user),
        Role.MEMBER_OF_SUSPENDED: member,
        Role.MEMBER: member,
        Role.ADMIN: _signed_in(ours[0].user),
        Role.STAFF: _signed_in(User.objects.create_superuser("staff@trackagoat.example", "a staff password")),
        Role.REVOKED_KEY: _with_key(revoked_key),
        Role.FOREIGN_KEY: _with_key(foreign_key),
        Role.KEY_OF_SUSPENDED: _with_key(key),
        Role.KEY: _with_key(key),
    }
    suspended = _joins(target.org, "suspended@northwind.example", suspended_at=timezone.now())
    return Scene(target, elsewhere, Cast(clients, target, suspended))


def _founded(name: str, email: str) -> tuple[Membership, Project]:
    founder = User.objects.create_user(email, "a founder's password", verified=True)
    org = organization_create(owner=founder, name=name)
    with organization_scope(org.id):
        return memberships_of(founder)[0], project_create(name=f"{name} program")


def _joins(org: Organization, email: str, **fields: Any) -> User:
    user = User.objects.create_user(email, "a member's password", verified=True, **fields)
    with organization_scope(org.id):
        Membership.objects.create(org=org, user=user, role=Membership.Role.MEMBER)
    return user


def _signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _as_before(client: Client) -> Client:
    """The client with the cookies it was set up with, whatever answers make of them."""
    twin = copy(client)
    twin.cookies = deepcopy(client.cookies)
    return twin


def _with_key(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})

"""Who may open what: every page of an organization, found by walking the URLs, so that a new one is never left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from analytics.models import Annotation
from analytics.services import annotation_create
from campaigns.models import Campaign, CampaignItem
from creators.models import Creator
from orgs.models import ApiKey, Invitation, Membership
from orgs.services import api_key_create, invitation_create
from projects.models import Project

pytestmark = pytest.mark.django_db


def _patterns(resolver: URLResolver, outer: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in resolver.url_patterns:
        names = outer | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield pattern.name, names
        else:
            yield from _patterns(pattern, names)


PAGES = sorted((name, ids) for name, ids in _patterns(get_resolver()) if "org_id" in ids)
IDS = [name for name, _ in PAGES]
WATCHED = (Project, Creator, ApiKey, Membership, Invitation, Annotation, Campaign, CampaignItem)
# Pages that a member has nothing to see on.
ADMINS_ONLY = {"audit_csv", "audit_log", "organization_delete", "organization_export"}
DEEPER = [(name, ids) for name, ids in PAGES if ids != {"org_id"}]


@pytest.fixture
def rows_of(make_creator: Any, make_campaign: Any, in_scope: Any) -> Any:
    """The ids of one row of each kind in a person's organization, by the name URLs give them."""

    def make(person: Any) -> dict[str, Any]:
        creator = make_creator(person.project)
        campaign = make_campaign(person.project, "Launch", creator)
        with in_scope(person.org):
            key, _ = api_key_create(by=person.membership, name="somewhere")
            invitation = invitation_create(
                by=person.membership, email=f"asked@{person.org.id.hex}.example", role="member", now=timezone.now()
            )
            note = annotation_create(
                project_id=person.project.id, date=timezone.localdate(), text="Launch", kind="launch"
            )
        return {
            "org_id": person.org.id,
            "project_id": person.project.id,
            "creator_id": creator.id,
            "campaign_id": campaign.id,
            "key_id": key.id,
            "member_id": person.membership.id,
            "invitation_id": invitation.id,
            "annotation_id": note.id,
            "report": "outliers",
        }

    return make


def _state(person: Any, in_scope: Any) -> list[Any]:
    with in_scope(person.org):
        return [list(model.objects.order_by("id").values()) for model in WATCHED]


def test_the_walk_finds_the_pages() -> None:
    assert {"projects", "creators", "creator", "videos", "api_keys"} <= set(IDS)


@pytest.mark.parametrize(("name", "ids"), PAGES, ids=IDS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outsider_finds_nothing_and_changes_nothing(
    name: str, ids: frozenset[str], method: str, admin: Any, outsider: Any, rows_of: Any, in_scope: Any
) -> None:
    rows = rows_of(admin)
    before = _state(admin, in_scope)

    response = getattr(outsider.client, method)(reverse(name, kwargs={id_: rows[id_] for id_ in ids}))

    assert response.status_code == 404
    assert _state(admin, in_scope) == before


@pytest.mark.parametrize(("name", "ids"), DEEPER, ids=[name for name, _ in DEEPER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_of_another_organization_do_not_exist_under_ones_own(
    name: str, ids: frozenset[str], method: str, admin: Any, outsider: Any, rows_of: Any, in_scope: Any
) -> None:
    foreign = rows_of(outsider) | {"org_id": admin.org.id}
    before = _state(outsider, in_scope)

    response = getattr(admin.client, method)(reverse(name, kwargs={id_: foreign[id_] for id_ in ids}))

    # 405: the page knows this method for nobody.
    assert response.status_code in {404, 405}
    assert _state(outsider, in_scope) == before


@pytest.mark.parametrize(("name", "ids"), PAGES, ids=IDS)
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(
    name: str, ids: frozenset[str], admin: Any, rows_of: Any
) -> None:
    rows = rows_of(admin)
    address = reverse(name, kwargs={id_: rows[id_] for id_ in ids})

    response = Client().get(address)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize(("name", "ids"), PAGES, ids=IDS)
def test_every_page_opens_for_its_member(name: str, ids: frozenset[str], member: Any, admin: Any, rows_of: Any) -> None:
    rows = rows_of(admin)

    response = member.client.get(reverse(name, kwargs={id_: rows[id_] for id_ in ids}))

    if name in ADMINS_ONLY:
        assert response.status_code == 403
    else:
        # 405: what only a POST does. 302: a page that leads on.
        assert response.status_code in {200, 302, 405}


def test_a_creator_of_another_project_is_not_found(admin: Any, make_creator: Any, in_scope: Any, page: Any) -> None:
    creator = make_creator(admin.project)
    with in_scope(admin.org):
        other = Project.objects.create(org=admin.org, name="Other program")

    response = admin.client.get(page(admin, "creator", project_id=other.id, creator_id=creator.id))

    assert response.status_code == 404


def test_an_error_page_is_ours_and_asks_the_database_for_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/no/such/page")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_form_without_its_token_gets_a_page_of_ours(admin: Any) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": "a@b.example", "password": "x"})

    assert response.status_code == 403
    assert "This page is too old" in response.content.decode()

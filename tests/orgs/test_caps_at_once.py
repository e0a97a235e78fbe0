"""Every cap that counts, each with twenty at once against five: exactly five go through."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.services import campaign_create
from creators.adding import creators_add
from orgs.limits import LimitReached, usage
from orgs.models import Organization
from orgs.scope import organization_scope
from orgs.services import api_key_create, invitation_create, limit_override_set
from projects.services import project_create

AT_ONCE, CAP = 20, 5
_numbers = count(1)


def _add_creator(person: Any, number: int) -> bool:
    results = creators_add(project=person.project, entries=[f"at.once.{number}"], now=timezone.now())
    return results[0].creator is not None


def _invite(person: Any, number: int) -> object:
    email = f"guest.{number}@northwind.example"
    return invitation_create(by=person.membership, email=email, role="member", now=timezone.now())


# limit key → (adds one, what is used before).
ADD: dict[str, tuple[Callable[[Any, int], object], int]] = {
    "max_api_keys_per_org": (lambda person, n: api_key_create(by=person.membership, name=f"key {n}"), 0),
    "max_projects_per_org": (lambda person, n: project_create(name=f"Project {n}"), 1),
    "max_members_per_org": (_invite, 1),
    "max_creators_per_org": (_add_creator, 0),
    "max_campaigns_per_project": (lambda person, n: campaign_create(project_id=person.project.id, name=f"C {n}"), 0),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ADD)
def test_twenty_at_once_never_pass_a_cap_of_five(admin: Any, key: str) -> None:
    add, before = ADD[key]
    limit_override_set(org_id=admin.org.id, limit_key=key, value=CAP)
    start = Barrier(AT_ONCE)

    def attempt(_: int) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            with organization_scope(admin.org.id):
                return bool(add(admin, next(_numbers)))
        except LimitReached as reached:
            return reached
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(attempt, range(AT_ONCE)))
    with organization_scope(admin.org.id):
        assert usage(key, admin.project.id) == CAP
        assert list(Organization.objects.get(id=admin.org.id).limit_warnings) != []
    assert results.count(True) == CAP - before
    # Adding creators reports a reached limit line by line and raises nothing.
    assert [result for result in results if isinstance(result, LimitReached)] == [LimitReached(key, CAP, CAP)] * (
        0 if key == "max_creators_per_org" else AT_ONCE - CAP + before
    )

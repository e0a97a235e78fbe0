"""The wall: every route with every role. Nobody sees or changes what is not theirs; a new route needs a decision."""

import pytest

from tests.wall.asking import FOUND, METHODS, answer_of, ask, body_of, values_for
from tests.wall.conftest import MODELS, Scene
from tests.wall.decisions import Role, Who, expected
from tests.wall.table import OTHER_ARGUMENTS, ROUTES

# They know the organization's name, and a key notes when it was used, whether it may go on or not.
OF_THE_ORGANIZATION = (Role.MEMBER_OF_SUSPENDED, Role.MEMBER, Role.ADMIN, Role.KEY_OF_SUSPENDED, Role.KEY)


def test_every_route_has_a_decision_and_every_decision_a_route() -> None:
    assert set(FOUND) == set(ROUTES)


def test_every_argument_of_a_route_is_known() -> None:
    arguments = {name for route in FOUND.values() for name in route.arguments}
    assert arguments <= {"org_id", "id", *MODELS, *OTHER_ARGUMENTS}


def test_every_level_is_used() -> None:
    assert {who for decision in ROUTES.values() for who in (decision.get, decision.post)} == set(Who)


@pytest.mark.parametrize("path", sorted(set(FOUND) & set(ROUTES)), ids=lambda path: path or "/")
def test_each_role_gets_what_was_decided_and_nothing_else(path: str, scene: Scene) -> None:
    route, decision, target = FOUND[path], ROUTES[path], scene.target
    secrets = target.secrets() - {str(value) for value in values_for(route, target).values()}
    before, surprises = target.rows(), {}
    for role in Role:
        for method in METHODS:
            with scene.cast.asking(role) as client:
                response = ask(client, route, decision, target, method)
                got, body = answer_of(response), body_of(response)
                if role not in OF_THE_ORGANIZATION:
                    assert target.rows() == before, f"{role} changed something"
                    assert not [secret for secret in secrets if secret in body], f"{role} read something"
            if got not in expected(decision, method, role):
                surprises[role, method] = got
    assert surprises == {}

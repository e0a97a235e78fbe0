"""Ids of another organization name nothing: in the path, in a query, in a form."""

import re

import pytest
from django.conf import settings

from tests.wall.asking import FOUND, METHODS, PAGES_OF_AN_ORGANIZATION, body_of, values_for
from tests.wall.conftest import MODELS, Scene
from tests.wall.decisions import Role

# What a query or a form may name: every name that a view reads.
READ = re.compile(r"\b(?:GET|POST|data|query|form)(?:\.get|\.getlist|\.pop)?[(\[]\s*\"(\w+)\"")


@pytest.mark.parametrize("path", PAGES_OF_AN_ORGANIZATION)
def test_rows_of_another_organization_do_not_exist_under_ones_own(path: str, scene: Scene) -> None:
    route, target, elsewhere = FOUND[path], scene.target, scene.elsewhere
    before = elsewhere.rows()
    for argument in set(route.arguments) & set(MODELS):
        values = values_for(route, target) | {argument: elsewhere.arguments[argument]}
        for method in METHODS:
            with scene.cast.asking(Role.ADMIN) as client:
                response = getattr(client, method)(route.address(values))
            # 405: the page knows this method for nobody.
            assert response.status_code in {404, 405}, argument
            if response.status_code == 405:
                assert method.upper() not in response["Allow"]
    assert elsewhere.rows() == before


def names_that_views_read() -> set[str]:
    """Every name that a view takes from a query or a form."""
    sources = [path for path in settings.BASE_DIR.glob("*/**/*.py") if {"views", "forms", "pages"} & set(path.parts)]
    sources += [*settings.BASE_DIR.glob("*/views.py"), *settings.BASE_DIR.glob("*/forms.py")]
    return {match[1] for path in sources for match in READ.finditer(path.read_text())}


NAMES = sorted(names_that_views_read())


def test_the_names_that_views_read_are_found() -> None:
    assert {"item", "campaign"} <= set(NAMES)


@pytest.mark.parametrize("path", PAGES_OF_AN_ORGANIZATION)
def test_ids_of_another_organization_in_a_query_or_a_form_name_nothing(path: str, scene: Scene) -> None:
    route, target, elsewhere = FOUND[path], scene.target, scene.elsewhere
    before, secrets = elsewhere.rows(), elsewhere.secrets() - {str(elsewhere.shared_id)}
    sent = dict.fromkeys(NAMES, str(elsewhere.shared_id))
    for method in METHODS:
        with scene.cast.asking(Role.ADMIN) as client:
            response = getattr(client, method)(route.address(values_for(route, target)), sent)
            assert response.status_code < 500
            body = body_of(response)
        assert not [secret for secret in secrets if secret in body], method
    assert elsewhere.rows() == before

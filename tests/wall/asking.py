"""How a route is asked, and what kind of answer came back."""

import re
from typing import Any

from django.test import Client

from tests.wall.conftest import World
from tests.wall.decisions import Answer, Decision
from tests.wall.routes import Route, routes
from tests.wall.table import OTHER_ARGUMENTS

ALL = {route.path: route for route in routes()}
STAFF_PAGES = [path for path in ALL if path.startswith("admin/")]
# `api/` is what answers every other path below it.
FOUND = {path: route for path, route in ALL.items() if path not in STAFF_PAGES and path != "api/"}
PAGES_OF_AN_ORGANIZATION = sorted(path for path, route in FOUND.items() if "org_id" in route.arguments)
METHODS = ("get", "post")


def answer_of(response: Any) -> Answer | str:
    """The kind of an answer; what is none of them, such as a crash, is told as it is."""
    if response.status_code == 302 and "/login/" in response["Location"]:
        return Answer.SIGN_IN
    kinds = {404: Answer.NOT_FOUND, 403: Answer.FORBIDDEN, 401: Answer.NO_KEY}
    if response.status_code in kinds:
        return kinds[response.status_code]
    # 503: /readyz says what is missing.
    return Answer.IN if response.status_code < 500 or response.status_code == 503 else str(response.status_code)


def body_of(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    return str(content.decode(errors="replace"))


def values_for(route: Route, world: World) -> dict[str, Any]:
    """What fills a route's arguments: rows of the world; the API names every row `id`, by the resource before it."""
    resource = re.search(r"(\w+?)s/<str:id>", route.path)
    id_ = {"id": world.arguments[f"{resource[1]}_id"]} if resource else {}
    return OTHER_ARGUMENTS | world.arguments | id_


def ask(client: Client, route: Route, decision: Decision, world: World, method: str) -> Any:
    values = values_for(route, world)
    query = {name: values.get(argument, argument) for name, argument in decision.query.items()}
    return getattr(client, method)(route.address(values), query)

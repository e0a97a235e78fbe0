"""Every route of the product, found by walking the URL configuration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its path as configured, the names of its arguments, whose code answers."""

    path: str
    arguments: tuple[str, ...]
    module: str

    def address(self, values: dict[str, Any]) -> str:
        """The path with its arguments filled in."""
        filled = ARGUMENT.sub(lambda match: str(values[match[1] or match[2]]), self.path)
        return "/" + filled.replace("^", "").replace("$", "")


def routes() -> list[Route]:
    """Every route, in the order Django tries them; a path that stands twice is the first one's."""
    found: dict[str, Route] = {}
    for path, pattern in _walk(get_resolver(), ""):
        names = tuple(match[1] or match[2] for match in ARGUMENT.finditer(path))
        found.setdefault(path, Route(path, names, pattern.callback.__module__))
    return list(found.values())


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern
        else:
            yield from _walk(pattern, path)

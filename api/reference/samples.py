"""How an operation is asked from a shell, from Python and from JavaScript: whole programs that run as they stand.

The key comes from the environment variable TRACKAGOAT_KEY: a key has no place in a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Sample:
    """One program. `language` is an id, `label` for people."""

    language: str
    label: str
    code: str


def samples(path: str, *, root: str) -> list[Sample]:
    """Programs that ask for a path below /api/v1 of the product at `root`."""
    address = urlsplit(path)
    url, query = f"{root}/api/v1{address.path}", dict(parse_qsl(address.query))
    return [
        Sample("curl", "curl", _curl(url, address.query)),
        Sample("python", "Python", _python(url, query)),
        Sample("javascript", "JavaScript", _javascript(url, query)),
    ]


def _curl(url: str, query: str) -> str:
    address = f"{url}?{query}" if query else url
    return f'curl --fail-with-body -H "Authorization: Bearer $TRACKAGOAT_KEY" \\\n  "{address}"'


def _python(url: str, query: Mapping[str, str]) -> str:
    params = ["    params={", *(f'        "{name}": {dumps(value)},' for name, value in query.items()), "    },"]
    return "\n".join(
        [
            "import os",
            "",
            "import httpx",
            "",
            "response = httpx.get(",
            f'    "{url}",',
            *(params if query else ()),
            """    headers={"Authorization": f"Bearer {os.environ['TRACKAGOAT_KEY']}"},""",
            ")",
            "response.raise_for_status()",
            'print(response.json()["data"])',
        ]
    )


def _javascript(url: str, query: Mapping[str, str]) -> str:
    search = [
        "url.search = new URLSearchParams({",
        *(f"  {name}: {dumps(value)}," for name, value in query.items()),
        "});",
    ]
    return "\n".join(
        [
            f'const url = new URL("{url}");',
            *(search if query else ()),
            "const response = await fetch(url, {",
            "  headers: { Authorization: `Bearer ${process.env.TRACKAGOAT_KEY}` },",
            "});",
            "const { data, error } = await response.json();",
            "if (error) throw new Error(error);",
            "console.log(data);",
        ]
    )

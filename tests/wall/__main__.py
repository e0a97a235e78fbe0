"""Print the wall as a table: what each role gets from each route. `python -m tests.wall`"""

from tests.wall.decisions import Answer, Role, expected
from tests.wall.table import ROUTES

SHORT = {"in": "in", "sign in": "->login", "404": "404", "403": "403", "401": "401"}


def main() -> None:
    """One row a route, one column a role, GET/POST in each."""
    width = max(map(len, ROUTES))
    print("route".ljust(width), *(role.value[:16].ljust(16) for role in Role))
    for path, decision in sorted(ROUTES.items()):
        answers = ("/".join(_short(expected(decision, method, role)) for method in ("get", "post")) for role in Role)
        print((path or "/").ljust(width), *(answer.ljust(16) for answer in answers))


def _short(answers: set[Answer]) -> str:
    return SHORT[next(iter(answers))] if len(answers) == 1 else "own"


if __name__ == "__main__":
    main()

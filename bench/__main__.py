"""Run every bench on databases of its own and print the figures."""

import os

import django

import tests.environment  # noqa: F401 - starts the servers before Django reads its settings


def main() -> None:
    """Print one block of figures a bench."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackagoat.settings")
    django.setup()
    from bench import ingest
    from tests.databases import make_test_databases

    with make_test_databases():
        ingest.main()


if __name__ == "__main__":
    main()

"""Run benches on databases of their own and print the figures: `python -m bench` all, or those that are named."""

import os
import pkgutil
import sys
from importlib import import_module

import django

import bench
import tests.environment  # noqa: F401 - starts the servers before Django reads its settings


def main(wanted: list[str]) -> None:
    """Print one block of figures a bench; each is a module of this package with a `main`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackagoat.settings")
    django.setup()
    from tests.databases import make_test_databases

    names = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    if unknown := sorted(set(wanted) - set(names)):
        sys.exit(f"There is no bench {', '.join(unknown)}; there are {', '.join(names)}.")
    for name in wanted or names:
        with make_test_databases():
            import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])

#!/usr/bin/env python
"""Django's command line; `migrate` and `upkeep` run as the database's owner, everything else as the application."""

import os
import sys

OWNER_COMMANDS = {"migrate", "upkeep"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackagoat.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

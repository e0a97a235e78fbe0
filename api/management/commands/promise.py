"""`manage.py promise`: add to the API's promise what is new in it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.openapi import document
from api.promise import PROMISED, broken, facts, read


class Command(BaseCommand):
    help = "Add what is new in the API to api/promise.txt. Fails and changes nothing when a promise is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        promised, now = read(), facts(document())
        if lost := broken(promised, now):
            raise CommandError("v1 promises these; only a v2 may change them:\n" + "\n".join(sorted(lost)))
        PROMISED.write_text("\n".join(sorted(now)) + "\n")
        self.stdout.write(f"{len(now - promised)} facts added, {len(now)} in all")

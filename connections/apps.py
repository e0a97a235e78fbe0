"""Connections: TikTok accounts whose owners let an organization read their numbers from TikTok itself."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "connections"

    def ready(self) -> None:
        from connections.services.ending import consents_to_give_back
        from orgs.services.purge import on_purge

        on_purge(consents_to_give_back)

"""The ground floor of tenancy: organizations, people, plans, keys, and the walls."""

from django.apps import AppConfig
from django.utils import timezone


class OrgsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        from hijack.signals import hijack_ended, hijack_started

        from orgs.events import listen
        from orgs.limits import counts
        from orgs.mail import mail_invitation
        from orgs.models import ApiKey, Invitation, Membership
        from orgs.staff import note_impersonation_end, note_impersonation_start

        counts("max_api_keys_per_org")(lambda: ApiKey.objects.live(timezone.now()).count())
        counts("max_members_per_org")(
            lambda: Membership.objects.count() + Invitation.objects.pending(timezone.now()).count()
        )
        listen("invitation_received")(mail_invitation)
        hijack_started.connect(note_impersonation_start, dispatch_uid="orgs.impersonation")
        hijack_ended.connect(note_impersonation_end, dispatch_uid="orgs.impersonation")

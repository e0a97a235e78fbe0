"""Mails about organizations: each as text and as HTML, from templates/mail/."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from orgs.events import Event
from orgs.models import Invitation
from orgs.services.invitation_links import link_token


def mail_invitation(event: Event) -> None:
    """A listener: send an invitation's present link, unless it was answered, cancelled or sent again in between."""
    invitation = Invitation.objects.select_related("org", "invited_by").get(id=UUID(event.data["invitation_id"]))
    if not invitation.is_pending(timezone.now()) or invitation.sending != event.data["sending"]:
        return
    link = settings.BASE_URL + reverse("invitation", args=[link_token(invitation)])
    send("invitation", to=invitation.email, context={"invitation": invitation, "org": invitation.org, "link": link})


def send(name: str, *, to: str, context: dict[str, Any]) -> None:
    """Send templates/mail/<name>_{subject.txt,message.txt,message.html} to one address."""
    subject = render_to_string(f"mail/{name}_subject.txt", context)
    text = render_to_string(f"mail/{name}_message.txt", context)
    mail = EmailMultiAlternatives(" ".join(subject.split()), text.strip() + "\n", to=[to])
    mail.attach_alternative(render_to_string(f"mail/{name}_message.html", context), "text/html")
    mail.send()

"""A word on installations that send no mail, beside every page that speaks of one."""

from django import template
from django.conf import settings

register = template.Library()

CONSOLE = "django.core.mail.backends.console.EmailBackend"


@register.inclusion_tag("partials/where_mail_goes.html")
def where_mail_goes() -> dict[str, bool]:
    """Says that mails are printed to the log, where EMAIL_URL is not set; nothing elsewhere."""
    return {"printed": settings.EMAIL_BACKEND == CONSOLE}

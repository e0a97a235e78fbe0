"""Where people write for help."""

from email.utils import parseaddr

from django.conf import settings


def support_address() -> str:
    """The setting SUPPORT_EMAIL, else the sender of the product's mail."""
    return settings.SUPPORT_EMAIL or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]

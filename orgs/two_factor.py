"""How second factors are kept: their secrets are encrypted, so that a copy of the database opens no account."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts with SECRET_KEY; what SECRET_KEY_FALLBACKS encrypted stays readable."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(b"two-factor:" + key.encode()).digest())) for key in keys])

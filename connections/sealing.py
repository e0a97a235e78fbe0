"""Tokens as they lie in the database: encrypted with a key made of SECRET_KEY, readable with its former values too."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"trackagoat connections: tokens"


class Unreadable(Exception):
    """What was sealed under a SECRET_KEY that nobody names any more."""


def sealed(token: str) -> str:
    """A token, to be stored."""
    return _keys().encrypt(token.encode()).decode()


def opened(text: str) -> str:
    """The token that was sealed. Raises Unreadable."""
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=16)
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))

"""Seals what the database must not show by itself: readable only with the installation's secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "box", "seal", "unseal"]


def box(installation_secrets: list[str], purpose: str) -> MultiFernet:
    """Seals with the first secret, opens with any; what is sealed for one purpose opens for no other."""
    return MultiFernet([Fernet(_derived(secret, purpose)) for secret in installation_secrets])


def seal(text: str, purpose: str) -> bytes:
    return _ours(purpose).encrypt(text.encode())


def unseal(sealed: bytes | memoryview, purpose: str) -> str:
    """Raises InvalidToken for what another installation sealed, or for another purpose, and for what was changed."""
    return _ours(purpose).decrypt(bytes(sealed)).decode()


def _ours(purpose: str) -> MultiFernet:
    return box([settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)], purpose)


def _derived(secret: str, purpose: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
    return urlsafe_b64encode(derived)

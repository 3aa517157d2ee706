"""Seals the papers of a secret vote for the ballot's key, and that key for this installation (HPKE, RFC 9180)."""

import secrets
from base64 import b32encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from core.sealing import InvalidToken, box

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
PURPOSE = "yanqi ballots"
CHOICE_WIDTH = 8
RECEIPT_BYTES = 15
"""120 random bits, 24 characters in base 32: no two voters draw the same."""


@dataclass(frozen=True)
class Keys:
    """Of a ballot: what seals, and what opens, the latter itself sealed for the installation."""

    public: bytes
    sealed_private: bytes


class CannotOpen(Exception):
    """The key or a paper does not belong to this installation or ballot, or was changed."""


def make_keys(installation_secrets: list[str]) -> Keys:
    """A new pair of keys; the private one is readable only with the installation's secret (the first of them)."""
    private = X25519PrivateKey.generate()
    sealed = box(installation_secrets, PURPOSE).encrypt(private.private_bytes_raw())
    return Keys(private.public_key().public_bytes_raw(), sealed)


def new_receipt() -> str:
    """A random number that only the voter is told; it says nothing about the voter or the choice."""
    return b32encode(secrets.token_bytes(RECEIPT_BYTES)).decode().lower()


def seal(choice: str, receipt: str, *, public: bytes, ballot: bytes) -> bytes:
    """A paper that only the ballot's private key opens. Every paper is equally long, so its length tells nothing."""
    paper = f"{choice:<{CHOICE_WIDTH}}{receipt}".encode()
    return SUITE.encrypt(paper, X25519PublicKey.from_public_bytes(public), ballot)


def open_papers(
    papers: list[bytes], *, sealed_private: bytes, ballot: bytes, installation_secrets: list[str]
) -> list[tuple[str, str]]:
    """The choice and receipt of each, shuffled, so that their order tells nothing. Raises CannotOpen."""
    try:
        key = X25519PrivateKey.from_private_bytes(box(installation_secrets, PURPOSE).decrypt(sealed_private))
        texts = [SUITE.decrypt(paper, key, ballot).decode() for paper in papers]
    except (InvalidToken, InvalidTag) as error:
        raise CannotOpen from error
    secrets.SystemRandom().shuffle(texts)
    return [(text[:CHOICE_WIDTH].rstrip(), text[CHOICE_WIDTH:]) for text in texts]

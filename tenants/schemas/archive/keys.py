"""Who signed a bundle. Ed25519; a place signs with one key and trusts its own and those that it was given."""

import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from tenants.schemas.archive.refusals import altered, refused

# What is signed begins with this, so that the key's signatures mean nothing anywhere else.
DOMAIN = b"preau archive\0"
_INFO = b"preau archive signing key"


def public_key() -> str:
    """This place's public key, as 64 hexadecimal digits."""
    return _public(_own())


def sign(manifest: bytes) -> str:
    """The signature as 128 hexadecimal digits."""
    return _own().sign(DOMAIN + manifest).hex()


def check(manifest: bytes, *, key: str, signature: str) -> None:
    """Raises ArchiveRefused when the key is not trusted, or did not sign these bytes."""
    if key not in trusted():
        raise refused(
            "unknown-key",
            _(
                "L’archive est signée par une clé que cette plateforme ne connaît pas (%(key)s). Si elle vient"
                " d’une plateforme de confiance, comparez cette clé avec celle que donne là-bas"
                " «\u00a0archive_school --public-key\u00a0», puis ajoutez-la à PREAU_TRUSTED_ARCHIVE_KEYS."
            )
            % {"key": key},
        )
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), DOMAIN + manifest)
    except (InvalidSignature, ValueError):
        raise altered(_("sa signature ne correspond pas")) from None


def trusted() -> set[str]:
    """Own keys, those of former secrets included, and those that the configuration names."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    own = {_public(_derived(str(secret))) for secret in secrets} | {public_key()}
    return own | {_seed("PREAU_TRUSTED_ARCHIVE_KEYS", key).hex() for key in settings.TRUSTED_ARCHIVE_KEYS}


def _own() -> Ed25519PrivateKey:
    if settings.ARCHIVE_KEY:
        return Ed25519PrivateKey.from_private_bytes(_seed("PREAU_ARCHIVE_KEY", settings.ARCHIVE_KEY))
    return _derived(settings.SECRET_KEY)


def _derived(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _seed(name: str, text: str) -> bytes:
    try:
        seed = binascii.unhexlify(text.strip())
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != 32:
        raise ImproperlyConfigured(f"{name} holds 64 hexadecimal digits (openssl rand -hex 32)")
    return seed

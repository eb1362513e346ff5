"""The key by which push services know this installation (VAPID, RFC 8292): one for all its schools.

Browsers subscribe to it: with another one, nobody receives anything until they have subscribed again.
"""

import os
import tempfile
import time
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

# How long a signed header holds, in seconds; push services refuse more than a day.
LASTS = 12 * 3600


def public_key() -> str:
    """The public half as browsers take it: an uncompressed point in base64url."""
    return str(b64urlencode(_vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


def authorization(endpoint: str) -> str:
    """The Authorization header for a push service: who we are, for its origin alone, and how to write to us."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": f"mailto:{settings.PUSH_CONTACT or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
        "exp": int(time.time()) + LASTS,
    }
    return str(_vapid().sign(claims)["Authorization"])


def _vapid() -> Vapid02:
    return _read(settings.VAPID_PRIVATE_KEY, Path(settings.DATA_DIR) / "vapid_key")


@cache
def _read(given: str, kept: Path) -> Vapid02:
    """The key of the environment, else that of the data folder, which is made the first time it is needed."""
    text = given or (kept.read_text(encoding="ascii").strip() if kept.is_file() else _make(kept))
    try:
        return Vapid02.from_string(text)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(
            f"PREAU_VAPID_PRIVATE_KEY, or {kept}, must be 32 bytes in base64url: see `manage.py vapid_key --new`."
        ) from error


def new_private_key() -> str:
    """32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return str(b64urlencode(number.to_bytes(32, "big")))


def _make(kept: Path) -> str:
    """Of several processes that make one at once, the first wins and the others read its key."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=kept.parent, prefix=".vapid-")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(new_private_key())
        os.link(name, kept)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    return kept.read_text(encoding="ascii").strip()

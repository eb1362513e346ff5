"""Tokens as they are handed out, and as they are kept."""

import hashlib
import secrets


def new_token(prefix: str) -> tuple[str, str]:
    """A token to show once (`<prefix>_` and 256 bits), and the digest to keep.

    A plain SHA-256 is enough: nobody guesses 256 bits, fast or slow. The prefix lets programs that look for secrets
    in published code recognise it.
    """
    token = f"{prefix}_{secrets.token_urlsafe(32)}"
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()

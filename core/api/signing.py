"""Signing calls to the outside, as Standard Webhooks says: github.com/standard-webhooks/standard-webhooks."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from django.utils.crypto import salted_hmac

from core.api.models import Delivery, Webhook
from tenants.schemas.context import current_schema, current_uai


def new_salt() -> str:
    return secrets.token_hex(16)


def secret_of(webhook: Webhook) -> str:
    """The secret as it is shown once: `whsec_` and 256 bits in base64."""
    return f"whsec_{base64.b64encode(_key(webhook.salt)).decode()}"


def headers_for(webhook: Webhook, delivery: Delivery, body: bytes, now: datetime) -> dict[str, str]:
    """What stands beside the body. The identifier stays from try to try: the receiver drops what it has had."""
    identifier = f"msg_{current_uai().lower()}_{delivery.pk}"
    moment = str(int(now.timestamp()))
    signed = f"{identifier}.{moment}.".encode() + body
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{_signature(salt, signed)}" for salt in _salts(webhook, now)),
    }


def _salts(webhook: Webhook, now: datetime) -> list[str]:
    """The secret in force, and the one before while it still counts."""
    former = webhook.previous_salt and webhook.previous_until is not None and webhook.previous_until > now
    return [webhook.salt, webhook.previous_salt] if former else [webhook.salt]


def _signature(salt: str, signed: bytes) -> str:
    return base64.b64encode(hmac.new(_key(salt), signed, hashlib.sha256).digest()).decode()


def _key(salt: str) -> bytes:
    """Derived from the installation's own secret: the database holds nothing that signs. A school's are its own."""
    return salted_hmac("core.api.webhook", f"{current_schema()}:{salt}", algorithm="sha256").digest()

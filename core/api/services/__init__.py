"""What people do with tokens and webhooks."""

from core.api.services.tokens import create_token, revoke_token, tidy
from core.api.services.webhooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    resume_webhook,
    retry_delivery,
    rotate_secret,
    stop_webhook,
    try_webhook,
)

__all__ = [
    "change_webhook",
    "create_token",
    "create_webhook",
    "delete_webhook",
    "resume_webhook",
    "retry_delivery",
    "revoke_token",
    "rotate_secret",
    "stop_webhook",
    "tidy",
    "try_webhook",
]

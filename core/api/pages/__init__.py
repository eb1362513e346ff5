"""The pages of those who use the API: one's own tokens, and the school's webhooks."""

from core.api.pages.tokens import token_create, token_revoke, tokens
from core.api.pages.webhooks import (
    delivery_retry,
    webhook,
    webhook_create,
    webhook_delete,
    webhook_edit,
    webhook_resume,
    webhook_secret,
    webhook_stop,
    webhook_test,
    webhooks,
)

__all__ = [
    "delivery_retry",
    "token_create",
    "token_revoke",
    "tokens",
    "webhook",
    "webhook_create",
    "webhook_delete",
    "webhook_edit",
    "webhook_resume",
    "webhook_secret",
    "webhook_stop",
    "webhook_test",
    "webhooks",
]

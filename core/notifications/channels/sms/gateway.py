"""The region's gateway: one HTTP call for each message, shaped by the configuration (docs/configuration.md)."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.notifications import reasons
from core.notifications.messages import Failure
from tenants import outbound

logger = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 8.0


def is_configured() -> bool:
    """Whether the region has a gateway at all."""
    return bool(settings.SMS_URL)


def send(*, number: str, text: str, reference: UUID) -> Failure | None:
    """Hand one message over. `reference` is the same when it is tried again, where the gateway takes one."""
    facts = {"to": number, "to_digits": number.lstrip("+"), "text": text, "id": str(reference)}
    body = _filled(_template("SMS_BODY"), facts)
    headers = _filled(_template("SMS_HEADERS"), {"token": settings.SMS_TOKEN})
    try:
        answer = _post(body, headers)
    except outbound.OutboundFailed as error:
        logger.warning("sms gateway unreachable", why=str(error))
        return Failure(reason=reasons.UNREACHABLE)
    except outbound.OutboundRefused as error:
        logger.warning("sms gateway not allowed", why=error.code)
        return Failure(reason=reasons.UNREACHABLE)
    if answer.ok:
        return None
    logger.warning("sms gateway refuses", status=answer.status)
    # 401, 403, 429 and the gateway's own errors are not this number's fault.
    final = answer.status in {400, 404, 406, 409, 410, 422}
    return Failure(reason=reasons.REFUSED if final else reasons.UNREACHABLE, final=final)


def _post(body: dict[str, Any], headers: dict[str, str]) -> outbound.Answer:
    if settings.SMS_FORMAT == "form":
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return outbound.post(
            settings.SMS_URL, data=urlencode(body).encode(), headers=headers, timeout=TIMEOUT_SECONDS
        )
    return outbound.post(settings.SMS_URL, json=body, headers=headers, timeout=TIMEOUT_SECONDS)


def _template(name: str) -> dict[str, Any]:
    try:
        read = json.loads(getattr(settings, name))
    except ValueError as error:
        raise ImproperlyConfigured(f"PREAU_{name} must be a JSON object.") from error
    if not isinstance(read, dict):
        raise ImproperlyConfigured(f"PREAU_{name} must be a JSON object.")
    return read


def _filled(template: Any, facts: dict[str, str]) -> Any:
    """The template with `{to}`, `{text}`… put in its texts, however deep; what is put in is never read again."""
    if isinstance(template, dict):
        return {key: _filled(value, facts) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, facts) for value in template]
    if not isinstance(template, str):
        return template
    pieces = template.split("{")
    out = pieces[0]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        out += f"{facts[name]}{rest}" if brace and name in facts else "{" + piece
    return out

"""What may be sent: JSON in UTF-8, not too long, not too deep."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from tenants.api.problems import Refused

# Bytes of a request's body. Files do not pass here.
BODY_LIMIT = 1024 * 1024
_UTF8 = {"", "utf-8", "utf8"}


class JsonParser(BaseParser):
    """Stricter than the framework's: no other encoding, no NaN, no field twice, no nesting that exhausts the stack."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        if str(_charset(media_type)).strip("\"'").lower() not in _UTF8:
            raise Refused(415)
        try:
            text = stream.read(BODY_LIMIT + 1).decode("utf-8")
            value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
            if "\\ud" in text.lower():  # half a surrogate pair is no text
                json.dumps(value, ensure_ascii=False).encode()
            return value
        except (ValueError, RecursionError) as error:
            raise Refused(400, "malformed", _("Le corps de la demande n’est pas du JSON lisible, en UTF-8.")) from error


def refuse_long(request: HttpRequest) -> None:
    """Raises Refused (413) before anything is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Refused(400) from None
    if length > BODY_LIMIT:
        raise Refused(413)


def _charset(media_type: str | None) -> str:
    for part in (media_type or "").split(";")[1:]:
        name, _equals, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip()
    return ""


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says a thing twice means nobody knows what."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found

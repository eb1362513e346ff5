"""Single values of sources: dates, telephones, addresses of both sorts, and texts cut to what a column holds."""

import re
from datetime import date
from functools import lru_cache

from core.imports.readers.naming import tidied

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?\Z")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[^\s@<>(),;:\"\[\]\\]{1,185}\.[^\s@<>(),;:.\"\[\]\\]{2,}\Z")
_LINES = re.compile(r"[$\n\r]+")
_NOT_DIALLED = re.compile(r"[^\d+]")
_CIVILITIES = {
    "m": "M.", "m.": "M.", "mr": "M.", "monsieur": "M.", "1": "M.", "mme": "Mme", "mme.": "Mme", "mlle": "Mme",
    "mlle.": "Mme", "madame": "Mme", "mademoiselle": "Mme", "2": "Mme", "3": "Mme",
}  # fmt: skip
PHONE, EMAIL, ADDRESS = 20, 254, 300


class InvalidDate(ValueError):
    """A text that is no date of a life."""


@lru_cache(maxsize=50_000)
def parse_date(text: str) -> date | None:
    """A date written 06/06/2014, 6-6-2014 or 2014-06-06, perhaps with an hour; None for nothing.

    Raises InvalidDate for what is no day, and before 1900.
    """
    text = text.strip()
    if not text:
        return None
    if match := _DATE.match(text):
        day, month, year = match.groups()
    elif match := _ISO.match(text):
        year, month, day = match.groups()
    else:
        raise InvalidDate(text)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise InvalidDate(text) from None
    if found.year < 1900:
        raise InvalidDate(text)
    return found


@lru_cache(maxsize=1_000)
def civility(text: str) -> str:
    """"M.", "Mme" or "", from what sources write (Mlle, MME, 1, 2, 3)."""
    return _CIVILITIES.get(text.strip().lower(), "")


def phone(text: str) -> str:
    """A number that can be dialled, grouped by two where it is French; empty for none and for 0000000000."""
    digits = text if text.isdigit() else _NOT_DIALLED.sub("", text)
    if not digits.strip("+0") or len(digits.lstrip("+")) < 3:
        return ""
    if digits.startswith(("+33", "0033")) and len(national := digits.removeprefix("+33").removeprefix("0033")) == 9:
        digits = f"0{national}"
    if len(digits) == 9 and digits[0] in "123456789":
        digits = f"0{digits}"  # what a spreadsheet leaves of it
    if len(digits) == 10 and digits[0] == "0":
        return f"{digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    return digits[:PHONE]


def phones(*texts: str) -> tuple[str, ...]:
    """Numbers once each, mobiles first: they are what reaches people."""
    found = dict.fromkeys(number for text in texts if text and (number := phone(text)))
    return tuple(found) if len(found) < 2 else tuple(sorted(found, key=lambda one: not one.startswith(("06", "07"))))


def email(text: str) -> str | None:
    """The address; "" for none, None for what is no address."""
    text = text.strip()
    if not text:
        return ""
    return text if len(text) <= EMAIL and _EMAIL.match(text) else None


@lru_cache(maxsize=20_000)
def address(lines: str, postcode: str, town: str, country: str = "") -> str:
    """A postal address on its lines; the country only where it is not France. `$` and newlines separate lines."""
    parts = [tidied(part) for part in _LINES.split(lines)]
    parts.append(tidied(f"{postcode} {town}"))
    if country.strip().upper() not in {"", "FRANCE", "100"}:
        parts.append(tidied(country))
    return "\n".join(part for part in parts if part)[:ADDRESS]

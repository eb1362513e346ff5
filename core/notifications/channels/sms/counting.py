"""How many messages a text makes, and what they cost (3GPP TS 23.038 and 23.040).

In the 7-bit alphabet a message holds 160 characters, or 153 where several are joined; outside of it 70, or 67.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from tenants.text import without_accents

GSM7, UCS2 = "GSM-7", "UCS-2"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # two places each
_ONE, _JOINED = {GSM7: 160, UCS2: 70}, {GSM7: 153, UCS2: 67}
_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "×": "x", "œ": "oe", "Œ": "OE", "\t": " ",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """`characters` are places in the alphabet: an extended one takes two; `segments` are what is paid for."""

    characters: int
    segments: int
    encoding: str

    @property
    def room(self) -> int:
        """How many places are left before one more message is paid for."""
        if self.segments <= 1:
            return _ONE[self.encoding] - self.characters
        return self.segments * _JOINED[self.encoding] - self.characters


def count(text: str) -> Parts:
    """The places that `text` takes, and the messages that it makes. No text makes none."""
    encoding = GSM7 if _fits(text) else UCS2
    widths = [_width(char, encoding) for char in text]
    total = sum(widths)
    if total <= _ONE[encoding]:
        return Parts(total, 1 if total else 0, encoding)
    return Parts(total, _packed(widths, _JOINED[encoding]), encoding)


def transliterated(text: str) -> str:
    """`text` in the cheaper alphabet: « ê â î ô û ë ï ç » lose their marks, « é è à ù » keep them.

    What has no equivalent there (Arabic, emoji) leaves the whole text as it is: it would cost the same anyway.
    """
    plain = "".join(_nearest(char) for char in text.translate(_PLAIN))
    return plain if _fits(plain) else text


def cut(text: str, segments: int) -> str:
    """As much of `text` as fits in so many messages; « ... » tells that it was cut."""
    if count(text).segments <= segments:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = count(f"{text[:middle].rstrip()}...").segments <= segments
        low, high = (middle, high) if fits else (low, middle - 1)
    return f"{text[:low].rstrip()}..."


def estimate(recipients: int, text: str) -> int:
    """What sending `text` to so many people costs, in cents, at the gateway's price for a message."""
    cents = Decimal(recipients * count(text).segments) * Decimal(settings.SMS_PRICE_CENTS)
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))


def _fits(text: str) -> bool:
    return all(char in _BASIC or char in _EXTENDED for char in text)


def _nearest(char: str) -> str:
    if char in _BASIC or char in _EXTENDED:
        return char
    bare = without_accents(char)
    return bare if _fits(bare) else char


def _width(char: str, encoding: str) -> int:
    if encoding == GSM7:
        return 2 if char in _EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1  # a pair of UTF-16


def _packed(widths: Iterable[int], size: int) -> int:
    """Messages needed where no character may be split between two."""
    segments, filled = 1, 0
    for width in widths:
        if filled + width > size:
            segments, filled = segments + 1, 0
        filled += width
    return segments

"""A school's accent: one colour chosen by people, the tones around it derived so that contrast holds.

Lightness is moved in OKLCH (Björn Ottosson, 2020), where equal steps look equal; contrast is WCAG 2.2's.
"""

import math
import re
from dataclasses import dataclass

DEFAULT_ACCENT = "1f5f5b"
HEX = re.compile(r"#?([0-9a-fA-F]{6})")
# The grounds an accent stands on (css/tokens.css): the darkest light one, the lightest dark one.
LIGHT_GROUND, DARK_GROUND = "#f3f1ec", "#262b33"
LIGHT_ON_ACCENT, DARK_ON_ACCENT = "#ffffff", "#10141a"
AA = 4.6  # WCAG asks for 4.5; the rest absorbs rounding


def normalise(value: str | None) -> str:
    """`value` as six lower-case hexadecimal digits, or "" when it is not a colour."""
    match = HEX.fullmatch((value or "").strip())
    return match.group(1).lower() if match else ""


def _channels(colour: str) -> tuple[float, float, float]:
    digits = colour.lstrip("#")
    red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return _linear(red), _linear(green), _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness (0–1), chroma (0–0.4) and hue (radians)."""
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest sRGB colour as `#rrggbb`; chroma gives way, lightness and hue stay."""
    while True:
        channels = _rgb(lightness, chroma, hue)
        if chroma < 0.002 or all(-0.0005 <= channel <= 1.0005 for channel in channels):
            break
        chroma *= 0.95
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, c)))):02x}" for c in channels)


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


@dataclass(frozen=True)
class Tones:
    """The accent, its hover, its soft ground, a line between the two, and the ink that stands on it."""

    accent: str
    strong: str
    soft: str
    line: str
    on_accent: str

    def declarations(self) -> str:
        return (
            f"--accent:{self.accent};--accent-strong:{self.strong};--accent-soft:{self.soft};"
            f"--accent-line:{self.line};--on-accent:{self.on_accent}"
        )


def light_tones(colour: str) -> Tones:
    """Tones for light grounds: the colour itself when it is dark enough, else darker, of the same hue."""
    lightness, chroma, hue = to_oklch(colour)
    soft = from_oklch(0.95, min(chroma, 0.03), hue)
    accent = from_oklch(lightness, chroma, hue)
    while min(contrast(accent, ground) for ground in (LIGHT_GROUND, LIGHT_ON_ACCENT, soft)) < AA:
        lightness -= 0.01
        accent = from_oklch(lightness, chroma, hue)
    return Tones(
        accent=accent,
        strong=from_oklch(max(lightness - 0.08, 0.0), chroma, hue),
        soft=soft,
        line=from_oklch(0.85, min(chroma, 0.06), hue),
        on_accent=LIGHT_ON_ACCENT,
    )


def dark_tones(colour: str) -> Tones:
    """Tones for dark grounds: lighter and a little less vivid."""
    lightness, chroma, hue = to_oklch(colour)
    chroma = min(chroma, 0.12)
    soft = from_oklch(0.3, min(chroma, 0.035), hue)
    lightness = max(lightness, 0.74)
    accent = from_oklch(lightness, chroma, hue)
    while min(contrast(accent, ground) for ground in (DARK_GROUND, DARK_ON_ACCENT, soft)) < AA:
        lightness += 0.01
        accent = from_oklch(min(lightness, 1.0), chroma, hue)
    return Tones(
        accent=accent,
        strong=from_oklch(min(lightness + 0.07, 0.97), chroma, hue),
        soft=soft,
        line=from_oklch(0.42, min(chroma, 0.06), hue),
        on_accent=DARK_ON_ACCENT,
    )


def stylesheet(colour: str) -> str:
    """The few rules that put `colour` (six hexadecimal digits) in the place of the default accent."""
    light, dark = light_tones(colour).declarations(), dark_tones(colour).declarations()
    return (
        f":root{{{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}"
    )

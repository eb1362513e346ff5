"""Mobile numbers as gateways take them (E.164), from what people type. Landlines take no text message.

French ranges: ARCEP's numbering plan (decision 2018-0881). The neighbours of the Grand Est are known too.
"""

import re

_NOISE = re.compile(r"[\s.\-/()\u00a0\u202f\u2009\u2010-\u2015]")
# Overseas mobiles by the first figures after 0: the country code changes, the figures stay.
_OVERSEAS = {
    "690": "590", "691": "590",  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "694": "594",  # Guyane
    "696": "596", "697": "596",  # Martinique
    "692": "262", "693": "262", "639": "262",  # La Réunion, Mayotte
}  # fmt: skip
# Neighbours' mobiles: Belgium, Luxembourg, Germany, Switzerland.
_ABROAD = re.compile(r"\+(?:324[5-9]\d{7}|3526\d{8}|491[567]\d{8,9}|417[4-9]\d{7})")


def normalise(text: str) -> str:
    """« 06 12 34 56 78 » gives +33612345678, « 0692 12 34 56 » +262692123456; "" for what is no mobile number."""
    bare = _NOISE.sub("", text.replace("(0)", ""))
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if not re.fullmatch(r"\+?[0-9]{9,15}", bare):
        return ""
    if bare.startswith("+"):
        return _international(bare)
    if len(bare) == 10 and bare.startswith("0"):
        return _french(bare[1:])
    return ""


def _international(number: str) -> str:
    for code in ("33", *sorted(set(_OVERSEAS.values()))):
        if number.startswith(f"+{code}"):
            return _french(number[len(code) + 1 :].removeprefix("0"))
    return number if _ABROAD.fullmatch(number) else ""


def _french(figures: str) -> str:
    """From the nine figures after the 0 or the country code."""
    if len(figures) != 9 or figures[0] not in "67":
        return ""
    return f"+{_OVERSEAS.get(figures[:3], '33')}{figures}"

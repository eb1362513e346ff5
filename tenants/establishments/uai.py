"""The UAI, natural key of an establishment: seven digits and a check letter."""

import re

from django.utils.translation import gettext as _

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_FORM = re.compile(r"[0-9]{7}[A-Z]\Z")
_SHORT = re.compile(r"[0-9]{4,6}[A-Z]\Z")


class InvalidUai(ValueError):
    """Why a text is not a UAI, in a French sentence."""


def normalise(text: str) -> str:
    """`« 067 0079z »` gives `0670079Z`: capitals, without spaces, dots or hyphens."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", text).upper()


def check_letter(digits: str) -> str:
    """The letter that ends the UAI beginning with these seven digits (remainder by 23; no I, O, Q)."""
    return LETTERS[int(digits) % 23]


def is_valid(text: str) -> bool:
    return bool(_FORM.match(text)) and check_letter(text[:7]) == text[7]


def validated(text: str) -> str:
    """The normalised UAI. Raises InvalidUai, which says how to mend it."""
    uai = normalise(text)
    if not uai:
        raise InvalidUai(_("L’UAI manque."))
    if _SHORT.match(uai):
        restored = uai.zfill(8)
        hint = _(" Un tableur a sans doute retiré les zéros du début\u202f: «\u00a0%(uai)s\u00a0».") % {"uai": restored}
        raise InvalidUai(
            _("L’UAI «\u00a0%(text)s\u00a0» est trop court.") % {"text": uai} + (hint if is_valid(restored) else "")
        )
    if not _FORM.match(uai):
        raise InvalidUai(
            _("«\u00a0%(text)s\u00a0» n’est pas un UAI\u202f: on attend sept chiffres et une lettre.")
            % {"text": text.strip()[:20]}
        )
    expected = check_letter(uai[:7])
    if uai[7] != expected:
        raise InvalidUai(
            _("La lettre de l’UAI %(uai)s est fausse\u202f: on attend %(expected)s.")
            % {"uai": uai, "expected": f"{uai[:7]}{expected}"}
        )
    return uai

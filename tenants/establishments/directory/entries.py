"""From a line to a school as the directory tells it, or the reason why not."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenants.establishments import uai as uai_rules
from tenants.establishments.models import LyceeType, SchoolType, Sector
from tenants.establishments.naming import academie_name, commune_name, departement_name, school_name
from tenants.text import words_of

MAX_NAME, MAX_COMMUNE, MAX_HEADCOUNT = 200, 100, 20_000
_TYPES = {
    "ecole": SchoolType.ECOLE,
    "college": SchoolType.COLLEGE,
    "lycee": SchoolType.LYCEE,
    # A regional school of adapted teaching is a lycée in every table of the ministry.
    "erea": SchoolType.LYCEE,
}
# Kinds of the national directory that are not schools of the region's workspace.
_ELSEWHERE = {"information et orientation", "service administratif", "medico social", "autre"}
_OPEN = {"", "ouvert", "a fermer"}
_EMPTY = {"", "-", "null", "none", "nan", "n/a", "nd"}


class Refused(ValueError):
    """Why a line is not loaded, in a French sentence."""


class LeftAside(Exception):
    """The line tells of something that is not for us (a service, a closed school)."""


@dataclass(frozen=True)
class Entry:
    """One school of the file. An empty text or a None headcount means that the file does not say."""

    uai: str
    official_name: str
    display_name: str
    type: str
    lycee_type: str
    sector: str
    commune_code: str
    commune: str
    postal_code: str
    departement_code: str
    departement: str
    academie: str
    headcount: int | None
    several: bool = False

    def facts(self) -> dict[str, str | int]:
        """The fields of Establishment that the file does say."""
        said = {name: getattr(self, name) for name in FIELDS}
        return {name: value for name, value in said.items() if value not in {"", None}}


FIELDS = (
    "official_name", "display_name", "type", "lycee_type", "sector", "commune_code", "commune", "postal_code",
    "departement_code", "departement", "academie", "headcount",
)  # fmt: skip


def entry_from(values: dict[str, str]) -> Entry:
    """Check one line's cells. Raises Refused or LeftAside."""
    cells = {name: "" if value.strip().casefold() in _EMPTY else value.strip() for name, value in values.items()}
    get = lambda name: cells.get(name, "")  # noqa: E731 -- a name for one expression of this function
    school_type = _school_type(get("type"))
    if " ".join(words_of(get("state"))) not in _OPEN:
        raise LeftAside
    uai = _uai(get("uai"))
    departement_code = _departement(get("departement_code"), uai)
    commune = _text(get("commune"), MAX_COMMUNE, _("La commune manque."), _("Le nom de la commune est trop long."))
    name = _text(get("name"), MAX_NAME, _("Le nom de l’établissement manque."), _("Le nom est trop long."))
    return Entry(
        uai=uai,
        official_name=name,
        display_name=school_name(name, commune)[:MAX_NAME],
        type=school_type,
        lycee_type=_lycee_type(cells) if school_type == SchoolType.LYCEE else "",
        sector=_sector(get("sector")),
        commune_code=_five(get("commune_code"), _("Le code INSEE de la commune")),
        commune=commune_name(commune)[:MAX_COMMUNE],
        postal_code=_five(get("postal_code"), _("Le code postal")),
        departement_code=departement_code,
        departement=departement_name(departement_code, get("departement"))[:60],
        academie=academie_name(departement_code, get("academie"))[:60],
        headcount=_headcount(get("headcount")),
        several=get("several") in {"1", "1.0", "O", "oui"},
    )


def _uai(text: str) -> str:
    try:
        return uai_rules.validated(text)
    except uai_rules.InvalidUai as error:
        raise Refused(str(error)) from None


def _school_type(text: str) -> SchoolType:
    told = " ".join(words_of(text))
    if told in _ELSEWHERE:
        raise LeftAside
    found = next((kind for word, kind in _TYPES.items() if told == word or told.startswith(f"{word} ")), None)
    if found is None:
        raise Refused(
            _("Le type «\u00a0%(text)s\u00a0» n’est pas connu\u202f: on attend école, collège ou lycée.")
            % {"text": text[:40]}
            if text
            else _("Le type d’établissement manque.")
        )
    return found


def _lycee_type(cells: dict[str, str]) -> str:
    told = cells.get("lycee_type", "").upper()
    if told in LyceeType.values:
        return told
    if told:
        raise Refused(_("Le type de lycée «\u00a0%(text)s\u00a0» n’est pas connu.") % {"text": told[:20]})
    general = any(cells.get(way, "").rstrip(".0") == "1" for way in ("general", "technological"))
    vocational = cells.get("vocational", "").rstrip(".0") == "1"
    if general and vocational:
        return LyceeType.LPO
    return LyceeType.LEGT if general else LyceeType.LP if vocational else ""


def _sector(text: str) -> Sector:
    word = next(iter(words_of(text)), "")
    if word == "public":
        return Sector.PUBLIC
    if word == "prive":
        return Sector.PRIVATE
    raise Refused(
        _("Le secteur «\u00a0%(text)s\u00a0» n’est pas connu\u202f: on attend public ou privé.") % {"text": text[:40]}
    )


def _departement(text: str, uai: str) -> str:
    code = text.upper() or uai[:3]
    if re.fullmatch(r"\d{1,3}", code):
        return code.zfill(3)
    if re.fullmatch(r"0?2[AB]", code):
        return code.zfill(3)
    raise Refused(_("Le code du département «\u00a0%(text)s\u00a0» n’est pas valable.") % {"text": text[:20]})


def _five(text: str, what: str) -> str:
    """A code of five signs. A spreadsheet takes the first zero away: it is put back."""
    code = text.upper()
    if not code:
        return ""
    if re.fullmatch(r"\d{4,5}|\d[AB]\d{3}", code):
        return code.zfill(5)
    raise Refused(_("%(what)s «\u00a0%(text)s\u00a0» n’est pas valable.") % {"what": what, "text": text[:20]})


def _headcount(text: str) -> int | None:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{1,6}([.,]0+)?", digits) or int(re.split("[.,]", digits)[0]) > MAX_HEADCOUNT:
        raise Refused(_("L’effectif «\u00a0%(text)s\u00a0» n’est pas valable.") % {"text": text[:20]})
    return int(re.split("[.,]", digits)[0])


def _text(text: str, longest: int, absent: str, too_long: str) -> str:
    tidy = " ".join(text.split())
    if not tidy or not words_of(tidy):
        raise Refused(absent)
    if len(tidy) > longest:
        raise Refused(too_long)
    return tidy

"""Names and labels that sources write in capitals, as people write them.

A text that has both cases is left as it is: somebody chose it.
"""

import re
from functools import lru_cache

from core.people.text import tidy

NAME = 100  # core.people.models.Person
# Written small before a name: « de Gaulle », « von Braun ». « La » and « Le » are part of it: « de La Fontaine »
_SMALL = {"DE", "DU", "DES", "ET", "VON", "ZU", "ZUR", "ZUM"}
# Small only inside of it: « Van der Berg », « Garcia y Lopez »
_SMALL_INSIDE = {"DER", "DEN", "TER", "TEN", "Y", "E", "DIT", "DITE", "AN", "EN", "SUR", "SOUS", "LÈS"}
_ELIDED = {"D", "DALL", "DELL"}
_ROMAN = {"II", "III", "IV"}
_APOSTROPHES = re.compile("['`´‘ʼ]")
_PARTS = re.compile(r"([ \-’])")
_SENTENCE_START = re.compile(r"[^\W\d_]")


def tidied(text: str) -> str:
    """`core.people.text.tidy`, at once for what is tidy already."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return tidy(text)


@lru_cache(maxsize=100_000)
def surname(text: str) -> str:
    """"DE LA TOUR-D'AUVERGNE" is "de La Tour-d’Auvergne"; a name in both cases stays as it is."""
    return _named(text, small=True)


@lru_cache(maxsize=50_000)
def forename(text: str) -> str:
    """"JEAN-PIERRE" is "Jean-Pierre"; a name in both cases stays as it is."""
    return _named(text, small=False)


def _named(text: str, *, small: bool) -> str:
    text = _APOSTROPHES.sub("’", tidy(text))[:NAME].strip()
    if not text.isupper() and not text.islower():
        return text
    parts = _PARTS.split(text.upper())
    return "".join(_part(parts, at, small) for at in range(len(parts)))


def _part(parts: list[str], at: int, small: bool) -> str:
    """A word of a name (separators stand at odd places) in its own case."""
    word = parts[at]
    if at % 2:
        return word
    last = at == len(parts) - 1
    followed_by = "" if last else parts[at + 1]
    if followed_by == "’" and word in _ELIDED:
        return word.lower() if small or at else word.capitalize()
    if (small or at) and not last and followed_by == " " and word in _SMALL:
        return word.lower()
    if small and at and not last and word in _SMALL_INSIDE:
        return word.lower()
    if at and not last and word in {"DE", "DU", "DES", "LA", "LE", "LES"} and parts[at - 1] == followed_by == "-":
        return word.lower()  # Saint-Germain-des-Prés
    if word in _ROMAN and at:
        return word
    if len(word) > 4 and word.startswith("MC"):
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


# Accents that capitals lost, in the words that labels of subjects and functions are made of
_ACCENTED = {
    word.upper().translate(str.maketrans("ÉÈÊËÀÂÎÏÔÛÙÇ", "EEEEAAIIOUUC")): word
    for word in (  # noqa: SIM905 -- read as a text
        "accompagnement à activités adapté agroéquipement aménagement ancien année appliqué appliquée appliqués "
        "appliquées aéronautique bâtiment biochimie céramique communauté comptabilité conseillère coordonnées "
        "culturel découverte développement décoration déléguée éco économie économique économiques écriture "
        "éducatif éducation éducatrice éducateur élève élèves élémentaire électricité électrique électronique "
        "électrotechnique énergie énergétique enseignée environnement équipement esthétique établissement "
        "étrangère étrangères étude études européenne expérimentale générale général généraux génie géographie "
        "géologie gérontologie hébreu hôtellerie hygiène infirmière ingénierie intégré intégration itinéraire "
        "laboratoire libéral littéraire littérature matériaux mathématiques mécanique mécaniques média médico "
        "médiation méthodes méthodologie métier métiers modélisation montagne musée mémoire numérique numériques "
        "orientée pâtisserie pédagogie pédagogique personnalisé personnalisée plâtrerie planétaire polonais "
        "portugais préparatoire prévention première projet propreté prothèse psychologie qualité réalisation "
        "régional régionale religieux remédiation réseau réseaux sécurité série société sociétés soirée "
        "spécialisé spécialisée spécialité spécialités stratégie système systèmes sûreté théâtre théorique "
        "télécommunications thème troisième unité vêtement vidéo vérification véhicules école références "
        "sémiologie italien arménien chinois coréen créole créations création créatif évaluation événement "
        "élaboration étagère être bien-être santé puériculture carrosserie française français hôtelier hôtelière"
    ).split()
}
_SHORT_WORDS = {"SVT", "EPS", "LV1", "LV2", "LV3", "LVA", "LVB", "LVC", "EMC", "STI", "ULIS", "SEGPA", "CPE", "CE",
                "SES", "SNT", "NSI", "TICE", "UPE2A", "AESH", "PSE", "LCA", "TP", "TD", "AP", "EIST", "CDI", "BTS",
                "CAP"}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def label(text: str) -> str:
    """"HISTOIRE ET GEOGRAPHIE" is "Histoire et géographie"; a label in both cases stays, but for accents."""
    text = _APOSTROPHES.sub("’", tidy(text)).rstrip(".-").strip()
    if not text.isupper() and not (text.isascii() and text[1:].islower()):
        return text
    small = _WORD.sub(_small_word, text.upper())
    return _SENTENCE_START.sub(lambda match: match[0].upper(), small, count=1)


def _small_word(match: re.Match[str]) -> str:
    word = match[0]
    if word in _SHORT_WORDS or any(letter.isdigit() for letter in word):
        return word
    return _ACCENTED.get(word, word.lower())


@lru_cache(maxsize=10_000)
def place_name(text: str) -> str:
    """The name of a school: "CLG$DES TILLEULS$STRASBOURG" is "CLG DES TILLEULS, STRASBOURG"."""
    parts = [tidy(part) for part in text.split("$")]
    parts = [part for part in parts if part]
    if len(parts) >= 3:
        return f"{parts[0]} {' '.join(parts[1:-1])}, {parts[-1]}"
    return " ".join(parts)

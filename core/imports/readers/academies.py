"""Académies and their national codes, which strong ids are prefixed with."""

from core.people.text import fold

# Code académie of the Ministry's nomenclature; Normandie took Caen's and Rouen's place in 2020
NAMES = {
    "paris": "01", "aix marseille": "02", "besancon": "03", "bordeaux": "04", "caen": "05", "clermont ferrand": "06",
    "dijon": "07", "grenoble": "08", "lille": "09", "lyon": "10", "montpellier": "11", "nancy metz": "12",
    "poitiers": "13", "rennes": "14", "strasbourg": "15", "toulouse": "16", "nantes": "17", "orleans tours": "18",
    "reims": "19", "amiens": "20", "rouen": "21", "limoges": "22", "nice": "23", "creteil": "24", "versailles": "25",
    "corse": "27", "la reunion": "28", "reunion": "28", "martinique": "31", "guadeloupe": "32", "guyane": "33",
    "nouvelle caledonie": "40", "polynesie francaise": "41", "wallis et futuna": "42", "mayotte": "43",
    "saint pierre et miquelon": "44", "normandie": "70",
}  # fmt: skip
# The region's own départements, by the first three figures of a UAI
_DEPARTMENTS = {
    "008": "19", "010": "19", "051": "19", "052": "19", "054": "12", "055": "12", "057": "12", "088": "12",
    "067": "15", "068": "15",
}  # fmt: skip


def academy_code(code: str, name: str = "") -> str:
    """Two figures from a code ("15", "5") or a name ("AIX-MARSEILLE"); empty for neither."""
    code = code.strip()
    if code.isdigit() and len(code) <= 2:
        return code.zfill(2)
    return NAMES.get(fold(name or code).removeprefix("academie de ").removeprefix("academie d "), "")


def academy_of_uai(uai: str) -> str:
    """The académie of a school of the region, from its UAI; empty outside of it."""
    return _DEPARTMENTS.get(uai[:3], "")

"""The subdomain of a school: unique, readable, safe in DNS, and never changed by a later import."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from django.utils.translation import gettext as _

from tenants.text import words_of

MAX_LENGTH = 63
FORM = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
RESERVED = frozenset({
    "preau", "www", "ent", "api", "static", "media", "mail", "smtp", "imap", "pop", "ftp", "ns", "ns1",
    "ns2", "mx", "admin", "console", "compte", "comptes", "connexion", "aide", "support", "status",
    "statut", "region", "grand-est", "portail", "assets", "cdn", "app", "apps", "auth", "sso", "cas",
    "login", "test", "demo", "dev", "staging", "localhost", "autoconfig", "autodiscover", "blog", "docs",
    "doc", "live", "ws", "wpad",
})  # fmt: skip
_KINDS = frozenset({"ecole", "college", "lycee"})
# Words that tell the kind of school and not its name.
_QUALIFIERS = frozenset({
    "primaire", "elementaire", "maternelle", "general", "generale", "et", "technologique", "professionnel",
    "professionnelle", "polyvalent", "prive", "privee", "prives", "public", "publique", "intercommunale",
    "intercommunal", "application", "d", "groupe", "scolaire", "centre", "enseignement", "metiers", "des",
    "biculturelle",
})  # fmt: skip


class Named(Protocol):
    """What a slug is made of: an entry of a directory, or an Establishment."""

    @property
    def uai(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def commune(self) -> str: ...
    @property
    def type(self) -> str: ...


def candidates(school: Named) -> Iterator[str]:
    """From the most readable to the one that is certainly unique (it ends with the UAI)."""
    kind, qualifiers, proper = _parts(school.display_name, school.type)
    place = words_of(school.commune)
    short = [kind, *proper] if proper else [kind, *qualifiers]
    full = [kind, *qualifiers[:1], *proper]
    if proper and kind != "ecole":
        yield _assembled(short, [])
    yield _assembled(short, place)
    yield _assembled(full, place)
    yield _assembled(short, [*place, school.uai.lower()])


def assign(schools: Iterable[Named], taken: Iterable[str]) -> dict[str, str]:
    """UAI to slug for new schools, whatever their order; `taken`: addresses in use."""
    used = set(taken) | RESERVED
    waiting = {school.uai: candidates(school) for school in schools}
    chosen: dict[str, str] = {}
    while waiting:
        proposed = {uai: _next(names, uai) for uai, names in waiting.items()}
        count = Counter(proposed.values())
        for uai, slug in proposed.items():
            if slug not in used and count[slug] == 1:
                chosen[uai] = slug
                del waiting[uai]
        used.update(chosen.values())
    return chosen


def problem_with(slug: str) -> str:
    """Why `slug` cannot be a school's subdomain, in a French sentence; "" when it can."""
    if not FORM.match(slug) or "--" in slug:
        return _("Des lettres sans accent, des chiffres et des tirets, 63 signes au plus.")
    if slug in RESERVED:
        return _("Cette adresse est réservée. Choisissez-en une autre.")
    return ""


def _next(names: Iterator[str], uai: str) -> str:
    return next(names, f"etablissement-{uai.lower()}")


def _parts(name: str, school_type: str) -> tuple[str, list[str], list[str]]:
    """Kind, qualifiers and proper words: `Lycée polyvalent Jean Zay` gives lycee, [polyvalent], [jean, zay].

    A name that does not tell its kind (« Aristide Croizy ») takes that of the type.
    """
    words = words_of(name)
    if words[:1] == ["l"]:
        words = words[1:]
    if words[:2] == ["groupe", "scolaire"]:
        return "groupe-scolaire", [], words[2:]
    named = bool(words) and words[0] in _KINDS
    kind, rest = (words[0], words[1:]) if named else (school_type, words)
    cut = next((index for index, word in enumerate(rest) if word not in _QUALIFIERS), len(rest)) if named else 0
    while 0 < cut < len(rest) and rest[cut - 1] in {"d", "des", "et"}:
        cut -= 1
    return kind, rest[:cut], rest[cut:]


def _assembled(words: list[str], place: list[str]) -> str:
    """Joined with hyphens; the name gives way to the place, and the place is not said twice."""
    if place and words[-len(place) :] == place:
        place = []
    tail = "-".join(place)[:MAX_LENGTH].strip("-")
    room = MAX_LENGTH - len(tail) - 1 if tail else MAX_LENGTH
    head = "-".join(words)
    if len(head) > room:
        head = head[: room + 1].rpartition("-")[0] if "-" in head[: room + 1] else head[:room]
    return "-".join(part for part in (head.strip("-"), tail) if part)

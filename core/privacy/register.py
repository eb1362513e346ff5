"""The school's register of processing (GDPR art. 30), from what manifests declare."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.modules.contract import Processing
from core.modules.state import Modules
from core.privacy.terms import Term, terms
from core.ui.sheets import csv_lines
from tenants.establishments.models import SchoolType

COLUMNS = (
    ("activity", gettext_lazy("Traitement")),
    ("state", gettext_lazy("État")),
    ("purposes", gettext_lazy("Finalités")),
    ("basis", gettext_lazy("Base légale")),
    ("people", gettext_lazy("Personnes concernées")),
    ("data", gettext_lazy("Données")),
    ("recipients", gettext_lazy("Destinataires")),
    ("durations", gettext_lazy("Durées de conservation")),
)
SECURITY = gettext_lazy(
    "Un espace séparé pour chaque établissement, dans la base de données comme sur le disque\u00a0; mots de passe "
    "hachés (Argon2id)\u00a0; double vérification pour la direction et le référent\u00a0; droits par rôle\u00a0; "
    "journal de chaque changement, que personne ne peut modifier\u00a0; liaisons chiffrées\u00a0; sauvegardes."
)


@dataclass(frozen=True)
class Duration:
    """How long one kind of rows is kept, in words."""

    rows: str
    how_long: str
    basis: str
    law: str


@dataclass(frozen=True)
class Line:
    """One processing: a module, or an area of core."""

    slug: str
    name: str
    is_on: bool
    processing: Processing
    durations: list[Duration]


def lines(modules: Modules) -> list[Line]:
    """Core first, then the modules whose tables are in this school: on, or off with their data still here."""
    by_slug: dict[str, list[Term]] = {}
    for term in terms(modules):
        by_slug.setdefault(term.manifest.slug, []).append(term)
    states = [modules[slug] for slug in by_slug]
    return [
        Line(state.slug, state.name, state.enabled, state.manifest.processing, _durations(by_slug[state.slug]))
        for state in sorted(states, key=lambda state: not state.manifest.core)
        if state.manifest.processing
    ]


def _durations(of: list[Term]) -> list[Duration]:
    return [Duration(term.label, how_long(term), str(term.rule.basis), str(term.rule.law)) for term in of]


def how_long(term: Term) -> str:
    """« 12 mois après la dernière modification », « avec la fiche de la personne »"""
    if term.rule.follows:
        return _("avec %(what)s") % {"what": term.rule.follows}
    months = ngettext("%(n)d mois", "%(n)d mois", term.months) % {"n": term.months}
    return _("%(months)s après %(since)s") % {"months": months, "since": term.rule.since} if term.rule.since else months


def controller(modules: Modules) -> dict[str, Any]:
    """Who answers for the processing: the head of a collège or lycée, the DASEN for a public école."""
    settings = modules["privacy"].settings
    school = modules.establishment
    by_law = _("Le directeur académique des services de l’éducation nationale (DASEN)")
    if school.type != SchoolType.ECOLE:
        by_law = _("Le chef d’établissement")
    return {
        "school": school.full_name,
        "uai": school.uai,
        "controller": settings["controller"] or by_law,
        "contact": settings["contact"],
        "security": SECURITY,
    }


def as_csv(modules: Modules) -> str:
    """The register as a spreadsheet opens it: semicolons, a byte order mark, nothing that counts as a formula."""
    head = [label for _key, label in COLUMNS]
    return "".join(csv_lines(head, (_cells(one) for one in lines(modules))))


def _cells(line: Line) -> list[str]:
    told = line.processing
    durations = "\n".join(f"{one.rows}\u00a0: {one.how_long} ({one.basis})" for one in line.durations)
    state = _("en service") if line.is_on else _("désactivé, données conservées")
    return [
        line.name, state, str(told.purposes), str(told.basis), str(told.people), str(told.data),
        str(told.recipients), durations,
    ]  # fmt: skip

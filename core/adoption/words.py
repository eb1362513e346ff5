"""The page's sentences."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from core.adoption import rules
from core.adoption.selectors import DAYS, FeatureUse, GroupUse, ModuleUse, Verdict
from core.people.choices import Role
from core.ui.typography import NBSP

_COUNTED = {
    Role.PUPIL: ngettext_lazy("%(n)s élève", "%(n)s élèves", "n"),
    Role.GUARDIAN: ngettext_lazy("%(n)s responsable", "%(n)s responsables", "n"),
    Role.TEACHER: ngettext_lazy("%(n)s enseignant", "%(n)s enseignants", "n"),
    Role.SCHOOL_LIFE: ngettext_lazy("%(n)s personnel de vie scolaire", "%(n)s personnels de vie scolaire", "n"),
    Role.MANAGEMENT: ngettext_lazy("%(n)s personnel de direction", "%(n)s personnels de direction", "n"),
    Role.ADMINISTRATIVE: ngettext_lazy("%(n)s personnel administratif", "%(n)s personnels administratifs", "n"),
    Role.DIGITAL_REFERENT: ngettext_lazy("%(n)s référent numérique", "%(n)s référents numériques", "n"),
    Role.PARTNER: ngettext_lazy("%(n)s partenaire", "%(n)s partenaires", "n"),
    rules.OTHERS: ngettext_lazy("%(n)s personne d’autres rôles", "%(n)s personnes d’autres rôles", "n"),
    rules.FEW: ngettext_lazy(
        "%(n)s personne d’un rôle peu nombreux", "%(n)s personnes de rôles peu nombreux", "n"
    ),
}


def role(name: str) -> str:
    """« Enseignants »"""
    if name == rules.OTHERS:
        return _("Autres rôles")
    if name == rules.FEW:
        return _("Rôles peu nombreux")
    plurals = {
        Role.PUPIL: _("Élèves"),
        Role.GUARDIAN: _("Responsables"),
        Role.TEACHER: _("Enseignants"),
        Role.SCHOOL_LIFE: _("Vie scolaire"),
        Role.MANAGEMENT: _("Direction"),
        Role.ADMINISTRATIVE: _("Administratifs"),
        Role.DIGITAL_REFERENT: _("Référents numériques"),
        Role.PARTNER: _("Partenaires"),
    }
    return plurals[Role(name)] if name in Role.values else name


def people(groups: list[GroupUse]) -> str:
    """« 58 enseignants, 640 responsables et 12 élèves »"""
    parts = [
        str(_COUNTED[group.role] % {"n": group.members})
        for group in groups
        if group.members
    ]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s et %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def proposal(subject: ModuleUse | FeatureUse) -> str:
    """« Proposée aux 58 enseignants, utilisée par aucun depuis le 2 novembre. »"""
    groups = subject.groups() if isinstance(subject, ModuleUse) else subject.groups
    values = {"who": people(groups), "day": day(_idle_since(subject))}
    if isinstance(subject, ModuleUse):
        return _("Ouvert à %(who)s. Aucune de ses fonctions n’a servi depuis le %(day)s.") % values
    return _("Proposée à %(who)s, utilisée par personne depuis le %(day)s.") % values


def _idle_since(subject: ModuleUse | FeatureUse) -> date:
    """The last day of use; else the day since which it is offered."""
    return subject.last or subject.standing.since or subject.period.first


def day(value: date) -> str:
    """« 2 novembre », with the year when it is another one"""
    words = f"{'1er' if value.day == 1 else value.day}{NBSP}{date_format(value, 'F')}"
    return words if value.year == timezone.localdate().year else f"{words} {value.year}"


def verdict(subject: ModuleUse | FeatureUse) -> str:
    """In a few words, for a column."""
    match subject.verdict:
        case Verdict.USED:
            return trend(subject.n, subject.before)
        case Verdict.NEW:
            since = subject.standing.since
            if since is None:
                return _("vient d’arriver")
            return _("proposé depuis le %(day)s, trop tôt pour conclure") % {"day": day(since)}
        case Verdict.CLOSED:
            return _("ouverte à personne")
    return _("jamais utilisé depuis 4 semaines")


def trend(now: int, before: int) -> str:
    """Against the four weeks before. A fifth more or less is the same: weeks are not alike."""
    if not before:
        return _("utilisé, nouveau") if now else _("utilisé")
    if now * 5 > before * 6:
        return _("en hausse")
    return _("en baisse") if now * 5 < before * 4 else _("stable")


def group_use(group: GroupUse) -> str:
    """« 124 fois, 12 jours sur 28 »"""
    if not group.counted:
        return _("utilisé par ces rôles") if group.n else _("pas utilisé par ces rôles")
    if group.n:
        times = ngettext("%(n)s fois", "%(n)s fois", group.n) % {"n": group.n}
        days = ngettext("%(n)s jour sur %(all)s", "%(n)s jours sur %(all)s", group.days)
        return f"{times}, " + days % {"n": group.days, "all": DAYS}
    if group.last:
        return _("plus depuis le %(day)s") % {"day": day(group.last)}
    return _("jamais")


def name_of(subject: ModuleUse | FeatureUse) -> str:
    return subject.state.name if isinstance(subject, ModuleUse) else subject.label

"""The page's sentences."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from core.adoption import rules
from core.adoption.selectors import FeatureUse, GroupUse, ModuleUse, Period, Verdict
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
}


_PLURALS = {
    Role.PUPIL: gettext_lazy("élèves"),
    Role.GUARDIAN: gettext_lazy("responsables"),
    Role.TEACHER: gettext_lazy("enseignants"),
    Role.SCHOOL_LIFE: gettext_lazy("vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("direction"),
    Role.ADMINISTRATIVE: gettext_lazy("administratifs"),
    Role.DIGITAL_REFERENT: gettext_lazy("référents numériques"),
    Role.PARTNER: gettext_lazy("partenaires"),
}


def group(one: GroupUse) -> str:
    """« Enseignants », « Vie scolaire, direction »"""
    names = [str(_PLURALS[Role(role)]) for role in rules.ORDER if role in one.people]
    if names:
        said = ", ".join(names)
        return said[0].upper() + said[1:]
    return str(Role(one.role).label) if one.role in Role.values else _("Autres rôles")


def people(groups: list[GroupUse]) -> str:
    """« 58 enseignants, 640 responsables et 12 élèves »"""
    crowd = {role: n for one in groups for role, n in one.people.items()}
    parts = [str(_COUNTED[role] % {"n": crowd[role]}) for role in rules.ORDER if role in crowd]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s et %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def proposal(subject: ModuleUse | FeatureUse) -> str:
    """« Proposée à 58 enseignants. Personne ne s’en est servi depuis le 2 novembre. »"""
    if isinstance(subject, ModuleUse):
        said, groups = _("Ouvert à %(who)s. Personne ne s’en est servi depuis le %(day)s."), subject.groups()
    else:
        said, groups = _("Proposée à %(who)s. Personne ne s’en est servi depuis le %(day)s."), subject.groups
    return said % {"who": people(groups), "day": day(_idle_since(subject))}


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
    return _("jamais utilisé depuis 4 semaines de classe")


def trend(now: int, before: int) -> str:
    """Against the four weeks of class before. A fifth more or less is the same: weeks are not alike."""
    if not before:
        return _("utilisé, nouveau") if now else _("utilisé")
    if now * 5 > before * 6:
        return _("en hausse")
    return _("en baisse") if now * 5 < before * 4 else _("stable")


def group_use(one: GroupUse, period: Period) -> str:
    """« 124 fois, 12 jours sur 28 »; more days where holidays lie among the weeks of class."""
    if not one.counted:
        return _("oui, sans détail") if one.n else _("non")
    if one.n:
        times = ngettext("%(n)s fois", "%(n)s fois", one.n) % {"n": one.n}
        days = ngettext("%(n)s jour sur %(all)s", "%(n)s jours sur %(all)s", one.days)
        return f"{times}, " + days % {"n": one.days, "all": period.days}
    if one.last:
        return _("plus depuis le %(day)s") % {"day": day(one.last)}
    return _("jamais")


def name_of(subject: ModuleUse | FeatureUse) -> str:
    return subject.state.name if isinstance(subject, ModuleUse) else subject.label

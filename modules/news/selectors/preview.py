"""Who would see an article, counted, and what its author should know before it is published."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.people.choices import Role
from core.people.standing import never_activated
from core.permissions.viewer import Viewer
from core.ui.typography import NBSP, counted
from modules.news.models import Article
from modules.news.selectors.audience import (
    Spec,
    Terms,
    by_role,
    links_on,
    pupils,
    recipients,
    roles_reached,
    spec_of,
    terms_of,
)
from tenants.accounts.models import Account

# How a count of each role is worded: one, several.
ROLE_WORDS = {
    Role.PUPIL: (gettext_lazy("élève"), gettext_lazy("élèves")),
    Role.GUARDIAN: (gettext_lazy("responsable"), gettext_lazy("responsables")),
    Role.TEACHER: (gettext_lazy("enseignant"), gettext_lazy("enseignants")),
    Role.SCHOOL_LIFE: (
        gettext_lazy("personne de la vie scolaire"),
        gettext_lazy("personnes de la vie scolaire"),
    ),
    Role.MANAGEMENT: (gettext_lazy("personne de la direction"), gettext_lazy("personnes de la direction")),
    Role.ADMINISTRATIVE: (gettext_lazy("personnel administratif"), gettext_lazy("personnels administratifs")),
    Role.DIGITAL_REFERENT: (gettext_lazy("référent numérique"), gettext_lazy("référents numériques")),
    Role.PARTNER: (gettext_lazy("partenaire"), gettext_lazy("partenaires")),
}


def worded(role: str, number: int) -> str:
    """« 27 élèves »"""
    singular, plural = ROLE_WORDS[Role(role)]
    return counted(number, str(singular), str(plural))


@dataclass(frozen=True)
class Preview:
    """`by_role` counts a person once in each role that reaches them, `total` once in all."""

    total: int
    by_role: Mapping[str, int]
    problems: tuple[str, ...]
    _warn: Callable[[], list[str]]

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Counted when somebody reads them: publishing only needs the rest."""
        return tuple(self._warn())

    @property
    def parts(self) -> list[str]:
        return [worded(role, number) for role, number in self.by_role.items() if number]

    @property
    def fingerprint(self) -> str:
        """What the confirmation carries along: "pupil:27,guardian:43"."""
        return ",".join(f"{role}:{number}" for role, number in self.by_role.items())


def preview_of(article: Article, viewer: Viewer) -> Preview:
    """Count the audience as it is now. `problems` prevent publication, `warnings` do not."""
    spec, terms = spec_of(article), terms_of(viewer)
    large = int(viewer.modules["news"].settings["large_audience"])
    total, by_role_counts = count(spec, terms)

    def warn() -> list[str]:
        return [
            *_about_size(article, spec, total, large),
            *_about_access(spec, terms),
            *_about_dates(article, timezone.now()),
        ]

    problems = problems_of(article, timezone.now()) + ([] if total else [_nobody(spec)])
    return Preview(total, by_role_counts, tuple(problems), warn)


def count(spec: Spec, terms: Terms) -> tuple[int, dict[str, int]]:
    """The distinct people reached, and how many through each role. One query."""
    roles = roles_reached(spec, terms)
    columns = {f"as_{role}": Count("pk", filter=by_role(role, spec, terms)) for role in roles}
    counts = recipients(spec, terms).aggregate(total=Count("pk"), **columns)
    return counts["total"], {role: counts[f"as_{role}"] for role in roles}


def count_in_words(spec: Spec, viewer: Viewer) -> dict[str, Any]:
    """The context of `ui/audience_count.html`: number, parts, and who has no access."""
    terms = terms_of(viewer)
    total, counts = count(spec, terms)
    parts = [worded(role, number) for role, number in counts.items() if number]
    return {
        "count": total,
        "parts": parts,
        "warnings": _about_access(spec, terms) if total else [_nobody(spec)],
    }


def widened(before: str, after: Mapping[str, int]) -> bool:
    """Whether some role counts more people than when the author looked. A text that we did not write: yes."""
    seen: dict[str, int] = {}
    for part in before.split(","):
        role, _sep, number = part.partition(":")
        if number.isascii() and number.isdigit():
            seen[role] = int(number[:9])
    return any(number > seen.get(role, 0) for role, number in after.items())


def problems_of(article: Article, now: datetime) -> list[str]:
    """What the article itself lacks before it can be published or submitted."""
    problems = []
    if not article.body.strip():
        problems.append(_("Le texte est vide."))
    if article.cover_id and not article.cover_alt.strip():
        problems.append(_("L’image n’est pas décrite\u00a0: ceux qui ne la voient pas n’en sauront rien."))
    if article.has_expired(now):
        problems.append(_("La date de retrait est déjà passée."))
    if article.section.is_archived:
        problems.append(_("La rubrique est archivée\u00a0: choisissez-en une autre."))
    return problems


def _nobody(spec: Spec) -> str:
    if spec.lost and not (spec.classes or spec.groups):
        return _("Les classes ou groupes choisis n’existent plus\u00a0: personne ne verrait cette actualité.")
    return _("Personne ne verrait cette actualité\u00a0: choisissez d’autres destinataires.")


def _about_size(article: Article, spec: Spec, total: int, large: int) -> list[str]:
    warnings = []
    if article.urgent and spec.is_whole_school:
        warnings.append(_("Cette information urgente demandera une confirmation à tout l’établissement."))
    elif total > large:
        warnings.append(_("C’est beaucoup de monde. Est-ce bien pour tous\u202f?"))
    if spec.lost:
        warnings.append(_("Une classe ou un groupe choisi n’existe plus\u00a0: il n’atteint personne."))
    return warnings


def _about_access(spec: Spec, terms: Terms) -> list[str]:
    """People who cannot sign in: no account yet, or an account that is switched off."""
    people = recipients(spec, terms)
    roles = roles_reached(spec, terms)
    columns = {f"as_{role}": Count("pk", filter=by_role(role, spec, terms)) for role in roles}
    without = people.filter(account_id=None).aggregate(total=Count("pk"), **columns)
    warnings = []
    if without["total"]:
        parts = [worded(role, without[f"as_{role}"]) for role in roles if without[f"as_{role}"]]
        warnings.append(_("Sans compte, et donc sans lecture ici\u00a0: %(people)s.") % {"people": ", ".join(parts)})
    known = dict(people.filter(account_id__isnull=False).values_list("pk", "account_id"))
    if never := len(never_activated(known)):
        one, several = _("personne n’a jamais activé son compte"), _("personnes n’ont jamais activé leur compte")
        words = counted(never, one, several)
        warnings.append(_("Parmi les destinataires, %(people)s.") % {"people": words})
    if blocked := _blocked(known.values()):
        words = counted(blocked, _("compte désactivé"), _("comptes désactivés"))
        warnings.append(_("Parmi les destinataires\u00a0: %(accounts)s.") % {"accounts": words})
    if Role.GUARDIAN in roles and (alone := _pupils_unreachable(spec, terms)):
        words = counted(alone, _("élève n’a"), _("élèves n’ont"))
        warnings.append(_("%(pupils)s aucun responsable qui ait un compte.") % {"pupils": words})
    return warnings


def _blocked(account_ids: Collection[int | None]) -> int:
    """A query of its own on purpose: a school's tables and the region's are never joined."""
    return Account.objects.filter(pk__in=list(account_ids), is_active=False).count() if account_ids else 0


def _pupils_unreachable(spec: Spec, terms: Terms) -> int:
    reachable = links_on(terms).filter(child=OuterRef("pk"), guardian__account_id__isnull=False, guardian__left_on=None)
    return pupils(spec, terms).filter(~Q(Exists(reachable))).count()


def _about_dates(article: Article, now: datetime) -> list[str]:
    if article.publish_at and article.publish_at < now:
        return [_("La date de parution prévue est passée\u00a0: elle paraîtra tout de suite.")]
    return []


def audience_in_words(article: Article) -> str:
    """« Élèves et responsables de 6e A et 6e B »; « Tout l’établissement »."""
    spec = spec_of(article)
    if spec.is_whole_school:
        return _("Tout l’établissement")
    lines = list(article.audience.all())
    roles = [str(ROLE_GROUPS[Role(role)]) for role in Role.values if role in spec.roles]
    places = sorted(str(line.school_class or line.group) for line in lines if line.school_class_id or line.group_id)
    places += [_("une classe ou un groupe supprimé")] if spec.lost else []
    who = _listed(roles) or _("Élèves, responsables et enseignants")
    who = who[:1].upper() + who[1:]
    return _("%(who)s de %(places)s") % {"who": who, "places": _listed(places)} if places else who


ROLE_GROUPS = {
    Role.PUPIL: gettext_lazy("élèves"),
    Role.GUARDIAN: gettext_lazy("responsables"),
    Role.TEACHER: gettext_lazy("enseignants"),
    Role.SCHOOL_LIFE: gettext_lazy("vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("direction"),
    Role.ADMINISTRATIVE: gettext_lazy("personnels administratifs"),
    Role.DIGITAL_REFERENT: gettext_lazy("référents numériques"),
    Role.PARTNER: gettext_lazy("partenaires"),
}


def _listed(words: list[str]) -> str:
    """« A, B et C », each kept on one line."""
    whole = [word.replace(" ", NBSP) for word in words]
    if len(whole) < 2:
        return "".join(whole)
    return _("%(first)s et %(last)s") % {"first": ", ".join(whole[:-1]), "last": whole[-1]}

"""Who would receive a note, counted, and what its author should know before it leaves.

A family is counted once for each child concerned: it answers for each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core.notifications.models import PushSubscription
from core.people.models import Person
from core.people.standing import never_activated
from core.permissions.viewer import Viewer
from core.ui.typography import counted
from modules.liaison.choices import ANSWERED, NoteKind
from modules.liaison.models import Note
from modules.liaison.selectors.audience import Spec, guardians_of_pupils, is_within_reach, pupils_of, spec_of


@dataclass(frozen=True)
class Preview:
    """How many it reaches. `problems` prevent publication, `warnings` do not."""

    pupils: int
    families: int
    guardians: int
    problems: tuple[str, ...]
    _warn: Callable[[], list[str]]

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Counted when somebody reads them."""
        return tuple(self._warn())

    @property
    def parts(self) -> list[str]:
        return [
            counted(self.pupils, _("élève"), _("élèves")),
            counted(self.guardians, _("responsable"), _("responsables")),
        ]

    @property
    def fingerprint(self) -> str:
        """What the confirmation carries along: "27:43", pupils and guardians."""
        return f"{self.pupils}:{self.guardians}"


def preview_of(note: Note, viewer: Viewer) -> Preview:
    """Count the audience as it is now."""
    spec = spec_of(note)
    pupils, families, guardians = count(spec, viewer)
    problems = problems_of(note, timezone.now())
    if not pupils:
        problems.append(_("Ce mot n’atteint aucun élève\u00a0: choisissez une classe, un groupe ou des élèves."))
    elif not families:
        problems.append(_("Aucun de ces élèves n’a de responsable ici\u00a0: personne ne lirait ce mot."))
    if spec and not is_within_reach(viewer, spec):
        problems.append(_("Ce mot s’adresse à des élèves à qui vous n’enseignez pas, ou plus."))
    return Preview(pupils, families, guardians, tuple(problems), lambda: warnings_about(spec, viewer))


def count(spec: Spec, viewer: Viewer) -> tuple[int, int, int]:
    """Pupils, families and guardians. Two queries."""
    links = guardians_of_pupils(spec, viewer).values_list("child", "guardian").distinct()
    children, guardians = set(), set()
    for child, guardian in links:
        children.add(child)
        guardians.add(guardian)
    return pupils_of(spec).count(), len(children), len(guardians)


def count_in_words(spec: Spec, viewer: Viewer) -> dict[str, Any]:
    """The context of `liaison/parts/count.html`."""
    pupils, families, guardians = count(spec, viewer)
    shown = Preview(pupils, families, guardians, (), list)
    return {"preview": shown, "warnings": warnings_about(spec, viewer) if pupils else []}


def widened(before: str, after: Preview) -> bool:
    """Whether it reaches more than when its author looked. A text that we did not write: yes."""
    pupils, _colon, guardians = before.partition(":")
    if not (pupils.isascii() and pupils.isdigit() and guardians.isascii() and guardians.isdigit()):
        return True
    return after.pupils > int(pupils[:9]) or after.guardians > int(guardians[:9])


def problems_of(note: Note, now: datetime) -> list[str]:
    """What the note itself lacks."""
    problems = []
    if not note.body.strip():
        problems.append(_("Le texte est vide."))
    start = timezone.localtime(max(note.publish_at or now, now)).date()
    if note.due_on and note.due_on < start:
        problems.append(_("La date limite de réponse est passée, ou vient avant la parution."))
    if note.kind == NoteKind.APPOINTMENT:
        slots = list(note.slots.all())
        if not slots:
            problems.append(_("Proposez au moins un créneau."))
        elif all(slot.starts_at <= now for slot in slots):
            problems.append(_("Tous les créneaux sont déjà passés."))
    return problems


def warnings_about(spec: Spec, viewer: Viewer) -> list[str]:
    """Pupils without a guardian, guardians who never came, guardians whom no message reaches."""
    links = guardians_of_pupils(spec, viewer)
    warnings = []
    if alone := pupils_of(spec).filter(~Exists(links.filter(child=OuterRef("pk")))).count():
        words = counted(alone, _("élève n’a"), _("élèves n’ont"))
        warnings.append(_("%(pupils)s aucun responsable ici\u00a0: prévoyez un mot sur papier.") % {"pupils": words})
    known = dict(Person.objects.filter(pk__in=links.values("guardian")).values_list("pk", "account_id"))
    if never := len(never_activated(known)):
        words = counted(never, _("responsable n’a jamais"), _("responsables n’ont jamais"))
        warnings.append(_("%(people)s activé leur compte.") % {"people": words} if never > 1 else
                        _("%(people)s activé son compte.") % {"people": words})  # fmt: skip
    if silent := _without_channel(list(known)):
        one, several = _("responsable n’a ni courriel ni appareil"), _("responsables n’ont ni courriel ni appareil")
        words = counted(silent, one, several)
        warnings.append(_("%(people)s\u00a0: ils ne le verront qu’en se connectant.") % {"people": words})
    return warnings


def _without_channel(guardians: list[int]) -> int:
    devices = PushSubscription.objects.filter(person=OuterRef("pk"))
    return Person.objects.filter(~Exists(devices), pk__in=guardians, email="").count()


def missing_hints(note: Note) -> list[str]:
    """What a careful author would add, shown beside the warnings."""
    if note.kind in ANSWERED and note.due_on is None:
        return [_("Sans date limite, les familles ne savent pas quand répondre, et aucun rappel ne part de lui-même.")]
    return []

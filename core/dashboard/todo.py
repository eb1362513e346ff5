"""What waits for those who run the school: each line is one thing to do, with the page where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.adoption.selectors import overview
from core.jobs.selectors import scheduled
from core.modules import purging
from core.notifications.models import AddressTrouble
from core.people.choices import Role
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of
from core.structure.models import SchoolYear
from core.structure.selectors import class_memberships
from core.ui.typography import day_in_words

# A year is prepared from so long before its end.
PREPARE = timedelta(days=45)


@dataclass(frozen=True)
class Task:
    """One thing to do: why, and the verb of the link."""

    text: str
    action: str
    url: str
    icon: str


def widget(request: HttpRequest) -> dict[str, Any] | None:
    """The tasks of the viewer; nothing while there is nothing to do."""
    viewer = viewer_of(request)
    areas = (_of_structure, _of_notifications, _of_modules, _of_jobs, _of_uses)
    tasks = [task for area in areas for task in area(viewer)]
    return {"tasks": tasks} if tasks else None


def _of_structure(viewer: Viewer) -> Iterator[Task]:
    if not viewer.can("structure.manage"):
        return
    years = reverse("structure:years")
    latest = SchoolYear.objects.filter(Q(is_current=True) | Q(starts_on__gt=timezone.localdate())).first()
    if latest is None:
        yield Task(_("Aucune année scolaire n’est en cours."), _("Créer l’année"), years, "calendar-days")
        return
    left = latest.ends_on - timezone.localdate()
    if left <= PREPARE and latest.is_current:
        text = _("L’année %(year)s est terminée.") if left.days < 0 else _("L’année %(year)s se termine %(day)s.")
        text %= {"year": latest.label, "day": day_in_words(latest.ends_on)}
        yield Task(text, _("Préparer la suivante"), years, "calendar-days")
    placed = class_memberships().values("person")
    pupils = Person.objects.filter(left_on=None, roles__contains=[Role.PUPIL]).exclude(pk__in=placed).count()
    if pupils:
        text = ngettext(
            "%(count)s élève n’est dans aucune classe.", "%(count)s élèves ne sont dans aucune classe.", pupils
        )
        yield Task(text % {"count": pupils}, _("Ouvrir les classes"), reverse("structure:classes"), "school")


def _of_notifications(viewer: Viewer) -> Iterator[Task]:
    if not viewer.can("notifications.journal"):
        return
    people = AddressTrouble.objects.filter(person__left_on=None).values("person").distinct().count()
    if people:
        text = ngettext(
            "Une personne n’est plus jointe à son adresse.",
            "%(count)s personnes ne sont plus jointes à leur adresse.",
            people,
        )
        yield Task(text % {"count": people}, _("Voir lesquelles"), reverse("notifications:journal"), "mail")


def _of_jobs(viewer: Viewer) -> Iterator[Task]:
    if not viewer.can("jobs.view"):
        return
    failed = sum(job.failed for job in scheduled(viewer.modules))
    if failed:
        text = ngettext("Un travail automatique a échoué.", "%(count)s travaux automatiques ont échoué.", failed)
        yield Task(text % {"count": failed}, _("Voir"), reverse("jobs:index"), "triangle-alert")


def _of_uses(viewer: Viewer) -> Iterator[Task]:
    if not viewer.can("adoption.view"):
        return
    idle = len(overview(viewer.modules, timezone.localdate()).proposals())
    if idle:
        text = ngettext(
            "Une fonction activée ne sert à personne.", "%(count)s fonctions activées ne servent à personne.", idle
        )
        yield Task(text % {"count": idle}, _("Décider"), reverse("adoption:index"), "activity")


def _of_modules(viewer: Viewer) -> Iterator[Task]:
    if not viewer.can("modules.manage"):
        return
    for purge in purging.planned(viewer.modules.establishment):
        state = viewer.modules.states.get(purge.module)
        if state is not None:
            text = _("Le contenu de «\u00a0%(module)s\u00a0» sera détruit %(day)s.")
            text %= {"module": state.name, "day": day_in_words(timezone.localdate(purge.due_at))}
            url = reverse("modules:general", args=[purge.module])
            yield Task(text, _("Vérifier"), url, "trash-2")

"""Reminders: to those who still owe an answer, and only to them."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import DomainError
from core.modules.state import Modules
from core.permissions.viewer import Viewer
from core.ui.typography import in_words
from modules.liaison import rules, selectors
from modules.liaison.choices import Status
from modules.liaison.models import Note
from modules.liaison.services import telling
from modules.liaison.services.holding import hold, refuse_unless
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


@transaction.atomic
def remind(*, viewer: Viewer, note: Note) -> int:
    """Tell again those who have not answered; at most once an hour. Returns how many families it is about.

    Raises DomainError when nobody is waited for, or when the last reminder is too fresh.
    """
    note = hold(note)
    refuse_unless(selectors.rights_on(viewer, note).record)
    now = timezone.now()
    after = rules.next_reminder(note.reminded_at)
    if after is not None and after > now:
        sentence = _("Un rappel est parti %(when)s\u00a0: attendez une heure avant le suivant.")
        raise DomainError("too-soon", sentence % {"when": in_words(note.reminded_at)})
    families = selectors.waiting_copies(note, viewer.modules).count()
    if not families:
        raise DomainError("nobody", _("Toutes les familles ont répondu\u00a0: il n’y a personne à relancer."))
    note.reminded_at = now
    note.save(update_fields=["reminded_at"])
    telling.reminded(note, viewer.modules, actor=viewer.person)
    audit.record("liaison.remind", actor=viewer.person, target=note, changes={"familles": [None, families]})
    adoption.count("liaison.remind", viewer)
    return families


def remind_before_due() -> int:
    """The school's own reminder, so many days before the last one; each note once. Returns how many notes."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    days, today, now = int(modules["liaison"].settings["remind_days"]), timezone.localdate(), timezone.now()
    if not days:
        return 0
    soon = Note.objects.filter(
        status=Status.PUBLISHED, due_on__gte=today, due_on__lte=today + timedelta(days=days), reminded_on=None
    )
    done = 0
    for pk in list(soon.exclude(published_at__gt=now - timedelta(days=1)).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            note = Note.objects.select_for_update(skip_locked=True).filter(pk=pk, reminded_on=None).first()
            if note is None:
                continue
            note.reminded_on = today
            if selectors.waiting_copies(note, modules).exists():
                note.reminded_at = now
                telling.reminded(note, modules, actor=None)
                done += 1
            note.save(update_fields=["reminded_on", "reminded_at"])
    return done

"""An alert from its first word to its end. Each act carries the key of its form: pressed twice, it is done once."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.alerts import audience, rules, telling
from core.alerts.choices import Audience, Step
from core.alerts.models import Alert, Update
from core.audit.services import record
from core.errors import Conflict, DomainError, NotAllowed
from core.modules.state import Modules
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from tenants.schemas.context import current_schema


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is about to be sent."""

    kind: str
    text: str
    drill: bool = False
    audience: str = Audience.EVERYONE
    classes: tuple[int, ...] = ()


@transaction.atomic
def start(*, viewer: Viewer, draft: Draft, key: UUID, despite: bool = False) -> Alert:
    """Launch an alert, or give back the one of this key.

    Raises NotAllowed, DomainError for an audience of nobody, and Conflict("active") while another alert lasts, unless
    `despite` says that both are meant.
    """
    if not viewer.can(rules.SEND):
        raise NotAllowed("send", _("Votre rôle ne permet pas de lancer une alerte."))
    one_at_a_time()
    if (known := Alert.objects.filter(key=key).first()) is not None:
        return known
    if not despite and (active := Alert.objects.filter(ended_at=None).first()) is not None:
        sentence = _(
            "Une alerte est déjà en cours\u00a0: «\u00a0%(text)s\u00a0». "
            "Donnez-en la suite, ou confirmez que c’en est une autre."
        )
        raise Conflict("active", sentence % {"text": active.text})
    classes = _classes(draft)
    alert = Alert(
        key=key, kind=draft.kind, drill=draft.drill, text=draft.text.strip(), audience=draft.audience,
        classes=sorted(classes), audience_words=audience.in_words(draft.audience, classes), sent_by=viewer.person,
    )  # fmt: skip
    begin(alert, actor=viewer.person, modules=viewer.modules)
    if alert.drill:
        adoption.count("alerts.drill", viewer)
    else:
        adoption.count("alerts.start", viewer)
    return alert


def begin(alert: Alert, *, actor: Person | None, modules: Modules) -> None:
    """Keep a new alert, with the staff who are expected to answer it, and tell it."""
    alert.expected = sorted(audience.staff_of(alert, modules).values_list("pk", flat=True))
    alert.save(force_insert=True)
    record("alerts.start", actor=actor, target=alert, label=_label(alert, alert.text))
    telling.started(alert, actor=actor, modules=modules)


def one_at_a_time() -> None:
    """Two presses, or two heads at once: the second waits, and sees what the first has done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('alerts:' || %s, 0))", [current_schema()])


def _classes(draft: Draft) -> Iterable[int]:
    if draft.audience != Audience.CLASSES:
        return ()
    found = list(SchoolClass.objects.filter(pk__in=draft.classes).values_list("pk", flat=True))
    if not found:
        sentence = _("Choisissez au moins une classe.")
        raise DomainError("no-class", sentence, {"classes": sentence})
    return found


@transaction.atomic
def say(*, viewer: Viewer, alert: Alert, text: str, key: UUID) -> Update:
    """Tell the same people more. Raises NotAllowed, and Conflict once the alert is over."""
    current = _held(alert)
    if (known := Update.objects.filter(key=key).first()) is not None:
        return known
    if not rules.may_say(current, viewer):
        raise _over() if viewer.can(rules.SEND) else NotAllowed("send", _("Votre rôle ne permet pas d’en dire plus."))
    update = Update.objects.create(alert=current, key=key, text=text.strip(), author=viewer.person)
    record("alerts.say", actor=viewer.person, target=current, label=_label(current, update.text))
    telling.updated(update, actor=viewer.person, modules=viewer.modules)
    adoption.count("alerts.say", viewer)
    return update


@transaction.atomic
def end(*, viewer: Viewer, alert: Alert, text: str, key: UUID) -> Alert:
    """End the alert and tell everybody. Ended already, it stays as it is. Raises NotAllowed for the region's."""
    current = _held(alert)
    if not current.is_active:
        return current
    if current.is_regional:
        sentence = _("Cette alerte vient de la région\u00a0: elle seule y met fin. Vous pouvez en donner la suite.")
        raise NotAllowed("regional", sentence)
    if not rules.may_end(current, viewer):
        raise NotAllowed("send", _("Votre rôle ne permet pas de mettre fin à une alerte."))
    update = close(current, text=text, key=key)
    current.ended_by = update.author = viewer.person
    current.save(update_fields=["ended_by"])
    update.save(update_fields=["author"])
    record("alerts.end", actor=viewer.person, target=current, label=_label(current, update.text))
    telling.updated(update, actor=viewer.person, modules=viewer.modules)
    return current


def close(alert: Alert, *, text: str, key: UUID, regional: int | None = None) -> Update:
    """Note the end; who calls tells it."""
    now = timezone.now()
    alert.ended_at = now
    alert.save(update_fields=["ended_at"])
    words = text.strip() or (_("L’exercice est terminé.") if alert.drill else _("L’alerte est terminée."))
    return Update.objects.create(alert=alert, key=key, step=Step.END, text=words, at=now, regional=regional)


def _held(alert: Alert) -> Alert:
    return Alert.objects.select_for_update().get(pk=alert.pk)


def _over() -> Conflict:
    return Conflict("over", _("Cette alerte est terminée."))


def _label(alert: Alert, text: str) -> str:
    return f"{alert.head}\u00a0: {text}"


@transaction.atomic
def note_export(*, viewer: Viewer, alert: Alert) -> None:
    """Somebody takes the names of the report away."""
    record("alerts.export_report", actor=viewer.person, target=alert)

"""Reports: any recipient may ask for a message to be looked at; moderators see that message and decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.people.models import Person
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.messaging import finding
from modules.messaging.choices import Line, ReportState
from modules.messaging.models import Copy, Message, Report
from modules.messaging.safety import telling
from modules.messaging.safety.withdrawing import reinstate, withdraw
from modules.messaging.services import boxes

REASON_LENGTH = 500
DISMISSED, ACTED = ReportState.DISMISSED, ReportState.ACTED


# --- By recipients -----------------------------------------------------------------------------------------
def reportable(viewer: Viewer) -> QuerySet[Message]:
    """Messages that the viewer received and may still read."""
    if viewer.person is None:
        return Message.objects.none()
    received = Copy.objects.filter(person=viewer.person, hidden=False).exclude(line=Line.SENDER)
    return finding.readable().filter(pk__in=received.values("message"))


def get_reportable_or_404(viewer: Viewer, pk: int) -> Message:
    found = reportable(viewer).select_related("conversation", "sender").filter(pk=pk).first()
    if found is None:
        raise Http404(pk)
    return found


@transaction.atomic
def report(*, viewer: Viewer, message: Message, reason: str) -> Report:
    """Ask that somebody look at a message. The same person's second report of it is refused.

    Raises DomainError without a reason; Conflict for a second one.
    """
    reason = _word(reason, _("Dites en quelques mots ce qui ne va pas\u00a0: cela aide à décider."))
    Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if Report.objects.filter(message=message, reporter=viewer.person).exists():
        raise Conflict("reported", _("Vous avez déjà signalé ce message\u00a0: l’établissement va le lire."))
    already = Report.objects.filter(message=message, state=ReportState.OPEN).exists()
    made = Report.objects.create(message=message, reporter=viewer.person, reason=reason)
    # The journal says that there was a report: who asked for it stays with the moderators.
    audit.record("messaging.report", actor=None, target=message, label=message.conversation.subject)
    if not already:
        telling.reported(message, viewer)
    adoption.count("messaging.report", viewer)
    return made


# --- By moderators -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Case:
    """A message with the reports of it. `context` says in a sentence where it stood."""

    message: Message
    reports: list[Report]
    context: str
    attachments: list[str]

    @property
    def is_open(self) -> bool:
        return any(report.state == ReportState.OPEN for report in self.reports)


def open_messages(viewer: Viewer) -> QuerySet[Message]:
    """Messages with an open report, the longest waiting first; never those that the viewer sent."""
    rows = Message.objects.annotate(
        waiting=Count("reports", filter=Q(reports__state=ReportState.OPEN)),
        first=Min("reports__at", filter=Q(reports__state=ReportState.OPEN)),
    )
    rows = rows.filter(waiting__gt=0).select_related("conversation", "sender").order_by("first", "pk")
    return rows.exclude(sender=viewer.person) if viewer.person else rows.none()


def open_count(viewer: Viewer) -> int:
    waiting = Report.objects.filter(state=ReportState.OPEN)
    return waiting.exclude(message__sender=viewer.person).values("message").distinct().count()


def decided(viewer: Viewer) -> QuerySet[Report]:
    rows = Report.objects.exclude(state=ReportState.OPEN).exclude(message__sender=viewer.person)
    return rows.select_related("message__conversation", "decided_by").order_by("-decided_at", "-pk")


def get_case_or_404(viewer: Viewer, pk: int) -> Case:
    """A reported message, by its own key; Http404 for what nobody reported, and for one's own."""
    message = Message.objects.filter(pk=pk).select_related("conversation", "sender", "answers").first()
    if message is None or viewer.person is None or message.sender_id == viewer.person.pk:
        raise Http404(pk)
    reports = list(message.reports.select_related("reporter", "decided_by").order_by("at", "pk"))
    if not reports:
        raise Http404(pk)
    files = list(message.attachments.values_list("file__name", flat=True))
    return Case(message, reports, context_of(message), files)


def context_of(message: Message) -> str:
    """« En réponse à M. Ferry, à 3 personnes : Responsables de la 5e B. »"""
    to = ", ".join(str(line["label"]) for line in message.lines if line.get("label"))
    answered = message.answers.sender_name if message.answers else ""
    words = {"n": message.recipients, "to": to, "name": answered}
    if answered:
        return _("En réponse à %(name)s, reçu par %(n)s.") % (words | {"n": _people(message.recipients)})
    return _("Adressé à %(to)s, reçu par %(n)s.") % (words | {"to": to or "—", "n": _people(message.recipients)})


def _people(number: int) -> str:
    return _("une personne") if number == 1 else _("%(n)d personnes") % {"n": number}


@transaction.atomic
def dismiss(*, viewer: Viewer, message: Message, word: str = "") -> int:
    """Nothing follows. Returns how many reports were settled."""
    return _settle(viewer, message, DISMISSED, word)


@transaction.atomic
def settle(*, viewer: Viewer, message: Message, word: str) -> int:
    """Something else was done about it (its sender suspended, their messages purged). Returns how many."""
    return _settle(viewer, message, ACTED, word)


@transaction.atomic
def remove(*, viewer: Viewer, message: Message, word: str = "") -> int:
    """Take the message out of every box, and settle its reports. `restore` puts it back."""
    current = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if current.removed_at is not None:
        raise Conflict("removed", _("Ce message est déjà retiré."))
    current.removed_at = timezone.now()
    current.save(update_fields=["removed_at"])
    boxes.hide_messages([current.pk])
    withdraw([current.pk])
    finding.changed(current)
    audit.record("messaging.remove", actor=viewer.person, target=current, label=message.conversation.subject)
    return _settle(viewer, message, ACTED, word or _("Message retiré"))


@transaction.atomic
def restore(*, viewer: Viewer, message: Message) -> None:
    """Put a removed message back where it was. What was decided of its reports stays written."""
    current = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if current.removed_at is None:
        raise Conflict("not-removed", _("Ce message n’est pas retiré."))
    current.removed_at = None
    current.save(update_fields=["removed_at"])
    if current.purge_id is None:
        boxes.show_messages([current.pk])
        reinstate([current.pk])
    finding.changed(current)
    audit.record("messaging.restore", actor=viewer.person, target=current, label=message.conversation.subject)


def _settle(viewer: Viewer, message: Message, state: ReportState, word: str) -> int:
    waiting = Report.objects.select_for_update().filter(message=message, state=ReportState.OPEN)
    reports = list(waiting.order_by("pk"))
    if not reports:
        raise Conflict("decided", _("Quelqu’un a déjà décidé de ce signalement."))
    now, word = timezone.now(), tidy(word)[:REASON_LENGTH]
    waiting.update(state=state, decision=word, decided_by=viewer.person, decided_at=now)
    label = message.conversation.subject
    audit.record(
        "messaging.decide", actor=viewer.person, target=message, label=label, changes={"suite": [None, state.label]}
    )
    telling.decided(message, _reporters(reports), viewer)
    return len(reports)


def _reporters(reports: Iterable[Report]) -> list[Person]:
    keys = [report.reporter_id for report in reports if report.reporter_id]
    return list(Person.objects.filter(pk__in=keys, left_on=None))


def _word(text: str, sentence: str) -> str:
    said = tidy(text)[:REASON_LENGTH]
    if not said:
        raise DomainError("reason", sentence, {"reason": sentence})
    return said

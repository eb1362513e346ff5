"""Whom moderators, authors and reporters hear from, asked when an event is told and again when a mail leaves."""

from django.db.models import QuerySet
from django.urls import reverse

from core.modules.state import Modules
from core.notifications import services as notifications
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.messaging.choices import DraftState, ReportState
from modules.messaging.models import Draft, Message, Report
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

MODERATE = "moderate"


def draft_key(draft: Draft) -> str:
    return f"draft:{draft.pk}"


def report_key(message: Message) -> str:
    return f"report:{message.pk}"


def message_keys(pks: list[int]) -> list[str]:
    return [f"message:{pk}" for pk in pks]


# --- Telling -----------------------------------------------------------------------------------------------
def waiting(draft: Draft, modules: Modules) -> None:
    """To moderators: a message waits for them. Called by whoever makes it wait, in the same transaction."""
    notifications.emit(
        "messaging.to_moderate", actor=draft.author, key=draft_key(draft), modules=modules,
        data={"draft": draft.pk, "author": draft.author.full_name}, url=reverse("messaging:moderation"),
    )  # fmt: skip


def settled(draft: Draft) -> None:
    """Nobody needs to read it any more."""
    notifications.withdraw(draft_key(draft), kinds=["messaging.to_moderate"])


def sent_back(draft: Draft, viewer: Viewer) -> None:
    """To its author."""
    settled(draft)
    notifications.emit(
        "messaging.sent_back", actor=viewer.person, key=draft_key(draft), modules=viewer.modules,
        data={"draft": draft.pk, "subject": draft.subject, "word": draft.refusal},
        url=reverse("messaging:drafts"),
    )  # fmt: skip


def reported(message: Message, viewer: Viewer) -> None:
    """To moderators. The reason stays on the page: it may speak of a child, and mails go through many hands."""
    notifications.emit(
        "messaging.reported", actor=viewer.person, key=report_key(message), modules=viewer.modules,
        data={"message": message.pk}, url=reverse("messaging:reports"),
    )  # fmt: skip


def decided(message: Message, reporters: list[Person], viewer: Viewer) -> None:
    """To those who reported, in words that tell nothing of the sender."""
    notifications.withdraw(report_key(message), kinds=["messaging.reported"])
    if reporters:
        notifications.emit(
            "messaging.report_decided", actor=None, key=report_key(message), modules=viewer.modules,
            data={"message": message.pk}, url=reverse("messaging:inbox"), people=reporters,
        )  # fmt: skip


# --- Audiences ---------------------------------------------------------------------------------------------
def moderators(modules: Modules) -> QuerySet[Person]:
    """Those whose role lets them moderate in this school."""
    state = modules["messaging"]
    return Person.objects.filter(roles__overlap=sorted(state.grants[MODERATE] & state.roles), left_on=None)


def moderators_of_draft(event: Event) -> Recipients:
    """All but its author, while it waits."""
    draft = Draft.objects.filter(pk=event.data.get("draft"), state=DraftState.MODERATION).first()
    return Recipients(people=moderators(_modules()).exclude(pk=draft.author_id)) if draft else Recipients()


def author_of_draft(event: Event) -> Recipients:
    """Its author, until they have taken it up again."""
    draft = Draft.objects.filter(pk=event.data.get("draft"), state=DraftState.REFUSED).first()
    return Recipients(people=Person.objects.filter(pk=draft.author_id, left_on=None)) if draft else Recipients()


def moderators_of_report(event: Event) -> Recipients:
    """All but the sender of the message, while a report of it is open."""
    waiting = Report.objects.filter(message=event.data.get("message"), state=ReportState.OPEN)
    report = waiting.select_related("message").first()
    if report is None:
        return Recipients()
    people = moderators(_modules())
    return Recipients(people=people.exclude(pk=report.message.sender_id) if report.message.sender_id else people)


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))

"""Messages that wait for a moderator: read, let go or sent back with a word."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.messaging.audience import lines
from modules.messaging.choices import DraftState
from modules.messaging.models import Draft, Message
from modules.messaging.safety import telling
from modules.messaging.safety.moderation import found_words
from modules.messaging.services import sending

WORD_LENGTH = 400


@dataclass(frozen=True)
class Held:
    """A message that waits, with the watched words that stand in it and to whom it would go."""

    draft: Draft
    words: list[str]
    to: list[str]
    files: list[str]


def waiting(viewer: Viewer) -> QuerySet[Draft]:
    """What others wrote and waits, the oldest first."""
    rows = Draft.objects.filter(state=DraftState.MODERATION).exclude(author=viewer.person)
    return rows.select_related("author", "conversation", "answers").order_by("updated_at", "pk")


def waiting_count(viewer: Viewer) -> int:
    return Draft.objects.filter(state=DraftState.MODERATION).exclude(author=viewer.person).count()


def get_or_404(viewer: Viewer, pk: int) -> Draft:
    """Raises Http404 for what does not wait, and for one's own."""
    found = waiting(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404(pk)
    return found


def held(viewer: Viewer, draft: Draft) -> Held:
    """All that a moderator needs in order to decide."""
    subject = draft.subject or (draft.conversation.subject if draft.conversation else "")
    words = found_words(viewer.modules, draft.author.roles, subject, draft.body)
    return Held(draft, words, _to(draft), list(draft.attachments.values_list("file__name", flat=True)))


def _to(draft: Draft) -> list[str]:
    if draft.answers is not None:
        return [_("tous ceux de la conversation") if draft.to_all else draft.answers.sender_name]
    return lines.in_words(lines.parse(draft.lines))


@transaction.atomic
def approve(*, viewer: Viewer, draft: Draft) -> Message | Draft:
    """Let it leave as its author's, through all the other checks. Returns the message, or the draft that waits on.

    Raises Conflict when somebody has decided meanwhile.
    """
    name, subject = draft.author.full_name, draft.subject
    telling.settled(draft)
    left = sending.release(draft=draft)
    label = subject or (left.conversation.subject if left.conversation else "")
    audit.record("messaging.approve", actor=viewer.person, target=None, label=f"{name}\u00a0: {label}"[:200])
    return left


@transaction.atomic
def send_back(*, viewer: Viewer, draft: Draft, word: str) -> Draft:
    """Give it back to its author, with what to change. Raises DomainError without a word, Conflict when decided."""
    word = tidy(word)[:WORD_LENGTH]
    if not word:
        sentence = _("Dites à l’auteur ce qu’il doit revoir.")
        raise DomainError("word", sentence, {"word": sentence})
    current = Draft.objects.select_for_update(of=("self",)).select_related("author").filter(pk=draft.pk).first()
    if current is None or current.state != DraftState.MODERATION:
        raise Conflict("decided", _("Ce message n’attend plus de relecture."))
    current.state, current.refusal, current.send_at = DraftState.REFUSED, word, None
    current.recipients, current.version, current.updated_at = 0, current.version + 1, timezone.now()
    current.save()
    telling.sent_back(current, viewer)
    label = f"{current.author.full_name}\u00a0: {current.subject}"[:200]
    audit.record("messaging.send_back", actor=viewer.person, target=None, label=label, changes={"motif": [None, word]})
    return current

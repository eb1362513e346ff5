"""Sending: everything is asked again here, whoever sends and by whichever way.

The order is that of the module's README: suspended, rules, limits, words, hours. What may not leave yet stays a draft
that waits (`SCHEDULED`, `HELD`, `MODERATION`); `deliver_due` and `release` take it through all of it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.modules.state import Modules
from core.permissions.viewer import Viewer, viewer_as
from modules.messaging.audience import expansion
from modules.messaging.audience.lines import Line, labelled, parse
from modules.messaging.audience.permitted import refused
from modules.messaging.audience.reach import writing_roles
from modules.messaging.choices import DraftState, Weight
from modules.messaging.models import Draft, Message
from modules.messaging.safety import moderation, suspensions
from modules.messaging.services import answering, drafts, hours, limits, posting, replies, telling, templates, waking
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

logger = structlog.get_logger(__name__)
DUE = (DraftState.SCHEDULED, DraftState.HELD)


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """Whom a draft would reach now. `left_out` are the sentences of lines that a departure has to leave out."""

    audience: expansion.Audience
    shown: list[dict[str, Any]]
    lines: tuple[Line, ...] = ()
    left_out: tuple[str, ...] = ()


@transaction.atomic
def send(*, viewer: Viewer, draft: Draft, now: datetime | None = None) -> Message | Draft:
    """Send the viewer's draft, now or at its `send_at`. Returns the message; the draft, where it waits.

    Sent twice, or by two at once, it is one message. Raises DomainError with what keeps it from leaving: it is a
    draft still, as it was saved.
    """
    now = now or timezone.now()
    held = _take(viewer, draft)
    if isinstance(held, Message) or held.state not in drafts.EDITABLE:
        return held
    sent = _leave(viewer, held, now)
    _count(viewer, sent)
    return sent


def write_and_send(*, viewer: Viewer, key: Any, now: datetime | None = None, **fields: Any) -> Message | Draft:
    """`drafts.save`, then `send`, in one transaction: for programs and mails, which keep no draft.

    The key of a message that has left gives this message.
    """
    with transaction.atomic():
        if viewer.person is not None:
            limits.lock(viewer.person)  # of two that bring the same key, the second finds what the first has sent
        sent = drafts.sent_with(viewer, key)
        if sent is not None:
            return sent
        waiting = Draft.objects.filter(author=viewer.person, key=key).first()
        if waiting is not None and waiting.state in limits.WAITING:
            return waiting
        version = waiting.version if waiting else 0
        draft = drafts.save(viewer=viewer, key=key, version=version, **fields)
        return send(viewer=viewer, draft=draft, now=now)


@transaction.atomic
def release(*, draft: Draft, now: datetime | None = None) -> Message | Draft:
    """Let go what a moderator has read and found good: all but its words is asked again.

    What may not leave for another reason goes back to its author, who is told. Raises Conflict when it does not wait
    for a moderator any more.
    """
    limits.lock(draft.author)
    held = Draft.objects.select_for_update(of=("self",)).select_related("author").filter(pk=draft.pk).first()
    if held is None or held.state != DraftState.MODERATION:
        raise Conflict("not-waiting", _("Ce message n’attend plus de relecture."))
    held.cleared = True
    return _depart(held, _modules(), now or timezone.now())


# --- One draft --------------------------------------------------------------------------------------------
def _take(viewer: Viewer, draft: Draft) -> Message | Draft:
    """The draft, held with its sender until the transaction ends; the message, when it has become one."""
    me = viewer.person
    if me is None:
        raise NotAllowed("may-not-write", _("Votre rôle ne permet pas d’écrire de messages."))
    limits.lock(me)
    held = Draft.objects.select_for_update().filter(author=me, key=draft.key).first()
    sent = drafts.sent_with(viewer, draft.key)
    if sent is not None:
        if held is not None:
            drafts.drop(held, actor=me)
        return sent
    return held or drafts.own(viewer, draft)


def _leave(viewer: Viewer, draft: Draft, now: datetime, *, departing: bool = False) -> Message | Draft:
    """All questions, in their order. `departing`: nobody is there to answer, and it was counted already."""
    _refuse_unless_free(viewer, draft)
    _refuse_unless_whole(draft)
    addressed = _addressed(viewer, draft, departing=departing)
    count = addressed.audience.count()
    if not count:
        raise DomainError("nobody", _nobody(addressed.left_out), {"lines": _nobody(addressed.left_out)})
    limits.check(viewer, count, now=now, draft=draft, again=departing)
    if not draft.cleared and moderation.must_wait(viewer.modules, viewer.roles, _subject(draft), draft.body):
        return _wait(draft, DraftState.MODERATION, draft.send_at, count, viewer)
    wished = draft.send_at if draft.send_at and draft.send_at > now else now
    leaves = hours.leaves_at(viewer, wished, urgent=draft.weight == Weight.URGENT)
    if leaves > now:
        if wished == now and not departing:
            hours.refuse_at_night(viewer, leaves)
        return _wait(draft, DraftState.SCHEDULED if wished > now else DraftState.HELD, leaves, count, viewer)
    message = posting.post(viewer, draft, addressed.audience, shown=addressed.shown, now=now)
    _after(viewer, message, addressed)
    return message


def _refuse_unless_free(viewer: Viewer, draft: Draft) -> None:
    if not writing_roles(viewer):
        raise NotAllowed("may-not-write", _("Votre rôle ne permet pas, ou plus, d’écrire de messages ici."))
    if refusal := suspensions.refusal(viewer, viewer.roles):
        raise refusal
    if draft.weight == Weight.URGENT and not viewer.can(drafts.SEND_URGENT):
        raise NotAllowed("urgent-not-allowed", _("Votre rôle ne permet pas d’envoyer un message urgent."))


def _refuse_unless_whole(draft: Draft) -> None:
    if draft.conversation_id is None and not draft.subject:
        sentence = _("Donnez un objet au message.")
        raise DomainError("no-subject", sentence, {"subject": sentence})
    if not draft.body and not draft.attachments.exists():
        sentence = _("Le message est vide.")
        raise DomainError("no-body", sentence, {"body": sentence})
    templates.refuse_unfilled(f"{draft.subject}\n{draft.body}")


def _subject(draft: Draft) -> str:
    return draft.subject or (draft.conversation.subject if draft.conversation else "")


def _addressed(viewer: Viewer, draft: Draft, *, departing: bool) -> Addressed:
    """Whom it reaches now. Raises DomainError for lines that may not be used; a departure leaves these out."""
    if draft.conversation_id is not None:
        return _answering(viewer, draft)
    lines = parse(draft.lines)
    if not lines:
        sentence = _("Choisissez au moins un destinataire.")
        raise DomainError("no-recipients", sentence, {"lines": sentence})
    audience = expansion.behind(viewer, lines)
    wrong = refused(viewer, lines, audience)
    if not wrong:
        return Addressed(audience=audience, shown=labelled(lines), lines=lines)
    sentences = tuple(dict.fromkeys(wrong.values()))
    good = tuple(line for n, line in enumerate(lines) if n not in wrong)
    if not departing or not good:
        raise DomainError("refused-lines", " ".join(sentences), {"lines": " ".join(sentences)})
    audience = expansion.behind(viewer, good)
    return Addressed(audience=audience, shown=labelled(good), lines=good, left_out=sentences)


def _answering(viewer: Viewer, draft: Draft) -> Addressed:
    message = draft.answers
    if message is None:
        raise DomainError("nothing-to-answer", _("Le message auquel vous répondez n’existe plus."))
    replies.refuse_unless_open(viewer, message, to_all=draft.to_all)
    audience = expansion.replying(viewer, message, to_all=draft.to_all)
    return Addressed(audience=audience, shown=replies.shown(viewer, message, to_all=draft.to_all))


def _nobody(left_out: Sequence[str]) -> str:
    return " ".join(left_out) or _("Personne ne recevrait ce message. Choisissez d’autres destinataires.")


def _wait(draft: Draft, state: DraftState, send_at: datetime | None, count: int, viewer: Viewer) -> Draft:
    draft.state, draft.send_at, draft.recipients, draft.refusal = state, send_at, count, ""
    drafts.touch(draft)
    draft.save()
    if state == DraftState.MODERATION:
        telling.to_moderate(draft, viewer.modules)
    elif send_at is not None:
        waking.wake_at(send_at)
    return draft


def _after(viewer: Viewer, message: Message, addressed: Addressed) -> None:
    telling.received(message, viewer.modules)
    if addressed.left_out:
        telling.partly_delivered(message, " ".join(addressed.left_out), viewer.modules)
    answering.answer(message, viewer)
    if any(line.is_place for line in addressed.lines) or message.weight == Weight.URGENT:
        changes: dict[str, list[Any]] = {
            "destinataires": [None, message.recipients],
            "lignes": [None, [line["label"] for line in addressed.shown]],
        }
        audit.record("messaging.send", actor=viewer.person, target=message, changes=changes)


def _count(viewer: Viewer, sent: Message | Draft) -> None:
    """What was used, once: what leaves later by itself is not counted again."""
    if sent.answers_id is None:
        adoption.count("messaging.send", viewer)
    else:
        adoption.count("messaging.reply", viewer)
    if isinstance(sent, Draft) and sent.state == DraftState.SCHEDULED:
        adoption.count("messaging.schedule", viewer)
    if any(line.get("kind") in ("class", "group", "role") for line in sent.lines):
        adoption.count("messaging.group_send", viewer)


# --- What waits -------------------------------------------------------------------------------------------
def deliver_due(*, now: datetime | None = None) -> int:
    """Send what is due in the school one stands in, each in a transaction of its own. Returns how many messages left.

    Two that deliver at once share the work; one that dies leaves its draft as it was.
    """
    now = now or timezone.now()
    sent, passed_over, modules = 0, list[int](), _modules()
    while True:
        with transaction.atomic():
            draft = _next_due(now, passed_over)
            if draft is None:
                return sent
            sent += _deliver(draft, modules, now, passed_over)


def due_until(moment: datetime) -> list[datetime]:
    """When something is due, from now on until a moment."""
    due = Draft.objects.filter(state__in=DUE, send_at__gt=timezone.now(), send_at__lte=moment).order_by("send_at")
    return list(dict.fromkeys(at for at in due.values_list("send_at", flat=True) if at))


def _deliver(draft: Draft, modules: Modules, now: datetime, passed_over: list[int]) -> bool:
    """Whether a message left. One that fails for no reason of its own does not hold up the others."""
    key = draft.pk
    # Its author is sending at this moment: the draft comes back in a minute. Waiting here would wait for each other.
    if limits.try_lock(draft.author):
        try:
            with transaction.atomic():
                return isinstance(_depart(draft, modules, now), Message)
        except Exception:
            logger.exception("draft not delivered", draft=key)
    passed_over.append(key)
    return False


def _next_due(now: datetime, passed_over: list[int]) -> Draft | None:
    due = Draft.objects.filter(state__in=DUE, send_at__lte=now).exclude(pk__in=passed_over)
    locked = due.select_for_update(skip_locked=True, of=("self",)).select_related("author", "answers")
    return locked.order_by("send_at", "pk").first()


def _depart(draft: Draft, modules: Modules, now: datetime) -> Message | Draft:
    """Send a draft that its author is not there to send; refused, it goes back to them with the reason."""
    viewer, key = viewer_as(draft.author, modules.establishment, modules=modules), draft.pk
    try:
        with transaction.atomic():
            return _leave(viewer, draft, now, departing=True)
    except DomainError as error:
        return _give_back(key, str(error.message), modules)


def _give_back(key: int, sentence: str, modules: Modules) -> Draft:
    draft = Draft.objects.select_related("author").get(pk=key)
    draft.state, draft.refusal, draft.send_at, draft.recipients = DraftState.REFUSED, sentence[:500], None, 0
    drafts.touch(draft)
    draft.save()
    telling.delivery_refused(draft, modules)
    label = _("brouillon de %(name)s") % {"name": draft.author.full_name}
    changes = {"motif": [None, sentence]}
    audit.record("messaging.refuse_departure", actor=None, target=draft, label=label, changes=changes)
    return draft


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))


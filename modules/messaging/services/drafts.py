"""What somebody is writing: saved as they type, with what is joined to it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError, NotAllowed
from core.files import services as files
from core.files.models import Kind
from core.people.models import Person
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.messaging.audience import lines as line_kinds
from modules.messaging.audience.permitted import strangers
from modules.messaging.choices import DraftState, Replies, Via, Weight
from modules.messaging.models import BODY_LENGTH, SUBJECT_LENGTH, Attachment, Draft, Message
from modules.messaging.services.limits import WAITING

MOST_FILES = 20
_MB = 1024 * 1024
WRITE, SEND_URGENT = "messaging.write", "messaging.send_urgent"
# What a page or a program may set; replies get the rest from `replies.reply_draft`.
FIELDS = frozenset({"subject", "body", "lines", "replies", "weight", "asks_receipt", "send_at", "via", "to_all"})
EDITABLE = (DraftState.OPEN, DraftState.REFUSED)


@transaction.atomic
def save(*, viewer: Viewer, key: UUID, version: int = 0, **fields: Any) -> Draft:
    """Keep what is written under the key that its page made; `version` is the one that the page has read, 0 for none.

    `fields` are those of `FIELDS`; what is not named stays. Raises Conflict when it was saved elsewhere meanwhile
    ("draft-changed"), is waiting to leave ("draft-waits") or has left ("already-sent"), DomainError for what cannot
    be kept. Nothing is changed then, and what the page holds stays the page's.
    """
    author = author_of(viewer)
    if unknown := fields.keys() - FIELDS:
        raise TypeError(f"no such field of a draft: {sorted(unknown)}")
    draft = Draft.objects.select_for_update().filter(author=author, key=key).first()
    if draft is None:
        refuse_if_sent(viewer, key)
        draft = Draft(author=author, key=key, version=0)
    elif version != draft.version:
        raise Conflict(
            "draft-changed",
            _("Ce brouillon a été modifié dans une autre fenêtre. Copiez votre texte, puis rechargez la page."),
        )
    elif draft.state in WAITING:
        raise Conflict("draft-waits", _("Ce message attend de partir. Reprenez-le avant de le modifier."))
    _fill(viewer, draft, fields)
    draft.state, draft.refusal, draft.cleared = DraftState.OPEN, "", False
    touch(draft)
    _write(draft)
    return draft


def _write(draft: Draft) -> None:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:  # the same key was saved at the same moment
        raise Conflict(
            "draft-changed", _("Ce brouillon vient d’être enregistré par ailleurs. Rechargez la page.")
        ) from error


def touch(draft: Draft) -> None:
    draft.version, draft.updated_at = draft.version + 1, timezone.now()


def refuse_if_sent(viewer: Viewer, key: UUID) -> None:
    """Raises Conflict for the key of a message that has left: a page that was offline sends it once more."""
    sent = sent_with(viewer, key)
    if sent is not None:
        raise Conflict("already-sent", _("Ce message est déjà parti."))


def sent_with(viewer: Viewer, key: UUID) -> Message | None:
    """The viewer's message of this key, where it has left. Raises Conflict for somebody else's key."""
    sent = Message.objects.filter(key=key).first()
    if sent is not None and (viewer.person is None or sent.sender_id != viewer.person.pk):
        raise Conflict("key-taken", _("Cet identifiant est déjà utilisé. Recommencez avec un nouveau message."))
    return sent


def author_of(viewer: Viewer) -> Person:
    if viewer.person is None or not viewer.can(WRITE):
        raise NotAllowed("may-not-write", _("Votre rôle ne permet pas d’écrire de messages."))
    return viewer.person


def _fill(viewer: Viewer, draft: Draft, fields: dict[str, Any]) -> None:
    if "subject" in fields:
        draft.subject = _short(tidy(str(fields["subject"] or "")), SUBJECT_LENGTH, "subject")
    if "body" in fields:
        draft.body = _short(richtext.normalise(str(fields["body"] or "")), BODY_LENGTH, "body")
    if "lines" in fields:
        draft.lines = _lines(viewer, fields["lines"])
    if "weight" in fields:
        draft.weight = _weight(viewer, str(fields["weight"]))
    if "replies" in fields:
        draft.replies = _one_of(Replies, fields["replies"], "replies")
    if "via" in fields:
        draft.via = _one_of(Via, fields["via"], "via")
    if "send_at" in fields:
        draft.send_at = _moment(fields["send_at"])
    for name in fields.keys() & {"asks_receipt", "to_all"}:
        setattr(draft, name, bool(fields[name]))


def _short(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        sentence = _("%(longest)d caractères au plus\u00a0: il y en a %(length)d.")
        words = sentence % {"longest": longest, "length": len(text)}
        raise DomainError("too-long", words, {field: words})
    return text


def _lines(viewer: Viewer, raw: object) -> list[dict[str, Any]]:
    """What is kept is shown again in words: nobody is named who may not be known of."""
    lines = line_kinds.parse(raw)
    if strangers(viewer, lines):
        sentence = _("Un destinataire n’existe pas, ou vous ne pouvez pas lui écrire.")
        raise DomainError("unknown-recipient", sentence, {"lines": sentence})
    return line_kinds.dump(lines)


def _weight(viewer: Viewer, raw: str) -> str:
    weight = _one_of(Weight, raw, "weight")
    if weight == Weight.URGENT and not viewer.can(SEND_URGENT):
        sentence = _("Votre rôle ne permet pas d’envoyer un message urgent.")
        raise NotAllowed("urgent-not-allowed", sentence, {"weight": sentence})
    return weight


def _one_of(choices: Any, raw: object, field: str) -> str:
    if raw not in choices.values:
        sentence = _("Ce choix n’existe pas.")
        raise DomainError("no-such-choice", sentence, {field: sentence})
    return str(raw)


def _moment(raw: datetime | None) -> datetime | None:
    """To the minute. What is past leaves at once."""
    if raw is None:
        return None
    if timezone.is_naive(raw):
        raw = timezone.make_aware(raw)
    if raw > timezone.now() + timedelta(days=366):
        sentence = _("Un message part dans l’année au plus tard.")
        raise DomainError("too-late", sentence, {"send_at": sentence})
    return raw.replace(second=0, microsecond=0)


# --- Taking up again, throwing away -----------------------------------------------------------------------
def own(viewer: Viewer, draft: Draft) -> Draft:
    """The viewer's draft as it is now, held until the transaction ends. Raises DomainError when it is gone."""
    found = Draft.objects.select_for_update().filter(pk=draft.pk, author=author_of(viewer)).first()
    if found is None:
        raise DomainError("draft-gone", _("Ce brouillon n’existe plus\u00a0: il est parti, ou il a été supprimé."))
    return found


@transaction.atomic
def reopen(*, viewer: Viewer, draft: Draft) -> Draft:
    """Take back what waits to leave, to change it or to send it now."""
    draft = own(viewer, draft)
    if draft.state in WAITING:
        draft.state, draft.send_at, draft.recipients, draft.cleared = DraftState.OPEN, None, 0, False
        touch(draft)
        draft.save()
    return draft


@transaction.atomic
def discard(*, viewer: Viewer, draft: Draft) -> None:
    """Delete a draft with its files, also one that waits to leave."""
    drop(own(viewer, draft), actor=viewer.person)


def drop(draft: Draft, *, actor: Person | None) -> None:
    """Delete a draft with its files. Called inside a transaction."""
    kept = [attachment.file for attachment in draft.attachments.select_related("file")]
    draft.delete()
    for stored in kept:
        files.remove(stored=stored, actor=actor)


# --- Files ------------------------------------------------------------------------------------------------
@transaction.atomic
def attach(*, viewer: Viewer, draft: Draft, upload: UploadedFile) -> Attachment:
    """Join a file. Its type is decided by its content (`core.files`). Raises DomainError when it is refused."""
    draft = _editable(viewer, draft)
    if draft.attachments.count() >= MOST_FILES:
        raise DomainError("too-many-files", _("%(most)d pièces jointes au plus.") % {"most": MOST_FILES})
    quota = int(viewer.modules["messaging"].settings["quota_mb"]) * _MB
    if used_bytes(viewer) + (upload.size or 0) > quota:
        sentence = _("Il ne reste plus assez de place pour vos pièces jointes (%(quota)d\u00a0Mo en tout).")
        raise DomainError("quota", sentence % {"quota": quota // _MB})
    stored = files.store(
        upload=upload, module="messaging", kind=Kind.DOCUMENT, actor=viewer.person, owner_ref=f"draft:{draft.pk}"
    )
    return Attachment.objects.create(draft=draft, file=stored)


@transaction.atomic
def detach(*, viewer: Viewer, draft: Draft, attachment: int) -> None:
    """Take a file off again, by the key of its attachment; one that is gone is no error."""
    draft = _editable(viewer, draft)
    found = draft.attachments.select_related("file").filter(pk=attachment).first()
    if found is not None:
        stored = found.file
        found.delete()
        files.remove(stored=stored, actor=viewer.person)


def used_bytes(viewer: Viewer) -> int:
    """How much the viewer's attachments weigh, in drafts and in messages."""
    mine = Attachment.objects.filter(file__uploaded_by=viewer.person)
    total: int = mine.aggregate(n=Sum("file__size", default=0))["n"]
    return total


def _editable(viewer: Viewer, draft: Draft) -> Draft:
    draft = own(viewer, draft)
    if draft.state not in EDITABLE:
        raise Conflict("draft-waits", _("Ce message attend de partir. Reprenez-le avant de le modifier."))
    return draft

"""What guardians do with a note, for one child at a time. Doing the same twice is doing it once.

These rows are their own record; what somebody of the school enters for a family goes into the journal too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.files import services as files
from core.people.families import guardians_of
from core.people.models import Person
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.liaison import rules, selectors
from modules.liaison.choices import Answer, NoteKind, Outcome, Status
from modules.liaison.models import WORD_LENGTH, Choice, Copy, Note, Paper, Receipt, Slot, Step
from modules.liaison.selectors.family import answer_detail
from modules.liaison.services import telling
from modules.liaison.services.holding import keep_file, refuse_unless

MAX_PAPERS = 5


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer with what it takes: keys of the note's choice or slot, and a word."""

    answer: str
    choice: int | None = None
    slot: int | None = None
    word: str = ""


@transaction.atomic
def acknowledge(*, viewer: Viewer, copy: Copy) -> Receipt:
    """« J’ai pris connaissance »: not an answer yet, where one is asked."""
    copy, me = _hold_as_guardian(viewer, copy)
    receipt = _receipt(copy, me)
    if receipt.acknowledged_at is None:
        _refuse_unless_running(copy.note)
        receipt.acknowledged_at = timezone.now()
        receipt.save(update_fields=["acknowledged_at"])
        adoption.count("liaison.acknowledge", viewer)
    return receipt


@transaction.atomic
def answer(*, viewer: Viewer, copy: Copy, reply: Reply) -> Receipt:
    """Sign, accept, choose or refuse. It may be changed until the last day; each answer is kept in its history.

    Raises DomainError for what the note does not ask or is full, Conflict for what is over.
    """
    copy, me = _hold_as_guardian(viewer, copy)
    receipt = _receipt(copy, me)
    _give(copy, receipt, reply, viewer, on_paper=False)
    return receipt


@transaction.atomic
def return_paper(*, viewer: Viewer, copy: Copy, upload: UploadedFile) -> Paper:
    """Return the document that is asked for. The same file sent again by the same guardian is kept once."""
    copy, me = _hold_as_guardian(viewer, copy)
    _refuse_unless_running(copy.note)
    if not copy.note.paper:
        raise DomainError("no-paper", _("Aucun document n’est demandé pour ce mot."))
    own = copy.papers.filter(guardian=me)
    if own.count() >= MAX_PAPERS:
        sentence = _("%(limit)d fichiers au plus\u00a0: retirez-en un d’abord.") % {"limit": MAX_PAPERS}
        raise DomainError("too-many", sentence, {"file": sentence})
    stored = keep_file(upload, actor=me, owner=f"copy:{copy.pk}", field_name="file")
    same = own.filter(file__sha256=stored.sha256).first()
    if same is not None:
        files.remove(stored=stored, actor=me)
        return same
    adoption.count("liaison.paper", viewer)
    return Paper.objects.create(copy=copy, guardian=me, file=stored)


@transaction.atomic
def take_paper_back(*, viewer: Viewer, copy: Copy, paper_id: int) -> None:
    """Remove a file that one returned oneself. Twice is once."""
    copy, me = _hold_as_guardian(viewer, copy)
    _refuse_unless_running(copy.note)
    paper = copy.papers.select_related("file").filter(pk=paper_id, guardian=me).first()
    if paper is not None:
        stored = paper.file
        paper.delete()
        files.remove(stored=stored, actor=me)


@transaction.atomic
def record(
    *, viewer: Viewer, copy: Copy, guardian: Person | None, reply: Reply | None, paper_in_hand: bool = False
) -> Copy:
    """Enter what a family gave on paper: an answer (or, for what is only acknowledged, that it was read), a document.

    `guardian` None where the child has none here. Raises DomainError; goes into the journal.
    """
    copy = _hold(copy)
    refuse_unless(selectors.rights_on(viewer, copy.note).record)
    known = list(guardians_of(copy.child, modules=viewer.modules))
    if guardian is None and known:
        sentence = _("Indiquez le responsable qui a répondu.")
        raise DomainError("guardian", sentence, {"guardian": sentence})
    if guardian is not None and guardian not in known:
        raise DomainError("guardian", _("Cette personne n’est pas responsable de cet élève."))
    said: list[str] = []
    if reply is not None:
        receipt = _receipt(copy, guardian)
        receipt.entered_by = viewer.person
        _give(copy, receipt, reply, viewer, on_paper=True)
        said.append(receipt.get_answer_display() if reply.answer else str(_("a pris connaissance")))
    if paper_in_hand != (copy.paper_in_hand_at is not None):
        copy.paper_in_hand_at = timezone.now() if paper_in_hand else None
        copy.save(update_fields=["paper_in_hand_at"])
        said.append(_("document reçu") if paper_in_hand else _("document non reçu"))
    if said:
        changes = {"élève": [None, copy.child.full_name], "sur papier": [None, ", ".join(said)]}
        audit.record("liaison.record", actor=viewer.person, target=copy.note, changes=changes)
        adoption.count("liaison.record", viewer)
    return copy


# --- What these have in common --------------------------------------------------------------------------
def _hold(copy: Copy) -> Copy:
    """The copy, locked: two guardians of a child answer one after the other."""
    held = (
        Copy.objects.select_for_update(of=("self",)).select_related("note__author", "child").filter(pk=copy.pk).first()
    )
    if held is None:
        raise Conflict("gone", _("Ce mot vient d’être supprimé."))
    return held


def _hold_as_guardian(viewer: Viewer, copy: Copy) -> tuple[Copy, Person]:
    """The copy, locked, for a guardian whose link opens the child's record at this instant."""
    copy, me = _hold(copy), viewer.person
    if me is None or not guardians_of(copy.child, modules=viewer.modules).filter(pk=me.pk).exists():
        raise NotAllowed("not-guardian", _("Ce mot ne vous est pas adressé."))
    return copy, me


def _receipt(copy: Copy, guardian: Person | None) -> Receipt:
    """The guardian's receipt, made now for whoever gained authority since publication."""
    if guardian is None:
        return copy.receipts.filter(guardian=None, on_paper=True).first() or Receipt.objects.create(
            copy=copy, on_paper=True
        )
    return Receipt.objects.get_or_create(copy=copy, guardian=guardian)[0]


def _refuse_unless_running(note: Note) -> None:
    if note.status != Status.PUBLISHED:
        raise Conflict("closed", _("Ce mot est clos\u00a0: l’établissement n’attend plus de réponse."))


def _give(copy: Copy, receipt: Receipt, reply: Reply, viewer: Viewer, *, on_paper: bool) -> None:
    note, word = copy.note, tidy(reply.word)
    _refuse_unless_running(note)
    if note.only_acknowledged and on_paper and not reply.answer:
        receipt.acknowledged_at, receipt.on_paper = receipt.acknowledged_at or timezone.now(), True
        receipt.save()
        return
    _check_reply(note, reply, word)
    if _says_that_already(receipt, reply, word):
        return
    if not on_paper and not rules.may_answer(
        note.status, note.due_on, timezone.localdate(), has_answered=receipt.is_given
    ):
        raise Conflict("too-late", _("La date limite est passée\u00a0: votre réponse ne peut plus changer."))
    choice = _choice(note, reply)
    now = timezone.now()
    _take_seat(copy, receipt, reply, now)
    receipt.answer, receipt.choice, receipt.word = Answer(reply.answer), choice, word
    receipt.answered_at, receipt.on_paper = now, on_paper
    receipt.acknowledged_at = receipt.acknowledged_at or now
    receipt.save()
    detail = answer_detail(choice, receipt.slot)
    Step.objects.create(receipt=receipt, at=now, answer=receipt.answer, detail=detail, word=word, on_paper=on_paper)
    if not on_paper:
        adoption.count("liaison.answer", viewer)
    _tell_contradiction(copy, viewer)


def _check_reply(note: Note, reply: Reply, word: str) -> None:
    if reply.answer not in rules.answers_to(note.kind):
        raise DomainError("answer", _("Ce mot n’attend pas cette réponse."))
    if reply.answer == Answer.REFUSED and not word:
        sentence = _("Dites en un mot pourquoi\u00a0: l’établissement le lira.")
        raise DomainError("word", sentence, {"word": sentence})
    if len(word) > WORD_LENGTH:
        sentence = _("Ce mot est trop long\u00a0: %(limit)d caractères au plus.") % {"limit": WORD_LENGTH}
        raise DomainError("word", sentence, {"word": sentence})


def _says_that_already(receipt: Receipt, reply: Reply, word: str) -> bool:
    return bool(reply.answer) and (receipt.answer, receipt.choice_id, receipt.slot_id, receipt.word) == (
        reply.answer,
        reply.choice if reply.answer == Answer.ACCEPTED else None,
        reply.slot if reply.answer == Answer.CHOSEN else None,
        word,
    )


def _choice(note: Note, reply: Reply) -> Choice | None:
    if reply.answer != Answer.ACCEPTED:
        return None
    offered = list(note.choices.all())
    if not offered:
        return None
    chosen = next((choice for choice in offered if choice.pk == reply.choice), None)
    if chosen is None:
        sentence = _("Choisissez l’une des formules.")
        raise DomainError("choice", sentence, {"choice": sentence})
    return chosen


def _take_seat(copy: Copy, receipt: Receipt, reply: Reply, now: datetime) -> None:
    """Put the receipt on a free seat of the slot, or on none.

    The slot is locked while its seats are counted, and the database lets nobody take one twice. Where one answer
    suffices, the family has one appointment: what the other guardian had chosen is given up.
    """
    if reply.answer != Answer.CHOSEN:
        receipt.slot, receipt.seat = None, None
        return
    slot = Slot.objects.select_for_update().filter(pk=reply.slot or 0, note=copy.note_id).first()
    if slot is None:
        sentence = _("Choisissez l’un des créneaux.")
        raise DomainError("slot", sentence, {"slot": sentence})
    if slot.starts_at <= now and receipt.slot_id != slot.pk:
        sentence = _("Ce créneau est passé\u00a0: choisissez-en un autre.")
        raise DomainError("slot", sentence, {"slot": sentence})
    if not copy.note.needs_all:
        _give_up_others(copy, receipt, now)
    if receipt.slot_id == slot.pk:
        return
    taken = set(slot.receipts.exclude(pk=receipt.pk).values_list("seat", flat=True))
    free = next((seat for seat in range(1, slot.places + 1) if seat not in taken), None)
    if free is None:
        sentence = _("Ce créneau vient d’être pris\u00a0: choisissez-en un autre.")
        raise DomainError("slot-taken", sentence, {"slot": sentence})
    receipt.slot, receipt.seat = slot, free


def _give_up_others(copy: Copy, receipt: Receipt, now: datetime) -> None:
    for other in copy.receipts.exclude(pk=receipt.pk).filter(slot__isnull=False):
        other.slot, other.seat, other.answer, other.answered_at = None, None, Answer.NONE, None
        other.save(update_fields=["slot", "seat", "answer", "answered_at"])
        detail = _("créneau changé par l’autre responsable")
        Step.objects.create(receipt=other, at=now, answer=Answer.NONE, detail=detail)


def _tell_contradiction(copy: Copy, viewer: Viewer) -> None:
    one = selectors.with_outcome(Copy.objects.filter(pk=copy.pk), viewer.modules).first()
    if one is not None and one.outcome == Outcome.CONTRADICTORY and copy.note.kind != NoteKind.INFORMATION:
        telling.contradicted(copy.note, copy.child, viewer.modules)

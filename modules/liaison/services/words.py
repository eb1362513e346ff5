"""What families write to the school, and how the school treats it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.people.families import guardians_of
from core.people.models import Person
from core.people.records import check
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.liaison import rules, selectors
from modules.liaison.choices import DECISIONS, WordKind, WordState
from modules.liaison.models import WORD_LENGTH, Word, WordFile, WordStep
from modules.liaison.services import telling
from modules.liaison.services.holding import keep_file, one_at_a_time

MAX_FILES = 3
# A word is about the days to come, or about what has just been; for at most a school year.
BACKWARDS, LONGEST = timedelta(days=31), timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class WordContent:
    """What a guardian writes: `ends_on` is the first day where it is left out."""

    kind: str
    starts_on: date
    ends_on: date | None = None
    from_time: time | None = None
    to_time: time | None = None
    text: str = ""


@transaction.atomic
def write_word(
    *,
    viewer: Viewer,
    child: Person,
    content: WordContent,
    key: uuid.UUID | None = None,
    uploads: Sequence[UploadedFile] = (),
) -> Word:
    """A word about a child, by a guardian with authority. With the `key` of one already sent, that one.

    Raises NotAllowed, or DomainError with a sentence per field.
    """
    me = viewer.person
    if me is None or not viewer.can(rules.ASK) or not viewer.modules["liaison"].settings["words_open"]:
        raise NotAllowed("closed", _("L’établissement ne reçoit pas de mots ici\u00a0: appelez la vie scolaire."))
    if not guardians_of(child, modules=viewer.modules).filter(pk=me.pk).exists():
        raise NotAllowed("not-guardian", _("Vous n’êtes pas responsable de cet élève."))
    if key is not None:
        one_at_a_time(key)
        if sent := Word.objects.filter(key=key).first():
            return _own(sent, me)
    word = Word(
        key=key or uuid.uuid4(),
        kind=WordKind(content.kind),
        child=child,
        author=me,
        starts_on=content.starts_on,
        ends_on=content.ends_on or content.starts_on,
        from_time=content.from_time,
        to_time=content.to_time,
        text=tidy_lines(content.text),
    )
    _check(word)
    if len(uploads) > MAX_FILES:
        raise _refused("documents", _("%(limit)d fichiers au plus.") % {"limit": MAX_FILES})
    word.save()
    for upload in uploads:
        stored = keep_file(upload, actor=me, owner=f"word:{word.pk}", field_name="documents")
        WordFile.objects.create(word=word, file=stored)
    WordStep.objects.create(word=word, by=me, state=WordState.RECEIVED, at=word.created_at)
    telling.word_received(word, viewer.modules)
    adoption.count("liaison.word", viewer)
    return word


def _own(word: Word, me: Person) -> Word:
    if word.author_id != me.pk:
        raise Conflict("key", _("Rechargez la page, puis recommencez."))
    return word


@transaction.atomic
def take_back(*, viewer: Viewer, word: Word) -> Word:
    """The author thinks better of it, while nothing is decided. Twice is once."""
    word, me = _hold(word), viewer.person
    if me is None or word.author_id != me.pk:
        raise NotAllowed("not-author", _("Seule la personne qui a écrit ce mot peut le reprendre."))
    if word.state == WordState.WITHDRAWN:
        return word
    if not rules.may_move_word(word.state, WordState.WITHDRAWN):
        raise Conflict("decided", _("L’établissement a déjà répondu à ce mot."))
    _move(word, WordState.WITHDRAWN, me)
    telling.word_taken_back(word)
    return word


@transaction.atomic
def see_words(*, viewer: Viewer, words: Sequence[Word]) -> int:
    """Note that the school has seen these: families read « Vu ». Returns how many were new."""
    treated = selectors.words_to_treat(viewer).filter(pk__in=[word.pk for word in words], state=WordState.RECEIVED)
    seen = list(Word.objects.select_for_update().filter(pk__in=treated.values("pk"), state=WordState.RECEIVED))
    for word in seen:
        _move(word, WordState.SEEN, viewer.person)
    return len(seen)


@transaction.atomic
def treat(*, viewer: Viewer, word: Word, decision: str, reply: str = "", together: bool = False) -> list[Word]:
    """Accept, refuse with a word, or answer; with `together`, also what the other guardian wrote of the same.

    A decision may be changed. Raises DomainError, and Conflict for a word that was taken back.
    """
    if not selectors.may_treat(viewer, word):
        raise NotAllowed("not-treating", _("Le traitement de ce mot ne vous est pas ouvert."))
    if decision not in DECISIONS:
        raise _refused("decision", _("Choisissez une réponse."))
    reply = tidy_lines(reply)
    if decision in (WordState.REFUSED, WordState.ANSWERED) and not reply:
        raise _refused("reply", _("Écrivez quelques mots à la famille."))
    if len(reply) > WORD_LENGTH:
        raise _refused("reply", _("%(limit)d caractères au plus.") % {"limit": WORD_LENGTH})
    same = list(selectors.same_as(word).order_by("pk")) if together else []
    return [_decide(viewer, one, WordState(decision), reply) for one in sorted([word, *same], key=lambda one: one.pk)]


def _decide(viewer: Viewer, word: Word, decision: WordState, reply: str) -> Word:
    word = _hold(word)
    if not rules.may_move_word(word.state, decision):
        raise Conflict("withdrawn", _("La famille vient de reprendre ce mot."))
    if (word.state, word.reply) == (decision, reply):
        return word
    before = word.state
    word.reply, word.treated_by, word.treated_at = reply, viewer.person, timezone.now()
    _move(word, decision, viewer.person, reply)
    audit.record("liaison.treat", actor=viewer.person, target=word, changes={"state": [before, decision]})
    telling.word_treated(word, viewer.modules, actor=viewer.person)
    adoption.count("liaison.treat", viewer)
    return word


def _hold(word: Word) -> Word:
    held = Word.objects.select_for_update(of=("self",)).select_related("child", "author").filter(pk=word.pk).first()
    if held is None:
        raise Conflict("gone", _("Ce mot vient d’être supprimé."))
    return held


def _move(word: Word, to: WordState, by: Person | None, reply: str = "") -> None:
    word.state = to
    word.save()
    WordStep.objects.create(word=word, by=by, state=to, reply=reply)


def _check(word: Word) -> None:
    today = timezone.localdate()
    if word.starts_on < today - BACKWARDS:
        raise _refused("starts_on", _("Ce jour est trop ancien\u00a0: appelez la vie scolaire."))
    if word.ends_on < word.starts_on:
        raise _refused("ends_on", _("La fin ne peut pas précéder le début."))
    if word.ends_on - word.starts_on > LONGEST or word.starts_on > today + LONGEST:
        raise _refused("ends_on", _("Ces dates sont hors de l’année scolaire\u00a0: vérifiez-les."))
    if word.from_time and word.to_time and word.to_time <= word.from_time:
        raise _refused("to_time", _("L’heure de fin vient avant celle du début."))
    if word.kind in (WordKind.LATE, WordKind.LEAVE) and word.from_time is None and word.to_time is None:
        name = "to_time" if word.kind == WordKind.LATE else "from_time"
        raise _refused(name, _("Indiquez l’heure."))
    if not word.text and word.kind == WordKind.OTHER:
        raise _refused("text", _("Écrivez votre demande."))
    if len(word.text) > WORD_LENGTH:
        raise _refused("text", _("%(limit)d caractères au plus.") % {"limit": WORD_LENGTH})
    check(word)


def _refused(name: str, sentence: str) -> DomainError:
    return DomainError("invalid", sentence, {name: sentence})


def tidy_lines(text: str) -> str:
    """Each line tidied, without empty ones around."""
    return "\n".join(tidy(line) for line in text.replace("\x00", "").splitlines()).strip()

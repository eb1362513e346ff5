"""Asking for consent, and keeping each answer. Nothing is ever overwritten."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import NotAllowed
from core.modules import registry
from core.modules.contract import Consent
from core.people.families import children_of
from core.people.models import Person
from core.privacy.models import ConsentAnswer

Answer = ConsentAnswer.Answer
# From this age on a child agrees alone to what is optional (law of 6 January 1978, art. 45).
DIGITAL_MAJORITY = 15


def declared(code: str) -> Consent:
    """The consent called "module.slug". Raises KeyError when no manifest declares it."""
    slug, _dot, name = code.partition(".")
    for consent in registry.get(slug).consents:
        if consent.slug == name:
            return consent
    raise KeyError(code)


@transaction.atomic
def ask(*, code: str, person: Person, actor: Person | None) -> ConsentAnswer | None:
    """Put the question, in its present version. None when it has been put or answered already."""
    latest = latest_answer(code, person)
    if latest is not None:
        return None
    return _write(code, person, Answer.ASKED, answered_by=None, actor=actor)


def give(*, code: str, person: Person, actor: Person) -> ConsentAnswer:
    return _answer(code, person, Answer.GIVEN, actor)


def refuse(*, code: str, person: Person, actor: Person) -> ConsentAnswer:
    return _answer(code, person, Answer.REFUSED, actor)


def withdraw(*, code: str, person: Person, actor: Person) -> ConsentAnswer:
    """Take back what was given. It is as easy as giving (GDPR art. 7.3), and changes nothing of what was done."""
    return _answer(code, person, Answer.WITHDRAWN, actor)


def has_consent(code: str, person: Person) -> bool:
    """Whether the latest answer to the present version is a yes."""
    latest = latest_answer(code, person)
    return latest is not None and latest.answer == Answer.GIVEN


def latest_answer(code: str, person: Person) -> ConsentAnswer | None:
    """The last row about the text as it reads now; answers to earlier versions no longer hold."""
    version = declared(code).version
    return ConsentAnswer.objects.filter(person=person, consent=code, version=version).first()


def may_answer(code: str, person: Person, actor: Person, *, today: date | None = None) -> bool:
    """Oneself; for a child under fifteen, a guardian with authority in its place where the consent says so."""
    by_guardian = declared(code).for_minor_by_guardian and is_minor(person, today=today)
    if actor.pk == person.pk:
        return not by_guardian
    return by_guardian and children_of(actor).filter(pk=person.pk).exists()


def is_minor(person: Person, *, today: date | None = None) -> bool:
    """Under the digital majority. Somebody whose age is unknown counts as of age."""
    born, today = person.birth_date, today or timezone.localdate()
    if born is None:
        return False
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < DIGITAL_MAJORITY


@transaction.atomic
def _answer(code: str, person: Person, answer: Answer, actor: Person) -> ConsentAnswer:
    Person.objects.select_for_update().get(pk=person.pk)  # two guardians answer one after the other
    if not may_answer(code, person, actor):
        raise NotAllowed("not-theirs", _("Ce n’est pas à vous de répondre pour cette personne."))
    latest = latest_answer(code, person)
    if answer == Answer.WITHDRAWN and (latest is None or latest.answer != Answer.GIVEN):
        raise NotAllowed("nothing-given", _("Ce consentement n’est pas accordé\u00a0: il n’y a rien à retirer."))
    if latest is not None and latest.answer == answer and latest.answered_by_id == actor.pk:
        return latest
    return _write(code, person, answer, answered_by=actor, actor=actor)


def _write(
    code: str, person: Person, answer: Answer, *, answered_by: Person | None, actor: Person | None
) -> ConsentAnswer:
    consent = declared(code)
    row = ConsentAnswer.objects.create(
        person=person, consent=code, version=consent.version, answer=answer, answered_by=answered_by
    )
    changes = {"consentement": [None, str(consent.label)], "réponse": [None, str(answer.label)]}
    record(f"privacy.consent_{answer}", actor=actor, target=person, changes=changes)
    return row

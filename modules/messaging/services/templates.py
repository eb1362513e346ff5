"""Words to begin with, of one's own or of the school, and the fields in them.

A field stands between braces and is filled once, while the message is written, from what is the same for everybody
who receives it: the school, the day, the writer, and the one class or the one pupil whom the lines are about. A message
to many is one body, so a field that would differ from one recipient to the next stays as it is; `Filled.missing` names
it, and no message leaves with a field in it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import DomainError, NotAllowed
from core.people.models import Person
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from core.ui import richtext
from core.ui.typography import date_in_words
from modules.messaging.audience.expansion import classes_behind
from modules.messaging.audience.lines import Line
from modules.messaging.audience.permitted import people_of
from modules.messaging.models import BODY_LENGTH, NAME_LENGTH, SUBJECT_LENGTH, Template

MANAGE, WRITE = "messaging.manage_rules", "messaging.write"
SCHOOL, DATE, WRITER, CLASS, FIRST_NAME, NAME = "établissement", "date", "expéditeur", "classe", "prénom", "nom"
FIELDS = (SCHOOL, DATE, WRITER, CLASS, FIRST_NAME, NAME)
_FIELD = re.compile(r"\{\s*([^\W\d_]+)\s*\}")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A template's words; `missing` are the fields that could not be filled, as they are written."""

    subject: str
    body: str
    missing: tuple[str, ...]


def fill(*, viewer: Viewer, template: Template, lines: Iterable[Line] = ()) -> Filled:
    """The template's words for these lines. Changes nothing; three queries at most."""
    known = _known(viewer, tuple(lines))
    subject, body = _filled(template.subject, known), _filled(template.body, known)
    adoption.count("messaging.template", viewer)
    return Filled(subject=subject, body=body, missing=unfilled(f"{subject}\n{body}"))


def _known(viewer: Viewer, lines: tuple[Line, ...]) -> dict[str, str]:
    known = {
        SCHOOL: viewer.modules.establishment.display_name,
        DATE: date_in_words(timezone.localdate()),
        WRITER: viewer.person.full_name if viewer.person else "",
    }
    classes = classes_behind(lines)
    if len(classes) == 1:
        known[CLASS] = SchoolClass.objects.get(pk=classes[0]).name
    subject = _pupil(lines)
    if subject is not None:
        known[FIRST_NAME], known[NAME] = subject.first_name, subject.last_name
    return known


def _pupil(lines: tuple[Line, ...]) -> Person | None:
    """The one person whom all lines are about: the child where there is one, else whoever is named."""
    about = {line.child or (people_of(line) or (None,))[0] for line in lines}
    pk = about.pop() if len(about) == 1 else None
    return Person.objects.filter(pk=pk, left_on=None).first() if pk else None


def _filled(text: str, known: dict[str, str]) -> str:
    return _FIELD.sub(lambda found: known.get(found[1].lower(), found[0]), text)


def unfilled(text: str) -> tuple[str, ...]:
    """The fields that stand in a text, each once; other braces are nobody's business."""
    found = dict.fromkeys(one[1].lower() for one in _FIELD.finditer(text))
    return tuple(f"{{{name}}}" for name in found if name in FIELDS)


def refuse_unfilled(text: str) -> None:
    """Raises DomainError for a text in which fields are left."""
    if left := unfilled(text):
        sentence = _("Complétez ou enlevez\u00a0: %(fields)s. Un champ ne change pas d’un destinataire à l’autre.")
        words = sentence % {"fields": ", ".join(left)}
        raise DomainError("unfilled", words, {"body": words})


# --- Keeping ----------------------------------------------------------------------------------------------
@transaction.atomic
def keep(
    *, viewer: Viewer, template: Template | None = None, name: str, subject: str, body: str, of_school: bool = False
) -> Template:
    """Make a template, or change one. Those of the school take `messaging.manage_rules`.

    Raises DomainError for what is empty or too long, and for a name that is taken.
    """
    row = _held(viewer, template) if template else Template(person=None if of_school else viewer.person)
    _refuse_unless_own(viewer, row)
    row.name, row.subject, row.body = tidy(name), tidy(subject), richtext.normalise(body)
    _refuse_unless_good(row)
    row.updated_at = timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        sentence = _("Un modèle porte déjà ce nom.")
        raise DomainError("name-taken", sentence, {"name": sentence}) from error
    if row.person_id is None:
        audit.record("messaging.keep_template", actor=viewer.person, target=row)
    return row


@transaction.atomic
def remove(*, viewer: Viewer, template: Template) -> None:
    """Delete a template; drafts that were begun with it stay."""
    row = _held(viewer, template)
    _refuse_unless_own(viewer, row)
    if row.person_id is None:
        audit.record("messaging.remove_template", actor=viewer.person, target=row)
    row.delete()


def _held(viewer: Viewer, template: Template) -> Template:
    row = Template.objects.select_for_update().filter(pk=template.pk).first()
    if row is None:
        raise DomainError("template-gone", _("Ce modèle n’existe plus."))
    return row


def _refuse_unless_own(viewer: Viewer, row: Template) -> None:
    mine = viewer.person is not None and row.person_id == viewer.person.pk and viewer.can(WRITE)
    if not (mine or (row.person_id is None and viewer.can(MANAGE))):
        raise NotAllowed("not-yours", _("Ce modèle n’est pas le vôtre."))


def _refuse_unless_good(row: Template) -> None:
    wrong = {
        name: _("%(most)d caractères au plus.") % {"most": most}
        for name, most in (("name", NAME_LENGTH), ("subject", SUBJECT_LENGTH), ("body", BODY_LENGTH))
        if len(getattr(row, name)) > most
    }
    wrong |= {name: _("À remplir.") for name in ("name", "body") if not getattr(row, name)}
    if wrong:
        raise DomainError("template", " ".join(dict.fromkeys(wrong.values())), wrong)

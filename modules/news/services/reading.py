"""What readers do: open, confirm, hide a section. These rows are their own record, without the journal."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import DomainError
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.news import selectors
from modules.news.models import Article, Confirmation, Hiding, Reading, Section


def mark_read(*, viewer: Viewer, article: Article) -> None:
    """Note that a reader has opened the article, once. Whoever only wrote or reviews it leaves no mark."""
    if viewer.person is not None and selectors.is_reader_of(viewer, article):
        _note_reading(article, viewer.person)
        adoption.count("news.read", viewer)


@transaction.atomic
def confirm(*, viewer: Viewer, article: Article) -> list[Confirmation]:
    """Say « J’ai lu »: for a guardian one row per child that it concerns, otherwise one. Twice is once.

    Raises DomainError when nothing is asked of the viewer.
    """
    person = viewer.person
    if person is None or not article.urgent or not selectors.is_reader_of(viewer, article):
        raise DomainError("nothing-to-confirm", _("Aucune confirmation ne vous est demandée ici."))
    concerned = selectors.children_by_article(viewer, [article]).get(article.pk, [])
    children: list[Person | None] = [one.child for one in concerned]
    rows = [Confirmation(article=article, person=person, child=child) for child in children or [None]]
    _note_reading(article, person)
    adoption.count("news.confirm", viewer)
    return Confirmation.objects.bulk_create(rows, ignore_conflicts=True)


def _note_reading(article: Article, person: Person) -> None:
    Reading.objects.bulk_create([Reading(article=article, person=person)], ignore_conflicts=True)


@transaction.atomic
def note_export(*, viewer: Viewer, article: Article) -> None:
    """A list of names has left the application: that is written down."""
    audit.record("news.export_report", actor=viewer.person, target=article)


def hide_section(*, viewer: Viewer, section: Section) -> None:
    """Leave the section out of the viewer's own list. Urgent news still passes."""
    if viewer.person is not None:
        Hiding.objects.bulk_create([Hiding(section=section, person=viewer.person)], ignore_conflicts=True)
        adoption.count("news.hide_section", viewer)


def show_section(*, viewer: Viewer, section: Section) -> None:
    Hiding.objects.filter(section=section, person=viewer.person).delete()

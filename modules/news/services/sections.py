"""Sections and their contributors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import DomainError, NotAllowed
from core.people.choices import Role
from core.people.models import Person
from core.people.records import check, fill
from core.people.selectors import people_visible_to
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.news import finding, rules, selectors
from modules.news.models import Contributor, Section

DESCRIBED = ("name", "description", "hue", "icon", "position", "restricted")


def create_section(*, viewer: Viewer, values: Mapping[str, Any]) -> Section:
    """`values` holds `name` and, if wanted, `description`, `hue`, `icon`, `position`, `restricted`."""
    _refuse_unless(viewer.can(rules.SECTIONS))
    section = Section()
    with _name_said_once(), transaction.atomic():
        _describe(section, values)
        audit.record("news.create_section", actor=viewer.person, target=section)
    return section


def change_section(*, viewer: Viewer, section: Section, values: Mapping[str, Any]) -> Section:
    with _name_said_once(), transaction.atomic():
        section = _held(viewer, section)
        if changes := _describe(section, values):
            audit.record("news.change_section", actor=viewer.person, target=section, changes=changes)
        if "name" in changes:
            finding.changed(*section.articles.only("pk"))
    return section


@transaction.atomic
def archive_section(*, viewer: Viewer, section: Section) -> Section:
    """Nothing new is written in it; what it holds stays readable. Archiving twice changes nothing."""
    section = _held(viewer, section)
    if not section.is_archived:
        section.archived_at = timezone.now()
        section.save(update_fields=["archived_at"])
        audit.record("news.archive_section", actor=viewer.person, target=section)
    return section


@transaction.atomic
def reopen_section(*, viewer: Viewer, section: Section) -> Section:
    section = _held(viewer, section)
    if section.is_archived:
        section.archived_at = None
        section.save(update_fields=["archived_at"])
        audit.record("news.reopen_section", actor=viewer.person, target=section)
    return section


@transaction.atomic
def set_contributor(
    *, viewer: Viewer, section: Section, manages: bool, person: Person | None = None, role: str = ""
) -> Contributor:
    """Add a person or a role, or change whether it manages. Raises DomainError for neither and for both."""
    section = _held(viewer, section)
    if (person is None) == (role not in Role.values):
        raise DomainError("contributor", _("Choisissez une personne ou un rôle."))
    if person is not None and not people_visible_to(viewer).filter(pk=person.pk).exists():
        raise DomainError("contributor", _("Cette personne n’est plus dans l’établissement."))
    wanted: dict[str, Any] = {"person": person} if person is not None else {"role": role}
    line, added = Contributor.objects.get_or_create(section=section, **wanted, defaults={"manages": manages})
    before, line.manages = line.manages, manages
    if added or before != manages:
        line.save()
        changes: dict[str, list[Any]] = {
            "contributeur": [None if added else str(line), str(line)],
            "responsable": [before, manages],
        }
        audit.record("news.set_contributor", actor=viewer.person, target=section, changes=changes)
    return line


@transaction.atomic
def remove_contributor(*, viewer: Viewer, section: Section, contributor_id: int) -> None:
    """Raises DomainError when the line is not the section's (any more)."""
    section = _held(viewer, section)
    line = section.contributors.filter(pk=contributor_id).first()
    if line is None:
        raise DomainError("contributor-gone", _("Ce contributeur n’est plus dans la rubrique."))
    line.delete()
    audit.record(
        "news.remove_contributor",
        actor=viewer.person,
        target=section,
        changes={"contributeur": [str(line), None]},
    )


def _held(viewer: Viewer, section: Section) -> Section:
    section = Section.objects.select_for_update().get(pk=section.pk)
    _refuse_unless(selectors.section_standing(viewer, section).describes)
    return section


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("section", _("La gestion de cette rubrique ne vous est pas ouverte."))


def _describe(section: Section, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    texts = {name: tidy(str(values[name])) for name in ("name", "description") if name in values}
    changes = fill(section, {**values, **texts}, allowed=DESCRIBED)
    check(section)
    section.save()
    return changes


@contextmanager
def _name_said_once() -> Iterator[None]:
    """Two people may create the same section at once; the slower one is told like anybody else."""
    sentence = _("Une autre rubrique porte déjà ce nom.")
    taken = DomainError("name-taken", sentence, {"name": sentence})
    try:
        yield
    except IntegrityError as error:
        raise taken from error
    except DomainError as error:
        if error.message == sentence:
            raise taken from error
        raise

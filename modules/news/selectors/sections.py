"""Sections: which exist, who writes in them, who has hidden them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from core.people.models import Person
from core.people.selectors import people_visible_to, search
from core.permissions.viewer import Viewer
from modules.news import rules
from modules.news.models import Contributor, Hiding, Section

PEOPLE_FOUND = 8


@dataclass(frozen=True)
class SectionStanding:
    """What a person is to a section."""

    writes: bool
    manages: bool
    describes: bool


def contributing(viewer: Viewer) -> Q:
    """The lines of contributors that mean the viewer, by name or by role."""
    return Q(person=viewer.person) | Q(role__in=viewer.roles)


def managed_sections(viewer: Viewer) -> QuerySet[Section]:
    """Sections that the viewer is responsible for."""
    return Section.objects.filter(pk__in=managed_keys(viewer))


def managed_keys(viewer: Viewer) -> frozenset[int]:
    """Their keys, read once a request."""
    lines = Contributor.objects.filter(contributing(viewer), manages=True).order_by()
    return viewer.once("news.managed", lambda: frozenset(lines.values_list("section", flat=True)))


def section_standing(viewer: Viewer, section: Section) -> SectionStanding:
    """One query: the section's contributors."""
    lines = list(section.contributors.all())
    mine = [line for line in lines if line.person_id == _pk(viewer) or line.role in viewer.roles]
    manages = any(line.manages for line in mine)
    writes = rules.writes_in(
        viewer.codes,
        open_to_all=not section.restricted,
        contributes=bool(mine),
        manages=manages,
        archived=section.is_archived,
    )
    return SectionStanding(writes, manages, rules.may_describe_section(viewer.codes, manages=manages))


def _pk(viewer: Viewer) -> int:
    return viewer.person.pk if viewer.person else 0


def writable_sections(viewer: Viewer) -> QuerySet[Section]:
    """Sections where the viewer may write today; `rules.writes_in` in SQL."""
    open_ones = Section.objects.filter(archived_at=None)
    if viewer.codes & {rules.SECTIONS, rules.PUBLISH}:
        return open_ones
    lines = Contributor.objects.filter(section=OuterRef("pk"))
    mine = Q(Exists(lines.filter(contributing(viewer))))
    return open_ones.filter(mine | Q(restricted=False) if viewer.can(rules.WRITE) else mine)


def writes_anywhere(viewer: Viewer) -> bool:
    return writable_sections(viewer).exists()


def sections_shown_to(viewer: Viewer) -> QuerySet[Section]:
    """All sections, archived ones last, each with `is_hidden` for the viewer and `contributor_count`."""
    hidden = Hiding.objects.filter(section=OuterRef("pk"), person=viewer.person)
    return Section.objects.annotate(
        is_hidden=Exists(hidden), contributor_count=Count("contributors", distinct=True)
    ).order_by(F("archived_at").asc(nulls_first=True), "position", "name", "pk")


def get_section_or_404(pk: int) -> Section:
    """Sections are no secret: any reader knows their names."""
    section = Section.objects.filter(pk=pk).first()
    if section is None:
        raise Http404("no such section")
    return section


def get_described_or_404(viewer: Viewer, pk: int) -> Section:
    """A section that the viewer may describe. Raises Http404 for any other."""
    section = get_section_or_404(pk)
    if not section_standing(viewer, section).describes:
        raise Http404("not theirs to describe")
    return section


def possible_contributors(viewer: Viewer, section: Section, words: str) -> QuerySet[Person]:
    """People whom the viewer may see, found by name, who do not contribute yet; nobody without words."""
    if not words.strip():
        return Person.objects.none()
    people = people_visible_to(viewer).exclude(news_contributions__section=section)
    return search(people, words)[:PEOPLE_FOUND]

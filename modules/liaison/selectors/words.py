"""Families' words: who sees them, who treats them, and the board where they wait.

Both guardians of a child with authority see what either wrote. School life treats the words of all pupils; teachers,
as the school's setting says, those of the classes that they are main teachers of, or of all whom they teach.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.files.models import StoredFile
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from core.structure.selectors import (
    MAIN_TEACHER,
    Places,
    class_memberships,
    current_year,
    places_of,
    pupils_in,
    taught_places,
    teachers_in,
)
from core.ui.typography import clock_in_words, date_in_words, day_in_words
from modules.liaison import rules
from modules.liaison.choices import OPEN_WORDS, TeachersTreat, WordState
from modules.liaison.models import Word, WordFile
from modules.liaison.selectors.notes import child_keys


def teachers_treat(viewer: Viewer) -> str:
    return str(viewer.modules["liaison"].settings["teachers_treat"])


def treated_places(viewer: Viewer) -> Places:
    """Where the viewer treats words as a teacher."""
    me, setting = viewer.person, teachers_treat(viewer)
    if me is None or not viewer.can(rules.TREAT_TAUGHT) or setting == TeachersTreat.NONE:
        return Places()
    if setting == TeachersTreat.ALL:
        return taught_places(viewer)
    main = class_memberships(kind=MAIN_TEACHER).filter(person=me).values_list("school_class", flat=True)
    return viewer.once("liaison.treated", lambda: Places(frozenset(main)))


def words_to_treat(viewer: Viewer) -> QuerySet[Word]:
    """All words that the viewer treats, decided or not, but those that their authors took back."""
    words = Word.objects.exclude(state=WordState.WITHDRAWN)
    if viewer.can(rules.TREAT):
        return words
    places = treated_places(viewer)
    return words.filter(pupils_in(places, "child")) if places else words.none()


def treats_any(viewer: Viewer) -> bool:
    """Whether the board of families' words is a place of the viewer."""
    return viewer.can(rules.TREAT) or bool(treated_places(viewer))


def words_of_family(viewer: Viewer, child: Person | None = None) -> QuerySet[Word]:
    """What was written about the viewer's children, the latest first."""
    keys = [child.pk] if child is not None else child_keys(viewer)
    words = Word.objects.filter(child__in=set(keys) & set(child_keys(viewer)))
    return words.select_related("child", "author", "treated_by").order_by("-created_at", "-pk")


def words_visible_to(viewer: Viewer) -> QuerySet[Word]:
    """What the viewer's family wrote, and what they treat."""
    if viewer.person is None or not viewer.can(rules.VIEW):
        return Word.objects.none()
    visible = Q(child__in=child_keys(viewer))
    shown = ~Q(state=WordState.WITHDRAWN)
    if viewer.can(rules.TREAT):
        visible |= shown
    elif places := treated_places(viewer):
        visible |= shown & pupils_in(places, "child")
    return Word.objects.filter(visible)


def get_word_or_404(viewer: Viewer, pk: int) -> Word:
    """The word of an address. Raises Http404 outside one's sight."""
    word = (
        words_visible_to(viewer)
        .select_related("child", "author", "treated_by")
        .prefetch_related("steps__by", "files__file")
        .filter(pk=pk)
        .first()
    )
    if word is None:
        raise Http404("no such word")
    return word


def may_treat(viewer: Viewer, word: Word) -> bool:
    return words_to_treat(viewer).filter(pk=word.pk).exists()


def may_read_files(viewer: Viewer, word: Word) -> bool:
    """Whoever wrote it and those who treat it: a certificate may tell where one lives."""
    me = viewer.person
    return me is not None and (word.author_id == me.pk or may_treat(viewer, word))


def words_holding(viewer: Viewer, stored: StoredFile) -> bool:
    joined = WordFile.objects.filter(file=stored).select_related("word").first()
    return joined is not None and may_read_files(viewer, joined.word)


# --- The board ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Group:
    """Words that say the same: of one child, one matter, and days that meet. Shown and treated together."""

    words: tuple[Word, ...]
    class_name: str

    @property
    def first(self) -> Word:
        return self.words[0]

    @property
    def is_open(self) -> bool:
        return any(word.is_open for word in self.words)

    @property
    def authors(self) -> str:
        return _(" et ").join(dict.fromkeys(str(word.author or _("Ancien responsable")) for word in self.words))


@dataclass(frozen=True)
class Day:
    """One day of the board."""

    label: str
    groups: tuple[Group, ...]


def desk(
    viewer: Viewer, *, kind: str = "", day: date | None = None, school_class: int | None = None, settled: bool = False
) -> QuerySet[Word]:
    """What waits for an answer, the nearest day first; with `settled` all the rest, the latest first."""
    words = words_to_treat(viewer).select_related("child", "author", "treated_by").prefetch_related("files")
    words = words.exclude(state__in=OPEN_WORDS) if settled else words.filter(state__in=OPEN_WORDS)
    if kind:
        words = words.filter(kind=kind)
    if day is not None:
        words = words.filter(starts_on__lte=day, ends_on__gte=day)
    if school_class is not None:
        words = words.filter(pupils_in(Places(frozenset({school_class})), "child"))
    if settled:
        return words.order_by("-treated_at", "-pk")
    return words.order_by("starts_on", "child__last_name", "child__first_name", "child", "kind", "pk")


def waiting_count(viewer: Viewer) -> int:
    return words_to_treat(viewer).filter(state__in=OPEN_WORDS).count()


def classes_on_desk(viewer: Viewer) -> QuerySet[SchoolClass]:
    """The classes whose families' words the viewer treats."""
    classes = SchoolClass.objects.filter(year=current_year()).order_by("name")
    return classes if viewer.can(rules.TREAT) else classes.filter(pk__in=treated_places(viewer).classes)


def by_day(words: Iterable[Word]) -> list[Day]:
    """A page of open words by their first day; what has begun stands under today. One more query."""
    page, today = list(words), timezone.localdate()
    names = class_names([word.child_id for word in page])
    days: dict[date, list[list[Word]]] = {}
    for word in page:
        groups = days.setdefault(max(word.starts_on, today), [])
        same = next((group for group in groups if all(_says_the_same(word, other) for other in group)), None)
        groups.append([word]) if same is None else same.append(word)
    return [
        Day(
            day_in_words(day).capitalize(),
            tuple(
                Group(tuple(group), names.get(group[0].child_id, ""))
                for group in sorted(groups, key=lambda group: names.get(group[0].child_id, ""))
            ),
        )
        for day, groups in sorted(days.items())
    ]


def _says_the_same(one: Word, other: Word) -> bool:
    return (
        (one.child_id, one.kind) == (other.child_id, other.kind)
        and one.starts_on <= other.ends_on
        and other.starts_on <= one.ends_on
    )


def same_as(word: Word) -> QuerySet[Word]:
    """The other words that say the same and wait as well."""
    return Word.objects.filter(
        child=word.child_id,
        kind=word.kind,
        state__in=OPEN_WORDS,
        starts_on__lte=word.ends_on,
        ends_on__gte=word.starts_on,
    ).exclude(pk=word.pk)


def class_names(people: Iterable[int]) -> dict[int, str]:
    """The class of each of these pupils today."""
    rows = class_memberships().filter(person__in=list(people)).values_list("person_id", "school_class__name")
    return dict(rows)


def treaters_of(word: Word, viewer_modules: Any) -> QuerySet[Person]:
    """Whom a new word is told to: who treats all, and teachers of the child as the setting says."""
    state = viewer_modules["liaison"]
    roles = sorted(state.grants["treat"] & state.roles)
    people = Q(roles__overlap=roles)
    teachers = sorted(state.grants["treat_taught"] & state.roles)
    setting = state.settings["teachers_treat"]
    places = places_of([word.child_id]).get(word.child_id, Places())
    if teachers and setting == TeachersTreat.MAIN:
        main = class_memberships(kind=MAIN_TEACHER).filter(school_class__in=places.classes)
        people |= Q(roles__overlap=teachers, pk__in=main.values("person"))
    elif teachers and setting == TeachersTreat.ALL:
        people |= Q(roles__overlap=teachers) & teachers_in(places)
    return Person.objects.filter(people, left_on=None)


def when_in_words(word: Word) -> str:
    """« lundi 3 novembre, de 8 h à 10 h », « du lundi 3 au jeudi 6 novembre »"""
    day = day_in_words(word.starts_on)
    if word.ends_on > word.starts_on:
        first, last = date_in_words(word.starts_on), date_in_words(word.ends_on)
        day = _("du %(first)s au %(last)s") % {"first": first, "last": last}
    start = clock_in_words(word.from_time) if word.from_time else ""
    end = clock_in_words(word.to_time) if word.to_time else ""
    if start and end:
        return _("%(day)s, de %(start)s à %(end)s") % {"day": day, "start": start, "end": end}
    if start:
        return _("%(day)s, à partir de %(start)s") % {"day": day, "start": start}
    if end:
        return _("%(day)s, jusqu’à %(end)s") % {"day": day, "end": end}
    return day

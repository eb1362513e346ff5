"""Classes and groups in the school's search: by name, and groups by subject."""

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.modules.contract import SearchHit
from core.permissions.viewer import Viewer
from core.search.sql import begins, begins_a_word
from core.structure.models import Group, SchoolClass


def classes_matching(classes: QuerySet[SchoolClass], words: list[str]) -> QuerySet[SchoolClass]:
    """Of the latest years first."""
    for word in words:
        classes = classes.filter(begins_a_word("name", word) | begins("name", word))
    return classes.select_related("year").order_by(F("year__starts_on").desc(), "name", "pk")


def classes_shown(viewer: Viewer, classes: list[SchoolClass]) -> list[SearchHit]:
    return [
        SearchHit(
            pk=one.pk,
            title=_("Classe de %(name)s") % {"name": one.name},
            line=str(one.year),
            url=reverse("structure:class", args=[one.pk]),
            icon="school",
        )
        for one in classes
    ]


def groups_matching(groups: QuerySet[Group], words: list[str]) -> QuerySet[Group]:
    for word in words:
        named = begins_a_word("name", word) | begins("name", word)
        groups = groups.filter(named | begins_a_word("subject__name", word))
    return groups.select_related("year", "subject").order_by(F("year__starts_on").desc(), "name", "pk")


def groups_shown(viewer: Viewer, groups: list[Group]) -> list[SearchHit]:
    return [
        SearchHit(
            pk=one.pk,
            title=one.name,
            line=" · ".join(str(part) for part in (one.subject, one.year) if part),
            url=reverse("structure:group", args=[one.pk]),
            icon="users-round",
        )
        for one in groups
    ]

"""`classes` and `groups`, as the viewer sees them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints.shapes import ClassShown, ClassWhole, GroupShown, GroupWhole
from core.api.views import SchoolView
from core.people.selectors import people_visible_to
from core.structure import selectors
from core.structure.models import Group, SchoolClass
from tenants.api.operations import PageQuery, operation


class YearQuery(PageQuery):
    year = serializers.CharField(
        default="",
        max_length=20,
        help_text="«\u00a02026-2027\u00a0»\u00a0; l’année en cours par défaut, «\u00a0all\u00a0» pour toutes.",
    )


def _of_year(rows: QuerySet[Any], label: str) -> QuerySet[Any]:
    if label == "all":
        return rows
    return rows.filter(year__label=label) if label else rows.filter(year=selectors.current_year())


class ClassesView(SchoolView):
    @operation(
        name="classes.list",
        summary=_("Les classes que je vois"),
        scope="structure.read",
        permission="structure.view",
        query=YearQuery,
        answers=ClassShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = _classes(selectors.classes_visible_to(self.viewer))
        piece = self.piece(_of_year(rows, asked["year"]), order=("pk",), asked=asked)
        return self.reply_piece(piece, [_class(row) for row in piece.rows])


class ClassView(SchoolView):
    @operation(
        name="classes.read",
        summary=_("Une classe, avec ses élèves"),
        description=_("Des élèves, ceux que votre annuaire montre."),
        scope="structure.read",
        permission="structure.view",
        answers=ClassWhole,
    )
    def get(self, request: Request, pk: int) -> Response:
        found = selectors.get_visible_class_or_404(self.viewer, pk)
        row = _classes(SchoolClass.objects.filter(pk=found.pk)).get()
        pupils = selectors.pupils_of_class(found) & people_visible_to(self.viewer)
        return self.reply({**_class(row), "pupils": pupils})


class GroupsView(SchoolView):
    @operation(
        name="groups.list",
        summary=_("Les groupes que je vois"),
        scope="structure.read",
        permission="structure.view",
        query=YearQuery,
        answers=GroupShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = _groups(selectors.groups_visible_to(self.viewer))
        piece = self.piece(_of_year(rows, asked["year"]), order=("pk",), asked=asked)
        return self.reply_piece(piece, [_group(row) for row in piece.rows])


class GroupView(SchoolView):
    @operation(
        name="groups.read",
        summary=_("Un groupe, avec ses élèves"),
        description=_("Des élèves, ceux que votre annuaire montre."),
        scope="structure.read",
        permission="structure.view",
        answers=GroupWhole,
    )
    def get(self, request: Request, pk: int) -> Response:
        found = selectors.get_visible_group_or_404(self.viewer, pk)
        row = _groups(Group.objects.filter(pk=found.pk)).get()
        pupils = selectors.pupils_of_group(found) & people_visible_to(self.viewer)
        return self.reply({**_group(row), "pupils": pupils})


def _classes(rows: QuerySet[SchoolClass]) -> QuerySet[Any]:
    return selectors.counted(rows.select_related("year"))


def _class(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "level": row.level,
        "year": row.year.label,
        "pupil_count": row.pupil_count,
        "main_teachers": [membership.person for membership in row.current_main_teachers],
    }


def _groups(rows: QuerySet[Group]) -> QuerySet[Any]:
    classes = Prefetch("classes", SchoolClass.objects.order_by("name"))
    return rows.select_related("year", "subject").prefetch_related(classes)


def _group(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "year": row.year.label,
        "subject": row.subject.name if row.subject else None,
        "classes": row.classes.all(),
    }

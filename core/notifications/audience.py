"""Who an event is for, as sets of rows that the relay reads in SQL; nobody is listed in Python."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from core.people.models import GuardianLink, Person


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """`people` are told for themselves; each guardian of `links` is told about the child of the link.

    Somebody in both is told once, about the children.
    """

    people: QuerySet[Person] = field(default_factory=Person.objects.none)
    links: QuerySet[GuardianLink] = field(default_factory=GuardianLink.objects.none)

    def among(self, ids: list[int]) -> "Recipients":
        """The same, narrowed to these people."""
        return Recipients(people=self.people.filter(pk__in=ids), links=self.links.filter(guardian__in=ids))

    def without(self, person_id: int) -> "Recipients":
        return Recipients(
            people=self.people.exclude(pk=person_id), links=self.links.exclude(guardian_id=person_id)
        )

    def sql(self) -> tuple[str, list[Any]]:
        """A SELECT of (person_id, child_id), child_id null for people told for themselves."""
        parts: list[str] = []
        parameters: list[Any] = []
        people = self.people.order_by().values_list("pk")
        links = self.links.order_by().values_list("guardian_id", "child_id")
        for template, query in (("SELECT r.id, NULL::bigint FROM (%s) r(id)", people), ("%s", links)):
            try:
                text, values = query.query.sql_with_params()
            except EmptyResultSet:  # Django knows that nobody matches
                continue
            parts.append(template.replace("%s", text, 1))
            parameters += values
        if not parts:
            return "SELECT NULL::bigint, NULL::bigint WHERE false", []
        return " UNION ".join(f"({part})" for part in parts), parameters

    def pairs(self) -> list[tuple[int, int | None]]:
        """The rows themselves: for previews and for checking a handful of people again."""
        text, parameters = self.sql()
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return [(person, child) for person, child in cursor.fetchall()]

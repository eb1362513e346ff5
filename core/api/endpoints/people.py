"""`me` and `people`: who acts, and whom they may see."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints.shapes import Me, PersonShown
from core.api.views import SchoolView
from core.people import selectors
from core.people.choices import Role
from core.people.models import Person
from core.people.rules import ADDRESS, BIRTH, CONTACT
from core.permissions.viewer import Viewer
from core.structure.selectors import classes_visible_to, with_classes
from tenants.api.operations import PageQuery, operation

CONTACTS = "people.contacts"


class MeView(SchoolView):
    @operation(
        name="me",
        summary=_("Qui suis-je\u00a0?"),
        description=_("La personne du jeton, ses rôles et ce que le jeton permet. Tout jeton y a droit."),
        answers=Me,
    )
    def get(self, request: Request) -> Response:
        viewer = self.viewer
        return self.reply(
            {
                "person": viewer.person,
                "roles": sorted(viewer.roles),
                "school": request._request.school,  # type: ignore[attr-defined]
                "token": self.token,
                "permissions": sorted(viewer.codes),
            }
        )


class PeopleQuery(PageQuery):
    q = serializers.CharField(
        default="", max_length=200, help_text="Des mots du nom, sans souci d’accents ni de majuscules."
    )
    role = serializers.ChoiceField(Role.choices, default="")
    school_class = serializers.IntegerField(
        default=None, min_value=1, max_value=2**63 - 1, help_text="Les élèves d’une classe que vous voyez."
    )


class PeopleView(SchoolView):
    @operation(
        name="people.list",
        summary=_("Les personnes que je vois"),
        description=_("Celles que montre votre annuaire, dans l’ordre des fiches."),
        scope="people.read",
        wider=(CONTACTS,),
        permission="people.view_directory",
        query=PeopleQuery,
        answers=PersonShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked, viewer = self.asked(), self.viewer
        people = selectors.search(selectors.people_visible_to(viewer), asked["q"])
        school_class = asked["school_class"]
        if school_class is not None and not classes_visible_to(viewer).filter(pk=school_class).exists():
            people = people.none()
        people = selectors.listed(people, role=asked["role"], school_class=school_class)
        piece = self.piece(people, order=("pk",), asked=asked)
        return self.reply_piece(piece, shown(viewer, piece.rows))


class PersonView(SchoolView):
    @operation(
        name="people.read",
        summary=_("Une personne"),
        scope="people.read",
        wider=(CONTACTS,),
        permission="people.view_directory",
        answers=PersonShown,
    )
    def get(self, request: Request, pk: int) -> Response:
        person = selectors.get_visible_or_404(self.viewer, pk)
        whole = with_classes(Person.objects.filter(pk=person.pk))
        return self.reply(shown(self.viewer, whole)[0])


def shown(viewer: Viewer, people: Iterable[Person]) -> list[dict[str, Any]]:
    """What the viewer may know of these people (with their classes), in as many queries for one as for all."""
    people = list(people)
    details = selectors.details_for(viewer, people)
    contacts = CONTACTS in getattr(viewer, "scopes", ())
    return [_shown(person, details[person.pk], contacts=contacts) for person in people]


def _shown(person: Person, details: frozenset[str], *, contacts: bool) -> dict[str, Any]:
    """A token without the scope of contacts shows none, whatever its person sees."""
    contact, address = contacts and CONTACT in details, contacts and ADDRESS in details
    return {
        "id": person.pk,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "civility": person.civility,
        "roles": sorted(person.roles),
        "function": person.function,
        "classes": [row.school_class for row in person.current_class_memberships],  # type: ignore[attr-defined]
        "birth_date": person.birth_date if BIRTH in details else None,
        "email": person.email if contact else None,
        "phone": person.phone if contact else None,
        "address": person.address if address else None,
        "left_on": person.left_on,
    }

"""What each letter says, and in which pile it lies: by class, then by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from core.activation.standings import Member
from core.modules import words
from core.people.choices import Role
from core.people.models import Person
from core.ui import printing
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment

PATH = "/activer/"


@dataclass(frozen=True)
class Child:
    first_name: str
    class_name: str


@dataclass(frozen=True)
class Letter:
    """One page: for whom, in which quality, with which code."""

    person: Person
    pile: str  # the class that hands it out, or who works here
    salutation: str
    children: tuple[Child, ...]
    code: str
    address_lines: tuple[str, ...]
    asks_birth: bool
    qr: Any

    @property
    def is_guardian(self) -> bool:
        return bool(self.children)

    @property
    def children_in_words(self) -> str:
        """« Léo (6e A) et Emma (4e C) »"""
        return words.listed(
            f"{child.first_name} ({child.class_name})" if child.class_name else child.first_name
            for child in self.children
        )


@dataclass(frozen=True)
class Pile:
    """The letters of one class, to be handed to its main teacher."""

    name: str
    letters: tuple[Letter, ...]


def piles(members: list[Member], codes: Mapping[int, str], establishment: Establishment) -> list[Pile]:
    """One letter a person, a guardian's under the first class of their children; classes by name, then staff."""
    letters = [_letter(member, codes[member.person.pk], establishment) for member in members]
    staff = _("Personnels")
    letters.sort(key=lambda one: (one.pile == staff, one.pile, one.person.search_text, one.person.pk))
    return [Pile(name, tuple(group)) for name, group in groupby(letters, key=lambda one: one.pile)]


def _letter(member: Member, code: str, establishment: Establishment) -> Letter:
    person = member.person
    return Letter(
        person=person,
        pile=_pile(member),
        salutation=_salutation(person),
        children=tuple(Child(child.first_name, _class_of(child, member)) for child in member.children),
        code=code,
        address_lines=_address(person),
        asks_birth=Role.PUPIL in person.roles and person.birth_date is not None,
        qr=printing.qr_svg(school_url(establishment, f"{PATH}?code={code}")),
    )


def _pile(member: Member) -> str:
    if member.classes:
        return min(one.name for one in member.classes)
    if Role.PUPIL in member.person.roles or Role.GUARDIAN in member.person.roles:
        return _("Sans classe")
    return _("Personnels")


def _class_of(child: Person, member: Member) -> str:
    return member.class_of.get(child.pk, "")


def _salutation(person: Person) -> str:
    if Role.PUPIL in person.roles:
        return _("Bonjour %(name)s,") % {"name": person.first_name}
    civil = {"Mme": _("Madame,"), "M.": _("Monsieur,")}
    return civil.get(person.civility, _("Madame, Monsieur,"))


def _address(person: Person) -> tuple[str, ...]:
    """Name and postal address as the window of the envelope shows them; six lines at most."""
    named = f"{person.civility} {person.full_name}".strip()
    lines = [line.strip() for line in person.address.splitlines() if line.strip()]
    return (named, *lines[:5])


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What all letters of a school say alike."""

    establishment: Establishment
    mark: str
    accent: str
    site: str  # « lycee-a.ent.example.fr/activer »
    help: str
    window: str  # "right" or "left"
    today: date
    until: date

"""Plausible objects for tests. Each call makes something new; names come from small lists, in order."""

import itertools
from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from core.people.choices import Authority, Kinship
from core.people.models import GuardianLink, Person
from core.people.text import search_words
from core.structure.models import ClassMembership, SchoolClass, SchoolYear
from tenants.accounts.models import Account, Membership
from tenants.establishments.models import Establishment
from tenants.schemas.context import region, school

PASSWORD = "un préau sous la pluie"
_count = itertools.count(1)
_FIRST = ("Ambre", "Basile", "Capucine", "Desiderio", "Éloïse", "Firmin", "Gaëlle", "Hippolyte", "Iris", "Joris")
_LAST = ("Arnould", "Bœglin", "Chrétien", "Didelot", "Ehrhart", "Ferry", "Grosjean", "Humbert", "Ittel", "Jacquot")


def make_establishment(uai: str, **fields: Any) -> Establishment:
    """A row in the region's list; its schema is not made."""
    values: dict[str, Any] = {
        "official_name": f"ETABLISSEMENT {uai}",
        "display_name": f"Établissement {uai}",
        "type": "college",
        "sector": "public",
        "commune": "Sainte-Tuile",
        "departement_code": "067",
        "departement": "Bas-Rhin",
        "academie": "Strasbourg",
        "slug": f"etab-{uai.lower()}",
        "schema_name": f"e_{uai.lower()}",
    }
    return Establishment.objects.create(uai=uai, **(values | fields))


@cache
def _hashed(password: str) -> str:
    """The real hash, computed once: it is slow on purpose, and most tests need thirteen accounts."""
    return make_password(password)


def make_account(login: str = "", password: str | None = PASSWORD, **fields: Any) -> Account:
    """An account; with `password=None` one that cannot sign in with a password."""
    hashed = make_password(None) if password is None else _hashed(password)
    with region():
        return Account.objects.create(login=login or f"compte.{next(_count)}", password=hashed, **fields)


def make_person(establishment: Establishment, *roles: str, account: bool = False, **fields: Any) -> Person:
    """A person of the school, with an account (and its membership) when asked."""
    n = next(_count)
    values = {"first_name": _FIRST[n % 10], "last_name": f"{_LAST[n // 10 % 10]}-{n}", "roles": list(roles)}
    with school(establishment):
        person = Person(**(values | fields))
        person.search_text = search_words(person.last_name, person.first_name)
        person.save()
    if account:
        give_account(establishment, person)
    return person


def give_account(establishment: Establishment, person: Person, account: Account | None = None) -> Account:
    account = account or make_account()
    with region():
        Membership.objects.create(
            account=account, uai=establishment.uai, schema_name=establishment.schema_name, person_id=person.pk
        )
    with school(establishment):
        Person.objects.filter(pk=person.pk).update(account_id=account.pk)
    person.account_id = account.pk
    return account


def make_class(establishment: Establishment, name: str = "", *pupils: Person) -> SchoolClass:
    with school(establishment):
        year, _ = SchoolYear.objects.get_or_create(
            label="2026-2027",
            defaults={"starts_on": date(2026, 9, 1), "ends_on": date(2027, 7, 3), "is_current": True},
        )
        made = SchoolClass.objects.create(year=year, name=name or f"6e {next(_count)}")
        for pupil in pupils:
            ClassMembership.objects.create(school_class=made, person=pupil, starts_on=date(2026, 9, 1))
    return made


def make_guardian(establishment: Establishment, child: Person, guardian: Person, **fields: Any) -> GuardianLink:
    values = {"kinship": Kinship.MOTHER, "authority": Authority.LEGAL}
    with school(establishment):
        return GuardianLink.objects.create(child=child, guardian=guardian, **(values | fields))


def client_for(establishment: Establishment | None) -> Client:
    """A browser on a school's host, or at the front door for None."""
    host = f"{establishment.slug}.localhost" if establishment else "localhost"
    return Client(headers={"host": host})

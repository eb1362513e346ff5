"""Filling the demo region. Running it again changes nothing; a school half filled is filled on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zlib import crc32

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from core.demo.cast import PASSWORD, REGIONAL, SCHOOLS, WAITING, School
from core.demo.population import Human, class_names, everybody
from core.demo.second_factor import give_second_factor
from core.modules import registry
from core.notifications.demo import settle as settle_notifications
from core.people.choices import PRIVILEGED, Role
from core.people.models import GuardianLink, Person
from core.people.text import search_words
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    Period,
    Room,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingService,
)
from tenants.accounts.logins import suggest_login
from tenants.accounts.models import Account, Membership, RegionalRole
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.search import search_text
from tenants.schemas import engine, provisioning
from tenants.schemas.context import region, school


class NotADemo(Exception):
    """The place was not started as a demo: no fictional people there."""


@dataclass
class Seeding:
    """What one run works with."""

    humans: list[Human]
    accounts: dict[str, Account]
    today: date

    @property
    def first_day(self) -> date:
        return date(school_year(self.today), 9, 1)


def school_year(today: date) -> int:
    """The year in which today's school year began (it turns on 1 August)."""
    return today.year if today.month >= 8 else today.year - 1


def seed() -> list[str]:
    """Build what is missing. Returns the UAI of the schools that were filled. Raises NotADemo."""
    if not settings.DEMO:
        raise NotADemo
    today = timezone.localdate()
    humans = everybody(school_year(today))
    accounts = _accounts(humans)
    _regional_accounts()
    seeding = Seeding(humans=humans, accounts=accounts, today=today)
    for one in WAITING:
        _establishment(one)
    return [one.uai for one in SCHOOLS if _fill(one, _open(_establishment(one)), seeding)]


def _establishment(one: School) -> Establishment:
    fields: dict[str, Any] = {
        "schema_name": f"e_{one.uai.lower()}",
        "official_name": one.official_name,
        "display_name": one.display_name,
        "type": one.type,
        "lycee_type": one.lycee_type,
        "sector": "public",
        "commune": one.commune,
        "commune_code": one.commune_code,
        "postal_code": one.postal_code,
        "departement_code": one.departement_code,
        "departement": one.departement,
        "academie": one.academie,
        "headcount": sum(one.classes.values()) * one.size,
        "slug": one.slug,
        "accent_colour": one.accent,
    }
    establishment, made = Establishment.objects.get_or_create(uai=one.uai, defaults=fields)
    if made:
        establishment.search_text = search_text(establishment)
        establishment.save(update_fields=["search_text"])
    return establishment


def _open(establishment: Establishment) -> Establishment:
    if establishment.lifecycle in {Lifecycle.KNOWN, Lifecycle.PREPARING}:
        provisioning.provision(establishment, actor=None)
        establishment.refresh_from_db()
    return establishment


def _accounts(humans: list[Human]) -> dict[str, Account]:
    """One account per human, with readable logins. The one hash is shared: the password is printed anyway."""
    wanted = [human for human in humans if human.has_account]
    logins = _logins(wanted)
    known = {account.login: account for account in Account.objects.filter(login__in=logins.values())}
    hashed = make_password(PASSWORD)
    fresh = [
        Account(
            login=logins[human.key], password=hashed, email=human.email, signed_in_at=_last_seen(logins[human.key])
        )
        for human in wanted
        if logins[human.key] not in known
    ]
    with transaction.atomic():
        for account in Account.objects.bulk_create(fresh, batch_size=500):
            known[account.login] = account
        EmailAddress.objects.bulk_create(
            [EmailAddress(user=a, email=a.email, verified=True, primary=True) for a in fresh if a.email]
        )
        for human in wanted:
            if any(PRIVILEGED & set(profile.roles) for profile in human.profiles):
                give_second_factor(known[logins[human.key]])
    return {key: known[login] for key, login in logins.items()}


def _last_seen(login: str) -> datetime | None:
    """Most came lately, some long ago, and two in ten never: always the same ones."""
    number = crc32(login.encode())
    if number % 10 >= 8:
        return None
    days = 95 + number % 60 if number % 10 == 7 else number % 45
    return timezone.now() - timedelta(days=days, minutes=number % 1440)


def _logins(humans: list[Human]) -> dict[str, str]:
    """Key to login; homonyms are numbered in the order of the population, hence always alike."""
    logins: dict[str, str] = {}
    taken: set[str] = set()
    for human in humans:
        logins[human.key] = login = suggest_login(human.first_name, human.last_name, taken=taken)
        taken.add(login)
    return logins


def _regional_accounts() -> None:
    for login, (role, scope, value, _says) in REGIONAL.items():
        with transaction.atomic():
            account = Account.objects.filter(login=login).first()
            if account is None:
                account = Account.objects.create_user(login, email=f"{login}@example.org", password=PASSWORD)
                EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
            RegionalRole.objects.get_or_create(account=account, role=role, scope=scope, scope_value=value)
            give_second_factor(account)


def _fill(one: School, establishment: Establishment, seeding: Seeding) -> bool:
    """People, classes and services in one transaction, then each module's demo data. False when already there."""
    with school(establishment):
        empty = not Person.objects.exists()
        if empty:
            with transaction.atomic():
                people = _people(one, seeding)
                _memberships(establishment, people, seeding)
                _structure(one, people, seeding)
        _module_demos(establishment)
    return empty


def _people(one: School, seeding: Seeding) -> dict[str, Person]:
    here = {h.key: (h, p) for h in seeding.humans for p in h.profiles if p.school == one.key}
    people = {}
    for key, (human, profile) in here.items():
        account = seeding.accounts.get(key)
        person = Person(
            account_id=account.pk if account else None,
            civility=human.civility,
            first_name=human.first_name,
            last_name=human.last_name,
            birth_date=human.birth_date,
            roles=profile.roles,
            function=profile.function,
            email=human.email,
            phone=human.phone,
            address=f"{human.address}\n{one.postal_code} {one.commune}" if human.key.startswith("f") and human.address
            else human.address,
            arrived_on=seeding.first_day,
        )
        person.search_text = search_words(person.last_name, person.first_name)
        people[key] = person
    Person.objects.bulk_create(people.values(), batch_size=500)
    GuardianLink.objects.bulk_create(
        GuardianLink(
            guardian=people[key], child=people[child], kinship=kinship, priority=1 if kinship == "10" else 2
        )
        for key, (human, _) in here.items()
        for child, kinship in human.children
        if child in people
    )
    return people


def _memberships(establishment: Establishment, people: dict[str, Person], seeding: Seeding) -> None:
    with region():
        Membership.objects.bulk_create(
            [
                Membership(
                    account=seeding.accounts[key],
                    uai=establishment.uai,
                    schema_name=establishment.schema_name,
                    person_id=person.pk,
                )
                for key, person in people.items()
                if key in seeding.accounts
            ],
            ignore_conflicts=True,
        )


def _structure(one: School, people: dict[str, Person], seeding: Seeding) -> None:
    year = _year(seeding)
    subjects = {name: Subject.objects.create(name=name) for name in one.subjects}
    Room.objects.bulk_create(Room(name=f"{floor}{n:02}", capacity=30) for floor in (1, 2) for n in range(1, 6))
    classes = {name: SchoolClass(year=year, name=name, level=level) for name, level in class_names(one)}
    SchoolClass.objects.bulk_create(classes.values())
    profiles = {h.key: p for h in seeding.humans for p in h.profiles if p.school == one.key}
    ClassMembership.objects.bulk_create(
        ClassMembership(school_class=classes[profiles[key].class_name], person=person, starts_on=year.starts_on)
        for key, person in people.items()
        if profiles[key].class_name
    )
    _services(one, people, profiles, subjects, classes, year)
    _groups(one, subjects, classes, year)


def _year(seeding: Seeding) -> SchoolYear:
    begins = seeding.first_day.year
    year = SchoolYear.objects.create(
        label=f"{begins}-{begins + 1}", starts_on=seeding.first_day, ends_on=date(begins + 1, 7, 3), is_current=True
    )
    cuts = (date(begins, 9, 1), date(begins, 12, 1), date(begins + 1, 3, 8), date(begins + 1, 7, 4))
    Period.objects.bulk_create(
        Period(
            year=year, number=n, name=f"{n}{'er' if n == 1 else 'e'} trimestre", starts_on=start,
            ends_on=end - timedelta(days=1),
        )
        for n, (start, end) in enumerate(pairwise(cuts), 1)
    )
    return year


def _services(
    one: School,
    people: dict[str, Person],
    profiles: dict[str, Any],
    subjects: dict[str, Subject],
    classes: dict[str, SchoolClass],
    year: SchoolYear,
) -> None:
    """Each class has a teacher for each subject, in turn; the first of them is its main teacher."""
    services: list[TeachingService] = []
    mains: list[ClassMembership] = []
    for s, (name, subject) in enumerate(subjects.items()):
        teachers = [person for key, person in people.items() if profiles[key].teaches == name]
        for c, school_class in enumerate(classes.values()):
            teacher = teachers[c % len(teachers)]
            services.append(
                TeachingService(teacher=teacher, subject=subject, school_class=school_class, starts_on=year.starts_on)
            )
            if s == c % len(subjects):
                kind = ClassMembership.Kind.MAIN_TEACHER
                mains.append(
                    ClassMembership(school_class=school_class, person=teacher, kind=kind, starts_on=year.starts_on)
                )
    TeachingService.objects.bulk_create(services)
    ClassMembership.objects.bulk_create(mains)


def _groups(one: School, subjects: dict[str, Subject], classes: dict[str, SchoolClass], year: SchoolYear) -> None:
    """A German group across the classes of each level, with every other pupil."""
    german = subjects.get("Allemand")
    if german is None:
        return
    for level in one.classes:
        of_level = [c for c in classes.values() if c.level == level]
        group = Group.objects.create(year=year, name=f"{level} Allemand", subject=german)
        group.classes.set(of_level)
        pupils = Person.objects.filter(class_memberships__school_class__in=of_level, roles__contains=[Role.PUPIL])
        GroupMembership.objects.bulk_create(
            GroupMembership(group=group, person=person, starts_on=year.starts_on)
            for person in pupils.order_by("pk").distinct()[::2]
        )


def _module_demos(establishment: Establishment) -> None:
    installed = engine.installed_labels(establishment.uai)
    for slug, manifest in registry.manifests().items():
        if manifest.demo and slug in installed:
            import_string(manifest.demo)(establishment, Random(f"{establishment.uai} {slug}"))  # noqa: S311 -- texts
    settle_notifications(establishment)

"""The school's side of an account's profiles, for the region (`settings.SCHOOL_PROFILES`): called in the school."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.audit.services import record, record_all
from core.modules import words
from core.notifications import services as notifications
from core.people.choices import PRIVILEGED, Role
from core.people.families import children_of
from core.people.models import Person
from core.people.text import fold
from tenants.accounts.activation import Profile


def names_of(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The folded family name and first name of those of these people who are here."""
    found = Person.objects.filter(pk__in=list(person_ids), left_on=None)
    return {pk: (fold(last), fold(first)) for pk, last, first in found.values_list("pk", "last_name", "first_name")}


def describe(person_id: int) -> Profile | None:
    """Who a code belongs to, as the door says it; None for somebody who is not here any more."""
    person = Person.objects.filter(pk=person_id, left_on=None, merged_into=None).first()
    if person is None:
        return None
    return Profile(
        first_name=person.first_name,
        last_name=person.last_name,
        quality=_quality(person),
        birth_date=person.birth_date if Role.PUPIL in person.roles else None,
    )


def _quality(person: Person) -> str:
    if Role.GUARDIAN in person.roles:
        children = words.listed(child.first_name for child in children_of(person))
        if children:
            return _("responsable de %(children)s") % {"children": children}
    if person.function:
        return person.function
    roles = [str(Role(role).label) for role in Role.values if role in person.roles]
    return ", ".join(roles).lower()


@transaction.atomic
def attach(accounts: Mapping[int, int]) -> None:
    """Note the account that each of these people (person to account) now has, journal it, tell them."""
    people = _noted(accounts)
    record_all("people.link_known", actor=None, targets=people)
    url = reverse("people:me", urlconf=settings.ROOT_URLCONF)
    notifications.emit("people.linked", actor=None, people=people, url=url)


@transaction.atomic
def reattach(accounts: Mapping[int, int], *, action: str) -> None:
    """The same for profiles that go from one of their owner's accounts to another."""
    record_all(action, actor=None, targets=_noted(accounts))


def _noted(accounts: Mapping[int, int]) -> list[Person]:
    """An account is noted by one person at a time: whoever left with it lets go."""
    Person.objects.filter(account_id__in=accounts.values()).exclude(pk__in=accounts).update(account_id=None)
    people = list(Person.objects.select_for_update().filter(pk__in=accounts).order_by("pk"))
    for person in people:
        person.account_id = accounts[person.pk]
    Person.objects.bulk_update(people, ["account_id"], batch_size=1000)
    return people


@transaction.atomic
def detach(person_ids: Iterable[int], *, action: str) -> None:
    """Forget the account that these people noted, and journal it."""
    people = list(Person.objects.select_for_update().filter(pk__in=list(person_ids)).order_by("pk"))
    Person.objects.filter(pk__in=[person.pk for person in people]).update(account_id=None)
    record_all(action, actor=None, targets=people)


@transaction.atomic
def activated(person_id: int, *, account_id: int, login: str) -> None:
    """The person has opened their account, or joined the one they had, by the code that they were given."""
    [person] = _noted({person_id: account_id})
    record("people.activate", actor=person, target=person, changes={"login": [None, login]})


@transaction.atomic
def recovered(person_id: int) -> None:
    """The person has chosen a new password by a recovery code: journalled, and told where they will see it."""
    person = Person.objects.get(pk=person_id)
    record("people.recover", actor=person, target=person)
    notifications.emit("people.recovered", actor=None, people=[person])


@transaction.atomic
def propose_merge(person_id: int, other_id: int) -> str:
    """One account says that it is both people. Journalled, and handed to whoever merges. Returns the other's name."""
    person, other = Person.objects.get(pk=person_id), Person.objects.get(pk=other_id)
    record(
        "people.propose_merge", actor=other, target=person, changes={"same_as": [None, other.full_name]}
    )
    managers = Person.objects.filter(left_on=None, account_id__isnull=False, roles__overlap=[*PRIVILEGED])
    names = {"name": person.full_name, "other": other.full_name}
    url = reverse("people:person", args=[person_id], urlconf=settings.ROOT_URLCONF)
    key = f"merge:{person_id}"
    notifications.withdraw(key)
    notifications.emit("people.merge_proposed", actor=None, people=managers, key=key, data=names, url=url)
    if settings.MERGE_PROPOSAL:
        import_string(settings.MERGE_PROPOSAL)(person_id, other_id)
    return other.full_name

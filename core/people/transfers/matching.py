"""Whom of a record the new school knows already. Proposed with its evidence; a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from core.people.choices import Role
from core.people.models import Person
from core.people.text import fold
from core.people.transfers.records import Following, Human

MOST = 5


@dataclass(frozen=True)
class Candidate:
    """A person of this school, why they may be the same, and whether that is next to certain."""

    person: Person
    why: str
    strong: bool = False


@dataclass(frozen=True)
class Meeting:
    """Somebody of the record and who they may be here. `field` is the name of the choice in the form."""

    field: str
    human: Human
    candidates: list[Candidate]
    words: str = ""

    @property
    def proposed(self) -> int | None:
        """The key of whom we would choose: the one strong candidate, else a lone weak one."""
        strong = [one for one in self.candidates if one.strong]
        best = strong or self.candidates
        return best[0].person.pk if len(best) == 1 else None


def meetings(following: Following) -> list[Meeting]:
    """The pupil first, then the guardians in their order. Two queries."""
    humans = [following.pupil, *(one.human for one in following.guardians)]
    known = _known(humans)
    children = _candidates(following.pupil, known, role=Role.PUPIL)
    found = [Meeting("pupil", following.pupil, children)]
    for n, guardian in enumerate(following.guardians):
        adults = _candidates(guardian.human, known, role="")
        found.append(Meeting(f"guardian_{n}", guardian.human, adults, guardian.words))
    return found


def _known(humans: list[Human]) -> list[Person]:
    """Whoever of the school bears an identifier, an account or a name of theirs, departed people included."""
    wanted = Q(account_id__in=[one.account for one in humans if one.account])
    keys = sorted({key for one in humans for key in one.ids})
    if keys:
        wanted |= Q(external_ids__has_any_keys=keys)
    for one in humans:
        words = fold(f"{one.last_name} {one.first_name}")
        wanted |= Q(search_text=words) | Q(search_text__startswith=f"{words} ")
    return list(Person.objects.filter(wanted, merged_into=None).order_by("search_text", "pk"))


def _candidates(human: Human, known: Iterable[Person], *, role: str) -> list[Candidate]:
    found = []
    for person in known:
        is_child = Role.PUPIL in person.roles
        if is_child != (role == Role.PUPIL):
            continue
        if told := _why(human, person):
            found.append(Candidate(person, *told))
    return sorted(found, key=lambda one: not one.strong)[:MOST]


def _why(human: Human, person: Person) -> tuple[str, bool] | None:
    if any(person.external_ids.get(key) == value for key, value in human.ids.items()):
        return _("même identifiant national"), True
    if human.account and person.account_id == human.account:
        return _("même compte dans la région"), True
    same_name = fold(f"{person.last_name} {person.first_name}") == fold(f"{human.last_name} {human.first_name}")
    if not same_name:
        return None
    if human.birth_date and person.birth_date:
        if human.birth_date != person.birth_date:
            return None
        return _("même nom et même date de naissance"), True
    return _("même nom"), False

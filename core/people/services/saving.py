"""People and guardian links as they are saved: checked as a whole, whatever service changed them."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.people.models import GuardianLink, Person
from core.people.records import check, ordered
from core.people.text import search_words

ADDRESS_LENGTH = 300


def save_person(person: Person) -> None:
    """Raises DomainError with a sentence per field."""
    ordered(person.arrived_on, person.left_on, field="arrived_on")
    check(person, exclude={"account_id", "roles"})
    if len(person.address) > ADDRESS_LENGTH:  # PostgreSQL keeps any length in a text column
        sentence = _("Cette adresse est trop longue.")
        raise DomainError("address", sentence, {"address": sentence})
    if person.birth_date and person.birth_date > timezone.localdate():
        sentence = _("La date de naissance ne peut pas être dans l’avenir.")
        raise DomainError("birth-date", sentence, {"birth_date": sentence})
    person.search_text = search_words(person.last_name, person.first_name, person.birth_name)
    person.save()


def save_link(link: GuardianLink) -> None:
    """Raises DomainError, also where the two are already linked at that time."""
    ordered(link.starts_on, link.ends_on)
    check(link, exclude={"child", "guardian"})
    _guard_overlap(link)
    link.save()


def _guard_overlap(link: GuardianLink) -> None:
    """Two people are linked once at a time."""
    others = GuardianLink.objects.filter(child=link.child_id, guardian=link.guardian_id).exclude(pk=link.pk)
    if link.starts_on:
        others = others.filter(Q(ends_on=None) | Q(ends_on__gt=link.starts_on))
    if link.ends_on:
        others = others.filter(Q(starts_on=None) | Q(starts_on__lt=link.ends_on))
    if others.exists():
        sentence = _(
            "Ces deux personnes sont déjà liées sur cette période\u00a0: modifiez le lien qui existe."
        )
        raise DomainError("already-linked", sentence, {"guardian": sentence})

"""Guards that keep a school in the right hands."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from core.people.choices import PRIVILEGED, Role
from core.people.models import Person
from core.people.rules import may_act_on


def guard_rank(actor: Person | None, target_roles: Iterable[str]) -> None:
    """Raises NotAllowed unless the actor may act on somebody with these roles (see `rules.may_act_on`).

    A school's very first head may be entered by a référent: nobody else could.
    """
    target = frozenset(target_roles)
    if actor is None or may_act_on(frozenset(actor.roles), target):
        return
    heads = Person.objects.filter(roles__contains=[Role.MANAGEMENT], left_on=None, account_id__isnull=False)
    if Role.DIGITAL_REFERENT in actor.roles and not heads.exists():
        return
    raise NotAllowed(
        "rank", _("Seule la direction peut faire cela pour un membre de la direction ou un référent.")
    )


def guard_last(person: Person) -> None:
    """Somebody must remain who can give rights back. Locks the others, so that two cannot leave together."""
    if not set(person.roles) & PRIVILEGED:
        return
    privileged = Q(roles__overlap=[*PRIVILEGED])
    held = list(Person.objects.select_for_update().filter(privileged, left_on=None).order_by("pk"))
    if all(other.pk == person.pk for other in held):
        sentence = _(
            "Plus personne ne pourrait gérer l’établissement\u00a0: nommez d’abord quelqu’un d’autre."
        )
        raise DomainError("last-manager", sentence, {"roles": sentence})

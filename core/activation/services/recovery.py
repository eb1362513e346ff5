"""A one-time code handed over at once, on a screen or on paper, by somebody who knows the person."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activation import rules
from core.audit.services import record
from core.errors import NotAllowed
from core.notifications import services as notifications
from core.people.choices import Role
from core.people.families import children_seen_by
from core.people.models import Person
from core.people.records import hold
from core.permissions.viewer import Viewer
from core.structure.selectors import pupils_in, taught_places
from tenants.accounts import codes, selectors, tasks
from tenants.accounts.models import Account, Membership, RegionalRole
from tenants.establishments.models import Establishment, Lifecycle, SchoolType
from tenants.schemas.context import current_uai, region, school
from tenants.schemas.glance import glance_at_region


@dataclass(frozen=True)
class GivenCode:
    """Shown once: nobody can read it again. `login` is empty for who has no account yet."""

    code: str
    until: datetime
    login: str


def may_give(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may hand a code to this person (see `rules.may_give_code`)."""
    me = viewer.person
    if me is None or person.left_on is not None:
        return False
    return rules.may_give_code(
        viewer.roles,
        frozenset(person.roles),
        manages=viewer.can("activation.manage"),
        is_self=me.pk == person.pk,
        is_own_child=Role.GUARDIAN in viewer.roles and person in children_seen_by(viewer),
        teaches_in_ecole=_teaches_in_ecole(viewer, person),
    )


def _teaches_in_ecole(viewer: Viewer, person: Person) -> bool:
    if Role.TEACHER not in viewer.roles or viewer.modules.establishment.type != SchoolType.ECOLE:
        return False
    return Person.objects.filter(pupils_in(taught_places(viewer)), pk=person.pk).exists()


@transaction.atomic
def give_code(*, viewer: Viewer, person: Person) -> GivenCode:
    """A code for a new password (a day), or for a first one where the account was never opened (a month).

    The account's owner is told, in the app and at their address. Raises NotAllowed for somebody one may not help, and
    for an account that also works elsewhere.
    """
    current = hold(person)
    if not may_give(viewer, current):
        raise NotAllowed("not-theirs", _("Vous ne pouvez pas faire de code pour cette personne."))
    account = selectors.account_of(current_uai(), current.pk)
    opened = account is not None and account.signed_in_at is not None
    if account is not None and not rules.may_recover(
        roles_elsewhere(account), has_regional_role=_has_regional_role(account)
    ):
        raise NotAllowed(
            "account-elsewhere",
            _("Ce compte sert à travailler ailleurs\u00a0: son titulaire choisit «\u00a0Mot de passe oublié\u00a0»."),
        )
    purpose = codes.Purpose.RECOVER if opened else codes.Purpose.ACTIVATE
    code = codes.issue(current_uai(), [current.pk], purpose=purpose, way=codes.Way.SCREEN)[current.pk]
    record("activation.recovery_code" if opened else "activation.first_code", actor=viewer.person, target=current)
    if account is not None and opened:
        _tell(current, account, viewer)
    until = codes.expiry(purpose, codes.Way.SCREEN, timezone.now())
    return GivenCode(code, until, account.login if account else "")


def _tell(person: Person, account: Account, viewer: Viewer) -> None:
    by = viewer.person.full_name if viewer.person else ""
    notifications.emit(
        "activation.code_made", actor=viewer.person, people=[person], data={"by": by}, modules=viewer.modules
    )
    if address := selectors.verified_address(account):
        login, place = account.login, viewer.modules.establishment.display_name
        transaction.on_commit(
            lambda: tasks.enqueue(tasks.send_mail, kind="recovery_code", to=address, login=login, school=place)
        )


def _has_regional_role(account: Account) -> bool:
    with glance_at_region():
        return RegionalRole.objects.filter(account_id=account.pk).exists()


def roles_elsewhere(account: Account) -> frozenset[str]:
    """The roles of the account's profiles in other schools that are open. One query for each of them."""
    here = current_uai()
    with region():
        profiles = Membership.objects.filter(account_id=account.pk).exclude(uai=here)
        others = dict(profiles.values_list("uai", "person_id"))
        places = list(Establishment.objects.filter(uai__in=others, lifecycle=Lifecycle.ACTIVE))
    found: set[str] = set()
    for place in places:
        with school(place):
            held = Person.objects.filter(pk=others[place.uai], left_on=None).values_list("roles", flat=True)
            found |= {role for roles in held for role in roles}
    return frozenset(found)

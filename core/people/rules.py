"""Who may see and do what with whom. Pure: what is known of the two people comes in, an answer comes out."""

from dataclasses import dataclass

from core.people.choices import PRIVILEGED, STAFF, Authority, Role

# What of a person one may see beyond the name, the roles, the function and the class.
CONTACT, BIRTH, ADDRESS, GUARDIANS, ACCOUNT = "contact", "birth", "address", "guardians", "account"
ALL_DETAILS = frozenset({CONTACT, BIRTH, ADDRESS, GUARDIANS, ACCOUNT})

# These see every person of the school.
SEES_EVERYONE = frozenset({Role.MANAGEMENT, Role.DIGITAL_REFERENT, Role.ADMINISTRATIVE, Role.SCHOOL_LIFE})
# These follow families as a whole; the others only those of the pupils they teach.
FOLLOWS_FAMILIES = frozenset({Role.MANAGEMENT, Role.ADMINISTRATIVE, Role.SCHOOL_LIFE})
# These still find the people who have left.
SEES_DEPARTED = PRIVILEGED


@dataclass(frozen=True)
class Relation:
    """What the person looked at is to the viewer, today."""

    is_self: bool = False
    is_own_child: bool = False  # with an authority that gives access
    lives_with_viewer: bool = False  # no other guardian is known, or child and viewer have one address
    is_co_guardian: bool = False  # of a child of the viewer, now or formerly, whatever the authority
    is_taught: bool = False
    is_guardian_of_taught: bool = False


def details(roles: frozenset[str], codes: frozenset[str], relation: Relation) -> frozenset[str]:
    """The groups of details that somebody with these roles and permission codes may see.

    The other guardian of one's own child keeps their contact and address to themselves, whatever role one
    also holds in the school: parents who are separated never learn them here.
    """
    if relation.is_self:
        return ALL_DETAILS
    seen = _by_role(roles, codes) | _by_relation(codes, relation)
    if relation.is_co_guardian:
        seen -= {CONTACT, ADDRESS}
    if relation.is_own_child and not relation.lives_with_viewer and not roles & FOLLOWS_FAMILIES:
        seen -= {ADDRESS}
    return frozenset(seen)


def _by_role(roles: frozenset[str], codes: frozenset[str]) -> set[str]:
    seen: set[str] = set()
    if roles & FOLLOWS_FAMILIES:
        seen |= {BIRTH, GUARDIANS}
        if "people.view_contacts" in codes:
            seen |= {CONTACT, ADDRESS}
    if "people.manage" in codes:
        seen |= {BIRTH, GUARDIANS, CONTACT}
    if "people.manage_accounts" in codes:
        seen |= {ACCOUNT}
    return seen


def _by_relation(codes: frozenset[str], relation: Relation) -> set[str]:
    seen: set[str] = set()
    if relation.is_own_child:
        seen |= {CONTACT, BIRTH, GUARDIANS}
        if relation.lives_with_viewer:
            seen |= {ADDRESS}
    if relation.is_taught:
        seen |= {GUARDIANS}
    if relation.is_guardian_of_taught and "people.view_contacts" in codes:
        seen |= {CONTACT}
    return seen


def authorities_with_access(*, in_charge_sees: bool) -> frozenset[str]:
    """Which links open the child's record. The school decides for people in charge; legal ones always do."""
    return frozenset({Authority.LEGAL, Authority.IN_CHARGE} if in_charge_sees else {Authority.LEGAL})


def may_act_on(actor_roles: frozenset[str], target_roles: frozenset[str]) -> bool:
    """Whether somebody may change the roles, the record or the account of people with these roles.

    A référent does not give himself the head's place, and no one without either role those of the two.
    """
    if Role.MANAGEMENT in target_roles:
        return Role.MANAGEMENT in actor_roles
    if Role.DIGITAL_REFERENT in target_roles:
        return bool(actor_roles & PRIVILEGED)
    return True


def is_staff(roles: frozenset[str]) -> bool:
    return bool(roles & STAFF)

"""Who may hand a code to whom. Pure: what is known of the two comes in, an answer comes out."""

from core.people.choices import PRIVILEGED, STAFF
from core.people.rules import may_act_on


def may_give_code(
    actor_roles: frozenset[str],
    target_roles: frozenset[str],
    *,
    manages: bool,
    is_self: bool,
    is_own_child: bool,
    teaches_in_ecole: bool,
) -> bool:
    """A guardian to their child, a teacher of an école to their pupils, whoever manages accounts to those below them.

    Nobody to themselves: who is signed in changes the password in their own account.
    """
    if is_self:
        return False
    if manages and may_act_on(actor_roles, target_roles):
        return True
    return (is_own_child or teaches_in_ecole) and not target_roles & STAFF


def may_recover(roles_elsewhere: frozenset[str], *, has_regional_role: bool) -> bool:
    """Whether a school may hand out a key to an account that also opens other places.

    Families yes: a guardian with children in two schools is helped in either. Never a key to the region's console,
    nor to an account that works for another school: no school takes the keys of another one.
    """
    return not has_regional_role and not roles_elsewhere & (STAFF | PRIVILEGED)

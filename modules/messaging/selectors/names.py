"""How somebody is called in a list, and what stands under their name in a thread."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.people.choices import Role
from core.people.models import Person
from core.ui.typography import NARROW, NBSP

# In a line of a list: more names would hide the subject.
NAMED = 2


def called(person: Person | None, otherwise: str = "") -> str:
    """« Mme Keller » for grown-ups whose civility is known, « Léa Petit » for pupils and the others."""
    if person is None:
        return otherwise or _("Ancien membre")
    if person.civility and Role.PUPIL not in person.roles:
        return f"{person.civility}{NBSP}{person.last_name}"
    return person.full_name


def participants(names: Sequence[str], *, wrote: bool, others: int) -> str:
    """« Mme Keller, vous et 28 autres ». `names` wrote, the latest first; `others` are neither named nor you."""
    shown = list(names[:NAMED])
    others += len(names) - len(shown)
    if wrote or others:
        shown.append(_("vous"))
    if others:
        grouped = f"{others:,}".replace(",", NARROW)
        last = ngettext("%(count)s autre", "%(count)s autres", others) % {"count": grouped}
    else:
        last = shown.pop()
    if not shown:
        return last[:1].upper() + last[1:]
    return _("%(first)s et %(last)s") % {"first": ", ".join(shown), "last": last.replace(" ", NBSP)}

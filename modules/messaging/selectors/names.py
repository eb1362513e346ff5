"""How somebody is called in a list, and what stands under their name in a thread."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
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


def short_when(at: datetime) -> str:
    """« 14:05 », « hier », « lundi », « 3 nov. »: short enough for a list; the exact time stands beside."""
    moment, today = timezone.localtime(at), timezone.localdate()
    age = (today - moment.date()).days
    if age < 2:
        return f"{moment:%H:%M}" if age < 1 else _("hier")
    if age < 7:
        return date_format(moment, "l")
    return date_format(moment, "j\u00a0M" if moment.year == today.year else "j\u00a0M Y").lower()


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

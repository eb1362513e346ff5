"""What is missing or contradictory in a plan, in words and counts, with the page that mends it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.people.choices import Role
from core.structure.models import SchoolClass, SchoolYear
from core.structure.turning import content as plans
from core.structure.turning.levels import squeezed
from core.structure.turning.proposing import new_groups
from core.structure.turning.reading import Reading
from core.ui.typography import in_words


@dataclass(frozen=True)
class Finding:
    """A sentence, the page that mends it (the name of its address, and a query), and what the link to it says.

    What blocks is mended before the plan can be applied.
    """

    text: str
    page: str
    mend: str
    blocks: bool = False
    query: str = ""

    @property
    def url(self) -> str:
        return reverse(f"structure:{self.page}") + self.query


def findings(reading: Reading) -> list[Finding]:
    """What blocks first. A fixed number of queries."""
    found = [*_dates(reading), *_classes(reading), *_pupils(reading), *_people(reading), *_groups(reading)]
    return sorted(found, key=lambda one: not one.blocks)


def _dates(reading: Reading) -> Iterator[Finding]:
    year, before = plans.year_of(reading.content), reading.plan.from_year
    page, mend = "turn_dates", _("Revoir les dates")
    if year.starts_on <= before.ends_on:
        day = in_words(before.ends_on)
        yield Finding(_("L’année commence avant la fin de la précédente, le %(day)s.") % {"day": day}, page, mend, True)
    others = SchoolYear.objects.exclude(pk=before.pk).exclude(label=year.name)
    crossed = others.filter(starts_on__lte=year.ends_on, ends_on__gte=year.starts_on).values_list("label", flat=True)
    if found := ", ".join(crossed):
        yield Finding(_("L’année en recouvre une autre\u00a0: %(years)s.") % {"years": found}, page, mend, True)
    if not before.is_current:
        text = _("%(year)s n’est plus l’année en cours\u00a0: quelqu’un a changé d’année à la main.")
        yield Finding(text % {"year": before.label}, "years", _("Voir les années"), True)
    if not reading.content["periods"]:
        yield Finding(_("Aucune période n’est prévue."), page, mend)


def _classes(reading: Reading) -> Iterator[Finding]:
    page, mend = "turn_classes", _("Revoir les classes")
    if not reading.following:
        yield Finding(_("Aucune classe n’est prévue."), page, mend, True)
    twice = [name for name, n in Counter(squeezed(one["name"]) for one in reading.following.values()).items() if n > 1]
    if shown := ", ".join(one["name"] for one in reading.following.values() if squeezed(one["name"]) in twice):
        yield Finding(_("Plusieurs classes portent le même nom\u00a0: %(names)s.") % {"names": shown}, page, mend, True)
    lost = [one.name for one in reading.classes if reading.by_class[one.pk] and not reading.promotion(one.pk)]
    if lost:
        text = ngettext(
            "%(n)d classe ne sait pas où vont ses élèves\u00a0: %(names)s.",
            "%(n)d classes ne savent pas où vont leurs élèves\u00a0: %(names)s.",
            len(lost),
        )
        yield Finding(text % {"n": len(lost), "names": ", ".join(lost)}, page, mend)
    filled = set(reading.by_destination)
    empty = [one["name"] for key, one in reading.following.items() if key not in filled]
    if empty and reading.moves:
        text = ngettext("%(n)d classe n’a encore aucun élève\u00a0: %(names)s.",
                        "%(n)d classes n’ont encore aucun élève\u00a0: %(names)s.", len(empty))  # fmt: skip
        yield Finding(text % {"n": len(empty), "names": ", ".join(empty)}, page, mend)


def _pupils(reading: Reading) -> Iterator[Finding]:
    torn = [move for move in reading.moves if move.torn]
    if torn:
        text = ngettext("%(n)d élève est dans deux classes qui vont à des endroits différents.",
                        "%(n)d élèves sont dans deux classes qui vont à des endroits différents.", len(torn))
        yield Finding(text % {"n": len(torn)}, "turn_pupils", _("Choisir"), True, "?a=voir")
    undecided = [move for move in reading.moves if move.destination == plans.UNDECIDED and not move.torn]
    arrivals = [move for move in undecided if not move.classes]
    if arrivals:
        text = ngettext("%(n)d élève n’a pas de classe cette année, et pas encore l’an prochain.",
                        "%(n)d élèves n’ont pas de classe cette année, et pas encore l’an prochain.", len(arrivals))
        yield Finding(text % {"n": len(arrivals)}, "turn_pupils", _("Les affecter"), False, "?classe=sans")
    if rest := len(undecided) - len(arrivals):
        text = ngettext("%(n)d élève n’a pas de destination\u00a0: il restera sans classe.",
                        "%(n)d élèves n’ont pas de destination\u00a0: ils resteront sans classe.", rest)
        yield Finding(text % {"n": rest}, "turn_pupils", _("Décider"), False, "?a=voir")
    if waiting := reading.by_destination[plans.NOWHERE]:
        text = ngettext("%(n)d élève reste dans l’établissement sans classe.",
                        "%(n)d élèves restent dans l’établissement sans classe.", waiting)
        yield Finding(text % {"n": waiting}, "turn_pupils", _("Revoir"), False, "?a=voir")


def _people(reading: Reading) -> Iterator[Finding]:
    staff = [m for m in reading.leavers if set(m.person.roles) - {Role.PUPIL, Role.GUARDIAN}]
    if staff:
        text = ngettext("%(n)d élève qui part a aussi un autre rôle ici\u00a0: son compte restera ouvert.",
                        "%(n)d élèves qui partent ont aussi un autre rôle ici\u00a0: leurs comptes resteront ouverts.",
                        len(staff))  # fmt: skip
        yield Finding(text % {"n": len(staff)}, "turn_pupils", _("Les voir"), False, "?a=partants")
    if reading.content["main_teachers"] == plans.NONE and reading.following:
        text = ngettext("%(n)d classe commencera sans professeur principal.",
                        "%(n)d classes commenceront sans professeur principal.", len(reading.following))  # fmt: skip
        page = "turn_services"
        yield Finding(text % {"n": len(reading.following)}, page, _("Revoir les services"))


def _groups(reading: Reading) -> Iterator[Finding]:
    page, mend = "turn_groups", _("Revoir les groupes")
    kept = [one for one in reading.content["groups"].values() if one["keep"] != plans.DROP]
    counted = Counter(squeezed(one["name"]) for one in kept)
    if twice := sorted({one["name"] for one in kept if counted[squeezed(one["name"])] > 1}):
        text = _("Plusieurs groupes portent le même nom\u00a0: %(names)s.")
        yield Finding(text % {"names": ", ".join(twice)}, page, mend, True)
    if made := new_groups(reading.plan.from_year, reading.content):
        text = ngettext("%(n)d groupe a été créé depuis\u00a0: il n’est pas repris.",
                        "%(n)d groupes ont été créés depuis\u00a0: ils ne sont pas repris.", len(made))  # fmt: skip
        yield Finding(text % {"n": len(made)}, page, mend)


def already_there(reading: Reading) -> list[str]:
    """Names of classes that next year has already, from an import say: the plan fills these."""
    year = SchoolYear.objects.filter(label=plans.year_of(reading.content).name).first()
    if year is None:
        return []
    wanted = {squeezed(one["name"]) for one in reading.following.values()}
    there = SchoolClass.objects.filter(year=year).values_list("name", flat=True)
    return [name for name in there if squeezed(name) in wanted]


def too_early(reading: Reading) -> bool:
    """Whether the old year still runs: what is applied now takes effect when it is over."""
    return timezone.localdate() <= reading.plan.from_year.ends_on

"""What the pages of a change of year show."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.jobs.models import Run
from core.people.web import number_in
from core.structure.models import TeachingService, YearPlan
from core.structure.selectors import current_year, lasting
from core.structure.tasks import apply_year
from core.structure.turning import content as plans
from core.structure.turning.checks import already_there, findings, too_early
from core.structure.turning.forms import FOLLOWS, MORE_CLASSES
from core.structure.turning.levels import level_of, rank
from core.structure.turning.models import REVERSIBLE
from core.structure.turning.proposing import new_groups
from core.structure.turning.reading import Move, Reading, in_a_word
from core.ui.typography import counted, in_words
from tenants.work.models import OPEN

PER_PAGE = 60


@dataclass(frozen=True)
class Choices:
    """Options of a list, under the name of their level."""

    label: str
    options: list[tuple[str, str]]


def plan_shown() -> YearPlan | None:
    """The plan for the year after the current one, else the last one while it can be undone."""
    year = current_year()
    plans_ = YearPlan.objects.select_related("from_year", "changed_by")
    found = plans_.filter(from_year=year).first() if year else None
    if found is not None:
        return found
    last = plans_.filter(state=YearPlan.State.APPLIED).first()
    return last if last and last.is_reversible else None


def index_page(plan: YearPlan | None) -> dict[str, Any]:
    run = Run.objects.filter(task=apply_year.name, state__in=OPEN).first()
    last_run = Run.objects.filter(task=apply_year.name).order_by("-created_at").first()
    context: dict[str, Any] = {"plan": plan, "run": run, "year": current_year()}
    if plan is None:
        return context
    if plan.is_draft:
        reading = Reading(plan)
        found = findings(reading)
        context |= {
            "steps": _steps(reading),
            "findings": found,
            "blocks": sum(one.blocks for one in found),
            "broken": last_run if last_run and last_run.is_broken and last_run.created_at > plan.changed_at else None,
        }
    elif plan.settled_at:
        context["until"] = plan.settled_at + REVERSIBLE
    return context


def _steps(reading: Reading) -> list[dict[str, Any]]:
    content = reading.content
    year = plans.year_of(content)
    kept = sum(one["keep"] != plans.DROP for one in content["groups"].values())
    said = counted(len(content["pupils"]), _("décision une par une"), _("décisions une par une"))
    leave = counted(len(reading.leavers), _("départ"), _("départs"))
    lines = (
        ("turn_dates", _("Dates et périodes"), _("du %(start)s au %(end)s") % {
            "start": in_words(year.starts_on), "end": in_words(year.ends_on)}),
        ("turn_classes", _("Classes et passages"), counted(len(reading.following), _("classe"), _("classes"))),
        ("turn_pupils", _("Élèves"), f"{counted(len(reading.moves), _('élève'), _('élèves'))} · {leave} · {said}"),
        ("turn_groups", _("Groupes"), counted(kept, _("groupe repris"), _("groupes repris"))),
        ("turn_services", _("Enseignants"), policy_in_words(content["services"])),
    )  # fmt: skip
    return [{"url": reverse(f"structure:{name}"), "label": label, "meta": meta} for name, label, meta in lines]


def policy_in_words(policy: str) -> str:
    return {
        plans.NONE: _("services à refaire"),
        plans.SAME: _("services repris dans les classes de même nom"),
        plans.FOLLOW: _("services repris, chaque enseignant suit ses élèves"),
    }[policy]


def destinations(reading: Reading) -> list[Choices]:
    """Where pupils may go, under the name of each level, the youngest first."""
    rows = [(level_of(reading.kind, one["level"], one["name"]), one) for one in reading.following.values()]
    rows.sort(key=lambda row: (rank(row[0]), row[1]["name"]))
    return [
        Choices(level or _("Autres classes"), [(one["key"], one["name"]) for _level, one in some])
        for level, some in groupby(rows, key=lambda row: row[0])
    ]


def classes_page(reading: Reading) -> dict[str, Any]:
    return {
        "reading": reading,
        "seen": plans.seen(reading.content, "classes"),
        "rows": [
            {
                "school_class": one,
                "pupils": reading.by_class[one.pk],
                "to": reading.promotion(one.pk),
                "field": f"to_{one.pk}",
            }
            for one in reading.classes
        ],
        "following": [{**one, "pupils": reading.by_destination[key]} for key, one in reading.following.items()],
        "more": range(MORE_CLASSES),
        "choices": destinations(reading),
        "there": already_there(reading),
    }


def pupils_page(reading: Reading, asked: str, show: str, number: str | None) -> dict[str, Any]:
    """The pupils of one class (`asked`: its key, or « sans »), or those to look at, or the leavers."""
    moves, title = _shown(reading, asked, show)
    page: Page[Move] = Paginator(moves, PER_PAGE).get_page(number)
    names = {one.pk: one.name for one in reading.classes}
    rows = [
        {
            "person": move.person,
            "field": f"to_{move.person.pk}",
            "classes": ", ".join(names[pk] for pk in move.classes),
            "said": FOLLOWS if move.said is None and move.classes else move.destination,
            "follows": _("Comme sa classe\u00a0: %(way)s") % {"way": _way(reading, move)} if move.classes else "",
            "torn": move.torn,
        }
        for move in page
    ]
    return {
        "page": page,
        "rows": rows,
        "title": title,
        "asked": asked,
        "show": show,
        "classes": [(one, reading.by_class[one.pk]) for one in reading.classes],
        "arrivals": len(reading.of_class(None)),
        "to_see": len(_to_see(reading)),
        "leavers": len(reading.leavers),
        "choices": destinations(reading),
        "follows": FOLLOWS,
        "seen": plans.seen_pupils(reading.content, [move.person.pk for move in page]),
    }


def _shown(reading: Reading, asked: str, show: str) -> tuple[list[Move], str]:
    if show == "voir":
        return _to_see(reading), _("À décider")
    if show == "partants":
        return reading.leavers, _("Ceux qui partent")
    if asked == "sans":
        return reading.of_class(None), _("Sans classe cette année")
    key = number_in(asked)
    chosen = next((one for one in reading.classes if one.pk == key), None) or next(iter(reading.classes), None)
    if chosen is None:
        return reading.of_class(None), _("Sans classe cette année")
    return reading.of_class(chosen.pk), chosen.name


def _to_see(reading: Reading) -> list[Move]:
    return [move for move in reading.moves if move.destination in (plans.UNDECIDED, plans.NOWHERE)]


def _way(reading: Reading, move: Move) -> str:
    """Where the pupil's class goes, in a word."""
    ways = {reading.promotion(pk) for pk in move.classes}
    if len(ways) != 1:
        return _("à décider")
    return in_a_word(reading, ways.pop())


def groups_page(reading: Reading) -> dict[str, Any]:
    content = reading.content
    groups = reading.plan.from_year.groups.select_related("subject").prefetch_related("classes")
    rows = [
        {"group": one, **content["groups"].get(str(one.pk), {"keep": plans.DROP, "name": one.name})} for one in groups
    ]
    fresh = {one.pk for one in new_groups(reading.plan.from_year, content)}
    options = [
        (plans.EMPTY, _("Repris sans élèves")), (plans.PUPILS, _("Repris avec ses élèves")), (plans.DROP, _("Terminé")),
    ]  # fmt: skip
    return {"rows": rows, "fresh": fresh, "options": options, "seen": plans.seen(content, "groups")}


def services_of(plan: YearPlan) -> list[TeachingService]:
    """What is taught at the end of the old year."""
    year = plan.from_year
    rows = TeachingService.objects.filter(
        Q(school_class__year=year) | Q(group__year=year), lasting(year.ends_on), teacher__left_on=None
    )
    related = rows.select_related("teacher", "subject", "school_class", "group")
    return list(related.order_by("teacher__search_text", "subject__name", "school_class__name", "group__name", "pk"))


def services_page(reading: Reading) -> dict[str, Any]:
    content = reading.content
    options = [
        (plans.NONE, _("Non, ils seront refaits ou importés")),
        (plans.SAME, _("Oui, dans la classe de même nom")),
        (plans.FOLLOW, _("Oui, avec les mêmes élèves, une classe plus haut")),
    ]
    return {
        "content": content,
        "options": options,
        "rows": services_of(reading.plan),
        "left_out": set(content["left_out"]),
        "seen": plans.seen(content, "services"),
    }


def apply_page(reading: Reading) -> dict[str, Any]:
    """What applying would do, in counts."""
    found = findings(reading)
    names = {one.pk: one.name for one in reading.classes}
    rows = []
    for key, one in reading.following.items():
        moves = [move for move in reading.moves if move.destination == key]
        origins = sorted({names[pk] for move in moves for pk in move.classes})
        rows.append({"name": one["name"], "pupils": len(moves), "from": ", ".join(origins)})
    return {
        "rows": rows,
        "blocks": [one for one in found if one.blocks],
        "to_see": [one for one in found if not one.blocks],
        "leavers": len(reading.leavers),
        "undecided": reading.by_destination[plans.UNDECIDED] + reading.by_destination[plans.NOWHERE],
        "early": too_early(reading),
        "span": plans.year_of(reading.content),
    }

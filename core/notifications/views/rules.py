"""The référent's pages: every rule in a sentence, and who would get something, how and when."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.modules import words as module_words
from core.modules.contract import Frequency
from core.modules.rules import PACED
from core.modules.state import Modules, ModuleState
from core.notifications import preferences, preview, words
from core.notifications.rhythm import frequency_in_words, hours_of, in_words, school_hours, school_in_words
from core.notifications.rules import KindRule, open_channels, rule_of
from core.people.models import Person
from core.people.web import one_of, pick
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.typography import in_words as moment_in_words
from tenants.accounts.selectors import account_of


@dataclass(frozen=True)
class Line:
    """One kind of the list: what happens, for whom."""

    rule: KindRule
    sentence: str
    who: str


@dataclass(frozen=True)
class Group:
    """One module's kinds. `locked`: the region keeps its rules as they are."""

    state: ModuleState
    lines: list[Line]
    locked: bool


@requires("notifications.manage_rules")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All kinds of all modules that are on, each with its rule in a sentence."""
    modules = viewer_of(request).modules
    groups = [
        Group(state, [_line(modules, state, kind.slug) for kind in state.manifest.notifications], _locked(state))
        for state in modules.enabled()
        if state.manifest.notifications
    ]
    quiet = school_in_words(school_hours(modules, modules.establishment))
    context = {
        "groups": groups,
        "quiet": quiet.rstrip(","),
        "senders": module_words.roles(modules["notifications"].settings["urgent_roles"]),
        "closed": [words.COLUMNS[c] for c in words.COLUMNS if c not in open_channels(modules)],
        "may_edit": viewer_of(request).can("modules.manage"),
    }
    return render(request, "notifications/rules.html", context)


def _locked(state: ModuleState) -> bool:
    return state.is_locked("notifications")


def _line(modules: Modules, state: ModuleState, slug: str) -> Line:
    rule = _rule(modules, f"{state.slug}.{slug}")
    who = module_words.roles(rule.by_role, state.serves)
    return Line(rule, _sentence(rule, state), who)


def _sentence(rule: KindRule, state: ModuleState) -> str:
    """The rule in words, with the paces that follow from the importance."""
    paces = {str(channel): str(pace) for channel in PACED if (pace := rule.pace(channel)) != Frequency.NOW}
    return module_words.notification({**state.notifications[rule.kind.slug], "frequencies": paces})


def _rule(modules: Modules, code: str) -> KindRule:
    """Raises 404 for a kind that no module that is on declares."""
    rule = rule_of(modules, code)
    if rule is None:
        raise Http404(code)
    return rule


@requires("notifications.manage_rules")
@require_safe
def rule_preview(request: HttpRequest, kind: str) -> HttpResponse:
    """Who would get this if it happened now, by role and channel; and, for one person who is chosen, exactly what."""
    modules = viewer_of(request).modules
    rule = _rule(modules, kind)
    state = modules[kind.partition(".")[0]]
    title, text = preview.sample(rule)
    people = Person.objects.filter(left_on=None, roles__overlap=sorted(rule.by_role))
    chosen = one_of(people, request.GET.get("personne"))
    context = {
        "rule": rule,
        "state": state,
        "sentence": _sentence(rule, state),
        "title": title,
        "text": text,
        "roles": [_said(view) for view in preview.by_role(rule, modules, timezone.now())] if _reaches(rule) else [],
        "quiet": school_in_words(school_hours(modules, modules.establishment)).rstrip(","),
        "pick": pick(request, people, label=_("Voir comme"), name="personne") if "q" in request.GET else None,
        "words": request.GET.get("q", "")[:200],
        "person": chosen,
        "view_as": _view_as(modules, rule, chosen) if chosen else None,
        "may_edit": viewer_of(request).can("modules.manage"),
    }
    return render(request, "notifications/preview.html", context)


def _reaches(rule: KindRule) -> bool:
    return rule.rule != "hidden"


def _said(view: preview.RoleView) -> dict[str, Any]:
    """A role's row: each way with its count and its moment in words."""
    ways = [
        {
            "label": words.COLUMNS[way.channel],
            "pace": words.pace(way.channel, way.frequency),
            "people": way.people,
            "when": moment_in_words(way.at) if way.at else _("aussitôt") if way.people else "",
        }
        for way in view.ways
    ]
    return {"view": view, "ways": ways}


def _view_as(modules: Modules, rule: KindRule, person: Person) -> dict[str, Any]:
    """What one person would get, in the words of their own page."""
    school, own = school_hours(modules, modules.establishment), preferences.choices_of(person)
    hours = hours_of(preferences.rhythm_of(person))
    when = partial(frequency_in_words, hours=hours, school=school)
    told = preferences.told(modules, [rule], person.roles, own[None])
    reached = preferences.reached_by(person, account_of(modules.establishment.uai, person.pk))
    return {
        "sentence": words.one_kind(told[0], when),
        "quiet": in_words(hours, school).rstrip(","),
        "leaves": bool(told[0].outside),
        "obstacles": words.obstacles(told, reached),
        "otherwise": sum(1 for child, chosen in own.items() if child and any(code == rule.code for code, _c in chosen)),
        "no_account": person.account_id is None,
    }

"""How one wishes to be told: in one sentence, by ready-made rhythms, and kind by kind."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.adoption import services as adoption
from core.errors import DomainError
from core.modules.contract import Channel, Frequency
from core.notifications import preferences, services, words
from core.notifications.forms import ChildKindsForm, KindsForm, RhythmForm
from core.notifications.models import Rhythm
from core.notifications.preferences import Told
from core.notifications.rhythm import (
    Hours,
    SchoolHours,
    frequency_in_words,
    hours_of,
    in_words,
    school_hours,
    school_in_words,
)
from core.notifications.views.inbox import person_of
from core.people.children import own_children
from core.people.models import Person
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from tenants.accounts.selectors import memberships_of

# What was chosen before the last change, so that it can be taken back: [[child, kind, channel, frequency], …]
_BEFORE = "notification_choices"


class Desk:
    """All that the pages know of the person who chooses, each read once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.modules = viewer_of(request).modules
        self.person = person_of(request)
        self.roles = sorted(viewer_of(request).roles)
        self.rules = preferences.rules_for(self.modules, self.roles)

    @cached_property
    def chosen(self) -> dict[int | None, dict[tuple[str, Channel], Frequency]]:
        return preferences.choices_of(self.person)

    @cached_property
    def rhythm(self) -> Rhythm | None:
        return preferences.rhythm_of(self.person)

    @cached_property
    def school(self) -> SchoolHours:
        return school_hours(self.modules, self.modules.establishment)

    @cached_property
    def told(self) -> list[Told]:
        return self.told_with(self.chosen[None])

    def told_with(self, chosen: preferences.Choices) -> list[Told]:
        return preferences.told(self.modules, self.rules, self.roles, chosen)

    @property
    def hours(self) -> Hours:
        return hours_of(self.rhythm)

    @property
    def when(self) -> words.When:
        return partial(frequency_in_words, hours=self.hours, school=self.school)

    def sentence(self, told: list[Told], *, quiet: bool = True) -> str:
        return words.summary(told, self.when, in_words(self.hours, self.school) if quiet else "")

    @property
    def obstacles(self) -> list[str]:
        reached = preferences.reached_by(self.person, self.request.user)  # type: ignore[arg-type]
        return words.obstacles(self.told, reached)

    def keep(self, chosen: preferences.Choices, child: Person | None = None) -> None:
        """Write choices down, and what they replace into the session."""
        before = [[key, *pair, str(pace)] for key, own in self.chosen.items() for pair, pace in own.items()]
        own = dict(chosen) if child else preferences.without_defaults(chosen, self.rules, self.roles)
        services.choose_all(person=self.person, modules=self.modules, chosen=own, child=child)
        self.request.session[_BEFORE] = before
        adoption.count("notifications.choose", viewer_of(self.request))
        done(self.request, _("C’est noté."), undo_url=reverse("notifications:choices_undo"))


@dataclass(frozen=True)
class Preset:
    """A ready-made rhythm as the page offers it: what one would get, and what that changes."""

    slug: str
    label: Any
    sentence: str
    changes: list[str]
    current: bool


def _presets(desk: Desk) -> list[Preset]:
    current = preferences.current_preset(desk.modules, desk.rules, desk.roles, desk.chosen)
    offered = []
    for slug in preferences.PRESETS:
        told = desk.told_with(preferences.preset(slug, desk.rules, desk.roles))
        changes = words.differences(desk.told, told)
        offered.append(Preset(slug, words.PRESETS[slug], desk.sentence(told, quiet=False), changes, slug == current))
    return offered


def _page(
    request: HttpRequest, desk: Desk, *, kinds: KindsForm | None = None, hours: RhythmForm | None = None
) -> HttpResponse:
    kinds = kinds or KindsForm(told=desk.told, roles=desk.roles)
    presets = _presets(desk)
    several = [child for child in own_children(request)]
    context = {
        "sentence": desk.sentence(desk.told),
        "obstacles": desk.obstacles,
        "presets": presets,
        "custom": not any(one.current for one in presets),
        "kinds": kinds,
        "by_module": kinds.modules(desk.when),
        "hours": hours or _hours_form(desk),
        "children": several if len(several) > 1 else [],
        "otherwise": {child.pk for child in several if desk.chosen.get(child.pk)},
        "devices": _exists("notifications/parts/devices.html"),
    }
    refused = bool(kinds.errors or context["hours"].errors)  # type: ignore[attr-defined]
    return render(request, "notifications/preferences.html", context, status=422 if refused else 200)


def _exists(template: str) -> str:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return ""
    return template


def _hours_form(desk: Desk, data: Any = None) -> RhythmForm:
    quiet = school_in_words(desk.school)
    return RhythmForm(
        data,
        instance=desk.rhythm or Rhythm(person=desk.person),
        school=desk.school,
        quiet_in_words=_("Rien %(quiet)s, sauf l’urgent.") % {"quiet": quiet.rstrip(",")} if quiet else "",
        several=len(memberships_of(desk.request.user)) > 1,  # type: ignore[arg-type]
    )


@signed_in
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What happens in one sentence, ready-made rhythms, then every kind and the hours."""
    return _page(request, Desk(request))


@signed_in
@require_POST
def choose_preset(request: HttpRequest) -> HttpResponse:
    """Take a ready-made rhythm. What was said of single children goes, too: it would no longer be that rhythm."""
    desk, slug = Desk(request), request.POST.get("preset", "")
    if slug not in preferences.PRESETS:
        raise Http404(slug)
    desk.keep(preferences.preset(slug, desk.rules, desk.roles))
    for child in own_children(request):
        if desk.chosen.get(child.pk):
            services.choose_all(person=desk.person, modules=desk.modules, chosen={}, child=child)
    return redirect("notifications:preferences")


@signed_in
@require_POST
def choose_kinds(request: HttpRequest) -> HttpResponse:
    """Each kind by each channel."""
    desk = Desk(request)
    form = KindsForm(request.POST, told=desk.told, roles=desk.roles)
    if form.is_valid():
        desk.keep(desk.chosen[None] | form.chosen())
        return redirect("notifications:preferences")
    return _page(request, desk, kinds=form)


@signed_in
@require_POST
def choose_hours(request: HttpRequest) -> HttpResponse:
    desk = Desk(request)
    form = _hours_form(desk, request.POST)
    if form.is_valid():
        try:
            services.set_rhythm(person=desk.person, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            adoption.count("notifications.hours", viewer_of(request))
            done(request, _("Vos horaires sont enregistrés."))
            return redirect("notifications:preferences")
    return _page(request, desk, hours=form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def for_child(request: HttpRequest, pk: int) -> HttpResponse:
    """What is said otherwise for one of one's children."""
    child = next((one for one in own_children(request) if one.pk == pk), None)
    if child is None:
        raise Http404(pk)
    desk = Desk(request)
    own = desk.chosen.get(child.pk, {})
    form = ChildKindsForm(request.POST if request.method == "POST" else None, told=desk.told, roles=desk.roles, own=own)
    if form.is_valid():
        desk.keep(form.chosen(), child)
        return redirect("notifications:preferences")
    told = desk.told_with({**desk.chosen[None], **own})
    context = {
        "child": child,
        "number": own_children(request).index(child) + 1,
        "sentence": desk.sentence(told),
        "kinds": form,
        "by_module": form.modules(desk.when),
    }
    return render(request, "notifications/preferences_child.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last change of one's choices."""
    desk = Desk(request)
    before = request.session.pop(_BEFORE, None)
    if before is not None:
        known = {rule.code for rule in desk.rules}
        for child in (None, *own_children(request)):
            key = child.pk if child else None
            chosen = {(kind, Channel(c)): Frequency(f) for pk, kind, c, f in before if pk == key and kind in known}
            services.choose_all(person=desk.person, modules=desk.modules, chosen=chosen, child=child)
        done(request, _("C’est comme avant."))
    return redirect("notifications:preferences")

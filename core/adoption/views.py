"""What serves and what does not: the school's page, one module, the list as CSV, and decisions."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.adoption import charts, selectors, services, words
from core.adoption.forms import DecisionForm
from core.adoption.models import Stance
from core.adoption.selectors import FeatureUse, ModuleUse, Overview
from core.errors import DomainError
from core.modules.services import versions
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.sheets import csv_answer
from core.ui.toasts import done

_SAID = {
    Stance.PRESENT: gettext_lazy("Ajouté à ce qui est à présenter."),
    Stance.PRESENTED: gettext_lazy("Noté. La question reviendra dans 4 semaines si rien ne change."),
    Stance.DISMISSED: gettext_lazy("Écarté pour 3 mois."),
    Stance.NONE: gettext_lazy("La proposition est de retour."),
}


@requires("adoption.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """First what is to be decided, then every module in a line."""
    viewer = viewer_of(request)
    found = selectors.overview(viewer.modules, timezone.localdate())
    context = {
        "period": found.period,
        "since": words.day(found.period.first),
        "features": [feature for module in found.modules for feature in module.judged],
        "serving": [feature for module in found.modules for feature in module.used],
        "proposals": [_card(viewer, subject) for subject in found.proposals()],
        "to_present": [_card(viewer, subject) for subject in found.decided(Stance.PRESENT)],
        "resting": [
            _card(viewer, s) for stance in (Stance.PRESENTED, Stance.DISMISSED) for s in found.decided(stance)
        ],
        "rows": [_row(module) for module in found.modules],
    }
    return render(request, "adoption/index.html", context)


@requires("adoption.view")
@require_safe
def module(request: HttpRequest, slug: str) -> HttpResponse:
    """One module: each feature with its use by role."""
    viewer = viewer_of(request)
    found = selectors.overview(viewer.modules, timezone.localdate(), only=slug)
    if not found.modules:
        raise Http404("off, or counts nothing")
    one = found.modules[0]
    context = {
        **_row(one),
        "since": words.day(found.period.first),
        "card": _card(viewer, one),
        "features": [_feature(viewer, feature) for feature in one.features],
    }
    return render(request, "adoption/module.html", context)


@requires("adoption.view")
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise DomainError("decision", _("Choisissez ce que devient cette fonction."))
    stance = Stance(form.cleaned_data["stance"])
    services.decide(viewer=viewer_of(request), code=form.cleaned_data["code"], stance=stance)
    done(request, str(_SAID[stance]))
    return redirect(f"{reverse('adoption:index')}#suites")


@requires("adoption.view")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same figures for a spreadsheet: one line for each feature and group."""
    found = selectors.overview(viewer_of(request).modules, timezone.localdate())
    head = [_("Module"), _("Fonction"), _("Rôle"), _("Personnes"), _("Usages en 4 semaines de classe"),
            _("Jours avec un usage"), _("Usages des 4 semaines de classe d’avant"),
            _("Dernier usage"), _("Constat")]  # fmt: skip
    return csv_answer(f"usages-{found.period.last:%Y-%m-%d}", head, _lines(found))


def _lines(found: Overview) -> Iterator[list[Any]]:
    for one in found.modules:
        for feature in one.features:
            for group in feature.groups:
                yield [
                    one.state.name,
                    feature.label,
                    words.group(group),
                    group.members,
                    group.n if group.counted else (_("oui") if group.n else _("non")),
                    group.days if group.counted else "",
                    group.before if group.counted else "",
                    group.last or "",
                    words.verdict(feature),
                ]


def _row(one: ModuleUse) -> dict[str, Any]:
    return {
        "module": one,
        "verdict": words.verdict(one),
        "chart": charts.weeks(one.weeks, one.period),
        "used": len(one.used),
        "judged": len(one.judged),
    }


def _feature(viewer: Viewer, feature: FeatureUse) -> dict[str, Any]:
    most = max((group.n for group in feature.groups if group.counted), default=0)
    return {
        "feature": feature,
        "verdict": words.verdict(feature),
        "unused": feature.verdict == selectors.Verdict.UNUSED,
        "card": _card(viewer, feature),
        "chart": charts.weeks(feature.weeks, feature.period),
        "groups": [
            {
                "role": words.group(group),
                "group": group,
                "said": words.group_use(group, feature.period),
                "bar": charts.bar(group.n, most) if group.counted else None,
            }
            for group in feature.groups
        ],
    }


def _card(viewer: Viewer, subject: ModuleUse | FeatureUse) -> dict[str, Any]:
    """A proposal: what is to be said, and where it may be acted upon."""
    slug = subject.code.partition(".")[0]
    state = viewer.modules[slug]
    whole = isinstance(subject, ModuleUse) and not state.manifest.core
    return {
        "subject": subject,
        "state": state,
        "whole": whole,
        "name": words.name_of(subject),
        "sentence": words.proposal(subject),
        "may_manage": viewer.can("modules.manage") and not state.manifest.core,
        "may_switch_off": whole and viewer.can("modules.manage") and not state.required,
        "version": versions(viewer.modules, [slug])[slug],
        "decided": bool(subject.standing.stance) and selectors.is_decided(subject.standing, subject.period.last),
    }

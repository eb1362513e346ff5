"""The grids of a plan as they come back from the pages. They read shapes; the services check the rest."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.people.web import number_in
from core.structure.turning import content as plans
from core.structure.turning.dates import Span

MORE_PERIODS, MORE_CLASSES = 2, 3
MOST = 12
FOLLOWS = "follows"  # a pupil goes where the class goes


class DatesForm(forms.Form):
    """Next year, and its periods: those that are known, and room for two more. A period without a name goes."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=_("Année scolaire"), max_length=20)
    starts_on = forms.DateField(label=_("Premier jour"))
    ends_on = forms.DateField(label=_("Dernier jour"))

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        year = plans.year_of(content)
        super().__init__(
            data,
            initial={
                "seen": plans.seen(content, "dates"), "label": year.name, "starts_on": year.starts_on,
                "ends_on": year.ends_on,
            },
        )  # fmt: skip
        spans = [plans.span_of(one) for one in content["periods"]]
        self.numbers = range(min(len(spans) + MORE_PERIODS, MOST))
        for n in self.numbers:
            span = spans[n] if n < len(spans) else None
            self._add(n, "name", forms.CharField(label=_("Période"), max_length=40, required=False), span and span.name)
            first = forms.DateField(label=_("Premier jour"), required=False)
            last = forms.DateField(label=_("Dernier jour"), required=False)
            self._add(n, "starts_on", first, span and span.starts_on)
            self._add(n, "ends_on", last, span and span.ends_on)

    def _add(self, n: int, name: str, field: forms.Field, initial: Any) -> None:
        field.initial = initial
        self.fields[f"p{n}_{name}"] = field

    def rows(self) -> list[list[Any]]:
        """The fields of each period, for the grid."""
        return [[self[f"p{n}_{name}"] for name in ("name", "starts_on", "ends_on")] for n in self.numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for n in self.numbers:
            named = bool(cleaned.get(f"p{n}_name"))
            for name in ("starts_on", "ends_on"):
                if named and not cleaned.get(f"p{n}_{name}") and not self.errors.get(f"p{n}_{name}"):
                    self.add_error(f"p{n}_{name}", _("Indiquez cette date."))
        return cleaned

    def year(self) -> Span:
        cleaned = self.cleaned_data
        return Span(cleaned["label"].strip(), cleaned["starts_on"], cleaned["ends_on"])

    def periods(self) -> list[Span]:
        cleaned = self.cleaned_data
        return [
            Span(cleaned[f"p{n}_name"].strip(), cleaned[f"p{n}_starts_on"], cleaned[f"p{n}_ends_on"])
            for n in self.numbers
            if cleaned.get(f"p{n}_name")
        ]


def classes_in(data: QueryDict, content: Mapping[str, Any]) -> dict[str, Any]:
    """What `set_classes` takes: known classes unless unticked, new ones that have a name, and the promotions."""
    classes = [
        {"key": one["key"], "name": data.get(f"name_{one['key']}", ""), "level": data.get(f"level_{one['key']}", "")}
        for one in content["classes"]
        if data.get(f"keep_{one['key']}")
    ]
    taken = {one["key"] for one in content["classes"]}
    for n in range(MORE_CLASSES):
        if name := data.get(f"new_name_{n}", "").strip():
            key = next(f"n{number}" for number in range(1, 1000) if f"n{number}" not in taken)
            taken.add(key)
            classes.append({"key": key, "name": name, "level": data.get(f"new_level_{n}", "")})
    return {"classes": classes, "promotions": _by_number(data, "to_"), "seen": data.get("seen", "")}


def pupils_in(data: QueryDict, allowed: set[int]) -> dict[str, Any]:
    """What `set_pupils` takes: the choice of each row, and one for all that are ticked."""
    shown = [pk for text in data.getlist("pupil") if (pk := number_in(text)) in allowed and pk is not None]
    ticked = {number_in(text) for text in data.getlist("pick")}
    for_ticked = data.get("for_ticked", "")
    choices: dict[int, str | None] = {}
    for pk in shown:
        said = for_ticked if for_ticked and pk in ticked else data.get(f"to_{pk}", FOLLOWS)
        choices[pk] = None if said == FOLLOWS else said
    return {"choices": choices, "seen": data.get("seen", "")}


def groups_in(data: QueryDict) -> dict[str, Any]:
    """What `set_groups` takes."""
    names = _by_number(data, "name_")
    groups = {pk: {"keep": keep, "name": names.get(pk, "")} for pk, keep in _by_number(data, "keep_").items()}
    return {"groups": groups, "seen": data.get("seen", "")}


def services_in(data: QueryDict, shown: set[int]) -> dict[str, Any]:
    """What `set_services` takes: services that are shown and not ticked are left out."""
    ticked = {number_in(text) for text in data.getlist("service")}
    return {
        "services": data.get("services", ""),
        "main_teachers": data.get("main_teachers", ""),
        "left_out": sorted(shown - ticked),
        "seen": data.get("seen", ""),
    }


def _by_number(data: QueryDict, prefix: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for name in data:
        if name.startswith(prefix) and (pk := number_in(name.removeprefix(prefix))) is not None:
            found[pk] = data.get(name, "")
    return found

"""One's own choices: how each kind reaches one, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.modules.contract import Channel, Frequency
from core.notifications import words
from core.notifications.models import Rhythm
from core.notifications.preferences import Choices, Told
from core.notifications.rhythm import SchoolHours
from core.ui.typography import clock_in_words
from core.ui.widgets import Switch

# A pause longer than a school year is no pause.
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True)
class Cell:
    """One channel of one kind: a field to choose with, or the words of what nobody may change."""

    channel: Channel
    label: Any
    field: forms.BoundField | None = None
    text: str = ""
    why: Any = ""


@dataclass(frozen=True)
class Row:
    """One kind, with what happens now in words and its cells."""

    told: Told
    sentence: str
    cells: list[Cell]


class KindsForm(forms.Form):
    """Each kind by each channel. `told` is what holds now; cleans to choices, those of the school included."""

    def __init__(self, *args: Any, told: Sequence[Told], roles: Sequence[str], **kwargs: Any) -> None:
        self.told, self.roles = told, roles
        super().__init__(*args, **kwargs)
        for one in told:
            for channel, frequency in one.by_channel.items():
                self._add(one, channel, frequency)

    def _add(self, one: Told, channel: Channel, frequency: Frequency) -> None:
        choices = one.rule.choices(channel, self.roles)
        if len(choices) < 2:
            return
        labels = {"kind": one.rule.kind.label, "channel": words.TO_YOU[channel]}
        self.fields[name_of(one, channel)] = forms.ChoiceField(
            label=_("%(kind)s, %(channel)s") % labels,
            choices=self.options(one, channel, choices),
            initial=self.start(one, channel, frequency),
            required=self.required,
            error_messages={"invalid_choice": _("Ce choix n’est plus proposé\u00a0: choisissez de nouveau.")},
        )

    required = True

    def options(self, one: Told, channel: Channel, choices: Sequence[Frequency]) -> list[tuple[str, Any]]:
        return [(str(frequency), words.pace(channel, frequency)) for frequency in choices]

    def start(self, one: Told, channel: Channel, frequency: Frequency) -> str:
        return str(frequency)

    def chosen(self) -> dict[tuple[str, Channel], Frequency]:
        """Call it on a valid form."""
        return {
            (one.rule.code, channel): Frequency(value)
            for one in self.told
            for channel in one.by_channel
            if (value := self.cleaned_data.get(name_of(one, channel)))
        }

    def modules(self, when: words.When) -> list[tuple[str, list[Row]]]:
        """The rows by module, in the référent's order."""
        found: dict[str, list[Row]] = {}
        for one in self.told:
            cells = [self._cell(one, channel) for channel in one.by_channel]
            found.setdefault(one.module, []).append(Row(one, words.one_kind(one, when), cells))
        return list(found.items())

    def columns(self) -> list[Any]:
        return [words.COLUMNS[channel] for channel in self.told[0].by_channel] if self.told else []

    def _cell(self, one: Told, channel: Channel) -> Cell:
        label, name = words.COLUMNS[channel], name_of(one, channel)
        if name in self.fields:
            return Cell(channel, label, field=self[name])
        frequency = one.by_channel[channel]
        imposed = one.rule.is_imposed(channel) and frequency != Frequency.NEVER
        why = words.IMPOSED[_why(one)] if imposed else ""
        return Cell(channel, label, text=words.pace(channel, frequency), why=why)


class ChildKindsForm(KindsForm):
    """The same for one child; what is left empty is as for the others. `own` is what was said of this child."""

    required = False

    def __init__(self, *args: Any, own: Choices, **kwargs: Any) -> None:
        self.own = own
        super().__init__(*args, **kwargs)

    def options(self, one: Told, channel: Channel, choices: Sequence[Frequency]) -> list[tuple[str, Any]]:
        common = _("%(pace)s, comme en général") % {"pace": words.pace(channel, one.by_channel[channel])}
        return [("", common), *super().options(one, channel, choices)]

    def start(self, one: Told, channel: Channel, frequency: Frequency) -> str:
        return str(self.own.get((one.rule.code, channel), ""))


def _why(one: Told) -> str:
    if one.rule.kind.always:
        return "always"
    return "forced" if one.rule.rule == "forced" else "urgent"


def name_of(one: Told, channel: Channel) -> str:
    return f"{one.rule.code}-{channel}"


# --- When ---------------------------------------------------------------------------------------------------
class RhythmForm(forms.ModelForm):
    """One's own hours, beside or instead of the school's."""

    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours de silence"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Rhythm
        fields = (
            "follows_school", "quiet_from", "quiet_until", "quiet_days", "paused_until", "digest_at",
            "digest_weekday", "joint_digest",
        )  # fmt: skip
        widgets: Mapping[str, Any] = {"follows_school": Switch, "joint_digest": Switch}
        labels: Mapping[str, Any] = {
            "follows_school": gettext_lazy("Suivre les heures de silence de l’établissement"),
            "quiet_from": gettext_lazy("Silence à partir de"),
            "quiet_until": gettext_lazy("Jusqu’à"),
            "paused_until": gettext_lazy("Tout suspendre jusqu’au"),
            "digest_at": gettext_lazy("Heure du récapitulatif"),
            "digest_weekday": gettext_lazy("Récapitulatif de la semaine"),
        }

    def __init__(self, *args: Any, school: SchoolHours, quiet_in_words: str, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if not several:
            del fields["joint_digest"]
        fields["follows_school"].help_text = quiet_in_words
        fields["paused_until"].help_text = _("Ce jour compris. Ce qui attend arrive ensuite\u00a0; l’urgent passe.")
        fields["digest_at"].help_text = _("Vide\u00a0: %(time)s, comme dans l’établissement.") % {
            "time": clock_in_words(school.digest_at)
        }
        day = str(WEEKDAYS[school.digest_weekday]).lower()
        fields["digest_weekday"] = forms.TypedChoiceField(
            label=fields["digest_weekday"].label,
            choices=[("", _("Comme dans l’établissement (%(day)s)") % {"day": day}), *WEEKDAYS.items()],
            coerce=int,
            empty_value=None,
            required=False,
            initial=self.instance.digest_weekday,
        )

    def clean_paused_until(self) -> Any:
        until, today = self.cleaned_data["paused_until"], timezone.localdate()
        if until and until < today and until != self.instance.paused_until:
            raise forms.ValidationError(_("Cette date est passée\u00a0: choisissez un jour à venir."))
        if until and until > today + LONGEST_PAUSE:
            raise forms.ValidationError(_("Un an au plus. Vous pourrez prolonger."))
        return until if until and until >= today else None

    def clean_quiet_days(self) -> list[int]:
        days: list[int] = sorted(self.cleaned_data["quiet_days"])
        if len(days) == len(WEEKDAYS):
            raise forms.ValidationError(_("Gardez au moins un jour, ou suspendez tout jusqu’à une date."))
        return days

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if "quiet_from" in cleaned and "quiet_until" in cleaned:
            if bool(start is None) != bool(end is None):
                missing = "quiet_until" if end is None else "quiet_from"
                self.add_error(missing, _("Indiquez les deux heures, ou aucune."))
            elif start is not None and start == end:
                self.add_error("quiet_until", _("Deux heures différentes, ou aucune."))
        return cleaned

"""Form fields made from a module's typed settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.modules import words
from core.modules.contract import (
    BoolSetting,
    ChoiceSetting,
    IntSetting,
    RolesSetting,
    Setting,
    TextSetting,
    TimeSetting,
)
from core.people.choices import Role
from core.ui.widgets import Switch


def field_for(setting: Setting) -> forms.Field:
    """The field that edits a setting; its cleaned value passes `setting.clean`."""
    shared: dict[str, Any] = {"label": setting.label, "help_text": setting.help, "required": False}
    match setting:
        case BoolSetting():
            return forms.BooleanField(widget=Switch, **shared)
        case IntSetting():
            return _integer(setting, shared)
        case ChoiceSetting(choices=choices):
            return forms.ChoiceField(choices=choices, **(shared | {"required": True}))
        case RolesSetting(among=among):
            return roles_field(among, **shared)
        case TimeSetting():
            return forms.TimeField(**(shared | {"required": True}))
        case TextSetting(max_length=max_length, multiline=multiline):
            widget = forms.Textarea(attrs={"rows": 4}) if multiline else forms.TextInput
            return forms.CharField(max_length=max_length, widget=widget, **shared)
    raise TypeError(f"no field edits a {type(setting).__name__}")


def _integer(setting: IntSetting, shared: dict[str, Any]) -> forms.Field:
    span = _("De %(minimum)s à %(maximum)s %(unit)s") % {
        "minimum": words.number(setting.minimum),
        "maximum": words.number(setting.maximum),
        "unit": setting.unit,
    }
    help_text = f"{setting.help} {span.strip()}.".strip()
    return forms.IntegerField(
        min_value=setting.minimum,
        max_value=setting.maximum,
        **(shared | {"required": True, "help_text": help_text}),
    )


def roles_field(among: Any, **options: Any) -> forms.MultipleChoiceField:
    """Checkboxes of roles; cleans to a list."""
    return forms.MultipleChoiceField(
        choices=[(role.value, capital(words.ROLES[role])) for role in Role if role in set(among)],
        widget=forms.CheckboxSelectMultiple,
        required=options.pop("required", False),
        **options,
    )


def capital(text: Any) -> str:
    """`les élèves` → `Les élèves`"""
    return str(text)[:1].upper() + str(text)[1:]

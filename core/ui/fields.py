"""What `{% field %}` needs to know of a bound field: how to dress its widget, which ids go together."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.widgets import DateTimeBaseInput

from core.ui import richtext

_TYPED_INPUTS: dict[type[DateTimeBaseInput], tuple[str, str]] = {
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
}
_SCRIPTS = {"rich": ("ui/richtext.js",), "drop": ("ui/filedrop.js",)}


def kind_of(widget: forms.Widget) -> str:
    """`rich`, `drop`, `switch`, `checkbox`, `choices`, `password` or `input`."""
    declared = getattr(widget, "ui_kind", "")
    if declared:
        return str(declared)
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    return "input"


def describe(bound: BoundField, **options: Any) -> dict[str, Any]:
    """The context of `ui/field.html`.

    Options: `label`, `help` replace the form's own; `layout` is "inline" or "columns" for choices, "short" or
    "medium" for inputs; `optional=False` leaves out « facultatif »; `hide_label=True` keeps the label for
    screen readers only; any other option becomes an attribute of the control (`autofocus=True`,
    `hx_get="…"`).
    """
    kind = kind_of(bound.field.widget)
    own = {key: options.pop(key, None) for key in ("label", "help", "layout", "optional", "hide_label")}
    attrs = {name.rstrip("_").replace("_", "-"): value for name, value in options.items()}
    layout = own["layout"] or ""
    return {
        "bound": bound,
        "kind": kind,
        "label": own["label"] or bound.label,
        "help": own["help"] or bound.help_text,
        "layout": layout,
        "hide_label": bool(own["hide_label"]),
        "optional": _says_optional(bound, kind, own["optional"]),
        "control": _control(bound, kind, layout, attrs) if kind != "choices" else "",
        "groups": _merged(_groups(bound)) if kind == "choices" else [],
        "html": richtext.to_html(str(bound.value() or "")) if kind == "rich" else "",
        "scripts": _SCRIPTS.get(kind, ()),
        "error_id": f"{bound.auto_id}_error",
        "help_id": f"{bound.auto_id}_helptext",
    }


def _says_optional(bound: BoundField, kind: str, wish: bool | None) -> bool:
    if wish is not None:
        return wish
    return not bound.field.required and kind not in {"checkbox", "switch"} and not bound.field.disabled


def _control(bound: BoundField, kind: str, layout: str, attrs: dict[str, Any]) -> str:
    widget: Any = bound.field.widget
    for family, (input_type, spelling) in _TYPED_INPUTS.items():
        if isinstance(widget, family) and widget.input_type in {"text", input_type}:
            widget.input_type, widget.format = input_type, spelling
            widget.is_localized = False
            break
    if kind not in {"checkbox", "switch"}:
        given = f"{widget.attrs.get('class', '')} {attrs.get('class', '')}".strip()
        attrs["class"] = " ".join(filter(None, ("input", layout, given)))
    if str(widget.attrs.get("placeholder", "")) == str(bound.label):
        # A placeholder that repeats the label only hides that the field is empty.
        attrs["placeholder"] = False
    if kind == "rich":
        attrs["autocomplete"] = "off"  # a browser that brings its own text back would not bring its HTML
    if describedby := _described_by(bound):
        attrs.setdefault("aria-describedby", describedby)
    return bound.as_widget(attrs=attrs)


def _described_by(bound: BoundField) -> str:
    ids = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


def _groups(bound: BoundField) -> Iterator[dict[str, Any]]:
    """The radios or checkboxes, by group; a group without a label holds those that have none."""
    widget = bound.field.widget
    attrs = {"id": bound.auto_id} if bound.auto_id else {}
    chosen = widget.format_value(bound.value())
    for label, options, _index in widget.optgroups(bound.html_name, chosen, attrs):
        yield {"label": label, "options": [_option(data, bound.field.disabled) for data in options]}


def _merged(groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Django gives each choice without a group a group of its own; they belong side by side."""
    merged: list[dict[str, Any]] = []
    for group in groups:
        if merged and not group["label"] and not merged[-1]["label"]:
            merged[-1]["options"] += group["options"]
        else:
            merged.append(group)
    return merged


def _option(data: dict[str, Any], disabled: bool) -> dict[str, Any]:
    return {
        "type": data["type"],
        "name": data["name"],
        "value": data["value"],
        "id": data["attrs"].get("id"),
        "checked": data["selected"],
        "disabled": disabled or data["attrs"].get("disabled"),
        "label": data["label"],
        "help": getattr(data["label"], "help", ""),
    }


def focus_id(bound: BoundField) -> str:
    """The id of the control that a line of the error summary leads to."""
    if kind_of(bound.field.widget) == "choices":
        options = [option for group in _groups(bound) for option in group["options"]]
        return str(options[0]["id"] or bound.auto_id) if options else bound.auto_id
    return bound.id_for_label or bound.auto_id

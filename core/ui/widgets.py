"""Form widgets and fields that the design system dresses. `{% field %}` also dresses Django's own."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.ui import colour, richtext


class Choice:
    """A label for one choice of radios or checkboxes, with a sentence of help under it."""

    def __init__(self, label: Any, help: Any = "") -> None:
        self.label, self.help = label, help

    def __str__(self) -> str:
        return str(self.label)


class RichText(forms.Textarea):
    """Light Markdown: a text area without scripts, a small editor with them."""

    ui_kind = "rich"


class FileDrop(forms.FileInput):
    """A file field on which one may also drop files."""

    ui_kind = "drop"


class MultipleFileDrop(FileDrop):
    allow_multiple_selected = True


class Switch(forms.CheckboxInput):
    """A checkbox for a setting that is on or off."""

    ui_kind = "switch"


class Colour(forms.TextInput):
    """The browser's colour picker."""

    input_type = "color"

    def format_value(self, value: Any) -> str | None:
        digits = colour.normalise(value)
        return f"#{digits or colour.DEFAULT_ACCENT}"


class RichTextField(forms.CharField):
    """Keeps normalised light Markdown. `max_length` counts characters of the source (20,000 by default)."""

    widget = RichText

    def __init__(self, *, max_length: int = 20_000, **kwargs: Any) -> None:
        super().__init__(max_length=None, **kwargs)
        message = _("Ce texte est trop long\u00a0: %(limit_value)d\u00a0caractères au plus.")
        self.validators.append(MaxLengthValidator(max_length, message))

    def to_python(self, value: Any) -> str:
        return richtext.normalise(super().to_python(value) or "")


class MultipleFileField(forms.FileField):
    """Several files in one field; cleans to a list, each checked as a single one would be."""

    widget = MultipleFileDrop

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        files = data if isinstance(data, list | tuple) else [data]
        return [kept for kept in (one(item, initial) for item in files if item or self.required) if kept]


class ColourField(forms.CharField):
    """Cleans to `#rrggbb`."""

    widget = Colour

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        digits = colour.normalise(text)
        if text and not digits:
            raise forms.ValidationError(_("Indiquez une couleur, par exemple #1f5f5b."), code="invalid")
        return f"#{digits}" if digits else ""

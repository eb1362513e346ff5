"""What one types to make a token, on both sides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.api.tokens import MAX_DAYS

DAYS = ((30, _("30 jours")), (90, _("90 jours")), (180, _("6 mois")), (MAX_DAYS, _("1 an")))


class TokenForm(forms.Form):
    """`scopes` is a list of choices, in groups or not; `reading` are those that are ticked at first."""

    name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        help_text=_("Le programme qui s’en servira\u00a0: «\u00a0Export des classes\u00a0»."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il pourra faire"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    days: Any = forms.TypedChoiceField(
        label=_("Durée"), choices=DAYS, coerce=int, initial=90, help_text=_("Ensuite, créez-en un autre.")
    )

    def __init__(self, data: Any = None, *, scopes: Sequence[Any], reading: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"scopes": list(reading)})
        field: Any = self.fields["scopes"]
        field.choices = scopes

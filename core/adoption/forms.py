"""What the pages send."""

from django import forms

from core.adoption.models import Stance


class DecisionForm(forms.Form):
    code = forms.CharField(max_length=80)
    stance = forms.ChoiceField(choices=Stance.choices, required=False)

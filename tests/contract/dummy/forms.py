from django import forms

from tests.contract.dummy.models import Meal


class MealForm(forms.ModelForm):
    class Meta:
        model = Meal
        fields = ("served_on", "dish")

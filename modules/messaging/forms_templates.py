"""The form of a template."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui.widgets import RichTextField
from modules.messaging.models import BODY_LENGTH, NAME_LENGTH, SUBJECT_LENGTH


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("Nom du modèle"), max_length=NAME_LENGTH, help_text=_("Pour le retrouver."))
    subject = forms.CharField(label=_("Objet"), max_length=SUBJECT_LENGTH, required=False)
    body = RichTextField(label=_("Message"), max_length=BODY_LENGTH)

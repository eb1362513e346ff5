"""What the style page shows. Its people and places are samples for components, not the product's data."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui import icons, toasts, widgets


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("Titre"), help_text=_("Court : il s’affiche sur la première ligne."), max_length=120
    )
    body = widgets.RichTextField(label=_("Texte"), help_text=_("Une idée par paragraphe."))
    section = forms.ChoiceField(
        label=_("Rubrique"),
        choices=[("life", _("Vie du collège")), ("trips", _("Voyages")), ("canteen", _("Cantine"))],
    )
    audience = forms.MultipleChoiceField(
        label=_("Destinataires"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("pupil", _("Élèves")), ("guardian", _("Responsables")), ("teacher", _("Enseignants"))],
    )
    importance = forms.ChoiceField(
        label=_("Importance"),
        widget=forms.RadioSelect,
        choices=[
            ("normal", widgets.Choice(_("Ordinaire"), _("Paraît dans le fil et dans le résumé du soir."))),
            ("urgent", widgets.Choice(_("Urgente"), _("Prévient tout de suite, lecture à confirmer."))),
        ],
    )
    day = forms.DateField(label=_("Publier le"))
    hour = forms.TimeField(label=_("à"), required=False)
    cover = forms.FileField(
        label=_("Image"), widget=widgets.FileDrop, required=False, help_text=_("JPEG ou PNG, 8 Mo au plus.")
    )
    colour = widgets.ColourField(label=_("Couleur de l’établissement"), required=False)
    password = forms.CharField(label=_("Mot de passe"), widget=forms.PasswordInput)
    locked = forms.CharField(label=_("Réglé par la région"), disabled=True, initial=_("Oui"), required=False)
    pinned = forms.BooleanField(label=_("Épingler en haut du fil"), required=False)
    enabled = forms.BooleanField(
        label=_("Commentaires"),
        widget=widgets.Switch,
        required=False,
        help_text=_("Les élèves peuvent répondre."),
    )


SAMPLE_BODY = """Le **conseil d’administration** se réunit *jeudi*.

## Ordre du jour

- Le budget
- Les sorties du printemps

> Chacun peut demander la parole.

Les documents sont sur [le site](https://example.org)."""


def context(request: HttpRequest) -> dict[str, Any]:
    """Every component in its states; `?erreurs` shows the form refused, `?toast` a message that leaves."""
    now = timezone.now()
    refused = "erreurs" in request.GET
    if "toast" in request.GET:
        toasts.done(request, str(_("Article publié.")), undo_url=request.path)
    data = {"title": "", "audience": []} if refused else None
    return {
        "form": SampleForm(data=data, initial={"body": SAMPLE_BODY, "day": now}),
        "page": Paginator(range(57), 20).page(2),
        "columns": [_("Nom"), _("Classe"), _("Responsable"), _("Vu")],
        "rows": _rows(now),
        "tabs": _tabs(),
        "entries": _entries(now),
        "moments": [now + step for step in STEPS],
        "kinds": ["info", "ok", "care", "danger", "plain"],
        "icons": sorted(icons.names() - icons.ALIASES.keys()),
        "today": now,
    }


STEPS = [
    timedelta(0),
    timedelta(minutes=-12),
    timedelta(hours=-3),
    timedelta(days=-1),
    timedelta(days=1),
    timedelta(days=9),
    timedelta(days=-500),
]


def _rows(now: datetime) -> list[Any]:
    seen = [now - timedelta(minutes=5), None, now - timedelta(days=1)]
    people = [
        ("Anaïs Lambert", "6e B", "Claire Lambert"),
        ("Noé Schmitt", "6e B", "Marc Schmitt"),
        ("Inès Haddad", "5e A", "Samira Haddad"),
    ]
    return [{"cells": [*person, moment], "href": "#"} for person, moment in zip(people, seen, strict=True)]


def _tabs() -> list[Any]:
    labels = [(_("Publiées"), 24), (_("Brouillons"), 2), (_("À valider"), 0)]
    return [
        {"label": label, "url": "#", "current": index == 0, "count": count}
        for index, (label, count) in enumerate(labels)
    ]


def _entries(now: datetime) -> list[Any]:
    return [
        {"title": _("Schéma créé"), "when": now - timedelta(minutes=3), "state": "done"},
        {"title": _("Modules du préréglage"), "when": now, "text": _("5 sur 8"), "state": "now"},
        {"title": _("Ouverture")},
    ]

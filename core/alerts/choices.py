"""Whom an alert of a school is for, and what its later words are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Management and school life hear of every alert, whomever it is for."""

    EVERYONE = "everyone", _("Tout l’établissement")
    STAFF = "staff", _("Les personnels seulement")
    FAMILIES = "families", _("Les élèves et leurs responsables")
    CLASSES = "classes", _("Des classes\u00a0: élèves, responsables, enseignants")


class Step(models.TextChoices):
    NEWS = "news", _("Nouvelle")
    END = "end", _("Fin de l’alerte")

"""The closed lists of the module."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where an article is on its way. Scheduled and expired are not kept: they follow from the dates."""

    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("À valider")
    PUBLISHED = "published", _("Publiée")
    WITHDRAWN = "withdrawn", _("Retirée")
    DISCARDED = "discarded", _("Supprimée")


class State(models.TextChoices):
    """What a reader of a list is told: the status, with the dates taken into account."""

    DRAFT = "draft", _("Brouillon")
    SENT_BACK = "sent_back", _("À revoir")
    SUBMITTED = "submitted", _("À valider")
    SCHEDULED = "scheduled", _("Programmée")
    PUBLISHED = "published", _("Publiée")
    EXPIRED = "expired", _("Expirée")
    WITHDRAWN = "withdrawn", _("Retirée")
    DISCARDED = "discarded", _("Supprimée")


class AudienceKind(models.TextChoices):
    """What one line of an audience names."""

    ROLE = "role", _("Rôle")
    CLASS = "class", _("Classe")
    GROUP = "group", _("Groupe")


class Hue(models.TextChoices):
    """The colour of a section's mark; its name is always written beside it."""

    SLATE = "slate", _("Ardoise")
    PLUM = "plum", _("Prune")
    BLUE = "blue", _("Bleu")
    AMBER = "amber", _("Ambre")
    GREEN = "green", _("Vert")
    BRICK = "brick", _("Brique")
    VIOLET = "violet", _("Violet")


class Icon(models.TextChoices):
    """The icons offered for a section, among those of the sprite."""

    NEWSPAPER = "newspaper", _("Journal")
    MEGAPHONE = "megaphone", _("Porte-voix")
    CALENDAR = "calendar-days", _("Calendrier")
    UTENSILS = "utensils", _("Restauration")
    BOOK = "book-open", _("Livre")
    LIBRARY = "library", _("Bibliothèque")
    AWARD = "award", _("Récompense")
    MUSIC = "music", _("Musique")
    SPORT = "dumbbell", _("Sport")
    HEALTH = "heart-pulse", _("Santé")
    BUS = "bus", _("Transport")
    GLOBE = "globe", _("Monde")
    GRADUATION = "graduation-cap", _("Orientation")
    PEOPLE = "users-round", _("Vie de l’établissement")

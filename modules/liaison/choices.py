"""The closed lists of the module."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoteKind(models.TextChoices):
    """What a note is, and thereby what it asks of a family."""

    INFORMATION = "information", _("Information")
    SIGNATURE = "signature", _("Demande de signature")
    OUTING = "outing", _("Sortie à autoriser")
    APPOINTMENT = "appointment", _("Proposition de rendez-vous")
    PRAISE = "praise", _("Félicitations")
    REMARK = "remark", _("Observation")


# These only ask to be acknowledged; the others ask for an answer.
ACKNOWLEDGED = (NoteKind.INFORMATION, NoteKind.PRAISE, NoteKind.REMARK)
ANSWERED = (NoteKind.SIGNATURE, NoteKind.OUTING, NoteKind.APPOINTMENT)


class Status(models.TextChoices):
    """Where a note is on its way."""

    DRAFT = "draft", _("Brouillon")
    SCHEDULED = "scheduled", _("Programmé")
    PUBLISHED = "published", _("En cours")
    CLOSED = "closed", _("Clos")
    WITHDRAWN = "withdrawn", _("Retiré")
    DISCARDED = "discarded", _("Supprimé")


class Needed(models.TextChoices):
    """How many guardians of a child must answer before it counts as done."""

    ONE = "one", _("Un responsable suffit")
    ALL = "all", _("Chaque responsable répond")


class Answer(models.TextChoices):
    """What a guardian has answered."""

    NONE = "", _("Pas de réponse")
    SIGNED = "signed", _("Signé")
    ACCEPTED = "accepted", _("Accepté")
    CHOSEN = "chosen", _("Créneau choisi")
    REFUSED = "refused", _("Refusé")


class Outcome(models.TextChoices):
    """What a note has come to for one child, all its guardians taken together."""

    DONE = "done", _("Fait")
    WAITING = "waiting", _("En attente")
    REFUSED = "refused", _("Refusé")
    CONTRADICTORY = "contradictory", _("Réponses contraires")
    NOBODY = "nobody", _("Sans responsable")


class WordKind(models.TextChoices):
    """What a family writes to the school about."""

    LATE = "late", _("Retard")
    ABSENCE = "absence", _("Absence à venir")
    SPORT = "sport", _("Dispense de sport")
    LEAVE = "leave", _("Autorisation de sortie")
    OTHER = "other", _("Autre demande")


class WordState(models.TextChoices):
    """How far the school is with a family’s word."""

    RECEIVED = "received", _("Reçu")
    SEEN = "seen", _("Vu")
    ACCEPTED = "accepted", _("Accepté")
    REFUSED = "refused", _("Refusé")
    ANSWERED = "answered", _("Répondu")
    WITHDRAWN = "withdrawn", _("Repris")


OPEN_WORDS = (WordState.RECEIVED, WordState.SEEN)
DECISIONS = (WordState.ACCEPTED, WordState.REFUSED, WordState.ANSWERED)


class TeachersTreat(models.TextChoices):
    """Which teachers treat the words of their pupils’ families, beside school life."""

    NONE = "none", _("Aucun")
    MAIN = "main", _("Les professeurs principaux")
    ALL = "all", _("Tous les enseignants de l’élève")

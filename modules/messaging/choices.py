"""The closed lists of the messagerie."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.TextChoices):
    """Where a conversation lies in somebody's box; a folder of one's own is `INBOX`'s sibling, see `Copy.folder`."""

    INBOX = "inbox", _("Boîte de réception")
    SENT = "sent", _("Envoyés")  # nobody has answered yet: only what one wrote oneself
    FOLDER = "folder", _("Dossier")
    ARCHIVE = "archive", _("Archives")
    TRASH = "trash", _("Corbeille")


class Line(models.TextChoices):
    """On which line of the message somebody stands."""

    SENDER = "from", _("De")
    TO = "to", _("À")
    COPY = "cc", _("Copie")
    BLIND = "bcc", _("Copie cachée")


class Replies(models.TextChoices):
    """Whom a reply may reach."""

    ALL = "all", _("À tous")
    SENDER = "sender", _("À l’expéditeur seulement")
    NOBODY = "nobody", _("Pas de réponse")


class Weight(models.TextChoices):
    """How much a message presses. An urgent one passes the school's hours and everybody's quiet hours."""

    NORMAL = "normal", _("Normal")
    IMPORTANT = "important", _("Important")
    URGENT = "urgent", _("Urgent")


class Via(models.TextChoices):
    """By which way a message came in."""

    PAGE = "page", _("Page")
    API = "api", _("Programme")
    EMAIL = "email", _("E-mail")


class DraftState(models.TextChoices):
    """What has become of something that is not sent."""

    OPEN = "open", _("Brouillon")
    SCHEDULED = "scheduled", _("Programmé")  # leaves at `send_at`, chosen by its author
    HELD = "held", _("Retenu jusqu’à l’ouverture")  # leaves at `send_at`, when the messagerie opens
    MODERATION = "moderation", _("En attente de relecture")
    REFUSED = "refused", _("Non envoyé")  # `refusal` says why; its author may change it and send it again


class Reach(models.TextChoices):
    """How far a rule lets somebody write, in the order of the grid."""

    NONE = "none", _("Personne")
    RELATED = "related", _("Ceux qui les concernent")  # see `modules.messaging.audience.reach`
    ALL = "all", _("Tous")


class ReportState(models.TextChoices):
    OPEN = "open", _("À traiter")
    DISMISSED = "dismissed", _("Sans suite")
    ACTED = "acted", _("Suivi d’effet")


class SuspensionScope(models.TextChoices):
    PERSON = "person", _("Une personne")
    ROLE = "role", _("Un rôle")
    SCHOOL = "school", _("Toute la messagerie")

"""Who may do what at first; who may write to whom is the grid's business (`modules.messaging.audience.reach`)."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Permission
from core.people.choices import Role

PERMISSIONS = (
    Permission(slug="view", label=_("Lire ses messages")),
    Permission(
        slug="write",
        label=_("Écrire et répondre"),
        help=_("À qui, la grille des règles le dit."),
    ),
    Permission(
        slug="write_places",
        label=_("Écrire à une classe, à un groupe ou à tout un rôle en une fois"),
    ),
    Permission(
        slug="send_urgent",
        label=_("Envoyer un message urgent"),
        help=_("Il part en dehors des heures de l’établissement et prévient tout de suite."),
    ),
    Permission(slug="manage_rules", label=_("Régler qui écrit à qui, et les modèles de l’établissement")),
    Permission(
        slug="moderate",
        label=_("Traiter les signalements et relire les messages retenus"),
    ),
    Permission(
        slug="suspend",
        label=_("Suspendre des envois et retirer les messages d’un expéditeur"),
    ),
)

_FAMILY = ("view", "write")
_STAFF = ("view", "write", "write_places")
ROLE_DEFAULTS = {
    Role.PUPIL: _FAMILY,
    Role.GUARDIAN: _FAMILY,
    Role.PARTNER: _FAMILY,
    Role.TEACHER: _STAFF,
    Role.ADMINISTRATIVE: _STAFF,
    Role.SCHOOL_LIFE: (*_STAFF, "send_urgent", "moderate"),
    Role.DIGITAL_REFERENT: (*_STAFF, "manage_rules", "suspend"),
    Role.MANAGEMENT: (*_STAFF, "send_urgent", "manage_rules", "moderate", "suspend"),
}

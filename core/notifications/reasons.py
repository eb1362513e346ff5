"""Why something was not delivered: codes that are stored, and what people read of them."""

from django.utils.translation import gettext_lazy as _

# Nothing was sent, and nothing should be.
NOT_CONCERNED = "not_concerned"
MODULE_OFF = "module_off"
REPLACED = "replaced"
WITHDRAWN = "withdrawn"
WITHDRAWN_READ = "withdrawn_read"
# Nothing could be sent.
NO_ADDRESS = "no_address"
NO_DEVICE = "no_device"
NO_NUMBER = "no_number"
CHANNEL_OFF = "channel_off"
BOUNCED = "bounced"
REFUSED = "refused"
UNREACHABLE = "unreachable"
QUOTA = "quota"
MINOR = "minor"
BROKEN = "broken"

WORDS = {
    NOT_CONCERNED: _("la personne n’est plus concernée"),
    MODULE_OFF: _("le module a été désactivé"),
    REPLACED: _("remplacée par une nouvelle plus récente"),
    WITHDRAWN: _("retirée avant l’envoi"),
    WITHDRAWN_READ: _("retirée après lecture"),
    NO_ADDRESS: _("aucune adresse connue"),
    NO_DEVICE: _("aucun appareil abonné"),
    NO_NUMBER: _("aucun numéro de mobile connu"),
    CHANNEL_OFF: _("moyen d’envoi coupé dans l’établissement"),
    BOUNCED: _("l’adresse n’existe pas ou n’accepte plus rien"),
    REFUSED: _("envoi refusé par le destinataire"),
    UNREACHABLE: _("service d’envoi injoignable après plusieurs essais"),
    QUOTA: _("plafond d’envois atteint"),
    MINOR: _("pas assez important pour un SMS"),
    BROKEN: _("contenu impossible à mettre en forme"),
}
